import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Logger } from '../../logger.ts';
import { fetchNextGlibc } from './apt-fetch.ts';
import { isGlibcAtLeast, REQUIRED_GLIBC } from './glibc.ts';
import type { NodeLauncher } from './host-process.ts';

interface Layout {
  readonly loader: string;
  readonly libraries: string;
}

/** Where Debian puts the dynamic loader and the libraries, by Node.js's name of the architecture. */
const LAYOUTS: Readonly<Partial<Record<string, Layout>>> = {
  x64: { loader: 'ld-linux-x86-64.so.2', libraries: 'usr/lib/x86_64-linux-gnu' },
  arm64: { loader: 'ld-linux-aarch64.so.1', libraries: 'usr/lib/aarch64-linux-gnu' },
};

const MARKER = 'complete.json';
const FETCH_PREFIX = '.fetching-';
const ABANDONED_AFTER_MS = 60 * 60 * 1000;
const markerSchema = z.object({ version: z.string(), arch: z.string() });

/**
 * A launcher that runs Node.js under a newer C library than the system's, kept in `cacheDir`. The library is fetched on
 * first use. Two first uses at once each fetch into a folder of their own; the first rename wins and both use it.
 * @throws Error where the system has no way to it; the signal's reason.
 */
export async function privateGlibcLauncher({
  cacheDir,
  logger,
  signal,
}: {
  cacheDir: string;
  logger: Logger;
  signal?: AbortSignal | undefined;
}): Promise<NodeLauncher> {
  const layout = LAYOUTS[process.arch];
  if (layout === undefined) throw new Error(`the embedded engine has no build for ${process.platform} ${process.arch}`);
  const dir = (await findCached({ cacheDir, layout })) ?? (await fetchInto({ cacheDir, layout, logger, signal }));
  const libraries = join(dir, layout.libraries);
  return { execPath: join(libraries, layout.loader), execArgv: ['--library-path', libraries, process.execPath] };
}

async function findCached({ cacheDir, layout }: { cacheDir: string; layout: Layout }): Promise<string | undefined> {
  const names = await readdir(cacheDir).catch(() => []);
  for (const name of names.filter((candidate) => candidate.startsWith('glibc-')).sort()) {
    const dir = join(cacheDir, name);
    if (await isUsable({ dir, layout })) return dir;
  }
  return undefined;
}

/** The marker is written last; the files are looked for all the same, because cache folders get cleaned by others. */
async function isUsable({ dir, layout }: { dir: string; layout: Layout }): Promise<boolean> {
  try {
    const { version, arch } = markerSchema.parse(JSON.parse(await readFile(join(dir, MARKER), 'utf8')));
    for (const file of [layout.loader, 'libc.so.6', 'libm.so.6', 'libgcc_s.so.1', 'libstdc++.so.6']) {
      await access(join(dir, layout.libraries, file), constants.R_OK);
    }
    return arch === process.arch && isGlibcAtLeast(version, REQUIRED_GLIBC);
  } catch {
    // Not there, cut short, or not ours: no reason matters here, it is fetched again.
    return false;
  }
}

async function fetchInto({
  cacheDir,
  layout,
  logger,
  signal,
}: {
  cacheDir: string;
  layout: Layout;
  logger: Logger;
  signal: AbortSignal | undefined;
}): Promise<string> {
  await mkdir(cacheDir, { recursive: true, mode: 0o700 });
  await removeAbandoned(cacheDir);
  logger.info(
    { requiredGlibc: REQUIRED_GLIBC, cacheDir },
    'this system has an older C library than the embedded MongoDB engine needs: fetching a newer one for it, once',
  );
  const startedAt = performance.now();
  const workDir = await mkdtemp(join(cacheDir, FETCH_PREFIX));
  try {
    const { version, root } = await fetchNextGlibc({ dir: workDir, signal });
    await writeFile(join(root, MARKER), JSON.stringify({ version, arch: process.arch }));
    await syncToDisk(join(root, MARKER));
    const target = join(cacheDir, `glibc-${version}-${process.arch}`);
    await publish({ root, target, layout });
    logger.info({ version, elapsedMs: Math.round(performance.now() - startedAt) }, 'the newer C library is in place');
    return target;
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** Moves the finished folder to its name in one step, so that a half-finished one is never found under it. */
async function publish({ root, target, layout }: { root: string; target: string; layout: Layout }): Promise<void> {
  try {
    await rename(root, target);
  } catch (error) {
    // Another start was first: its folder holds the same verified packages.
    if (await isUsable({ dir: target, layout })) return;
    if (!(error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST')))
      throw error;
    // A damaged folder has the name.
    await rm(target, { recursive: true, force: true });
    await rename(root, target);
  }
}

async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function removeAbandoned(cacheDir: string): Promise<void> {
  for (const name of (await readdir(cacheDir)).filter((candidate) => candidate.startsWith(FETCH_PREFIX))) {
    const path = join(cacheDir, name);
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > ABANDONED_AFTER_MS) await rm(path, { recursive: true, force: true });
  }
}
