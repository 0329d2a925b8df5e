import type { Collection, ObjectId } from 'mongodb';
import type { SyncState } from '../model/stored-contact.ts';
import type { ContactDocument } from './contact-document.ts';
import type { ContactView } from './contact-queries.ts';

/** Contacts on which the stores differ by what is stored, in the given states, by id after `after`. */
export function pageOfDifferingContacts(
  collection: Collection<ContactDocument>,
  { syncStates, after, limit }: { syncStates: readonly SyncState[]; after: ObjectId | null; limit: number },
): Promise<ContactView[]> {
  return collection
    .find<ContactView>({
      differs: true,
      syncState: { $in: [...syncStates] },
      ...(after === null ? {} : { _id: { $gt: after } }),
    })
    .project<ContactView>({ change: 0, notes: 0 })
    .sort({ _id: 1 })
    .limit(limit)
    .toArray();
}
