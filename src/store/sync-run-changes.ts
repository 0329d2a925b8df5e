import type { Collection } from 'mongodb';
import type { SyncRunDocument } from './sync-runs.ts';

/** A new run, or a change that readers are told of: each such write moves `changedAt`, a sign of life does not. */
const NEWS = [
  {
    $match: {
      $or: [
        { operationType: { $in: ['insert', 'replace'] } },
        { 'updateDescription.updatedFields.changedAt': { $exists: true } },
      ],
    },
  },
  // The resume token, which the driver goes on with after an election.
  { $project: { _id: 1 } },
];

/**
 * Ticks when the stream stands, and then at each change of any run, whichever instance made it; ends with the signal.
 * @throws where the server offers no change stream, or the stream breaks for good: what changed since is not told.
 */
export async function* watchSyncRuns(
  collection: Collection<SyncRunDocument>,
  signal: AbortSignal,
): AsyncGenerator<undefined, void, undefined> {
  if (signal.aborted) return;
  const stream = collection.watch(NEWS);
  // Only closing it ends its wait for the next change.
  const close = () => void stream.close().catch(() => {});
  signal.addEventListener('abort', close, { once: true });
  try {
    // Opens the stream, without a wait for a change.
    await stream.tryNext();
    while (!signal.aborted) {
      yield;
      await stream.next();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', close);
    await stream.close().catch(() => {});
  }
}
