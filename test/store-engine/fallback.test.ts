import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { silentLogger } from '../../src/logger.ts';
import { startDownloadedEngine } from '../../src/store/embedded/downloaded.ts';
import { startEngine } from '../../src/store/embedded/engine.ts';
import { isGlibcAtLeast, REQUIRED_GLIBC, runtimeGlibcVersion } from '../../src/store/embedded/glibc.ts';
import { tempDir } from './engine-process.ts';

const logger = silentLogger;

function withoutDownloads(): void {
  vi.stubEnv('MONGOMS_DOWNLOAD_MIRROR', 'https://127.0.0.1:9');
  vi.stubEnv('MONGOMS_MAX_RETRIES', '0');
  // The package reports the failure to the console as well as to us.
  vi.spyOn(console, 'warn').mockImplementation(() => {});
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test('where no engine can run and none can be downloaded, one message says why and names MONGODB_URI', async () => {
  withoutDownloads();
  await using dir = await tempDir();
  const start = startDownloadedEngine({
    dataDir: dir.path,
    cacheDir: dir.path,
    cacheSizeMb: 256,
    logger,
    unsupported: new Error('this system has another C library'),
  });
  await expect(start).rejects.toMatchObject({
    code: 'STORE_UNSUPPORTED',
    message: expect.stringMatching(/another C library.*Download failed.*MONGODB_URI/),
  });
});

test('an aborted download ends with the reason', async () => {
  withoutDownloads();
  await using dir = await tempDir();
  const abort = new AbortController();
  const reason = new Error('stopping');
  const start = startDownloadedEngine({
    dataDir: dir.path,
    cacheDir: dir.path,
    cacheSizeMb: 256,
    logger,
    signal: abort.signal,
    unsupported: new Error('unsupported'),
  });
  abort.abort(reason);
  await expect(start).rejects.toBe(reason);
});

const glibcVersion = runtimeGlibcVersion();
const needsPrivateGlibc = glibcVersion !== undefined && !isGlibcAtLeast(glibcVersion, REQUIRED_GLIBC);

test.skipIf(!needsPrivateGlibc)('a newer C library that cannot be kept leads to the fallback', async () => {
  withoutDownloads();
  await using dir = await tempDir();
  const cacheDir = join(dir.path, 'file');
  await writeFile(cacheDir, '');
  await expect(startEngine({ dataDir: join(dir.path, 'data'), cacheDir, logger })).rejects.toMatchObject({
    code: 'STORE_UNSUPPORTED',
    message: expect.stringMatching(/C library 2\.38.*could not be fetched.*MONGODB_URI/),
  });
});
