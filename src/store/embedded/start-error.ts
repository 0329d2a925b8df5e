import { DomainError } from '../../domain-error.ts';
import { storeFull } from './data-dir.ts';
import { HostStartError } from './host-process.ts';

const OUT_OF_SPACE = /no space left on device|outofdiskspace|disk quota exceeded/i;
const IN_USE = /DBPathInUse|unable to lock the lock file|another mongod instance/i;

/**
 * What the engine's own words mean for whoever set DATA_DIR. The engine hands over text only; its error names
 * (`DBPathInUse`) are part of that text.
 */
export function engineError({ error, dataDir }: { error: unknown; dataDir: string }): unknown {
  if (!(error instanceof HostStartError)) return error;
  if (IN_USE.test(error.message)) {
    return new DomainError(
      'STORE_IN_USE',
      `DATA_DIR (${dataDir}) is in use by another engine. Stop that gateway first, or share one engine: \`npm run mongo\` and MONGODB_URI.`,
      { cause: error },
    );
  }
  if (OUT_OF_SPACE.test(error.message)) return storeFull(dataDir, error);
  if (error.stage === 'load') return error;
  return new DomainError('STORE_UNREACHABLE', `The embedded MongoDB engine on ${dataDir} failed: ${error.message}`, {
    cause: error,
    retryable: error.stage === 'crash',
  });
}
