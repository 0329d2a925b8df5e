import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { missingIndexes } from '../../src/store/index-check.ts';
import { createLocally, workLocally } from '../kit/local-work.ts';
import { openSyncKit, startInput } from '../kit/sync.ts';
import { expectWhole, openWorld, peopleAct, pushable, startPull } from './world.ts';

const BY_TEST = { trigger: 'MUTATION', triggeredBy: 'test' } as const;
const HOUR_MS = 3_600_000;

describe('gateways started at one moment on an empty store', () => {
  test.each([2, 3])(
    '%i of them agree on its schema and indexes, and pull once',
    { timeout: 240_000 },
    async (count) => {
      await using world = await openWorld({ contacts: 1_000, empty: true });
      const gateways = await Promise.all(Array.from({ length: count }, () => world.gateway()));
      expect(await missingIndexes(world.store.db)).toEqual([]);
      await world.sandbox.control('POST', '/faults', { route: 'GET /v3/contacts', delayMs: 50 });
      const answers = await Promise.all(gateways.map((gateway) => startPull(gateway)));
      expect(answers.filter((answer) => answer === 'StartSyncSuccess')).toHaveLength(1);
      expect(answers.filter((answer) => answer === 'SyncAlreadyRunning')).toHaveLength(count - 1);
      expect(await world.lastRunEnded()).toMatchObject({ status: 'SUCCEEDED', counts: { created: 1_000 } });
      expect(await world.store.syncRuns.collection.countDocuments()).toBe(1);
      await expectWhole(world);
      for (const gateway of gateways) gateway.child.kill('SIGTERM');
      for (const gateway of gateways) expect((await gateway.ended()).code).toBe(0);
    },
  );
});

describe('a fifth of all requests that go wrong', () => {
  test('makes pulls and pushes slower, and nothing else', { timeout: 240_000 }, async () => {
    await using kit = await openSyncKit({ contacts: 1_500 });
    const each = { route: '*', probability: 0.036 };
    for (const fault of [
      { status: 500 },
      { status: 503 },
      { status: 429, error_key: 'throttled' },
      { disconnect: 'before' },
      { truncate: true },
      { malformed: true },
    ])
      await kit.sandbox.control('POST', '/faults', { ...each, ...fault });
    expect(await kit.run({})).toMatchObject({ status: 'SUCCEEDED', counts: { created: 1_500, rejected: 0 } });
    await kit.run({ mode: 'FULL' });

    const people = pushable(await kit.sandbox.truth());
    const edited = people.slice(-40).map(({ contact_id }) => contact_id);
    for (const id of edited) await workLocally(kit, id, { fields: { firstName: 'Through the storm' } });
    await createLocally(kit, { fields: { email: 'storm@example.com' }, add: [people[0]?.list_memberships?.[0] ?? ''] });
    await peopleAct(kit.sandbox, 1);
    expect(await kit.run({ kind: 'PUSH' })).toMatchObject({ status: 'SUCCEEDED' });
    await kit.sandbox.control('DELETE', '/faults');
    // What was answered with a failure is pending still: the next push sends it.
    expect(await kit.run({ kind: 'PUSH' })).toMatchObject({ status: 'SUCCEEDED', counts: { failed: 0 } });
    await kit.run({ mode: 'FULL' });
    const truth = await kit.sandbox.truth();
    const names = truth.filter(({ contact_id }) => edited.includes(contact_id)).map(({ first_name }) => first_name);
    expect(new Set(names)).toEqual(new Set(['Through the storm']));
    expect(truth.filter(({ email_address }) => email_address?.address === 'storm@example.com')).toHaveLength(1);
    expect(await kit.store.contacts.pending(null, 100, ['_id'])).toEqual([]);
    expect((await kit.sandbox.stats()).resubscribed).toEqual([]);
    await expectWhole(kit);
  });
});

describe('a clock of the host that steps by an hour', () => {
  test.each([HOUR_MS, -HOUR_MS])(
    '(%i ms) in the middle of a run, changes nothing',
    { timeout: 240_000 },
    async (step) => {
      await using kit = await openSyncKit({ contacts: 2_000 });
      let offset = 0;
      const clock = { ...systemClock, now: () => new Date(Date.now() + offset) };
      const stepping = kit.instance({ clock });
      await kit.engine.stop();
      await kit.sandbox.control('POST', '/faults', { route: 'GET /v3/contacts', delayMs: 30 });
      const reader = new AbortController();
      const runs: string[] = [];
      const following = (async () => {
        for await (const run of stepping.engine.followRuns({ kinds: null, signal: reader.signal }))
          if (run.status === 'SUCCEEDED' && runs.push(run.kind) === 2) return;
      })();
      const { run } = await stepping.engine.start(startInput({}), BY_TEST);
      const sequences: number[] = [];
      const { signal } = new AbortController();
      for await (const { event } of stepping.engine.followEvents({ runId: run._id, afterSequence: 0, signal })) {
        sequences.push(event.sequence);
        if (event.type === 'PROGRESS') offset = step;
      }
      const end = await stepping.ended(run);
      expect(end).toMatchObject({ status: 'SUCCEEDED', fence: 1, counts: { created: 2_000, fetched: 2_000 } });
      expect(sequences).toEqual(sequences.map((_, index) => index + 1));
      expect(sequences.at(-1)).toBe(end.lastSequence);

      // An edit of the time before the step, and one of after it, reach the primary; the subscriber's wish stays.
      const people = pushable(await kit.sandbox.truth());
      const [before = '', after = '', left = ''] = people.map(({ contact_id }) => contact_id);
      await workLocally(kit, before, { fields: { firstName: 'Before' } });
      await workLocally(kit, after, { fields: { firstName: 'After' }, at: clock.now() });
      await workLocally(kit, left, { fields: { firstName: 'Left' } });
      await kit.sandbox.control('POST', `/contacts/${left}/unsubscribe`, { reason: 'enough' });
      expect(await stepping.run({ kind: 'PUSH' })).toMatchObject({ status: 'SUCCEEDED', counts: { failed: 0 } });
      await following;
      expect(runs).toEqual(['CONTACTS', 'PUSH']);
      const truth = new Map((await kit.sandbox.truth()).map((contact) => [contact.contact_id, contact]));
      expect(truth.get(before)?.first_name).toBe('Before');
      expect(truth.get(after)?.first_name).toBe('After');
      expect(truth.get(left)?.email_address?.permission_to_send).toBe('unsubscribed');
      expect((await kit.sandbox.stats()).resubscribed).toEqual([]);
      await stepping.run({ mode: 'FULL' });
      await expectWhole(kit);
    },
  );
});
