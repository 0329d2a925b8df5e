import type { Collection, Document, Filter, UpdateFilter } from 'mongodb';
import { isDuplicateKey } from './errors.ts';
import { largeWrite } from './large-write.ts';

interface Upsert<T> {
  /** Equality with a unique key. */
  readonly filter: Filter<T>;
  readonly update: UpdateFilter<T>;
}

/** One unordered batch of updates that may be done twice; what is not there yet is made. */
export async function upsertEach<T extends Document>(
  collection: Collection<T>,
  upserts: readonly Upsert<T>[],
): Promise<{ created: number; updated: number }> {
  if (upserts.length === 0) return { created: 0, updated: 0 };
  const operations = upserts.map((upsert) => ({ updateOne: { ...upsert, upsert: true } }));
  const write = () => largeWrite(() => collection.bulkWrite(operations, { ordered: false }));
  const { upsertedCount, modifiedCount } = await write().catch((error: unknown) => {
    // Made by two at once: the one who is refused finds it there now.
    if (isDuplicateKey(error)) return write();
    throw error;
  });
  return { created: upsertedCount, updated: modifiedCount };
}
