import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, systemClock } from '../../src/clock.ts';

/** Below it a sleep of the engine is a real one: signs of life and looks for orphans. */
export const REAL_SLEEP_BELOW_MS = 100;

/** The time of the simulated world: it moves by what happens, not by itself. */
export interface WorldTime {
  readonly nowMs: number;
  /** So much time passes, as soon as nobody holds it. */
  pass(ms: number): Promise<void>;
  /** A clock that shows this time, ahead by `skewMs`; to sleep on it lets the time pass. */
  clock(options: { skewMs: number; realBelowMs: number }): Clock;
  /**
   * Holds the time for one request, from when it asks the budget until it is answered: what takes no time in the real world
   * takes none here. Only the holder lets time pass meanwhile, by `heldClock`.
   */
  hold(): Promise<void>;
  release(): void;
  readonly heldClock: Clock;
}

export function createWorldTime(): WorldTime {
  let nowMs = Date.now();
  let isHeld = false;
  const waiting: (() => void)[] = [];

  async function free(): Promise<void> {
    while (isHeld) await new Promise<void>((resolve) => waiting.push(resolve));
  }
  async function pass(ms: number): Promise<void> {
    await free();
    nowMs += ms;
  }
  return {
    get nowMs() {
      return nowMs;
    },
    pass,
    clock: ({ skewMs, realBelowMs }) => ({
      now: () => new Date(nowMs + skewMs),
      async sleep(ms, signal) {
        if (ms < realBelowMs) return systemClock.sleep(ms, signal);
        signal?.throwIfAborted();
        await pass(ms);
        await delay(1);
        signal?.throwIfAborted();
      },
    }),
    async hold() {
      await free();
      isHeld = true;
    },
    release() {
      isHeld = false;
      for (const go of waiting.splice(0)) go();
    },
    heldClock: {
      now: () => new Date(nowMs),
      async sleep(ms, signal) {
        signal?.throwIfAborted();
        nowMs += ms;
        await nextTurn();
        signal?.throwIfAborted();
      },
    },
  };
}
