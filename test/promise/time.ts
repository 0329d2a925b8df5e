import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, systemClock } from '../../src/clock.ts';

/** Below it a sleep of the engine is a real one: signs of life and looks for orphans. */
export const REAL_SLEEP_BELOW_MS = 100;

/** The time of the simulated world: it moves by what happens, not by itself. */
export interface WorldTime {
  nowMs: number;
  /** A clock that shows this time, ahead by `skewMs`; to sleep on it lets the time pass. */
  clock(options: { skewMs: number; realBelowMs: number }): Clock;
}

export function createWorldTime(): WorldTime {
  const time: WorldTime = {
    nowMs: Date.now(),
    clock: ({ skewMs, realBelowMs }) => ({
      now: () => new Date(time.nowMs + skewMs),
      async sleep(ms, signal) {
        if (ms < realBelowMs) return systemClock.sleep(ms, signal);
        signal?.throwIfAborted();
        time.nowMs += ms;
        await delay(1);
        signal?.throwIfAborted();
      },
    }),
  };
  return time;
}
