import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);

const PACKAGES = ['libc6', 'libgcc-s1', 'libstdc++6'] as const;
const COMMAND_LIMIT_MS = 120_000;
const COMMAND_OUTPUT_LIMIT_BYTES = 16 * 1024 * 1024;

/** The next release with glibc >= 2.38, by the ID of os-release, and the system's keyring that signs it. */
const NEXT_RELEASE: Readonly<Record<string, { suite: string; origin: string; keyring: string }>> = {
  debian: { suite: 'trixie', origin: 'Debian', keyring: '/usr/share/keyrings/debian-archive-keyring.gpg' },
  ubuntu: { suite: 'noble', origin: 'Ubuntu', keyring: '/usr/share/keyrings/ubuntu-archive-keyring.gpg' },
};

export interface FetchedPackages {
  /** Version of libc6, for example `2.41-12+deb13u5`. */
  readonly version: string;
  /** The packages' contents: holds `usr/lib/...`. */
  readonly root: string;
}

const uriLineSchema = z
  .string()
  .transform((line) => /^'[^']+' (\S+\.deb) \d+ SHA256:([0-9a-f]{64})$/.exec(line))
  .transform((match, context) => {
    const [, file, sha256] = match ?? [];
    if (file !== undefined && sha256 !== undefined) return { file, sha256 };
    context.addIssue({ code: 'custom', message: 'not a package line of apt-get --print-uris' });
    return z.NEVER;
  });

async function readOsRelease(): Promise<Record<string, string>> {
  const text = await readFile('/etc/os-release', 'utf8');
  const entries = text.split('\n').flatMap((line) => {
    const [, name, value] = /^([A-Z_]+)="?([^"]*)"?$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

/**
 * Mirrors the system itself is configured for, best first. Where package lists were never fetched (slim container
 * images), `indextargets` knows none; then they are read off what an update would ask for.
 */
async function configuredMirrors({
  origin,
  codename,
  signal,
}: {
  origin: string;
  codename: string;
  signal: AbortSignal | undefined;
}): Promise<string[]> {
  const format = '$(SITE)|$(ORIGIN)|$(RELEASE)';
  const targets = await command('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'], { signal });
  const sites = targets
    .split('\n')
    .map((line) => line.split('|'))
    .filter(([, siteOrigin, release]) => siteOrigin === origin && release === codename)
    .flatMap(([site]) => site ?? []);
  if (sites.length > 0) return [...new Set(sites)];

  const update = await command('apt-get', ['--print-uris', 'update'], { signal });
  const pattern = new RegExp(`^'([^']+)/dists/${codename}/(?:In)?Release'`, 'gm');
  return [...new Set([...update.matchAll(pattern)].flatMap(([, site]) => site ?? []))];
}

async function command(
  file: string,
  args: readonly string[],
  { signal, cwd }: { signal: AbortSignal | undefined; cwd?: string },
): Promise<string> {
  const child = run(file, args, {
    ...(signal === undefined ? {} : { signal }),
    ...(cwd === undefined ? {} : { cwd }),
    timeout: COMMAND_LIMIT_MS,
    maxBuffer: COMMAND_OUTPUT_LIMIT_BYTES,
    env: aptEnvironment(),
  });
  try {
    return (await child).stdout;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** What apt needs to find its tools and its way out, and none of the gateway's secrets; messages in English. */
function aptEnvironment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'APT_CONFIG', 'http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'];
  return { ...Object.fromEntries(kept.map((name) => [name, process.env[name]])), LC_ALL: 'C' };
}

/** A private world for apt below `dir`: own sources, lists, cache and (empty) status; nothing of the system is written. */
async function privateAptOptions({ dir, source }: { dir: string; source: string }): Promise<string[]> {
  for (const folder of ['lists/partial', 'cache/archives/partial', 'parts', 'debs']) {
    await mkdir(join(dir, folder), { recursive: true });
  }
  await writeFile(join(dir, 'sources.list'), `${source}\n`);
  await writeFile(join(dir, 'status'), '');
  return [
    `Dir::Etc::sourcelist=${join(dir, 'sources.list')}`,
    `Dir::Etc::sourceparts=${join(dir, 'parts')}`,
    `Dir::Etc::preferences=${join(dir, 'none')}`,
    `Dir::Etc::preferencesparts=${join(dir, 'parts')}`,
    `Dir::State::lists=${join(dir, 'lists')}`,
    `Dir::State::status=${join(dir, 'status')}`,
    `Dir::Cache=${join(dir, 'cache')}`,
    // Only the package index: no translations, no per-file contents.
    'Acquire::Languages=none',
    'Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false',
    // An unsigned or wrongly signed index is an error, whatever the system's own settings say.
    'Acquire::AllowInsecureRepositories=false',
    'Acquire::AllowWeakRepositories=false',
    'APT::Get::AllowUnauthenticated=false',
    'APT::Update::Error-Mode=any',
    // Run by root, apt would switch to a user who may not write here. We fetch into our own folder only.
    'APT::Sandbox::User=',
  ].flatMap((option) => ['-o', option]);
}

/**
 * Fetches the next release's C library into `dir` and unpacks it there. Needs apt and dpkg-deb, no root.
 *
 * Trust: the release keys of the next Debian release are part of the current one's keyring, so apt verifies the signed
 * index with what the system trusts already; the packages are then held against the SHA-256 sums of that index, by
 * apt and once more here.
 */
export async function fetchNextGlibc({
  dir,
  signal,
}: {
  dir: string;
  signal: AbortSignal | undefined;
}): Promise<FetchedPackages> {
  const osRelease = await readOsRelease();
  const next = NEXT_RELEASE[osRelease['ID'] ?? ''];
  const codename = osRelease['VERSION_CODENAME'];
  if (next === undefined || codename === undefined) {
    throw new Error(`no newer C library is known for the system "${osRelease['PRETTY_NAME'] ?? 'unknown'}"`);
  }
  await access(next.keyring);
  const mirrors = await configuredMirrors({ origin: next.origin, codename, signal });
  if (mirrors.length === 0) throw new Error(`apt is configured with no mirror of ${next.origin}`);

  const failures: unknown[] = [];
  for (const [index, mirror] of mirrors.entries()) {
    const attemptDir = join(dir, `mirror-${index}`);
    const source = `deb [signed-by=${next.keyring}] ${mirror} ${next.suite} main`;
    try {
      return await fetchFrom({ dir: attemptDir, source, signal });
    } catch (error) {
      signal?.throwIfAborted();
      failures.push(error);
    }
  }
  throw new AggregateError(failures, failures.map(String).join('; '));
}

async function fetchFrom({
  dir,
  source,
  signal,
}: {
  dir: string;
  source: string;
  signal: AbortSignal | undefined;
}): Promise<FetchedPackages> {
  const options = await privateAptOptions({ dir, source });
  const debs = join(dir, 'debs');
  await command('apt-get', [...options, '-qq', 'update'], { signal });
  // Before the download: apt prints nothing for files that are there already.
  const uris = await command('apt-get', [...options, '-qq', '--print-uris', 'download', ...PACKAGES], {
    signal,
    cwd: debs,
  });
  const files = uris
    .trim()
    .split('\n')
    .map((line) => uriLineSchema.parse(line));
  await command('apt-get', [...options, '-qq', 'download', ...PACKAGES], { signal, cwd: debs });

  const root = join(dir, 'root');
  for (const { file, sha256 } of files) {
    const path = join(debs, file);
    const actual = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    if (actual !== sha256) throw new Error(`${file} has the checksum ${actual}, the signed index says ${sha256}`);
    await command('dpkg-deb', ['-x', path, root], { signal });
  }
  const [, version] = /^libc6_([^_]+)_/m.exec(files.map(({ file }) => file).join('\n')) ?? [];
  if (version === undefined) throw new Error('apt named no libc6 package');
  return { version: decodeURIComponent(version), root };
}
