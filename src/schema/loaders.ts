import DataLoader from 'dataloader';
import { ObjectId } from 'mongodb';
import type { ContactView } from '../store/contact-queries.ts';
import type { Store } from '../store/store.ts';
import type { SyncRunDocument } from '../store/sync-runs.ts';
import type { TagDocument } from '../store/tags.ts';

/**
 * What several fields of one operation may name: read once, together. Each is made when first used, and of a class: a context
 * is made for each event of each subscriber.
 */
export class Loaders {
  readonly #store: Store;
  #contact: DataLoader<string, ContactView | null> | undefined;
  #tag: DataLoader<string, TagDocument | null> | undefined;
  #syncRun: DataLoader<string, SyncRunDocument | null> | undefined;
  #memberCount: DataLoader<string, number> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** By the hex form of the contact's id. */
  contact(): DataLoader<string, ContactView | null> {
    this.#contact ??= byKey(
      (ids): Promise<ContactView[]> => this.#store.contacts.byIds(ids.map((id) => new ObjectId(id))),
      (contact) => contact._id.toHexString(),
    );
    return this.#contact;
  }

  /** By `tag_id`; null for a tag that is not stored (yet). */
  tag(): DataLoader<string, TagDocument | null> {
    this.#tag ??= byKey(
      (ids) => this.#store.tags.byTagIds(ids),
      (tag) => tag.tagId,
    );
    return this.#tag;
  }

  /** By the hex form of the run's id. */
  syncRun(): DataLoader<string, SyncRunDocument | null> {
    this.#syncRun ??= byKey(
      (ids) => this.#store.syncRuns.collection.find({ _id: { $in: ids.map((id) => new ObjectId(id)) } }).toArray(),
      (run) => run._id.toHexString(),
    );
    return this.#syncRun;
  }

  /** Members of a list by our own memberships, by `list_id`. */
  memberCount(): DataLoader<string, number> {
    const { contacts } = this.#store;
    this.#memberCount ??= new DataLoader((listIds) =>
      Promise.all(listIds.map((listId) => contacts.countOnList(listId))),
    );
    return this.#memberCount;
  }
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
