import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { type Caller, LOCAL_CALLER } from '../auth/caller.ts';

const WINDOW_SECONDS = 60;

/** Counts an operation of a caller; answers how many seconds it has to wait, 0 where it may go on. */
export type LimitCaller = (caller: Caller) => Promise<number>;

/** Each caller by itself, by this process. Where nobody is asked who they are, nobody is counted: it is all one machine. */
export function createCallerLimit({ perMinute }: { perMinute: number }): LimitCaller {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: WINDOW_SECONDS });
  return async (caller) => {
    if (caller === LOCAL_CALLER) return 0;
    try {
      await limiter.consume(caller.name);
      return 0;
    } catch (error) {
      if (error instanceof RateLimiterRes) return Math.max(1, Math.ceil(error.msBeforeNext / 1_000));
      throw error;
    }
  };
}
