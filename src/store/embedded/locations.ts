import { access } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A Unix socket's path has at most 107 bytes on Linux and 103 on macOS; this is what the engine adds to its base. */
const SOCKET_PATH_LIMIT_BYTES = 103;
const SOCKET_PATH_TAIL = '/embedded-mongodb-XXXXXX/mongodb.sock';

/** Where things live that are fetched once and serve every data folder of this user. */
export function defaultCacheDir(): string {
  // A convention of the desktop, not a setting of the gateway; it has no other reader.
  const xdgCacheHome = process.env['XDG_CACHE_HOME'];
  const base = xdgCacheHome?.startsWith('/') ? xdgCacheHome : join(homedir(), '.cache');
  return join(base, 'contact-sync-gateway');
}

/** Folder below which the engine makes its private socket folder (mode 0700); short, however long the data folder's path is. */
export function socketBaseDir(): string {
  const dir = tmpdir();
  return Buffer.byteLength(dir + SOCKET_PATH_TAIL) <= SOCKET_PATH_LIMIT_BYTES ? dir : '/tmp';
}

/**
 * The compiled host. It starts under a plain Node.js, so that even where the gateway runs from its TypeScript sources
 * (tests, benchmarks) the host runs from the build.
 */
export async function findHostFile(): Promise<string> {
  const fromSource = import.meta.url.endsWith('.ts');
  const hostFile = fileURLToPath(
    new URL(fromSource ? '../../../dist/store/embedded/host.js' : './host.js', import.meta.url),
  );
  try {
    await access(hostFile);
  } catch (cause) {
    throw new Error(`${hostFile} is missing: run \`npm run build\` first`, { cause });
  }
  return hostFile;
}
