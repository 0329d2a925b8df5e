import { join } from 'node:path';
import { MongoMemoryServer } from 'mongodb-memory-server-core';
import { DomainError } from '../../domain-error.ts';
import type { Logger } from '../../logger.ts';
import type { Engine } from './engine.ts';

const LAUNCH_LIMIT_MS = 60_000;

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
  unsupported,
}: {
  dataDir: string;
  cacheDir: string;
  cacheSizeMb: number;
  logger: Logger;
  signal?: AbortSignal | undefined;
  /** Why the embedded engine could not be used. */
  unsupported: unknown;
}): Promise<Engine> {
  let server: MongoMemoryServer | undefined;
  try {
    server = await MongoMemoryServer.create({
      binary: { downloadDir: join(cacheDir, 'mongodb-binaries') },
      instance: {
        dbPath: dataDir,
        ip: '127.0.0.1',
        storageEngine: 'wiredTiger',
        launchTimeout: LAUNCH_LIMIT_MS,
        args: ['--wiredTigerCacheSizeGB', String(Math.max(cacheSizeMb / 1024, 0.25))],
      },
    });
    signal?.throwIfAborted();
  } catch (error) {
    await server?.stop({ doCleanup: false });
    signal?.throwIfAborted();
    throw new DomainError(
      'STORE_UNSUPPORTED',
      `No MongoDB can be started on this system: ${messageOf(unsupported)}; and a MongoDB server could not be downloaded: ${messageOf(error)}. ` +
        'Set MONGODB_URI to a MongoDB deployment of your own (4.4 or newer).',
      { cause: error },
    );
  }
  const running = server;
  const version = running.instanceInfo?.instance.binaryOpts.version ?? 'unknown';
  const pid = running.instanceInfo?.instance.mongodProcess?.pid ?? 0;
  logger.info({ kind: 'DOWNLOADED', version, dataDir, pid }, 'a downloaded MongoDB server is running');

  let closing: Promise<unknown> | undefined;
  return {
    uri: running.getUri(),
    version,
    kind: 'DOWNLOADED',
    pid,
    async close() {
      closing ??= running.stop({ doCleanup: false });
      await closing;
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
