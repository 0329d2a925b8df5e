import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, systemClock } from '../../src/clock.ts';

/** Below it a sleep of the engine lasts until it is woken: signs of life and looks for orphans. */
export const POLL_BELOW_MS = 100;
/** What is slept through at most where nobody tells of news. */
const LONGEST_POLL_MS = 400;

/** The time of the simulated world: it moves by what happens, not by itself. */
export interface WorldTime {
  nowMs: number;
  /** A clock that shows this time, ahead by `skewMs`; to sleep on it lets the time pass. */
  clock(options: { skewMs: number; pollBelowMs: number }): Clock;
  /** Something has happened that processes look for now and then: they look at once. */
  wake(): void;
}

export function createWorldTime(): WorldTime {
  let woken = new AbortController();

  async function poll(signal: AbortSignal | undefined): Promise<void> {
    const any = AbortSignal.any([woken.signal, ...(signal === undefined ? [] : [signal])]);
    await systemClock.sleep(LONGEST_POLL_MS, any).catch(() => {});
    signal?.throwIfAborted();
  }

  const time: WorldTime = {
    nowMs: Date.now(),
    clock: ({ skewMs, pollBelowMs }) => ({
      now: () => new Date(time.nowMs + skewMs),
      async sleep(ms, signal) {
        signal?.throwIfAborted();
        if (ms < pollBelowMs) return poll(signal);
        time.nowMs += ms;
        await delay(1);
        signal?.throwIfAborted();
      },
    }),
    wake() {
      woken.abort();
      woken = new AbortController();
    },
  };
  return time;
}
