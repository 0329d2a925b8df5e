import type { Db, IndexDescription } from 'mongodb';
import { ensureIndexes } from './store.ts';

/** Indexes that the gateway makes at start, as `collection.name`. */
async function expectedIndexes(): Promise<string[]> {
  const expected: string[] = [];
  const recorder = {
    collection: (collection: string) => ({
      createIndex: async (_key: object, { name }: { name: string }) => void expected.push(`${collection}.${name}`),
      createIndexes: async (indexes: readonly IndexDescription[]) => {
        for (const { name } of indexes) expected.push(`${collection}.${name}`);
      },
    }),
  };
  // The one place that knows the indexes makes them through this small part of a database.
  await ensureIndexes(recorder as unknown as Db);
  return expected;
}

/** Which indexes are missing, as `collection.name`. Makes none. */
export async function missingIndexes(db: Db): Promise<string[]> {
  const expected = await expectedIndexes();
  const existing = new Set<string>();
  for (const collection of new Set(expected.map((index) => index.slice(0, index.indexOf('.'))))) {
    const known = await db.listCollections({ name: collection }).toArray();
    if (known.length === 0) continue;
    for (const { name } of await db.collection(collection).indexes()) existing.add(`${collection}.${name}`);
  }
  return expected.filter((index) => !existing.has(index));
}
