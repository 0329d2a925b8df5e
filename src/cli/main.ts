#!/usr/bin/env node
import { redactText } from '../logger.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { runCommandLine } from './program.ts';

/** Ctrl-C under npx reaches us twice: from the terminal, and passed on. */
const SAME_SIGNAL_MS = 300;
/** A command that takes longer to stop says so. */
const SLOW_STOP_MS = 1_000;

/** The first signal asks the command to stop, a second one that is not its echo ends the process. */
function listenForSignals(stop: AbortController): void {
  let firstAt: number | undefined;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (firstAt === undefined) {
        firstAt = performance.now();
        stop.abort();
        setTimeout(() => process.stderr.write('Stopping. Ctrl-C again ends at once.\n'), SLOW_STOP_MS).unref();
      } else if (performance.now() - firstAt > SAME_SIGNAL_MS) process.exit(EXIT.interrupted);
    });
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'AbortError' ? 'Interrupted.' : error.message;
}

const args = process.argv.slice(2);
if (args[0] === 'start' && args.length === 1) {
  // The gateway's own program, with its own signals and exit codes.
  await import('../main.ts');
} else {
  const stop = new AbortController();
  listenForSignals(stop);
  // A reader that has gone (`csg runs | head -1`) is no reason to fail.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    process.exitCode = await runCommandLine({ args, env: process.env, signal: stop.signal });
  } catch (error) {
    const message = messageOf(error);
    process.stderr.write(`${redactText(message)}\n`);
    const exitCode = error instanceof CommandFailure ? error.exitCode : EXIT.failed;
    process.exitCode = stop.signal.aborted ? EXIT.interrupted : exitCode;
  }
  process.exit();
}
