import { ERROR_CODES } from '../domain-error.ts';

/** What a command ends with: 130 where it was interrupted. */
export const EXIT = { done: 0, failed: 1, usage: 2, refused: 3, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** For the help and the reference. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: 'done',
  failed: 'failed',
  usage: 'bad usage',
  refused: 'refused, as where a sync is running or the key lacks a scope',
  interrupted: 'interrupted',
};

export const EXIT_SUMMARY = Object.entries(EXIT)
  .map(([name, code]) => `${code} ${EXIT_MEANINGS[name as keyof typeof EXIT]}`) // Object.entries forgets the names.
  .join('; ');

/** Ends a command with a sentence for people and its exit code. */
export class CommandFailure extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandFailure';
    this.exitCode = exitCode;
  }
}

/** With the code at its end, by which the reference of errors says more. Other codes than those of it are left out. */
export function codedFailure(exitCode: ExitCode, message: string, code: string, cause?: unknown): CommandFailure {
  const isKnown = ERROR_CODES.some((known) => known === code);
  return new CommandFailure(exitCode, isKnown ? `${message} (${code})` : message, { cause });
}
