import type { Db } from 'mongodb';

/** How far the contacts were pulled, and what the last full pull left unexplained. One document, `_id: 'contacts'`. */
export interface ContactsCheckpoint {
  readonly _id: 'contacts';
  /** The primary's own clock; everything that changed before it is stored. Null before the first pull has ended. */
  readonly watermark: Date | null;
  /** The primary's counts minus ours, by name, as the last full pull left them: only a change of it is drift. */
  readonly countsOffset: { readonly [name: string]: number } | null;
  /** Why the next incremental pull is to be a full one; null when it need not be. */
  readonly fullDueReason: string | null;
  readonly updatedAt: Date;
}

export interface CheckpointStore {
  contacts(): Promise<ContactsCheckpoint | null>;
  /** The watermark only ever grows: an older run that ends late moves nothing back. */
  advanceWatermark(watermark: Date, at: Date): Promise<void>;
  setCountsOffset(countsOffset: { readonly [name: string]: number }, at: Date): Promise<void>;
  setFullDue(reason: string | null, at: Date): Promise<void>;
  /** The store begins anew: another account's contacts are to come. */
  reset(): Promise<void>;
}

export function createCheckpointStore(db: Db): CheckpointStore {
  const collection = db.collection<ContactsCheckpoint>('checkpoints');
  const upsert = async (update: object): Promise<void> => {
    await collection.updateOne({ _id: 'contacts' }, update, { upsert: true });
  };
  return {
    contacts: () => collection.findOne({ _id: 'contacts' }),
    advanceWatermark: (watermark, at) => upsert({ $max: { watermark }, $set: { updatedAt: at } }),
    setCountsOffset: (countsOffset, at) => upsert({ $set: { countsOffset, updatedAt: at } }),
    setFullDue: (fullDueReason, at) => upsert({ $set: { fullDueReason, updatedAt: at } }),
    async reset() {
      await collection.deleteOne({ _id: 'contacts' });
    },
  };
}
