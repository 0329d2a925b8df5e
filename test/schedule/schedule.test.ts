import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLogger } from '../../src/logger.ts';
import { createScheduleStateStore, type ScheduleStateStore } from '../../src/store/schedule-state.ts';
import { type JobOutcome, openSchedule, type RunningSchedule, type ScheduledJob } from '../../src/sync/schedule.ts';
import { createFakeClock, type FakeClock } from '../kit/fake-clock.ts';
import { openTestStore, type TestStore } from '../kit/store.ts';

const at = (time: string) => new Date(`2026-03-01T${time}Z`);

interface Instance {
  readonly clock: FakeClock;
  readonly schedule: RunningSchedule;
  /** What it has done, at which time of its clock. */
  readonly done: string[];
}

describe('the schedule', () => {
  let testStore: TestStore;
  let opened: RunningSchedule[] = [];
  let names = 0;
  beforeAll(async () => {
    testStore = await openTestStore();
  });
  afterAll(() => testStore[Symbol.asyncDispose]());

  const ended = async () => {
    for (const schedule of opened) await schedule.stop();
    opened = [];
    await testStore.db.collection('scheduleState').deleteMany({});
  };

  async function instance(
    options: { start?: Date; cron?: string; jitter?: number; outcome?: () => JobOutcome; jobs?: string[] } = {},
  ): Promise<Instance> {
    const clock = createFakeClock(options.start ?? at('08:00:00'));
    const done: string[] = [];
    const jobs = (options.jobs ?? ['PULL']).map(
      (name): ScheduledJob => ({
        name,
        cron: options.cron ?? '*/15 * * * *',
        timezone: 'UTC',
        pausable: name !== 'CARE',
        run: async () => {
          const outcome = options.outcome?.() ?? 'DONE';
          if (outcome === 'DONE') done.push(`${name} ${clock.now().toISOString().slice(11, 19)}`);
          return outcome;
        },
      }),
    );
    const state: ScheduleStateStore = createScheduleStateStore(testStore.db);
    const random = () => options.jitter ?? 0;
    const instanceId = `instance-${names++}`;
    const schedule = await openSchedule({ jobs, state, clock, logger: silentLogger, instanceId, random });
    opened.push(schedule);
    await clock.settled();
    return { clock, schedule, done };
  }

  test('does what is due, when it is due, and tells when that is', async () => {
    const { clock, schedule, done } = await instance();
    expect(await schedule.nextAt()).toEqual(at('08:15:00'));
    await clock.set(at('08:14:59'));
    expect(done).toEqual([]);
    await clock.set(at('08:15:00'));
    expect(done).toEqual(['PULL 08:15:00']);
    expect(await schedule.nextAt()).toEqual(at('08:30:00'));
    await clock.set(at('08:30:01'));
    expect(done).toEqual(['PULL 08:15:00', 'PULL 08:30:01']);
    await ended();
  });

  test('does it once however many instances there are', async () => {
    const instances = await Promise.all([instance(), instance(), instance()]);
    for (const time of ['08:15:00', '08:30:00', '08:45:00'])
      await Promise.all(instances.map(({ clock }) => clock.set(at(time))));
    expect(instances.flatMap(({ done }) => done).sort()).toEqual(['PULL 08:15:00', 'PULL 08:30:00', 'PULL 08:45:00']);
    await ended();
  });

  test('catches up once what was missed while nobody ran, and nothing on a first start', async () => {
    const first = await instance();
    await first.schedule.stop();
    const second = await instance({ start: at('12:07:00') });
    expect(second.done).toEqual(['PULL 12:07:00']);
    expect(await second.schedule.nextAt()).toEqual(at('12:15:00'));
    await ended();
    const fresh = await instance({ start: at('12:07:00') });
    expect(fresh.done).toEqual([]);
    await ended();
  });

  test('begins anew with new times', async () => {
    const first = await instance();
    await first.schedule.stop();
    const { done, schedule } = await instance({ start: at('12:07:00'), cron: '0 * * * *' });
    expect(done).toEqual([]);
    expect(await schedule.nextAt()).toEqual(at('13:00:00'));
    await ended();
  });

  test('comes later by a jitter that stays the same, at most a tenth of the time between two turns', async () => {
    const { clock, schedule, done } = await instance({ start: at('08:01:01'), jitter: 0.5 });
    expect(await schedule.nextAt()).toEqual(at('08:15:15'));
    await clock.set(at('08:15:14'));
    expect(done).toEqual([]);
    await clock.set(at('08:15:15'));
    expect(done).toEqual(['PULL 08:15:15']);
    await ended();
    const often = await instance({ start: at('08:01:01'), cron: '*/10 * * * * *', jitter: 0.5 });
    expect(await often.schedule.nextAt()).toEqual(at('08:01:10.500'));
    await ended();
  });

  test('tries again what something else was in the way of', async () => {
    let free = false;
    const { clock, done } = await instance({ outcome: () => (free ? 'DONE' : 'LATER') });
    await clock.set(at('08:15:00'));
    await clock.set(at('08:15:05'));
    free = true;
    await clock.set(at('08:15:10'));
    await clock.set(at('08:15:15'));
    expect(done).toEqual(['PULL 08:15:10']);
    await ended();
  });

  test('pauses for all instances and over restarts, and goes on with or without what was missed', async () => {
    const { clock, schedule, done } = await instance({ jobs: ['PULL', 'CARE'] });
    await schedule.pause({ by: 'anna', reason: 'a campaign', until: null });
    expect(await schedule.nextAt()).toBeNull();
    await clock.set(at('08:15:00'));
    expect(done).toEqual(['CARE 08:15:00']);
    await schedule.stop();

    const second = await instance({ start: at('09:01:00') });
    expect(second.done).toEqual([]);
    expect(await second.schedule.paused()).toEqual({
      at: at('08:00:00'),
      by: 'anna',
      reason: 'a campaign',
      until: null,
    });
    await second.schedule.resume({ runMissed: false });
    await second.clock.set(at('09:02:00'));
    expect(second.done).toEqual([]);

    await second.schedule.pause({ by: 'anna', reason: null, until: null });
    await second.clock.set(at('09:20:00'));
    await second.schedule.resume({ runMissed: true });
    await second.clock.set(at('09:20:10'));
    expect(second.done).toEqual(['PULL 09:20:10']);
    await ended();
  });

  test('a pause with an end ends by itself, and what was missed is done once', async () => {
    const { clock, schedule, done } = await instance();
    await schedule.pause({ by: 'anna', reason: null, until: at('08:50:00') });
    expect(await schedule.nextAt()).toEqual(at('08:50:00'));
    await clock.set(at('08:49:59'));
    expect(done).toEqual([]);
    await clock.set(at('08:50:00'));
    expect(done).toEqual(['PULL 08:50:00']);
    await ended();
  });

  test('goes by the clock of the host when that is set forward or back by an hour', async () => {
    const { clock, schedule, done } = await instance();
    await clock.set(at('09:15:00'));
    expect(done).toEqual(['PULL 09:15:00']);
    await clock.set(at('08:16:00'));
    expect(await schedule.nextAt()).toEqual(at('08:30:00'));
    await clock.set(at('08:30:00'));
    expect(done).toEqual(['PULL 09:15:00', 'PULL 08:30:00']);
    await ended();
  });

  test('leaves a turn to another instance whose holder has died', async () => {
    const { clock, done } = await instance();
    const state = createScheduleStateStore(testStore.db);
    expect(await state.claim('PULL', at('08:15:00'), 'dead', 0)).toBe(true);
    expect(await state.claim('PULL', at('08:15:00'), 'alive', 60_000)).toBe(true);
    expect(await state.claim('PULL', at('08:15:00'), 'third', 60_000)).toBe(false);
    await state.settle('PULL', 'dead', at('08:15:00'));
    await state.settle('PULL', 'alive', null);
    await clock.set(at('08:15:00'));
    expect(done).toEqual(['PULL 08:15:00']);
    await ended();
  });
});
