import { createHash } from 'node:crypto';
import { type Db, ObjectId } from 'mongodb';
import { insertOnce } from './insert-once.ts';

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
  /** Idempotent: of a run, the same row is kept once, in whichever pass, and however often it is stored. */
  add(rows: readonly RejectedRowDocument[]): Promise<void>;
  byRun(runId: ObjectId, limit: number): Promise<RejectedRowDocument[]>;
}

export async function ensureRejectedRowIndexes(db: Db): Promise<void> {
  await db.collection('rejectedRows').createIndexes([
    { key: { runId: 1, _id: 1 }, name: 'runId' },
    { key: { at: 1 }, name: 'at' },
    // Who is to be forgotten.
    { key: { contactId: 1 }, name: 'contactId' },
  ]);
}

export function createRejectedRowStore(db: Db): RejectedRowStore {
  const collection = db.collection<RejectedRowDocument>('rejectedRows');
  return {
    async add(rows) {
      const byId = new Map(rows.map((row) => [identityOf(row), row]));
      await insertOnce(
        collection,
        [...byId].map(([id, row]) => ({ ...row, _id: new ObjectId(id) })),
      );
    },
    byRun: (runId, limit) => collection.find({ runId }).sort({ _id: 1 }).limit(limit).toArray(),
  };
}

/** An `_id` as hex, made of what the row is. */
function identityOf({ runId, raw }: RejectedRowDocument): string {
  return createHash('sha256').update(`${runId.toHexString()} ${raw}`).digest('hex').slice(0, 24);
}
