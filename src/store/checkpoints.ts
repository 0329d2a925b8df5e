import type { Db, Document } from 'mongodb';
import { type RunOwner, writeAsOwner } from './write-as-owner.ts';

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

/** What `owner` writes is refused in silence where it has lost its run. */
export interface CheckpointStore {
  contacts(): Promise<ContactsCheckpoint | null>;
  /** The watermark only ever grows: an older run that ends late moves nothing back. */
  advanceWatermark(watermark: Date, at: Date, owner: RunOwner): Promise<void>;
  setCountsOffset(countsOffset: { readonly [name: string]: number }, at: Date, owner: RunOwner): Promise<void>;
  setFullDue(reason: string | null, at: Date, owner: RunOwner): Promise<void>;
  /** The store begins anew: another account's contacts are to come. */
  reset(): Promise<void>;
}

export function createCheckpointStore(db: Db): CheckpointStore {
  const collection = db.collection<ContactsCheckpoint>('checkpoints');
  const write = (change: Partial<ContactsCheckpoint>, owner: RunOwner, whenMatched: 'merge' | Document[] = 'merge') =>
    writeAsOwner(db, owner, {
      into: 'checkpoints',
      document: { _id: 'contacts', ...change },
      whenMatched,
      whenNotMatched: 'insert',
    });
  return {
    contacts: () => collection.findOne({ _id: 'contacts' }),
    advanceWatermark: (watermark, updatedAt, owner) =>
      write({ watermark, updatedAt }, owner, [
        { $set: { watermark: { $max: ['$watermark', '$$new.watermark'] }, updatedAt: '$$new.updatedAt' } },
      ]),
    setCountsOffset: (countsOffset, updatedAt, owner) => write({ countsOffset, updatedAt }, owner),
    setFullDue: (fullDueReason, updatedAt, owner) => write({ fullDueReason, updatedAt }, owner),
    async reset() {
      await collection.deleteOne({ _id: 'contacts' });
    },
  };
}
