import type { Logger } from './logger.ts';

export interface Shutdown {
  /** To be done at the end, before all that was added earlier. */
  add(name: string, step: () => void | Promise<void>): void;
  /** Runs every step, the newest first, also when some fail. Resolves to false where one failed. Idempotent. */
  run(): Promise<boolean>;
}

/** Remembers how to undo a start, step by step: for a stop, and for a start that fails half-way. */
export function createShutdown({ logger }: { logger: Logger }): Shutdown {
  const steps: { name: string; step: () => void | Promise<void> }[] = [];
  let running: Promise<boolean> | undefined;

  async function runAll(): Promise<boolean> {
    let clean = true;
    for (let next = steps.pop(); next !== undefined; next = steps.pop()) {
      const startedAt = performance.now();
      try {
        await next.step();
        logger.debug({ step: next.name, elapsedMs: Math.round(performance.now() - startedAt) }, 'stopped');
      } catch (error) {
        clean = false;
        logger.error({ step: next.name, error }, 'a part of the gateway did not stop cleanly');
      }
    }
    return clean;
  }

  return {
    add(name, step) {
      steps.push({ name, step });
    },
    run() {
      running ??= runAll();
      return running;
    },
  };
}
