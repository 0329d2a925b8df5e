import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { SyncRunStore } from '../store/sync-runs.ts';
import { createLatest, type LatestReader } from './latest.ts';

/** How soon a reader sees by the poll what another instance does. */
const POLL_MS = 500;
/** How soon a change stream that could not be opened, or broke, is tried again. */
const STREAM_RETRY_MS = 60_000;

export const EVENT_DELIVERIES = ['CHANGE_STREAM', 'POLL'] as const;
/** How an instance learns of what runs do on other instances. */
export type EventDelivery = (typeof EVENT_DELIVERIES)[number];

/** Tells readers that some run may have moved, on whichever instance; what has moved they read from the store. */
export interface RunNews {
  readonly delivery: EventDelivery;
  /** This instance has changed a run: told at once. */
  publish(): void;
  /** Ticks until the signal aborts, the first time at once; a slow reader gets one tick for all that it missed. */
  follow(signal: AbortSignal): LatestReader<undefined>;
  /** Resolves when all is over: after the stop's signal. */
  readonly ended: Promise<void>;
}

/**
 * By the change stream of the server where it offers one (`offersStream`), from start to stop; else, and while the stream
 * does not stand, by one short poll for all readers together, which runs only while there are readers.
 */
export function createRunNews({
  runs,
  offersStream,
  clock,
  logger,
  signal,
}: {
  runs: Pick<SyncRunStore, 'watch' | 'newsMark'>;
  offersStream: boolean;
  clock: Clock;
  logger: Logger;
  /** Ends all readers: the process stops. */
  signal: AbortSignal;
}): RunNews {
  const news = createLatest<undefined>();
  if (signal.aborted) news.end();
  else signal.addEventListener('abort', news.end, { once: true });
  let delivery: EventDelivery = 'POLL';
  let polling = false;

  async function poll(): Promise<void> {
    if (polling) return;
    polling = true;
    let mark: string | null = null;
    while (delivery === 'POLL' && news.readerCount > 0 && !signal.aborted) {
      try {
        const found = await runs.newsMark();
        if (found !== mark) news.publish(undefined);
        mark = found;
      } catch (error) {
        if (!signal.aborted) logger.warn({ error }, 'runs could not be polled, trying again');
      }
      await clock.sleep(POLL_MS, signal).catch(() => {});
    }
    polling = false;
  }

  async function stream(): Promise<void> {
    let told = false;
    while (!signal.aborted) {
      try {
        for await (const _change of runs.watch(signal)) {
          if (delivery === 'POLL') logger.info({}, 'following runs by the change stream');
          delivery = 'CHANGE_STREAM';
          told = false;
          news.publish(undefined);
        }
      } catch (error) {
        if (!told) logger.warn({ error }, 'no change stream, polling until there is one');
        told = true;
      }
      delivery = 'POLL';
      void poll();
      await clock.sleep(STREAM_RETRY_MS, signal).catch(() => {});
    }
  }

  return {
    get delivery() {
      return delivery;
    },
    publish: () => news.publish(undefined),
    follow(readerSignal) {
      const reader = news.follow(readerSignal, undefined);
      void poll();
      return reader;
    },
    ended: offersStream ? stream() : Promise.resolve(),
  };
}
