import { CommandFailure, type ExitCode } from './exit-codes.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'its disk takes no writes',
  ENOSPC: 'the disk is full',
};

/** What the system says of a file, in words: `people.csv cannot be read: there is no such file or folder.` */
export function fileFailure(exitCode: ExitCode, what: string, cause: unknown): CommandFailure {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const reason = REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new CommandFailure(exitCode, `${what}: ${reason}.`, { cause });
}
