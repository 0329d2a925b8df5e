import type { Collection, Filter, ObjectId } from 'mongodb';
import type { SyncState } from '../model/stored-contact.ts';
import type { ContactView } from './contact-queries.ts';
import type { ContactDocument } from './contacts.ts';

/** Something waits in it for the primary. */
const HAS_LOCAL_WORK: Filter<ContactDocument> = {
  $or: [
    { local: { $ne: {} } },
    { 'localLists.add.0': { $exists: true } },
    { 'localLists.remove.0': { $exists: true } },
    { deletion: { $ne: null } },
  ],
};

/**
 * Contacts on which the stores differ by what is stored, in the given states, by id after `after`. Of those deleted in the
 * primary only the ones with local work: the others are deleted on both sides.
 */
export function pageOfDifferingContacts(
  collection: Collection<ContactDocument>,
  { syncStates, after, limit }: { syncStates: readonly SyncState[]; after: ObjectId | null; limit: number },
): Promise<ContactView[]> {
  return collection
    .find<ContactView>({
      syncState: { $in: [...syncStates] },
      ...(after === null ? {} : { _id: { $gt: after } }),
      ...(syncStates.includes('DELETED_IN_PRIMARY')
        ? { $or: [{ syncState: { $ne: 'DELETED_IN_PRIMARY' } }, HAS_LOCAL_WORK] }
        : {}),
    })
    .project<ContactView>({ change: 0, notes: 0 })
    .sort({ _id: 1 })
    .limit(limit)
    .toArray();
}
