import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { MongoClient } from 'mongodb';
import type { DomainError } from '../../src/domain-error.ts';

const MAIN_FILE = fileURLToPath(new URL('../../dist/store/embedded/main.js', import.meta.url));

export interface TempDir {
  readonly path: string;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function tempDir(): Promise<TempDir> {
  const path = await mkdtemp(join(tmpdir(), 'csg-engine-test-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** `npm run mongo` without npm: the command in a process group of its own, as a shell would start it. */
export function spawnMain(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [MAIN_FILE, ...args], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
}

export interface EngineCommand {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly uri: string;
  /** The process that runs the engine: a child of the command. */
  readonly hostPid: number;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts the command on `dataDir` and waits for its first line; killed, with what it started, when disposed. */
export async function startCommand(dataDir: string): Promise<EngineCommand> {
  const child = spawnMain(['--data-dir', dataDir]);
  const { pid, stdout } = child;
  if (pid === undefined || stdout === null) throw new Error('the command did not start');
  child.stderr?.resume();
  const [line] = await once(createInterface({ input: stdout }), 'line', { signal: AbortSignal.timeout(20_000) });
  const { uri } = JSON.parse(String(line));
  const client = await new MongoClient(uri).connect();
  const status = await client.db('admin').command({ serverStatus: 1 });
  await client.close();
  const hostPid = Number(status['pid']);
  return {
    child,
    pid,
    uri,
    hostPid,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await untilEnded(hostPid);
    },
  };
}

/** True while the process runs; one that is dead and waits to be collected (a zombie) does not. */
async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat === undefined ? process.platform !== 'linux' : !/\) [ZX] /.test(stat);
}

/** Waits for the process to end; it is expected to within about a second. */
export async function untilEnded(pid: number): Promise<void> {
  const startedAt = performance.now();
  while (await isRunning(pid)) {
    if (performance.now() - startedAt > 10_000) throw new Error(`process ${pid} still runs`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Path of the Unix socket in a connection string. */
export function socketPath(uri: string): string {
  const [, host] = /^mongodb:\/\/([^/?]+)/.exec(uri) ?? [];
  if (host === undefined) throw new Error('no host in the connection string');
  return decodeURIComponent(host);
}

/** Pass `onLost` on; `error` resolves with what it is told. */
export function expectLoss(): { readonly onLost: (error: DomainError) => void; readonly error: Promise<DomainError> } {
  let onLost: (error: DomainError) => void = () => {};
  const error = new Promise<DomainError>((resolve) => {
    onLost = resolve;
  });
  return { onLost, error };
}
