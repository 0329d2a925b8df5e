import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from './logger.ts';

type Step = () => void | Promise<void>;

export interface Shutdown {
  /**
   * To be done at the end, before all that was added earlier.
   * @param byMs when it has to be over, since the beginning of the end: the next step does not wait for it any longer. Without
   * it, the next step waits for its end.
   */
  add(name: string, step: Step, limit?: { byMs: number }): void;
  /** Runs every step, the newest first, also when some fail. Resolves to false where one failed, or took too long. Idempotent. */
  run(): Promise<boolean>;
}

/** Remembers how to undo a start, step by step: for a stop, and for a start that fails half-way. */
export function createShutdown({ logger }: { logger: Logger }): Shutdown {
  const steps: { name: string; step: Step; byMs: number | null }[] = [];
  let running: Promise<boolean> | undefined;

  async function runAll(): Promise<boolean> {
    const beganAt = performance.now();
    let clean = true;
    for (let next = steps.pop(); next !== undefined; next = steps.pop()) {
      const { name, step, byMs } = next;
      const startedAt = performance.now();
      try {
        await (byMs === null ? step() : within(Math.max(0, beganAt + byMs - startedAt), step));
        logger.debug({ step: name, elapsedMs: Math.round(performance.now() - startedAt) }, 'stopped');
      } catch (error) {
        clean = false;
        logger.error({ step: name, error }, 'a part of the gateway did not stop cleanly');
      }
    }
    return clean;
  }

  return {
    add(name, step, limit) {
      steps.push({ name, step, byMs: limit?.byMs ?? null });
    },
    run() {
      running ??= runAll();
      return running;
    },
  };
}

/** @throws where it takes longer; it is left to itself then, and nobody hears how it ends. */
async function within(limitMs: number, step: Step): Promise<void> {
  const done = new AbortController();
  const tooLong = async () => {
    await delay(limitMs, undefined, { signal: done.signal });
    throw new Error('It takes too long, and is left behind.');
  };
  try {
    await Promise.race([step(), tooLong()]);
  } finally {
    done.abort();
  }
}
