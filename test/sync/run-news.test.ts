import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { type Logger, silentLogger } from '../../src/logger.ts';
import { hasEnded } from '../../src/model/sync-run.ts';
import type { Store } from '../../src/store/store.ts';
import { createRunFollower, type RunFollower } from '../../src/sync/follow-runs.ts';
import { createRunNews, type EventDelivery } from '../../src/sync/run-news.ts';
import { openTestStore } from '../kit/store.ts';
import { openSyncKit, type SyncKit, startInput } from '../kit/sync.ts';

const BY_TEST = { trigger: 'MUTATION', triggeredBy: 'test' } as const;

async function hasReplicas(): Promise<boolean> {
  await using store = await openTestStore();
  const hello = await store.db.admin().command({ hello: 1 });
  return typeof hello['setName'] === 'string' || hello['msg'] === 'isdbgrid';
}
const replicated = await hasReplicas();
if (!replicated)
  process.stderr.write(
    'skipped: delivery by change stream needs MONGODB_TEST_URI to name a replica set or a sharded cluster\n',
  );

/** A logger that keeps the sentences it is told. */
function keepingLogger(): { logger: Logger; said: string[] } {
  const said: string[] = [];
  const keep = (_fields: object, message: string) => void said.push(message);
  const logger: Logger = { debug: keep, info: keep, warn: keep, error: keep, child: () => logger };
  return { logger, said };
}

/** Readers on an instance that has no part in the work, on a server that is said to offer change streams, or not. */
function onlooker(kit: SyncKit, changeStreams: boolean) {
  const { logger, said } = keepingLogger();
  const stop = new AbortController();
  const store: Store = { ...kit.store, info: { ...kit.store.info, changeStreams } };
  const follower = createRunFollower({ store, clock: systemClock, logger, signal: stop.signal });
  return {
    follower,
    said,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await follower.news.ended;
    },
  };
}

/** What a reader gets of a run that goes on elsewhere, beside what is stored. */
async function sequencesSeen(kit: SyncKit, follower: RunFollower) {
  const { run } = await kit.engine.start(startInput({}), BY_TEST);
  const seen: number[] = [];
  const { signal } = new AbortController();
  for await (const { event } of follower.followEvents({ runId: run._id, afterSequence: 0, signal }))
    seen.push(event.sequence);
  const { lastSequence } = await kit.ended(run);
  return { seen, all: Array.from({ length: lastSequence }, (_, index) => index + 1) };
}

describe('what runs do on other instances', () => {
  it('is found by the poll where the server offers no change stream', async () => {
    await using kit = await openSyncKit({ contacts: 3_000 });
    await using other = onlooker(kit, false);
    const { seen, all } = await sequencesSeen(kit, other.follower);
    expect(seen).toEqual(all);
    expect(other.follower.news.delivery).toBe('POLL');
    expect(other.said).toEqual([]);
  });

  it.skipIf(replicated)('is found by the poll where the change stream cannot be opened', async () => {
    await using kit = await openSyncKit({ contacts: 3_000 });
    await using other = onlooker(kit, true);
    const { seen, all } = await sequencesSeen(kit, other.follower);
    expect(seen).toEqual(all);
    expect(other.follower.news.delivery).toBe('POLL');
    expect(other.said).toEqual(['no change stream, polling until there is one']);
  });

  it.skipIf(!replicated)('is told by the change stream of a replica set, and not by signs of life', async () => {
    await using kit = await openSyncKit({ contacts: 3_000 });
    await using other = onlooker(kit, true);
    const { seen, all } = await sequencesSeen(kit, other.follower);
    expect(seen).toEqual(all);
    expect(other.follower.news.delivery).toBe('CHANGE_STREAM');
    const stop = new AbortController();
    const ticks = kit.store.syncRuns.watch(stop.signal);
    await ticks.next();
    const next = ticks.next();
    const [{ _id } = { _id: null }] = await kit.store.syncRuns.collection.find().toArray();
    if (_id === null) throw new Error('no run');
    await kit.store.syncRuns.collection.updateOne({ _id }, { $set: { fence: 9 } });
    expect(await Promise.race([next, delay(300, 'silence')])).toBe('silence');
    await kit.store.syncRuns.collection.updateOne({ _id }, { $currentDate: { changedAt: true } });
    expect(await next).toEqual({ done: false, value: undefined });
    stop.abort();
    await ticks.return();
  });

  it('is found by the poll from where a change stream breaks, and by the stream once it stands again', async () => {
    const stop = new AbortController();
    let openings = 0;
    let breakStream: ((error: Error) => void) | null = null;
    let asleep: (() => void) | null = null;
    let mark = 'before';
    const news = createRunNews({
      runs: {
        newsMark: async () => mark,
        async *watch(signal) {
          openings += 1;
          yield;
          await new Promise<void>((resolve, reject) => {
            breakStream = reject;
            signal.addEventListener('abort', () => resolve());
          });
        },
      },
      offersStream: true,
      clock: {
        now: () => new Date(),
        // The long sleep, before the stream is tried again, ends when the test says so.
        sleep: (ms, signal) =>
          ms < 10_000
            ? systemClock.sleep(1, signal)
            : new Promise((resolve) => {
                if (signal?.aborted === true) return resolve();
                asleep = resolve;
                signal?.addEventListener('abort', () => resolve());
              }),
      },
      logger: silentLogger,
      signal: stop.signal,
    });
    const ticks = news.follow(new AbortController().signal);
    const untilTold = async (delivery: EventDelivery) => {
      do await ticks.next();
      while (news.delivery !== delivery);
    };
    await untilTold('CHANGE_STREAM');
    while (breakStream === null) await delay(1);
    // What changes while the stream breaks is in the first look of the poll.
    mark = 'between';
    (breakStream as (error: Error) => void)(new Error('the cursor is gone'));
    await untilTold('POLL');
    mark = 'after';
    await untilTold('POLL');
    while (asleep === null) await delay(1);
    (asleep as () => void)();
    await untilTold('CHANGE_STREAM');
    expect(openings).toBe(2);
    stop.abort();
    await news.ended;
    expect(await ticks.next()).toEqual({ done: true, value: undefined });
  });

  it('reaches a reader who joins while another reads what is stale by then', async () => {
    await using kit = await openSyncKit();
    const stop = new AbortController();
    let answerFirst = () => {};
    const held = new Promise<void>((resolve) => (answerFirst = resolve));
    let asked = () => {};
    const firstAsked = new Promise<void>((resolve) => (asked = resolve));
    let reads = 0;
    const store: Store = {
      ...kit.store,
      syncRuns: { ...kit.store.syncRuns, newsMark: async () => 'no news by the poll' },
      syncEvents: {
        ...kit.store.syncEvents,
        async after(...question) {
          const events = await kit.store.syncEvents.after(...question);
          reads += 1;
          if (reads === 1) {
            asked();
            await held;
          }
          return events;
        },
      },
    };
    await kit.sandbox.control('POST', '/faults', { route: 'GET /v3/contact_lists', delayMs: 60_000 });
    const { run } = await kit.engine.start(startInput({ kind: 'LISTS' }), BY_TEST);
    while ((await kit.store.syncRuns.get(run._id))?.lastEvent?.type !== 'PHASE') await delay(5);
    const follower = createRunFollower({ store, clock: systemClock, logger: silentLogger, signal: stop.signal });
    const read = async () => {
      let end = false;
      const { signal } = new AbortController();
      for await (const step of follower.followEvents({ runId: run._id, afterSequence: 2, signal }))
        end = hasEnded(step.run.status);
      return end;
    };
    const first = read();
    await firstAsked;
    await kit.engine.cancel(run._id);
    await kit.ended(run);
    follower.news.publish();
    const second = read();
    await delay(20);
    answerFirst();
    expect(await second).toBe(true);
    expect(await first).toBe(true);
    stop.abort();
  });
});
