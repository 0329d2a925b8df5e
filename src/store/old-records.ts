import { type Db, ObjectId } from 'mongodb';
import { ACTIVE_STATUSES, SYNC_KINDS, SYNC_RUN_STATUSES } from '../model/sync-run.ts';
import type { ContactHistoryDocument } from './contact-document.ts';
import { deleteInSlices } from './delete-in-slices.ts';
import type { PushBatchDocument } from './push-batches.ts';
import type { RejectedRowDocument } from './rejected-rows.ts';
import type { SyncEventDocument } from './sync-events.ts';
import type { SyncRunDocument } from './sync-runs.ts';
import type { WebhookDeliveryDocument } from './webhook-deliveries.ts';

const DAY_MS = 24 * 60 * 60_000;
const ENDED_STATUSES = SYNC_RUN_STATUSES.filter((status) => !(ACTIVE_STATUSES as readonly string[]).includes(status));

/** How long records are kept, in days; null: for good. */
export interface Retention {
  /** Events of runs, and rows that could not be decoded. */
  readonly events: number | null;
  /** Runs that have ended, and what they sent; webhooks that are dead. The last success of each kind is kept in any case. */
  readonly runs: number | null;
  /** Changes of contacts, the consent trail among them. A contact's newest change lives in the contact and stays. */
  readonly history: number | null;
}

export interface PurgedRecords {
  readonly syncEvents: number;
  readonly rejectedRows: number;
  readonly syncRuns: number;
  readonly pushBatches: number;
  readonly contactHistory: number;
  /** Dead ones: the others expire. */
  readonly webhookDeliveries: number;
  /** Of any collection whose documents name their own end. */
  readonly expired: number;
}

/** On a server their TTL indexes do it; the embedded engine has none that works. */
const EXPIRING_COLLECTIONS = ['oauthStates', 'webhookDeliveries', 'dailyCounts'] as const;

/** Deletes what is older than it is to be kept. By a purge of ours: not every engine expires documents by itself. Idempotent. */
export async function purgeOldRecords({
  db,
  retention,
  now,
  signal,
}: {
  db: Db;
  retention: Retention;
  now: Date;
  signal: AbortSignal;
}): Promise<PurgedRecords> {
  const purge = async (days: number | null, remove: (before: Date) => Promise<number>) =>
    days === null ? 0 : remove(new Date(now.getTime() - days * DAY_MS));
  return {
    syncEvents: await purge(retention.events, (before) =>
      deleteInSlices(db.collection<SyncEventDocument>('syncEvents'), { at: { $lt: before } }, signal),
    ),
    rejectedRows: await purge(retention.events, (before) =>
      deleteInSlices(db.collection<RejectedRowDocument>('rejectedRows'), { at: { $lt: before } }, signal),
    ),
    syncRuns: await purge(retention.runs, (before) => purgeRuns(db, before, signal)),
    pushBatches: await purge(retention.runs, (before) =>
      deleteInSlices(
        db.collection<PushBatchDocument>('pushBatches'),
        { state: { $in: ['COMPLETED', 'REFUSED'] }, _id: { $lt: ObjectId.createFromTime(before.getTime() / 1_000) } },
        signal,
      ),
    ),
    contactHistory: await purge(retention.history, (before) =>
      deleteInSlices(db.collection<ContactHistoryDocument>('contactHistory'), { at: { $lt: before } }, signal),
    ),
    webhookDeliveries: await purge(retention.runs, (before) =>
      deleteInSlices(
        db.collection<WebhookDeliveryDocument>('webhookDeliveries'),
        { status: 'DEAD', settledAt: { $lt: before } },
        signal,
      ),
    ),
    expired: await purgeExpired(db, now, signal),
  };
}

async function purgeExpired(db: Db, now: Date, signal: AbortSignal): Promise<number> {
  let deleted = 0;
  for (const name of EXPIRING_COLLECTIONS)
    deleted += await deleteInSlices(
      db.collection<{ expiresAt: Date | null }>(name),
      { expiresAt: { $lt: now } },
      signal,
    );
  return deleted;
}

async function purgeRuns(db: Db, before: Date, signal: AbortSignal): Promise<number> {
  const runs = db.collection<SyncRunDocument>('syncRuns');
  let deleted = 0;
  for (const kind of SYNC_KINDS) {
    const last = await runs.findOne(
      { kind, status: 'SUCCEEDED' },
      { sort: { finishedAt: -1 }, projection: { _id: 1 } },
    );
    const old = { kind, status: { $in: ENDED_STATUSES }, finishedAt: { $lt: before } };
    deleted += await deleteInSlices(runs, last === null ? old : { ...old, _id: { $ne: last._id } }, signal);
  }
  return deleted;
}
