import type { Db, ObjectId } from 'mongodb';
import type { SyncEventType } from '../model/sync-run.ts';
import { insertOnce } from './insert-once.ts';
import type { SyncRunDocument } from './sync-runs.ts';

/** One step of a run, append-only. `at` is our clock's; order is by `sequence`, which has no doubles within a run. */
export interface SyncEventDocument {
  readonly runId: ObjectId;
  readonly sequence: number;
  readonly at: Date;
  readonly type: SyncEventType;
  readonly message: string;
}

export interface SyncEventStore {
  /** Idempotent: the same event twice is stored once. */
  append(event: SyncEventDocument): Promise<void>;
  /** Events after `sequence`, in order, the run's `lastEvent` included even when a crash kept it out of the collection. */
  after(run: SyncRunDocument, sequence: number, limit: number): Promise<SyncEventDocument[]>;
}

export async function ensureSyncEventIndexes(db: Db): Promise<void> {
  await db.collection('syncEvents').createIndexes([
    { key: { runId: 1, sequence: 1 }, name: 'runId_sequence', unique: true },
    { key: { at: 1 }, name: 'at' },
  ]);
}

export function createSyncEventStore(db: Db): SyncEventStore {
  const collection = db.collection<SyncEventDocument>('syncEvents');
  return {
    async append(event) {
      await insertOnce(collection, [{ ...event }]);
    },

    async after(run, sequence, limit) {
      const events: SyncEventDocument[] = await collection
        .find({ runId: run._id, sequence: { $gt: sequence } })
        .project<SyncEventDocument>({ _id: 0 })
        .sort({ sequence: 1 })
        .limit(limit)
        .toArray();
      const last = run.lastEvent;
      const reached = events.at(-1)?.sequence ?? sequence;
      if (last !== null && last.sequence > reached && events.length < limit) events.push({ runId: run._id, ...last });
      return events;
    },
  };
}
