import type { Db, ObjectId } from 'mongodb';

/** A row of the primary that could not be decoded: kept with its reason, so that nothing is skipped unseen. */
export interface RejectedRowDocument {
  readonly runId: ObjectId;
  readonly contactId: string | null;
  readonly reason: string;
  /** The row as it came, as JSON text. */
  readonly raw: string;
  readonly at: Date;
}

export interface RejectedRowStore {
  add(rows: readonly RejectedRowDocument[]): Promise<void>;
  byRun(runId: ObjectId, limit: number): Promise<RejectedRowDocument[]>;
}

export async function ensureRejectedRowIndexes(db: Db): Promise<void> {
  await db.collection('rejectedRows').createIndexes([
    { key: { runId: 1, _id: 1 }, name: 'runId' },
    { key: { at: 1 }, name: 'at' },
  ]);
}

export function createRejectedRowStore(db: Db): RejectedRowStore {
  const collection = db.collection<RejectedRowDocument>('rejectedRows');
  return {
    async add(rows) {
      if (rows.length > 0) await collection.insertMany(rows.map((row) => ({ ...row })));
    },
    byRun: (runId, limit) => collection.find({ runId }).sort({ _id: 1 }).limit(limit).toArray(),
  };
}
