import { setImmediate } from 'node:timers/promises';
import type { ObjectId } from 'mongodb';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { hasEnded, type SyncKind } from '../model/sync-run.ts';
import type { Store } from '../store/store.ts';
import type { SyncEventDocument } from '../store/sync-events.ts';
import type { SyncRunDocument } from '../store/sync-runs.ts';
import type { SyncEngine } from './engine.ts';
import { createRunNews, type RunNews } from './run-news.ts';

type Ticks = ReturnType<RunNews['follow']>;

/** What a reader that has stopped reading holds at most. */
const EVENTS_PER_READ = 20;

/** Readers of runs, on whichever instance the runs go on: woken by `RunNews`, they read from the store. */
export interface RunFollower extends Pick<SyncEngine, 'followEvents' | 'followRuns'> {
  readonly news: RunNews;
}

export function createRunFollower({
  store,
  clock,
  logger,
  signal,
}: {
  store: Store;
  clock: Clock;
  logger: Logger;
  /** Ends all readers: the process stops. */
  signal: AbortSignal;
}): RunFollower {
  const news = createRunNews({ runs: store.syncRuns, offersStream: store.info.changeStreams, clock, logger, signal });

  // Thousands of readers of one run wake at once and ask for the same: one query answers them all. Whoever asks once it
  // is on its way must not get its answer, which may be older than the news that woke them.
  const reads = new Map<string, Promise<{ run: SyncRunDocument | null; events: SyncEventDocument[] }>>();
  function readAfter(runId: ObjectId, sequence: number) {
    const key = `${runId.toHexString()}:${sequence}`;
    const open = reads.get(key);
    if (open !== undefined) return open;
    const read = (async () => {
      await setImmediate();
      reads.delete(key);
      // The run first: if it has ended by then, all of its events are there.
      const run = await store.syncRuns.get(runId);
      if (run === null) return { run, events: [] };
      const events = await store.syncEvents.after(run, sequence, EVENTS_PER_READ);
      // And never with an event that it knows nothing of: its end goes with a run that has ended.
      const isBehind = (events.at(-1)?.sequence ?? 0) > run.lastSequence;
      return { run: isBehind ? await store.syncRuns.get(runId) : run, events };
    })();
    reads.set(key, read);
    return read;
  }

  return {
    news,
    followEvents({ runId, afterSequence, signal }) {
      const ticks = news.follow(signal);
      return leavingAtOnce(ticks, followEvents(runId, afterSequence, ticks));
    },
    followRuns({ kinds, signal }) {
      const ticks = news.follow(signal);
      return leavingAtOnce(ticks, followRuns(kinds, ticks));
    },
  };

  async function* followEvents(runId: ObjectId, afterSequence: number, ticks: Ticks) {
    let sequence = afterSequence;
    for await (const _tick of ticks) {
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

  async function* followRuns(kinds: readonly SyncKind[] | null, ticks: Ticks) {
    const told = new Map<string, number>();
    // By the server's clock, as what it is compared with.
    const startedAt = (await store.syncRuns.lastChangedAt()) ?? new Date(0);
    let open: readonly ObjectId[] = [];
    let first = true;
    for await (const _tick of ticks) {
      const runs = await store.syncRuns.recent(startedAt, open);
      open = runs.flatMap((run) => (hasEnded(run.status) ? [] : [run._id]));
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
 * pending `next()`. So `return()` also ends what it waits for.
 */
function leavingAtOnce<T>(ticks: Ticks, generator: AsyncGenerator<T, void, undefined>) {
  const end = generator.return.bind(generator);
  generator.return = (value) => {
    void ticks.return();
    return end(value);
  };
  return generator;
}
