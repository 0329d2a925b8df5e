import { mkdir, open, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DomainError } from '../../domain-error.ts';

/** An engine that cannot write its journal stops at once; with less than this free it would not get far. */
const MIN_FREE_BYTES = 64 * 1024 * 1024;

function fileErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

/**
 * Makes sure that `dataDir` is a folder that can be written to, by writing to it: permissions alone do not tell.
 * @throws DomainError CONFIG_INVALID or STORE_FULL.
 */
export async function prepareDataDir(dataDir: string): Promise<void> {
  const probe = join(dataDir, `.write-probe-${process.pid}`);
  try {
    await makeFolder(dataDir);
    const handle = await open(probe, 'w');
    try {
      await handle.writeFile('probe');
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw dataDirError({ dataDir, code: fileErrorCode(cause), cause });
  } finally {
    // Where the probe could not be written there is nothing to remove, and that error counts.
    await rm(probe, { force: true }).catch(() => {});
  }
  if (await isDiskFull(dataDir)) throw storeFull(dataDir);
}

/**
 * Like `mkdir -p`. Not Node.js's `recursive`, which below /proc (where a parent exists and nothing can be made in it)
 * tries for ever, on a thread that no signal reaches.
 */
async function makeFolder(path: string): Promise<void> {
  try {
    await makeOne(path);
  } catch (error) {
    if (fileErrorCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    // Also where another start has made it meanwhile. A file in its place stays an error.
    if (fileErrorCode(error) !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error;
  }
}

/** True where the disk under `dataDir` has too little left for an engine to work. */
export async function isDiskFull(dataDir: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(dataDir);
  return bavail * bsize < MIN_FREE_BYTES;
}

/** The disk under `dataDir` is full. */
export function storeFull(dataDir: string, cause?: unknown): DomainError {
  return new DomainError(
    'STORE_FULL',
    `The disk that holds DATA_DIR (${dataDir}) is full. Free some space, or point DATA_DIR to another disk.`,
    { cause },
  );
}

function dataDirError({ dataDir, code, cause }: { dataDir: string; code: string; cause: unknown }): DomainError {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return storeFull(dataDir, cause);
    case 'EEXIST':
    case 'ENOTDIR':
      return new DomainError('CONFIG_INVALID', `DATA_DIR (${dataDir}) is not a folder: a file is in its place.`, {
        cause,
      });
    default:
      return new DomainError(
        'CONFIG_INVALID',
        `DATA_DIR (${dataDir}) cannot be written to (${code}). Choose a folder that this user may write to.`,
        { cause },
      );
  }
}
