import type { Logger } from '../../logger.ts';
import { isGlibcAtLeast, REQUIRED_GLIBC, runtimeGlibcVersion } from './glibc.ts';
import { HostError, type NodeLauncher } from './host-process.ts';
import { privateGlibcLauncher } from './private-glibc.ts';

/**
 * How the host is to be started on this system.
 * @throws HostError of stage `load` where the engine cannot run; the signal's reason.
 */
export async function nodeLauncher(options: {
  cacheDir: string;
  logger: Logger;
  signal: AbortSignal | undefined;
}): Promise<NodeLauncher> {
  const direct = { execPath: process.execPath, execArgv: [] };
  if (process.platform !== 'linux') return direct;
  const glibcVersion = runtimeGlibcVersion();
  if (glibcVersion === undefined) {
    throw new HostError('load', 'the embedded engine needs the GNU C library, this system has another');
  }
  if (isGlibcAtLeast(glibcVersion, REQUIRED_GLIBC)) return direct;
  try {
    return await privateGlibcLauncher(options);
  } catch (error) {
    options.signal?.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    throw new HostError(
      'load',
      `the embedded engine needs the GNU C library ${REQUIRED_GLIBC}, this system has ${glibcVersion}, and a newer one could not be fetched: ${reason}`,
      { cause: error },
    );
  }
}
