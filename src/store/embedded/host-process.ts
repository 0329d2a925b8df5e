import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { DomainError } from '../../domain-error.ts';
import type { Logger } from '../../logger.ts';
import { type HostMessage, hostMessageSchema, type ParentMessage } from './host-messages.ts';

/** How to start Node.js for the host: directly, or through the dynamic loader of another C library. */
export interface NodeLauncher {
  readonly execPath: string;
  readonly execArgv: readonly string[];
}

export interface HostExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines the host wrote to stderr. */
  readonly output: string;
}

export interface HostProcess {
  readonly pid: number;
  readonly uri: string;
  readonly version: string;
  /** Resolves when the process has ended, however it ended. */
  readonly exited: Promise<HostExit>;
  /** Closes the engine cleanly and waits for the process to end; idempotent. */
  close(): Promise<void>;
}

/** The host could not start. `stage` says how far it got: `load` means that the engine does not run on this system. */
export class HostStartError extends Error {
  readonly stage: 'load' | 'open' | 'crash';

  constructor(stage: HostStartError['stage'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HostStartError';
    this.stage = stage;
  }
}

/** Recovery after a crash replays the journal, which may be long: generous, but not endless. */
const START_LIMIT_MS = 120_000;
/** A clean close writes a checkpoint of everything in the cache. */
const CLOSE_LIMIT_MS = 20_000;
const OUTPUT_LIMIT_CHARS = 4_000;

function collectOutput(child: ChildProcess): () => string {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      output = (output + chunk).slice(-OUTPUT_LIMIT_CHARS);
    });
  }
  return () => output.trim();
}

async function firstMessage(child: ChildProcess, signal: AbortSignal): Promise<HostMessage> {
  const [message] = await once(child, 'message', { signal });
  return hostMessageSchema.parse(message);
}

/**
 * Starts the host and waits until it serves. `env` is all that the host inherits.
 * @throws HostStartError, or the signal's reason.
 */
export async function startHostProcess({
  hostFile,
  launcher,
  env,
  dataDir,
  cacheSizeMb,
  logger,
  signal,
}: {
  hostFile: string;
  launcher: NodeLauncher;
  env: NodeJS.ProcessEnv;
  dataDir: string;
  cacheSizeMb: number;
  logger: Logger;
  signal?: AbortSignal | undefined;
}): Promise<HostProcess> {
  signal?.throwIfAborted();
  // fork() opens the IPC channel whose end, at the parent's death of any kind, is what ends the host.
  const child = fork(hostFile, [dataDir, String(cacheSizeMb)], {
    execPath: launcher.execPath,
    execArgv: [...launcher.execArgv],
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const output = collectOutput(child);
  const exited = new Promise<HostExit>((resolve) => {
    child.once('close', (code, exitSignal) => resolve({ code, signal: exitSignal, output: output() }));
    child.once('error', (error) => resolve({ code: null, signal: null, output: error.message }));
  });

  const waiting = new AbortController();
  const limit = AbortSignal.any([
    AbortSignal.timeout(START_LIMIT_MS),
    waiting.signal,
    ...(signal === undefined ? [] : [signal]),
  ]);
  try {
    const outcome = await Promise.race([firstMessage(child, limit), exited]);
    if (!('type' in outcome)) {
      throw new HostStartError('crash', `the engine's process ended at start: ${describeExit(outcome)}`);
    }
    if (outcome.type !== 'ready') {
      throw new HostStartError(
        outcome.type === 'failed' && outcome.stage === 'load' ? 'load' : 'open',
        outcome.type === 'failed' ? outcome.message : 'the engine closed at start',
      );
    }
    const pid = child.pid;
    if (pid === undefined) throw new HostStartError('crash', "the engine's process has no id");
    let closing: Promise<void> | undefined;
    return {
      pid,
      uri: outcome.uri,
      version: outcome.version,
      exited,
      close() {
        closing ??= closeHost({ child, exited, logger });
        return closing;
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    await exited;
    signal?.throwIfAborted();
    if (limit.aborted) throw new HostStartError('crash', `the engine did not start within ${START_LIMIT_MS / 1000} s`);
    throw error;
  } finally {
    waiting.abort();
  }
}

export function describeExit({ code, signal, output }: HostExit): string {
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
  return output === '' ? how : `${how}, its last words: ${output}`;
}

async function closeHost({
  child,
  exited,
  logger,
}: {
  child: ChildProcess;
  exited: Promise<HostExit>;
  logger: Logger;
}): Promise<void> {
  if (child.connected) {
    const message: ParentMessage = { type: 'close' };
    // An error here means that the host is gone already, which `exited` tells.
    child.send(message, () => {});
  }
  const timer = setTimeout(() => {
    logger.error(
      { limitMs: CLOSE_LIMIT_MS },
      'the embedded engine did not close in time and is ended; its journal keeps the data',
    );
    child.kill('SIGKILL');
  }, CLOSE_LIMIT_MS);
  const exit = await exited;
  clearTimeout(timer);
  if (exit.code !== 0 && exit.signal === null) {
    throw new DomainError(
      'STORE_UNREACHABLE',
      `The embedded MongoDB engine did not close cleanly: ${describeExit(exit)}`,
    );
  }
}
