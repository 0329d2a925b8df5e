import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const MAIN_FILE = join(import.meta.dirname, '..', '..', 'dist', 'main.js');
const START_LIMIT_MS = 60_000;

export interface GatewayProcess {
  readonly child: ChildProcess;
  /** Of this process, its children and theirs, seen now. */
  processIds(): Promise<number[]>;
  output(): string;
  /** Waits for text on stdout or stderr; answers the match. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  /** Exit code, and how long it took from here. */
  ended(): Promise<{ code: number | null; afterMs: number }>;
  /** Kills it and waits for all that it started: the engine ends a moment after its parent, and writes until then. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A folder of its own for a gateway to work in. */
export async function createWorkingDir(): Promise<{ path: string; [Symbol.asyncDispose](): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'csg-start-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Starts `dist/main.js`, or another program, with these settings and no others. */
export function startGateway({
  cwd,
  settings = {},
  processGroup = false,
  program: [file, ...args] = [process.execPath, MAIN_FILE],
}: {
  cwd: string;
  program?: readonly [string, ...string[]];
  settings?: Record<string, string>;
  /** In a group of its own, as a terminal starts it. */
  processGroup?: boolean;
}): GatewayProcess {
  const child = spawn(file, args, {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', PORT: '0', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: processGroup,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const closed = once(child, 'close');

  return {
    child,
    output: () => output,
    processIds: () => familyOf(child.pid ?? 0),
    async says(pattern) {
      const deadline = Date.now() + START_LIMIT_MS;
      for (;;) {
        const match = pattern.exec(output);
        if (match !== null) return match;
        if (Date.now() > deadline || child.exitCode !== null) throw new Error(`never said ${pattern}:\n${output}`);
        await delay(20);
      }
    },
    async ended() {
      const startedAt = performance.now();
      await closed;
      return { code: child.exitCode, afterMs: performance.now() - startedAt };
    },
    async [Symbol.asyncDispose]() {
      const hasEnded = child.exitCode !== null || child.signalCode !== null;
      const pids = hasEnded ? [] : await familyOf(child.pid ?? 0);
      child.kill('SIGKILL');
      await closed;
      await allEnded(pids);
    },
  };
}

/** A process and all that descend from it, by the kernel's list. */
async function familyOf(root: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    // The command, in parentheses, may hold anything: the parent's id is the second word after it.
    const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const family = [root];
  for (const member of family) {
    for (const [child, parent] of parents) if (parent === member) family.push(child);
  }
  return family;
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until none of the processes is left; answers how long it took. */
export async function allEnded(pids: readonly number[]): Promise<number> {
  const startedAt = performance.now();
  while (pids.some(isRunning)) {
    const elapsedMs = performance.now() - startedAt;
    if (elapsedMs > 20_000) throw new Error(`still running: ${pids.filter(isRunning).join(', ')}`);
    await delay(20);
  }
  return performance.now() - startedAt;
}
