import type { Db, ObjectId } from 'mongodb';
import type { PrimaryList } from '../model/primary-contact.ts';
import { upsertEach } from './upsert-each.ts';

/** A contact list of the primary as last seen. A list that the primary no longer has keeps its document, with `goneAt`. */
export interface ListDocument extends PrimaryList {
  readonly _id: ObjectId;
  /** When the primary no longer named it (or named it as deleted). */
  readonly goneAt: Date | null;
  /** The counts (primary's, ours) that the last reconcile of this list ended with: the same pair needs no new one. */
  readonly reconciled: { readonly primaryCount: number; readonly secondaryCount: number } | null;
}

export interface ListStore {
  all(): Promise<ListDocument[]>;
  byListIds(listIds: readonly string[]): Promise<ListDocument[]>;
  get(id: ObjectId): Promise<ListDocument | null>;
  byName(name: string): Promise<ListDocument | null>;
  /** Stores all lists of the primary; those not among them are marked as gone. Answers what changed. */
  replaceAll(lists: readonly PrimaryList[], at: Date): Promise<{ created: number; updated: number; gone: number }>;
  setReconciled(listId: string, counts: { primaryCount: number; secondaryCount: number }): Promise<void>;
}

export async function ensureListIndexes(db: Db): Promise<void> {
  await db.collection('lists').createIndexes([
    { key: { listId: 1 }, name: 'listId', unique: true },
    { key: { name: 1, _id: 1 }, name: 'name' },
  ]);
}

export function createListStore(db: Db): ListStore {
  const collection = db.collection<ListDocument>('lists');
  return {
    all: () => collection.find().sort({ name: 1, _id: 1 }).toArray(),
    byListIds: (listIds) => collection.find({ listId: { $in: [...listIds] } }).toArray(),
    get: (id) => collection.findOne({ _id: id }),
    byName: (name) => collection.findOne({ name, goneAt: null }),

    async replaceAll(lists, at) {
      const changed = await upsertEach(
        collection,
        lists.map((list) => ({
          filter: { listId: list.listId },
          update: { $set: { ...list, goneAt: list.deletedAt }, $setOnInsert: { reconciled: null } },
        })),
      );
      const gone = await collection.updateMany(
        { listId: { $nin: lists.map((list) => list.listId) }, goneAt: null },
        { $set: { goneAt: at } },
      );
      return { ...changed, gone: gone.modifiedCount };
    },

    async setReconciled(listId, reconciled) {
      await collection.updateOne({ listId }, { $set: { reconciled } });
    },
  };
}
