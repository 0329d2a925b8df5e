import { execFile } from 'node:child_process';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { silentLogger } from '../../src/logger.ts';
import { isGlibcAtLeast, REQUIRED_GLIBC, runtimeGlibcVersion } from '../../src/store/embedded/glibc.ts';
import { privateGlibcLauncher } from '../../src/store/embedded/private-glibc.ts';
import { tempDir } from './engine-process.ts';

const run = promisify(execFile);
const glibcVersion = runtimeGlibcVersion();
const needsPrivateGlibc =
  process.platform === 'linux' && glibcVersion !== undefined && !isGlibcAtLeast(glibcVersion, REQUIRED_GLIBC);

test.each([
  ['2.41-12+deb13u5', true],
  ['2.38', true],
  ['3.0', true],
  ['2.36', false],
  ['2.4', false],
  ['1.99', false],
])('glibc %s is new enough: %s', (version, expected) => {
  expect(isGlibcAtLeast(version, '2.38')).toBe(expected);
});

// Fetches from the system's package mirror, like the first start on such a system does.
describe.skipIf(!needsPrivateGlibc)('on a system with an older C library', { timeout: 120_000 }, () => {
  test('two first starts at once both get a complete newer one, whatever an earlier start left half-finished', async () => {
    await using cache = await tempDir();
    const halfFinished = join(cache.path, 'glibc-9.99-1-x64', 'usr', 'lib');
    await mkdir(halfFinished, { recursive: true });
    await mkdir(join(cache.path, '.fetching-killed', 'mirror-0', 'root'), { recursive: true });
    const options = { cacheDir: cache.path, logger: silentLogger };

    const launchers = await Promise.all([privateGlibcLauncher(options), privateGlibcLauncher(options)]);
    expect(launchers[0]).toEqual(launchers[1]);
    const [launcher] = launchers;
    const script = 'process.stdout.write(process.report.getReport().header.glibcVersionRuntime)';
    const { stdout } = await run(launcher.execPath, [...launcher.execArgv, '-e', script]);
    expect(isGlibcAtLeast(stdout, REQUIRED_GLIBC)).toBe(true);
    const names = await readdir(cache.path);
    expect(names.filter((name) => name.startsWith('.fetching-'))).toEqual(['.fetching-killed']);
    expect(names.filter((name) => name.startsWith('glibc-'))).toHaveLength(2);

    // A cache that somebody cleaned is filled again.
    await rm(launcher.execPath);
    expect(await privateGlibcLauncher(options)).toEqual(launcher);
    await run(launcher.execPath, [...launcher.execArgv, '--version']);
  });

  test('a fetch that is aborted ends with the reason and leaves nothing behind', async () => {
    await using cache = await tempDir();
    const reason = new Error('changed my mind');
    const abort = new AbortController();
    const fetching = privateGlibcLauncher({ cacheDir: cache.path, logger: silentLogger, signal: abort.signal });
    await expect.poll(() => readdir(cache.path)).toHaveLength(1);
    abort.abort(reason);
    await expect(fetching).rejects.toBe(reason);
    expect(await readdir(cache.path)).toEqual([]);
  });

  test('a cache folder that cannot be written to is an error, not a crash', async () => {
    await using cache = await tempDir();
    const file = join(cache.path, 'file');
    await writeFile(file, '');
    await expect(privateGlibcLauncher({ cacheDir: file, logger: silentLogger })).rejects.toThrow('EEXIST');
  });
});
