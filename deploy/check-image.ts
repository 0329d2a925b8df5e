/**
 * Does what the Dockerfile says where no container engine runs: `npm run check:image`.
 * Its COPY and RUN steps in an empty folder, with what .dockerignore lets in and nothing else; then its command, without
 * rights where this one has them, until its health check is content; then a stop. Prints what it took and what it weighs.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '..');
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 15_000;
/** `node` in the image. */
const USER = { uid: 1_000, gid: 1_000 };

interface Stage {
  readonly steps: readonly { readonly word: string; readonly rest: string }[];
  readonly folder: string;
}

/** The instructions by stage; a line that ends with a backslash goes on in the next one. */
function parseStages(dockerfile: string, folder: string): Stage[] {
  const lines = dockerfile
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const stages: { steps: { word: string; rest: string }[]; folder: string }[] = [];
  for (const line of lines) {
    const [, word = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    if (word === 'FROM') stages.push({ steps: [], folder: join(folder, `stage-${stages.length}`) });
    else stages.at(-1)?.steps.push({ word, rest });
  }
  return stages;
}

/** What `COPY .` takes: .dockerignore shuts out all and lets names in again. */
async function readContext(): Promise<string[]> {
  const [everything, ...names] = (await readFile(join(ROOT, '.dockerignore'), 'utf8')).trim().split('\n');
  if (everything !== '*' || names.some((name) => !name.startsWith('!')))
    throw new Error('.dockerignore is to shut out everything and then name what comes in');
  return names.map((name) => name.slice(1));
}

async function copyStep(stage: Stage, build: Stage, rest: string): Promise<void> {
  const words = rest.split(/\s+/).filter((word) => !word.startsWith('--'));
  const isFromBuild = rest.includes('--from=build');
  const target = words.pop() ?? '';
  const context = await readContext();
  for (const word of words) {
    const names = word === '.' ? context : [word];
    for (const name of names) {
      if (!isFromBuild && !context.includes(name)) throw new Error(`COPY ${name}: .dockerignore shuts it out`);
      const from = isFromBuild ? join(build.folder, name.replace(/^\/app\//, '')) : join(ROOT, name);
      const to = join(
        stage.folder,
        target.endsWith('/') || word === '.' ? join(target, name.split('/').at(-1) ?? '') : target,
      );
      // What lies in the working copy beside the sources is not in a fresh clone.
      const filter = (path: string) => isFromBuild || !/\/(node_modules|dist)(\/|$)/.test(path.slice(ROOT.length));
      await cp(from, to, { recursive: true, filter, verbatimSymlinks: true });
    }
  }
}

async function build(stages: readonly Stage[]): Promise<void> {
  const [first] = stages;
  if (first === undefined) throw new Error('the Dockerfile has no stage');
  for (const stage of stages) {
    await mkdir(stage.folder, { recursive: true });
    for (const { word, rest } of stage.steps) {
      if (word === 'COPY') await copyStep(stage, first, rest);
      // The folder of the data belongs to the image's own user, whom this machine may not know.
      if (word === 'RUN' && !rest.startsWith('mkdir /data')) {
        process.stderr.write(`RUN ${rest}\n`);
        await promisify(execFile)('sh', ['-c', rest], { cwd: stage.folder, maxBuffer: 64 * 1024 * 1024 });
      }
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

/** Starts the command of the image, asks for its health as the image does, and stops it. */
async function tryOut(stage: Stage, folder: string): Promise<{ healthyAfterMs: number; user: number }> {
  const instruction = (name: string) => stage.steps.find(({ word }) => word === name)?.rest ?? '';
  const [command = '', ...args]: string[] = JSON.parse(instruction('CMD'));
  const [, ...health]: string[] = JSON.parse(/CMD (\[.*\])$/.exec(instruction('HEALTHCHECK'))?.[1] ?? '[]');
  const settings = Object.fromEntries([...instruction('ENV').matchAll(/([A-Z_]+)=(\S+)/g)].map(([, k, v]) => [k, v]));
  const data = join(folder, 'data');
  const cache = join(folder, 'cache');
  for (const path of [data, cache]) await mkdir(path);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) for (const path of [data, cache]) await chown(path, USER.uid, USER.gid);
  const env = {
    PATH: process.env['PATH'] ?? '',
    ...settings,
    // This machine alone may reach it, and its data lie here.
    HOST: '127.0.0.1',
    PORT: String(await freePort()),
    DATA_DIR: data,
    HOME: cache,
    ...(process.env['MONGODB_URI'] === undefined ? {} : { MONGODB_URI: process.env['MONGODB_URI'] }),
  };
  const startedAt = performance.now();
  const identity = isRoot ? USER : {};
  const child = spawn(command, args, { cwd: stage.folder, env, stdio: ['ignore', 'ignore', 'inherit'], ...identity });
  const ended = once(child, 'exit');
  const isHealthy = async () => {
    const check = spawn(process.execPath, health, { cwd: stage.folder, env, stdio: 'ignore', ...identity });
    return (await once(check, 'exit'))[0] === 0;
  };
  try {
    while (!(await isHealthy())) {
      if (child.exitCode !== null || performance.now() - startedAt > START_LIMIT_MS)
        throw new Error('the gateway did not become healthy');
      await delay(200);
    }
    const healthyAfterMs = Math.round(performance.now() - startedAt);
    child.kill('SIGTERM');
    const stop = await Promise.race([ended, delay(STOP_LIMIT_MS, null, { ref: false })]);
    if (stop === null || stop[0] !== 0) throw new Error(`the gateway did not stop well: ${String(stop)}`);
    return { healthyAfterMs, user: isRoot ? USER.uid : (process.getuid?.() ?? 0) };
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

const folder = await mkdtemp(join(tmpdir(), 'csg-image-'));
try {
  await chmod(folder, 0o755);
  const stages = parseStages(await readFile(join(ROOT, 'Dockerfile'), 'utf8'), folder);
  const startedAt = performance.now();
  await build(stages);
  const buildSeconds = Math.round((performance.now() - startedAt) / 1_000);
  const final = stages.at(-1);
  if (final === undefined) throw new Error('the Dockerfile has no stage');
  const { stdout } = await promisify(execFile)('du', ['-sm', final.folder]);
  const tried = await tryOut(final, folder);
  process.stdout.write(`${JSON.stringify({ buildSeconds, mebibytes: Number.parseInt(stdout, 10), ...tried })}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
