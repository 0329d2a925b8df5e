import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { isStoreUnreachable } from '../store/errors.ts';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;

/** Runs an operation of the store, and waits for the store where it cannot be reached. */
export type WithPatience = <T>(operation: () => Promise<T>) => Promise<T>;

/**
 * For operations that may be done twice: what was sent when the connection broke may have been done.
 * Gives up only with the signal.
 */
export function createStorePatience({
  clock,
  logger,
  signal,
  onReturn,
}: {
  clock: Clock;
  logger: Logger;
  signal: AbortSignal;
  /** Called when the store answers again, with how long it did not. */
  onReturn?: (unreachableMs: number) => void;
}): WithPatience {
  return async (operation) => {
    let since: number | null = null;
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      try {
        const result = await operation();
        if (since !== null) {
          const unreachableMs = clock.now().getTime() - since;
          logger.info({ unreachableMs }, 'store reachable again');
          onReturn?.(unreachableMs);
        }
        return result;
      } catch (error) {
        if (!isStoreUnreachable(error)) throw error;
        if (since === null) logger.warn({ error }, 'store unreachable, waiting');
        since ??= clock.now().getTime();
        await clock.sleep(waitMs, signal);
      }
    }
  };
}
