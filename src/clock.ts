import { setTimeout as delay } from 'node:timers/promises';

/** Time, passed in so that tests decide it. */
export interface Clock {
  now(): Date;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  async sleep(ms, signal) {
    signal?.throwIfAborted();
    try {
      await delay(ms, undefined, signal === undefined ? undefined : { signal });
    } catch (error) {
      // timers/promises rejects with an AbortError of its own; callers compare with the signal's reason.
      signal?.throwIfAborted();
      throw error;
    }
  },
};
