#!/usr/bin/env node
import { redactText } from '../logger.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { runCommandLine } from './program.ts';

/** Ctrl-C under npx reaches us twice: from the terminal, and passed on. */
const SAME_SIGNAL_MS = 300;

/** The first signal asks the command to stop, a second one that is not its echo ends the process. */
function listenForSignals(stop: AbortController): void {
  let firstAt: number | undefined;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (firstAt === undefined) {
        firstAt = performance.now();
        stop.abort();
      } else if (performance.now() - firstAt > SAME_SIGNAL_MS) process.exit(EXIT.interrupted);
    });
  }
}

const args = process.argv.slice(2);
if (args[0] === 'start' && args.length === 1) {
  // The gateway's own program, with its own signals and exit codes.
  await import('../main.ts');
} else {
  const stop = new AbortController();
  listenForSignals(stop);
  // A reader that has gone (`csg runs | head -1`) is no reason to fail.
  process.stdout.on('error', () => {});
  try {
    process.exitCode = await runCommandLine({ args, env: process.env, signal: stop.signal });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${redactText(message)}\n`);
    const exitCode = error instanceof CommandFailure ? error.exitCode : EXIT.failed;
    process.exitCode = stop.signal.aborted ? EXIT.interrupted : exitCode;
  }
  process.exit();
}
