/** Builds the console into `dist/console`, unless what is there was built from the very same sources. */
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { build } from 'vite';

const ROOT = join(import.meta.dirname, '..');
const STAMP = join(ROOT, 'dist', 'console', '.built-from');

async function hashSources(): Promise<string> {
  const entries = await readdir(import.meta.dirname, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  // The lock stands for the libraries; the catalogue is all that the console takes of the gateway's code.
  const all = [...files, join(ROOT, 'package-lock.json'), join(ROOT, 'src', 'error-catalogue.ts')].sort();
  const hash = createHash('sha256');
  for (const file of all) hash.update(`${relative(ROOT, file)}\0`).update(await readFile(file));
  return hash.digest('hex');
}

const sources = await hashSources();
const builtFrom = await readFile(STAMP, 'utf8').catch(() => null);
if (sources !== builtFrom) {
  await build({ configFile: join(import.meta.dirname, 'vite.config.ts'), logLevel: 'warn' });
  await writeFile(STAMP, sources);
}
