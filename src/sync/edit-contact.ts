import type { ObjectId } from 'mongodb';
import { DomainError } from '../domain-error.ts';
import type { HistoryChange, HistorySource } from '../model/history.ts';
import type { StoredContact } from '../model/stored-contact.ts';
import type { ContactDocument } from '../store/contacts.ts';
import type { Store } from '../store/store.ts';

const MOST_ROUNDS = 10;

export interface EditOptions {
  readonly store: Store;
  readonly newId: () => ObjectId;
  readonly now: () => Date;
  readonly source: HistorySource;
  readonly changedBy: string;
  readonly runId: ObjectId | null;
}

/** A decision about one contact; null or no changes: leave it as it is. */
export type ContactEdit = (
  contact: ContactDocument,
) => { readonly contact: StoredContact; readonly changes: readonly HistoryChange[] } | null;

/**
 * Changes one contact by a pure decision, read and decided again when somebody else was faster. Answers the contact as it is
 * stored afterwards; null when there is none.
 */
export async function editContact(
  options: EditOptions,
  id: ObjectId,
  edit: ContactEdit,
): Promise<ContactDocument | null> {
  const { store, newId, now, source, changedBy, runId } = options;
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const previous = await store.contacts.get(id);
    if (previous === null) return null;
    const edited = edit(previous);
    if (edited === null || edited.changes.length === 0) return previous;
    const next: ContactDocument = {
      ...edited.contact,
      _id: previous._id,
      revision: previous.revision + 1,
      primaryReadAt: previous.primaryReadAt,
      ...(previous.seenOnListsIn === undefined ? {} : { seenOnListsIn: previous.seenOnListsIn }),
      change: { _id: newId(), at: now(), source, runId, changedBy, changes: edited.changes },
    };
    if ((await store.contacts.write([{ previous, next }])).length === 0) return next;
  }
  throw new DomainError('REVISION_CONFLICT', 'The contact is being changed too fast by others. Try again.', {
    retryable: true,
  });
}
