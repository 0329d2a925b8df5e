import { ObjectId } from 'mongodb';
import type { HistoryChange } from '../../src/model/history.ts';
import type { StoredContact } from '../../src/model/stored-contact.ts';
import type { ContactDocument } from '../../src/store/contact-document.ts';
import { createLocal } from '../../src/sync/decide/derive.ts';
import { wishLists } from '../../src/sync/decide/list-wishes.ts';
import { applyLocalEdit, requestDeletion } from '../../src/sync/decide/local-edit.ts';
import type { FieldValues } from '../../src/sync/decide/local-input.ts';
import { editContact } from '../../src/sync/edit-contact.ts';
import type { SyncKit } from './sync.ts';

/** What a front end would ask for. */
export interface LocalWork {
  readonly fields?: FieldValues;
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  readonly deletion?: true;
  /** When it is asked for; now by default. */
  readonly at?: Date;
}

/** Local work on a contact of the primary, by its `contact_id`, or on any by its `_id`. */
export async function workLocally({ store }: Pick<SyncKit, 'store'>, contact: string | ObjectId, work: LocalWork) {
  const found =
    typeof contact === 'string' ? (await store.contacts.byContactIds([contact]))[0] : await store.contacts.get(contact);
  if (found === undefined || found === null) throw new Error(`no contact ${contact} is stored`);
  const edited = await editContact(
    {
      store,
      newId: () => new ObjectId(),
      now: () => work.at ?? new Date(),
      source: 'LOCAL',
      changedBy: 'test',
      runId: null,
    },
    found._id,
    (current) => decide(current, work),
  );
  if (edited === null) throw new Error('the contact has gone');
  return edited;
}

/** A new contact that exists only here. */
export async function createLocally({ store }: Pick<SyncKit, 'store'>, work: LocalWork): Promise<ContactDocument> {
  const now = work.at ?? new Date();
  const { contact, changes } = decide(createLocal({ createdBy: 'test', now }), work);
  const next: ContactDocument = {
    ...contact,
    _id: new ObjectId(),
    revision: 1,
    primaryReadAt: null,
    change: { _id: new ObjectId(), at: now, source: 'LOCAL', runId: null, changedBy: 'test', changes },
  };
  const [refused] = await store.contacts.write([{ previous: null, next }]);
  if (refused !== undefined) throw new Error('the contact was not written');
  return next;
}

function decide(stored: StoredContact, { fields = {}, add = [], remove = [], deletion, at }: LocalWork) {
  const context = { changedBy: 'test', now: at ?? new Date() };
  const edited = applyLocalEdit(stored, fields, context);
  const wished = wishLists(edited.contact, { add, remove }, context);
  const deleted = deletion === true ? requestDeletion(wished.contact, context) : { ...wished, changes: [] };
  const changes: HistoryChange[] = [...edited.changes, ...wished.changes, ...deleted.changes];
  return { contact: deleted.contact, changes };
}
