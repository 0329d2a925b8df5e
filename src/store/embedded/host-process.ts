import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
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

/** The host failed. `stage` says how far it got: `load` means that the engine does not run on this system. */
export class HostError extends Error {
  readonly stage: 'load' | 'open' | 'crash';

  constructor(stage: HostError['stage'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HostError';
    this.stage = stage;
  }
}

/** Recovery after a crash replays the journal, which may be long: generous, but not endless. */
const START_LIMIT_MS = 120_000;
/** A clean close writes a checkpoint of everything in the cache. */
const CLOSE_LIMIT_MS = 20_000;
/** Longer than a host without a parent gives itself (host.ts). */
const UNREADY_LIMIT_MS = 1_500;
const OUTPUT_LIMIT_CHARS = 4_000;

/** Not by the event 'close', which does not come once the parent has disconnected. */
async function untilExited(child: ChildProcess): Promise<HostExit> {
  let output = '';
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  for (const stream of streams) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output = (output + chunk).slice(-OUTPUT_LIMIT_CHARS);
    });
  }
  const ended = new Promise<Omit<HostExit, 'output'>>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    // The program could not be started at all.
    child.once('error', (error) => {
      output = error.message;
      resolve({ code: null, signal: null });
    });
  });
  const { code, signal } = await ended;
  await Promise.allSettled(streams.map((stream) => finished(stream)));
  return { code, signal, output: output.trim() };
}

async function firstMessage(child: ChildProcess, signal: AbortSignal): Promise<HostMessage> {
  try {
    const [message] = await once(child, 'message', { signal });
    return hostMessageSchema.parse(message);
  } catch (error) {
    signal.throwIfAborted();
    throw new HostError('load', `the engine's process could not be started: ${String(error)}`, { cause: error });
  }
}

export interface HostOptions {
  readonly hostFile: string;
  readonly launcher: NodeLauncher;
  /** All that the host inherits. */
  readonly env: NodeJS.ProcessEnv;
  readonly dataDir: string;
  readonly cacheSizeMb: number;
  readonly logger: Logger;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts the host and waits until it serves.
 * @throws HostError, or the signal's reason.
 */
export async function startHostProcess({
  hostFile,
  launcher,
  env,
  dataDir,
  cacheSizeMb,
  logger,
  signal,
}: HostOptions): Promise<HostProcess> {
  signal?.throwIfAborted();
  // fork() opens the IPC channel whose end, at the parent's death of any kind, is what ends the host.
  const child = fork(hostFile, [dataDir, String(cacheSizeMb)], {
    execPath: launcher.execPath,
    execArgv: [...launcher.execArgv],
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const exited = untilExited(child);
  const started = new AbortController();
  const limit = AbortSignal.any([
    AbortSignal.timeout(START_LIMIT_MS),
    started.signal,
    ...(signal === undefined ? [] : [signal]),
  ]);
  try {
    const ready = await untilReady({ child, exited, signal: limit });
    let closing: Promise<void> | undefined;
    return {
      pid: ready.pid,
      uri: ready.uri,
      version: ready.version,
      // A host that crashed leaves its socket behind.
      exited: exited.then(async (exit) => {
        await rm(dirname(ready.socketPath), { recursive: true, force: true });
        return exit;
      }),
      close() {
        closing ??= closeHost({ child, exited, logger });
        return closing;
      },
    };
  } catch (error) {
    await endUnready({ child, exited });
    signal?.throwIfAborted();
    if (limit.aborted) throw new HostError('crash', `the engine did not start within ${START_LIMIT_MS / 1000} s`);
    throw error;
  } finally {
    // Ends the wait for a message that will not come.
    started.abort();
  }
}

async function untilReady({
  child,
  exited,
  signal,
}: {
  child: ChildProcess;
  exited: Promise<HostExit>;
  signal: AbortSignal;
}): Promise<Extract<HostMessage, { type: 'ready' }> & { pid: number }> {
  const outcome = await Promise.race([firstMessage(child, signal), exited]);
  if (!('type' in outcome)) throw exitAtStart(outcome);
  if (outcome.type === 'failed') throw new HostError(outcome.stage === 'load' ? 'load' : 'open', outcome.message);
  if (outcome.type === 'closed' || child.pid === undefined) throw new HostError('crash', 'the engine closed at start');
  return { ...outcome, pid: child.pid };
}

/** Without a word before its end: the loader, Node.js or the engine's library does not run on this system. */
function exitAtStart(exit: HostExit): HostError {
  const unsupported = exit.signal === null || exit.signal === 'SIGILL';
  return new HostError(unsupported ? 'load' : 'crash', `the engine's process ended at start (${describeExit(exit)})`);
}

/** Ends a host whose start has failed or is no longer wanted. Left alone it closes what it has open, socket included. */
async function endUnready({ child, exited }: { child: ChildProcess; exited: Promise<HostExit> }): Promise<void> {
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), UNREADY_LIMIT_MS);
  await exited;
  clearTimeout(timer);
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
