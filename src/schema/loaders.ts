import DataLoader from 'dataloader';
import { ObjectId } from 'mongodb';
import type { ContactView } from '../store/contact-queries.ts';
import type { Store } from '../store/store.ts';
import type { SyncRunDocument } from '../store/sync-runs.ts';
import type { TagDocument } from '../store/tags.ts';

/** What several fields of one operation may name: read once, together. Made when first used. */
export interface Loaders {
  /** By the hex form of the contact's id. */
  contact(): DataLoader<string, ContactView | null>;
  /** By `tag_id`; null for a tag that is not stored (yet). */
  tag(): DataLoader<string, TagDocument | null>;
  /** By the hex form of the run's id. */
  syncRun(): DataLoader<string, SyncRunDocument | null>;
  /** Members of a list by our own memberships, by `list_id`. */
  memberCount(): DataLoader<string, number>;
}

export function createLoaders(store: Store): Loaders {
  return {
    contact: once(() =>
      byKey(
        (ids): Promise<ContactView[]> => store.contacts.byIds(ids.map((id) => new ObjectId(id))),
        (contact) => contact._id.toHexString(),
      ),
    ),
    tag: once(() =>
      byKey(
        (ids) => store.tags.byTagIds(ids),
        (tag) => tag.tagId,
      ),
    ),
    syncRun: once(() =>
      byKey(
        (ids) => store.syncRuns.collection.find({ _id: { $in: ids.map((id) => new ObjectId(id)) } }).toArray(),
        (run) => run._id.toHexString(),
      ),
    ),
    memberCount: once(
      () => new DataLoader((listIds) => Promise.all(listIds.map((listId) => store.contacts.countOnList(listId)))),
    ),
  };
}

/** One batch's `$in` stays within bounds whatever a page names. */
const BATCH_LIMIT = 1_000;

function byKey<T>(load: (keys: readonly string[]) => Promise<readonly T[]>, keyOf: (item: T) => string) {
  return new DataLoader<string, T | null>(
    async (keys) => {
      const found = new Map((await load(keys)).map((item) => [keyOf(item), item]));
      return keys.map((key) => found.get(key) ?? null);
    },
    { maxBatchSize: BATCH_LIMIT },
  );
}

function once<T>(create: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= create();
    return made;
  };
}
