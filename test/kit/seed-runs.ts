import { type Db, ObjectId } from 'mongodb';
import type { SyncKind } from '../../src/model/sync-run.ts';
import type { Store } from '../../src/store/store.ts';
import type { SyncRunDocument } from '../../src/store/sync-runs.ts';
import type { RunOwner } from '../../src/store/write-as-owner.ts';
import { SEEDED_AT } from './seed-contacts.ts';

/** A run with so many events, still active or ended as a success. */
export async function seedRun(
  store: Store,
  { events = 0, ended, kind = 'CONTACTS' }: { events?: number; ended: boolean; kind?: SyncKind },
): Promise<SyncRunDocument> {
  const _id = new ObjectId();
  const input = { kind, mode: 'INCREMENTAL', listIds: null, dryRun: false, planHash: null } as const;
  await store.syncRuns.enqueue({ _id, input, trigger: 'CLI', triggeredBy: 'seed', queuedAt: SEEDED_AT });
  for (let sequence = 1; sequence <= events; sequence++)
    await store.syncEvents.append({
      runId: _id,
      sequence,
      at: SEEDED_AT,
      type: 'PROGRESS',
      message: `step ${sequence}`,
    });
  const change = ended
    ? {
        $set: { status: 'SUCCEEDED', phase: 'DONE', finishedAt: SEEDED_AT, lastSequence: events },
        $unset: { activeKey: true },
      }
    : { $set: { status: 'RUNNING', startedAt: SEEDED_AT, lastSequence: events } };
  const run = await store.syncRuns.collection.findOneAndUpdate({ _id }, change as object, { returnDocument: 'after' });
  if (run === null) throw new Error('the run was not stored');
  return run;
}

/** Whoever works on a run, for what is written beside it. Of the run there is no more than its lease. */
export async function seedOwner(db: Db): Promise<RunOwner> {
  const owner = { runId: new ObjectId(), token: 1 };
  await db.collection('syncRuns').insertOne({ _id: owner.runId, lease: { owner: 'seed', token: owner.token } });
  return owner;
}
