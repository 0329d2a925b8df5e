import { join } from 'node:path';
import { MongoMemoryServer } from 'mongodb-memory-server-core';
import { MongoInstanceEvents } from 'mongodb-memory-server-core/lib/util/MongoInstance.js';
import { DomainError } from '../../domain-error.ts';
import type { Logger } from '../../logger.ts';
import { untilAborted } from '../../until-aborted.ts';
import type { Engine } from './engine.ts';
import { knownEngineError } from './engine-error.ts';

const LAUNCH_LIMIT_MS = 60_000;
/** `mongod` refuses less. */
const MIN_CACHE_SIZE_GB = 0.25;

/**
 * The fallback: downloads a MongoDB server once into `cacheDir` and runs it on `dataDir`, on 127.0.0.1. A watcher
 * process of the package ends it when this process is gone.
 * @throws DomainError STORE_UNSUPPORTED, which tells how to go on without either engine.
 */
export async function startDownloadedEngine({
  dataDir,
  cacheDir,
  cacheSizeMb,
  logger,
  signal,
  onLost,
  unsupported,
}: {
  dataDir: string;
  cacheDir: string;
  cacheSizeMb: number;
  logger: Logger;
  signal?: AbortSignal | undefined;
  onLost?: ((error: DomainError) => void) | undefined;
  /** Why the embedded engine could not be used. */
  unsupported: unknown;
}): Promise<Engine> {
  const starting = MongoMemoryServer.create({
    binary: { downloadDir: join(cacheDir, 'mongodb-binaries'), checkMD5: true },
    instance: {
      dbPath: dataDir,
      ip: '127.0.0.1',
      storageEngine: 'wiredTiger',
      launchTimeout: LAUNCH_LIMIT_MS,
      args: ['--wiredTigerCacheSizeGB', String(Math.max(cacheSizeMb / 1024, MIN_CACHE_SIZE_GB))],
    },
  });
  let server: MongoMemoryServer;
  try {
    server = await (signal === undefined ? starting : untilAborted(starting, signal));
  } catch (error) {
    if (signal?.aborted) {
      // The package's start cannot be aborted; what it starts after all is stopped, and its own failure is no news.
      void starting.then((late) => late.stop({ doCleanup: false })).catch(() => {});
      throw signal.reason;
    }
    const known = knownEngineError({ message: messageOf(error), dataDir, cause: error });
    if (known !== undefined) throw known;
    throw new DomainError(
      'STORE_UNSUPPORTED',
      `No MongoDB can be started on this system: ${messageOf(unsupported)}; and a MongoDB server could not be downloaded and started: ${messageOf(error)}. ` +
        'Set MONGODB_URI to a MongoDB deployment of your own (4.4 or newer).',
      { cause: error },
    );
  }
  const instance = server.instanceInfo?.instance;
  const version = instance?.binaryOpts.version ?? 'unknown';
  const pid = instance?.mongodProcess?.pid ?? 0;
  logger.info({ kind: 'DOWNLOADED', version, dataDir, pid }, 'a downloaded MongoDB server is running');

  let closing: Promise<unknown> | undefined;
  instance?.once(MongoInstanceEvents.instanceClosed, () => {
    if (closing !== undefined) return;
    const error = new DomainError(
      'STORE_UNREACHABLE',
      `The downloaded MongoDB server on ${dataDir} ended unexpectedly.`,
    );
    logger.error({ error, pid }, 'the downloaded MongoDB server ended unexpectedly');
    onLost?.(error);
  });
  return {
    uri: server.getUri(),
    version,
    kind: 'DOWNLOADED',
    pid,
    async close() {
      closing ??= server.stop({ doCleanup: false });
      await closing;
    },
  };
}

function messageOf(error: unknown): string {
  // On one line: it becomes part of a sentence.
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');
}
