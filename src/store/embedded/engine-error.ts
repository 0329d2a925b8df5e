import { DomainError } from '../../domain-error.ts';
import { isDiskFull, storeFull } from './data-dir.ts';
import { describeExit, HostError, type HostExit } from './host-process.ts';

const OUT_OF_SPACE = /no space left on device|outofdiskspace|disk quota exceeded/i;
const IN_USE = /DBPathInUse|unable to lock the lock file|another mongod instance/i;

/**
 * What the engine's own words mean for whoever set DATA_DIR, where they are known. There is only text: the engine's
 * error names (`DBPathInUse`) are part of it.
 */
export function knownEngineError({
  message,
  dataDir,
  cause,
}: {
  message: string;
  dataDir: string;
  cause: unknown;
}): DomainError | undefined {
  if (IN_USE.test(message)) {
    return new DomainError(
      'STORE_IN_USE',
      `DATA_DIR (${dataDir}) is in use by another engine. Stop that gateway first, or share one engine: \`npm run mongo\` and MONGODB_URI.`,
      { cause },
    );
  }
  return OUT_OF_SPACE.test(message) ? storeFull(dataDir, cause) : undefined;
}

/** The host's failure to start as a DomainError; stage `load` stays as it is, because there is a fallback for it. */
export function engineStartError({ error, dataDir }: { error: unknown; dataDir: string }): unknown {
  if (!(error instanceof HostError)) return error;
  const known = knownEngineError({ message: error.message, dataDir, cause: error });
  if (known !== undefined || error.stage === 'load') return known ?? error;
  return new DomainError('STORE_UNREACHABLE', `The embedded MongoDB engine on ${dataDir} failed: ${error.message}`, {
    cause: error,
    retryable: error.stage === 'crash',
  });
}

/** Why a running engine ended by itself. On a full disk it aborts without a word, so the disk is asked. */
export async function engineLost({ exit, dataDir }: { exit: HostExit; dataDir: string }): Promise<DomainError> {
  const cause = new HostError('crash', describeExit(exit));
  // The folder itself may be gone by now; then the way the process ended is all there is to tell.
  const full = await isDiskFull(dataDir).catch(() => false);
  if (full || OUT_OF_SPACE.test(exit.output)) return storeFull(dataDir, cause);
  return new DomainError(
    'STORE_UNREACHABLE',
    `The embedded MongoDB engine on ${dataDir} ended unexpectedly (${cause.message}). Start again: its journal keeps what was acknowledged.`,
    { cause },
  );
}
