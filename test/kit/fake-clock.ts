import type { Clock } from '../../src/clock.ts';

export interface FakeClock extends Clock {
  /** Resolves when somebody sleeps who was not asleep at the last look: it has done what it had to do until now. */
  settled(): Promise<void>;
  /** Sets the time and wakes everyone whose sleep has ended by then; resolves when they sleep again. */
  set(time: Date): Promise<void>;
}

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** A clock for one sleeper: time stands still until the test moves it. */
export function createFakeClock(start: Date): FakeClock {
  let now = start.getTime();
  let sleeper: Sleeper | null = null;
  let onSleep: (() => void)[] = [];

  const settled = () => (sleeper !== null ? Promise.resolve() : new Promise<void>((resolve) => onSleep.push(resolve)));

  return {
    now: () => new Date(now),
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const onAbort = () => {
          sleeper = null;
          reject(signal?.reason);
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        const wake = () => {
          signal?.removeEventListener('abort', onAbort);
          sleeper = null;
          resolve();
        };
        sleeper = { until: now + ms, wake };
        for (const tell of onSleep.splice(0)) tell();
        onSleep = [];
      });
    },
    settled,
    async set(time) {
      await settled();
      now = time.getTime();
      // Also those whose sleep has not ended: after a step of the clock a timer ends, by its own time, all the same.
      sleeper?.wake();
      await settled();
    },
  };
}
