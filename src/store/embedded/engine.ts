import { resolve } from 'node:path';
import { systemClock } from '../../clock.ts';
import { type DomainError, isDomainError } from '../../domain-error.ts';
import type { Logger } from '../../logger.ts';
import { prepareDataDir } from './data-dir.ts';
import { startDownloadedEngine } from './downloaded.ts';
import { engineLost, engineStartError } from './engine-error.ts';
import { HostError, type HostOptions, type HostProcess, startHostProcess } from './host-process.ts';
import { defaultCacheDir, findHostFile, socketBaseDir } from './locations.ts';
import { nodeLauncher } from './node-launcher.ts';

export interface Engine {
  /** Any driver on this machine, of the same user, connects to it; names no database. */
  readonly uri: string;
  readonly version: string;
  readonly kind: 'EMBEDDED' | 'DOWNLOADED';
  /** Process that runs the engine. */
  readonly pid: number;
  /** Closes the engine cleanly: everything on disk, socket removed, process ended. Idempotent. */
  close(): Promise<void>;
}

export interface EngineOptions {
  /** Folder of the data; created where it is missing. */
  readonly dataDir: string;
  readonly logger: Logger;
  /** Aborts the start, not the running engine. */
  readonly signal?: AbortSignal | undefined;
  /** Called once if the engine ends without having been closed. */
  readonly onLost?: ((error: DomainError) => void) | undefined;
  /** Keeps the newer C library. @default `$XDG_CACHE_HOME` or `~/.cache`, then `contact-sync-gateway` */
  readonly cacheDir?: string | undefined;
  /** Upper bound of WiredTiger's cache. @default 256 */
  readonly cacheSizeMb?: number | undefined;
}

/** An account of a million contacts with its indexes pulls as fast with this as with more; the gateway is not alone. */
const DEFAULT_CACHE_SIZE_MB = 256;
/** Longer than an orphaned host may take to close (host.ts), and short enough for an answer. */
const IN_USE_PATIENCE_MS = 2_000;
const IN_USE_RETRY_MS = 200;

/**
 * Starts MongoDB's engine on `dataDir`: the embedded one in a process of its own, or where that cannot run, a
 * downloaded `mongod`. It ends with this process, however this process ends.
 * @throws DomainError CONFIG_INVALID (the folder cannot be used), STORE_IN_USE, STORE_FULL, STORE_UNSUPPORTED (no
 * engine runs here), STORE_UNREACHABLE; or the signal's reason.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { logger, signal } = options;
  const dataDir = resolve(options.dataDir);
  const cacheDir = options.cacheDir ?? defaultCacheDir();
  const cacheSizeMb = options.cacheSizeMb ?? DEFAULT_CACHE_SIZE_MB;
  signal?.throwIfAborted();
  await prepareDataDir(dataDir);
  const start = { ...options, dataDir, cacheDir, cacheSizeMb };
  try {
    return await startEmbeddedEngine(start);
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof HostError && error.stage === 'load')) throw error;
    logger.warn({ error }, 'the embedded MongoDB engine does not run on this system: downloading a MongoDB server');
    return await startDownloadedEngine({ ...start, unsupported: error });
  }
}

type ResolvedOptions = EngineOptions & { cacheDir: string; cacheSizeMb: number };

async function startEmbeddedEngine(options: ResolvedOptions): Promise<Engine> {
  const { dataDir, logger, signal, cacheDir, cacheSizeMb, onLost } = options;
  const hostFile = await findHostFile();
  const launcher = await nodeLauncher({ cacheDir, logger, signal });
  const startedAt = performance.now();
  const host = await startWhenFree({
    hostFile,
    launcher,
    // Nothing of ours is inherited: the host needs no secret, and a NODE_OPTIONS meant for the gateway may break it.
    env: { TMPDIR: socketBaseDir() },
    dataDir,
    cacheSizeMb,
    logger,
    signal,
  });
  logger.info(
    {
      kind: 'EMBEDDED',
      version: host.version,
      dataDir,
      pid: host.pid,
      elapsedMs: Math.round(performance.now() - startedAt),
    },
    'the embedded MongoDB engine is running',
  );

  let closing = false;
  void host.exited.then(async (exit) => {
    if (closing) return;
    const error = await engineLost({ exit, dataDir });
    logger.error({ error, pid: host.pid }, 'the embedded MongoDB engine ended unexpectedly');
    onLost?.(error);
  });
  return {
    uri: host.uri,
    version: host.version,
    kind: 'EMBEDDED',
    pid: host.pid,
    close() {
      closing = true;
      return host.close();
    },
  };
}

/** A gateway that is started again right after a kill -9 finds its predecessor's engine still closing. */
async function startWhenFree(options: HostOptions): Promise<HostProcess> {
  const deadline = performance.now() + IN_USE_PATIENCE_MS;
  for (;;) {
    try {
      return await startHostProcess(options);
    } catch (error) {
      const mapped = engineStartError({ error, dataDir: options.dataDir });
      if (!isDomainError(mapped, 'STORE_IN_USE') || performance.now() > deadline) throw mapped;
    }
    await systemClock.sleep(IN_USE_RETRY_MS, options.signal);
  }
}
