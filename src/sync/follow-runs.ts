import type { ObjectId } from 'mongodb';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { hasEnded } from '../model/sync-run.ts';
import type { Store } from '../store/store.ts';
import type { SyncEventDocument } from '../store/sync-events.ts';
import type { SyncRunDocument } from '../store/sync-runs.ts';
import type { SyncEngine } from './engine.ts';
import { createLatest } from './latest.ts';

/** How soon a reader sees what another instance does. */
const POLL_MS = 500;
const EVENTS_PER_READ = 200;

/**
 * Readers of runs, on whichever instance the runs go on. What a run of this instance does is told at once by `notify`;
 * what others do is found by one short poll for all readers together, which runs only while there are readers.
 */
export interface RunFollower extends Pick<SyncEngine, 'followEvents' | 'followRuns'> {
  notify(run: SyncRunDocument): void;
}

export function createRunFollower({
  store,
  clock,
  logger,
  signal: stopSignal,
}: {
  store: Store;
  clock: Clock;
  logger: Logger;
  /** Ends all readers: the process stops. */
  signal: AbortSignal;
}): RunFollower {
  const news = createLatest<null>();
  let polling = false;

  async function poll(): Promise<void> {
    if (polling) return;
    polling = true;
    try {
      let since = clock.now();
      while (news.readerCount > 0 && !stopSignal.aborted) {
        await clock.sleep(POLL_MS, stopSignal);
        const changedAt = await store.syncRuns.lastChangedAt();
        if (changedAt !== null && changedAt > since) {
          since = changedAt;
          news.publish(null);
        }
      }
    } catch (error) {
      if (!stopSignal.aborted) {
        logger.warn({ error }, 'runs could not be polled, trying again');
        // The readers stay; the next look may find the store again.
        if (news.readerCount > 0) setImmediate(() => void poll());
      }
    } finally {
      polling = false;
    }
  }

  /** Ticks when some run may have moved; the first tick comes at once. */
  async function* ticks(signal: AbortSignal): AsyncGenerator<null, void, undefined> {
    const either = AbortSignal.any([signal, stopSignal]);
    const stream = news.follow(either);
    void poll();
    try {
      yield null;
      yield* stream;
    } finally {
      await stream.return();
    }
  }

  // Thousands of readers of one run wake at once and ask for the same: one query answers them all.
  const reads = new Map<string, Promise<{ run: SyncRunDocument | null; events: SyncEventDocument[] }>>();
  function readAfter(runId: ObjectId, sequence: number) {
    const key = `${runId.toHexString()}:${sequence}`;
    const open = reads.get(key);
    if (open !== undefined) return open;
    const read = (async () => {
      // The run first: if it has ended by then, all of its events are there.
      const run = await store.syncRuns.get(runId);
      return { run, events: run === null ? [] : await store.syncEvents.after(run, sequence, EVENTS_PER_READ) };
    })().finally(() => reads.delete(key));
    reads.set(key, read);
    return read;
  }

  return {
    notify: () => news.publish(null),
    followEvents: ({ signal, ...options }) => endingWith(signal, (own) => followEvents({ ...options, signal: own })),
    followRuns: ({ signal, ...options }) => endingWith(signal, (own) => followRuns({ ...options, signal: own })),
  };

  async function* followEvents({ runId, afterSequence, signal }: Parameters<RunFollower['followEvents']>[0]) {
    let sequence = afterSequence;
    for await (const _tick of ticks(signal)) {
      for (;;) {
        const { run, events } = await readAfter(runId, sequence);
        if (run === null) return;
        for (const event of events) {
          yield { event, run };
          sequence = event.sequence;
        }
        if (events.length === EVENTS_PER_READ) continue;
        if (hasEnded(run.status)) return;
        break;
      }
    }
  }

  async function* followRuns({ kinds, signal }: Parameters<RunFollower['followRuns']>[0]) {
    const told = new Map<string, number>();
    const startedAt = clock.now();
    let first = true;
    for await (const _tick of ticks(signal)) {
      const runs = await store.syncRuns.recent(startedAt);
      for (const run of runs) {
        const id = run._id.toHexString();
        const version = run.lastSequence;
        const known = told.get(id);
        told.set(id, version);
        // What ended before we came is no news; what is active is told once at the beginning.
        if (known === version || (first && hasEnded(run.status))) continue;
        if (kinds === null || kinds.includes(run.kind)) yield run;
      }
      first = false;
    }
  }
}

/**
 * A reader that leaves while it waits would leave only at the next news: a generator's `return()` stands behind its
 * pending `next()`. So `return()` also aborts what it waits for.
 */
function endingWith<T>(
  signal: AbortSignal,
  open: (signal: AbortSignal) => AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  const left = new AbortController();
  const generator = open(AbortSignal.any([signal, left.signal]));
  const end = generator.return.bind(generator);
  generator.return = (value) => {
    left.abort();
    return end(value);
  };
  return generator;
}
