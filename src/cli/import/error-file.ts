import { access, constants, type FileHandle, open, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { CommandFailure, EXIT } from '../exit-codes.ts';
import { fileFailure } from '../file-failure.ts';
import type { RowProblem } from './contact-input.ts';
import type { Row } from './read-rows.ts';
import { ERROR_COLUMNS } from './targets.ts';

/** Keeps rows with what is wrong with them, in a form that can be put right and imported again. */
export interface ErrorFile {
  /** Null while nothing was written. */
  readonly path: string | null;
  add(rows: readonly { readonly row: Row; readonly problems: readonly RowProblem[] }[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Looks before the first row whether rows can be kept: thousands may be saved before one fails.
 * @throws CommandFailure
 */
export async function checkErrorPath(path: string, importedFile: string): Promise<void> {
  const existing = await realpath(path).catch(() => null);
  if (existing !== null && existing === (await realpath(importedFile).catch(() => null)))
    throw new CommandFailure(EXIT.usage, '--errors names the file that is imported: name another one.');
  await access(existing ?? dirname(path), constants.W_OK).catch((cause: unknown) => {
    throw fileFailure(EXIT.usage, `Rows that fail cannot be kept in ${path} (--errors names another file)`, cause);
  });
}

/** The file comes into being with its first row; `append` goes on behind an import that was stopped. */
export function createErrorFile({
  path,
  header,
  append,
}: {
  path: string;
  header: readonly string[];
  append: boolean;
}): ErrorFile {
  const kept = header.flatMap((name, index) => (ERROR_COLUMNS.some((own) => own === name) ? [] : [index]));
  let file: FileHandle | undefined;
  const begin = async () => {
    file = await open(path, append ? 'a' : 'w', 0o600);
    if ((await file.stat()).size === 0)
      await file.write(stringify([[...kept.map((index) => header[index]), ...ERROR_COLUMNS]]));
    return file;
  };
  return {
    get path() {
      return file === undefined ? null : path;
    },
    async add(rows) {
      if (rows.length === 0) return;
      const lines = rows.map(({ row: { row, cells }, problems }) => [
        ...kept.map((index) => cells[index] ?? ''),
        row,
        problems.map(({ column, message }) => `${column}: ${message}`).join('; '),
      ]);
      try {
        await (file ?? (await begin())).write(stringify(lines));
      } catch (cause) {
        throw fileFailure(EXIT.failed, `Rows that failed cannot be kept in ${path}`, cause);
      }
    },
    close: async () => await file?.close(),
  };
}
