import type { Collection, Db, ObjectId } from 'mongodb';

export const PUSH_BATCH_STATES = ['PREPARED', 'SENDING', 'ACCEPTED', 'COMPLETED', 'FAILED', 'DROPPED'] as const;
/**
 * PREPARED: planned. SENDING: the request may have left. ACCEPTED: the primary named its activity. COMPLETED or FAILED: the
 * activity has ended and what it did was read back. DROPPED: never sent.
 */
export type PushBatchState = (typeof PUSH_BATCH_STATES)[number];

/** One request that changes the primary, and the contacts it touches. */
export interface PushBatchDocument {
  readonly _id: ObjectId;
  readonly runId: ObjectId;
  readonly order: number;
  readonly kind: string;
  readonly state: PushBatchState;
  /** While a batch is under way no other may touch its contacts. Our `_id`s. */
  readonly contacts: readonly ObjectId[];
  readonly listIds: readonly string[];
  readonly rowCount: number;
  readonly activityId: string | null;
  /** The primary's clock just before it was sent: what was changed after it may be ours. */
  readonly sentAt: Date | null;
  readonly outcome: object | null;
}

export interface PushBatchStore {
  readonly collection: Collection<PushBatchDocument>;
  insert(batches: readonly PushBatchDocument[]): Promise<void>;
  /** In the order of the plan. */
  byRun(runId: ObjectId): Promise<PushBatchDocument[]>;
  /** Batches of any run whose effect is not known yet: SENDING or ACCEPTED. */
  underWay(): Promise<PushBatchDocument[]>;
  /** Moves a batch on if it is in the state `from`; false when it is not. */
  move(
    id: ObjectId,
    from: PushBatchState,
    change: Partial<PushBatchDocument> & { state: PushBatchState },
  ): Promise<boolean>;
}

export async function ensurePushBatchIndexes(db: Db): Promise<void> {
  await db.collection('pushBatches').createIndexes([
    { key: { runId: 1, order: 1 }, name: 'runId_order', unique: true },
    { key: { state: 1, _id: 1 }, name: 'state' },
  ]);
}

export function createPushBatchStore(db: Db): PushBatchStore {
  // What is not known to be written must not be sent: the store's write concern (connect.ts) outlives a crash, and on a
  // replica set the loss of one member.
  const collection = db.collection<PushBatchDocument>('pushBatches');
  return {
    collection,
    async insert(batches) {
      if (batches.length > 0) await collection.insertMany(batches.map((batch) => ({ ...batch })));
    },
    byRun: (runId) => collection.find({ runId }).sort({ order: 1 }).toArray(),
    underWay: () =>
      collection
        .find({ state: { $in: ['SENDING', 'ACCEPTED'] } })
        .sort({ _id: 1 })
        .toArray(),
    async move(id, from, change) {
      const { matchedCount } = await collection.updateOne({ _id: id, state: from }, { $set: change });
      return matchedCount === 1;
    },
  };
}
