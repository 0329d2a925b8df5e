import { expect, test } from 'vitest';
import { openTestGraphQL } from '../kit/graphql.ts';

const PAUSE = `mutation ($input: PauseScheduleInput!) {
  pauseSchedule(input: $input) { __typename ... on InvalidInput { problems { path message } } }
}`;

test('the schedule is paused with a reason and an end, and resumed', async () => {
  const wishes: object[] = [];
  const schedule = {
    pause: async (wish: { by: string; reason: string | null; until: Date | null }) => {
      wishes.push(wish);
      return { at: new Date(), ...wish };
    },
    resume: async (how: object) => void wishes.push(how),
  };
  await using graphql = await openTestGraphQL({ schedule });
  const until = '2999-01-01T00:00:00.000Z';
  const { pauseSchedule } = await graphql.query(PAUSE, { input: { until, reason: 'a campaign' } });
  expect(pauseSchedule.__typename).toBe('PauseScheduleSuccess');
  const resumed = await graphql.query('mutation { resumeSchedule(input: { runMissed: true }) { __typename } }');
  expect(resumed.resumeSchedule.__typename).toBe('ResumeScheduleSuccess');
  await graphql.query('mutation { resumeSchedule(input: {}) { __typename } }');
  expect(wishes).toEqual([
    { by: 'test', reason: 'a campaign', until: new Date(until) },
    { runMissed: true },
    { runMissed: false },
  ]);
});

test('a pause that is over already, or a reason without end, is refused with its path', async () => {
  await using graphql = await openTestGraphQL();
  const input = { until: '2001-01-01T00:00:00Z', reason: 'x'.repeat(501) };
  const { pauseSchedule } = await graphql.query(PAUSE, { input });
  expect(pauseSchedule.problems.map(({ path }: { path: string[] }) => path.join('.'))).toEqual([
    'input.until',
    'input.reason',
  ]);
});
