import type { Collection, ObjectId } from 'mongodb';
import type { SyncKind, SyncRunStatus } from '../model/sync-run.ts';
import type { SyncRunDocument } from './sync-runs.ts';

/** Null or absent: not asked for. */
export interface SyncRunFilter {
  readonly kinds?: readonly SyncKind[] | null | undefined;
  readonly statuses?: readonly SyncRunStatus[] | null | undefined;
}

/** Runs from the newest on, after (older than) `after`. Walks the index over `_id`: runs are few and purged. */
export function pageOfSyncRuns(
  collection: Collection<SyncRunDocument>,
  { filter, after, limit }: { filter: SyncRunFilter; after: ObjectId | null; limit: number },
): Promise<SyncRunDocument[]> {
  return collection
    .find({
      ...(after === null ? {} : { _id: { $lt: after } }),
      ...(filter.kinds ? { kind: { $in: [...filter.kinds] } } : {}),
      ...(filter.statuses ? { status: { $in: [...filter.statuses] } } : {}),
    })
    .sort({ _id: -1 })
    .limit(limit)
    .toArray();
}
