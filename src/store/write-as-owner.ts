import type { Db, Document, ObjectId } from 'mongodb';
import { largeWrite } from './large-write.ts';

/** Who works on a run. */
export interface RunOwner {
  readonly runId: ObjectId;
  /** The fencing token of its lease. */
  readonly token: number;
}

/**
 * Writes one document beside the run, in one command, if the token still owns the run: the server looks, and hands `document` on to
 * `into` itself. A process that was frozen between its own look and this write changes nothing. Whether it was written is not
 * answered. May be done twice.
 * @param document with its `_id`
 * @param whenMatched what becomes of one that is there, as `$merge` takes it: stages know `document` as `$$new`
 */
export async function writeAsOwner(
  db: Db,
  { runId, token }: RunOwner,
  {
    into,
    document,
    whenMatched,
    whenNotMatched,
  }: {
    into: string;
    document: Document;
    whenMatched: 'merge' | 'keepExisting' | Document[];
    whenNotMatched: 'insert' | 'discard';
  },
): Promise<void> {
  const stages = [
    { $match: { _id: runId, 'lease.token': token } },
    { $replaceWith: { $literal: document } },
    { $merge: { into, on: '_id', whenMatched, whenNotMatched } },
  ];
  // A secondary member may not know yet that the run has another owner.
  await largeWrite(() => db.collection('syncRuns').aggregate(stages, { readPreference: 'primary' }).toArray());
}
