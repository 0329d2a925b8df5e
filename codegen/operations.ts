import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DocumentNode, parse } from 'graphql';

/** Scalars as JSON carries them. */
export const SCALARS = { DateTime: 'string', EmailAddress: 'string', JSON: 'unknown' };

/** The `.graphql` documents of a folder, in the order of their names. */
export async function readOperations(
  root: string,
  folder: string,
): Promise<{ location: string; document: DocumentNode }[]> {
  const names = (await readdir(join(root, folder))).filter((name) => name.endsWith('.graphql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const location = join(folder, name);
      return { location, document: parse(await readFile(join(root, location), 'utf8')) };
    }),
  );
}
