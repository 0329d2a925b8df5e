import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

/** The package as `npm pack` makes it, in a folder of its own with nothing but what a user's install brings. */
export interface InstalledPackage {
  /** A user's project: the package and its dependencies are in its `node_modules`. */
  readonly dir: string;
  readonly tarball: Uint8Array;
  /** Paths in the package. */
  readonly files: readonly string[];
  /** A copy of an example in the project, with what it depends on. */
  addExample(name: string): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const readJson = async (file: string) => JSON.parse(await readFile(file, 'utf8'));

export async function installPackage(): Promise<InstalledPackage> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'csg-package-')));
  // The suite has built what is packed.
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', dir], { cwd: ROOT });
  // A list, or from npm 12 on an object by the names of the packages.
  const [packed] = Object.values<{ filename: string; files: { path: string }[] }>(JSON.parse(stdout));
  if (packed === undefined) throw new Error(`npm pack said ${stdout}`);
  const file = join(dir, packed.filename);
  const modules = join(dir, 'node_modules');
  const own = join(modules, 'contact-sync-gateway');
  await mkdir(own, { recursive: true });
  await run('tar', ['-xzf', file, '--strip-components=1', '-C', own]);

  /** In the place of a download: the very folders that this project has installed. */
  async function link(names: readonly string[]): Promise<void> {
    for (const name of names.filter((each) => each !== 'contact-sync-gateway')) {
      await mkdir(dirname(join(modules, name)), { recursive: true });
      await symlink(join(ROOT, 'node_modules', name), join(modules, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
    }
  }
  // Without what only development needs.
  const { packages } = await readJson(join(ROOT, 'package-lock.json'));
  const installed = Object.entries<{ dev?: boolean; optional?: boolean }>(packages).flatMap(([path, { dev }]) =>
    /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && dev !== true ? [path.slice('node_modules/'.length)] : [],
  );
  await link(installed);
  const { bin } = await readJson(join(own, 'package.json'));
  await mkdir(join(modules, '.bin'));
  for (const [name, target] of Object.entries<string>(bin))
    await symlink(join('..', 'contact-sync-gateway', target), join(modules, '.bin', name));

  return {
    dir,
    tarball: await readFile(file),
    files: packed.files.map(({ path }) => path),
    async addExample(name) {
      const example = join(dir, name);
      await cp(join(ROOT, 'examples', name), example, {
        recursive: true,
        filter: (path) => !/\/(node_modules|dist)$/.test(path),
      });
      const { dependencies, devDependencies }: Manifest = await readJson(join(example, 'package.json'));
      await link(Object.keys({ ...dependencies, ...devDependencies }));
      return example;
    },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}
