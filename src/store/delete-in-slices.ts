import type { Collection, Document, Filter } from 'mongodb';

const SLICE = 5_000;

/** Deletes what matches, a slice at a time, so that others get their turn between; answers how many. `signal` ends it between two. */
export async function deleteInSlices<T extends Document>(
  collection: Collection<T>,
  filter: Filter<T>,
  signal: AbortSignal,
): Promise<number> {
  let deleted = 0;
  for (;;) {
    signal.throwIfAborted();
    const slice = await collection.find(filter).project<{ _id: unknown }>({ _id: 1 }).limit(SLICE).toArray();
    if (slice.length === 0) return deleted;
    // Our collections differ in the type of their ids, and a filter of the general type cannot be written.
    const byId = { _id: { $in: slice.map(({ _id }) => _id) } } as unknown as Filter<T>;
    deleted += (await collection.deleteMany(byId)).deletedCount;
    if (slice.length < SLICE) return deleted;
  }
}
