import type { Logger } from '../logger.ts';
import { untilAborted } from '../until-aborted.ts';

const CHECK_LIMIT_MS = 2_000;

/** Named checks of what the gateway needs to serve: each resolves, or throws and says why. */
export type ReadinessChecks = Readonly<Record<string, (signal: AbortSignal) => Promise<void>>>;

export interface Readiness {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, 'ok' | 'failed'>>;
}

/** Runs all checks at once, each under a time limit. The reasons of failures go to the log: the answer is public. */
export async function checkReadiness(checks: ReadinessChecks, logger: Logger): Promise<Readiness> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      const limit = AbortSignal.timeout(CHECK_LIMIT_MS);
      try {
        await untilAborted(check(limit), limit);
        return [name, 'ok'] as const;
      } catch (error) {
        logger.warn({ check: name, error }, 'the gateway is not ready');
        return [name, 'failed'] as const;
      }
    }),
  );
  return { ready: results.every(([, result]) => result === 'ok'), checks: Object.fromEntries(results) };
}
