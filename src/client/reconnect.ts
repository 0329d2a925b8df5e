import { ConnectionLost } from './gateway-error.ts';

export interface ReconnectOptions {
  /** Attempts in a row without any event, after which the loss is told. @default 20 */
  readonly attempts?: number;
  /** Before the first new attempt; doubled for each further one, up to `maxDelayMs`. @default 500 */
  readonly delayMs?: number;
  /** @default 10000 */
  readonly maxDelayMs?: number;
  /**
   * Without any sign of the gateway for so long its connection is taken for lost; it gives one every 12 seconds.
   * @default 30000
   */
  readonly silenceMs?: number;
}

/**
 * Opens a stream again when its connection breaks, or when it completes and `isOver` says that there is more to come (a
 * gateway that stops completes all streams). `open` is to go on from where the last one broke.
 */
export async function* reconnecting<T>({
  open,
  isOver,
  signal,
  reconnect: { attempts = 20, delayMs = 500, maxDelayMs = 10_000 },
}: {
  open: () => AsyncIterable<T>;
  isOver: () => Promise<boolean>;
  signal: AbortSignal;
  reconnect: ReconnectOptions;
}): AsyncGenerator<T, void, undefined> {
  let failures = 0;
  for (;;) {
    try {
      for await (const item of open()) {
        failures = 0;
        yield item;
      }
      if (await isOver()) return;
      failures += 1;
    } catch (error) {
      signal.throwIfAborted();
      failures += 1;
      if (!(error instanceof ConnectionLost) || failures > attempts) throw error;
    }
    // Up to half of it by chance: many clients of one gateway do not come back at one moment.
    const delay = Math.min(delayMs * 2 ** (failures - 1), maxDelayMs);
    await sleep(delay * (0.5 + Math.random() / 2), signal);
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
