import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export const CLI_FILE = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<CommandResult>;
  /** Resolves as soon as stderr holds it; rejects where the command ends before. */
  notes(pattern: RegExp): Promise<void>;
}

/** Starts `csg` with these settings and no others. */
export function startCommand(args: readonly string[], settings: Readonly<Record<string, string>>): RunningCommand {
  const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...settings };
  const child = spawn(process.execPath, [CLI_FILE, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  const readers = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const read of readers) read();
  });
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, stdout, stderr }));
  return {
    child,
    ended,
    notes: (pattern) =>
      new Promise((resolve, reject) => {
        const read = () => {
          if (pattern.test(stderr)) resolve();
        };
        readers.add(read);
        read();
        void ended.then(() => reject(new Error(`ended without ${pattern}:\n${stdout}\n${stderr}`)));
      }),
  };
}

export function runCommand(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  return startCommand(args, settings).ended;
}
