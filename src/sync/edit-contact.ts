import type { ObjectId } from 'mongodb';
import { DomainError } from '../domain-error.ts';
import type { HistoryChange, HistorySource } from '../model/history.ts';
import type { StoredContact } from '../model/stored-contact.ts';
import type { ContactDocument } from '../store/contact-document.ts';
import type { ContactWrite } from '../store/contacts.ts';
import { otherMarksOf } from '../store/seen-marks.ts';
import type { Store } from '../store/store.ts';
import type { WithPatience } from './store-patience.ts';

const MOST_ROUNDS = 10;

export interface EditOptions {
  readonly store: Store;
  readonly newId: () => ObjectId;
  readonly now: () => Date;
  readonly source: HistorySource;
  readonly changedBy: string;
  readonly runId: ObjectId | null;
  /** Without it, a store that does not answer is an error. Not around the edit: what is written again must be the same change. */
  readonly patience?: WithPatience;
}

/** A decision about one contact; null or no changes: leave it as it is. */
export type ContactEdit = (contact: ContactDocument) => EditedContact | null | Promise<EditedContact | null>;

interface EditedContact {
  readonly contact: StoredContact;
  readonly changes: readonly HistoryChange[];
}

/**
 * Changes one contact by a decision, read and decided again when somebody else was faster. Answers the contact as it is
 * stored afterwards; null when there is none.
 */
export async function editContact(
  options: EditOptions,
  id: ObjectId,
  edit: ContactEdit,
): Promise<ContactDocument | null> {
  const [contact = null] = await editContacts(options, [id], edit);
  return contact;
}

/** The same for many: one query and one batch for all of them. Answers them in no order, without those that are gone. */
export async function editContacts(
  options: EditOptions,
  ids: readonly ObjectId[],
  edit: ContactEdit,
): Promise<ContactDocument[]> {
  const { store, patience = (operation) => operation() } = options;
  const settled: ContactDocument[] = [];
  let open = ids;
  for (let round = 1; open.length > 0; round++) {
    if (round > MOST_ROUNDS) {
      throw new DomainError('REVISION_CONFLICT', 'The contact is being changed too fast by others. Try again.', {
        retryable: true,
      });
    }
    const writes: ContactWrite[] = [];
    for (const previous of await patience(() => store.contacts.byIds(open))) {
      const edited = await edit(previous);
      if (edited === null || edited.changes.length === 0) settled.push(previous);
      else writes.push({ previous, next: nextOf(options, previous, edited) });
    }
    const lost = new Set(await patience(() => store.contacts.write(writes)));
    for (const write of writes) if (!lost.has(write)) settled.push(write.next);
    open = [...lost].map(({ next }) => next._id);
  }
  return settled;
}

function nextOf(
  { newId, now, source, changedBy, runId }: EditOptions,
  previous: ContactDocument,
  { contact, changes }: EditedContact,
): ContactDocument {
  return {
    ...contact,
    _id: previous._id,
    revision: previous.revision + 1,
    primaryReadAt: previous.primaryReadAt,
    ...otherMarksOf(previous),
    change: { _id: newId(), at: now(), source, runId, changedBy, changes },
  };
}
