import type { ObjectId } from 'mongodb';
import type { ContactView } from '../store/contact-queries.ts';
import type { ListDocument } from '../store/lists.ts';
import type { Store } from '../store/store.ts';
import { type ContactKey, findContacts } from '../sync/local-work/contact-keys.ts';
import { builder } from './builder.ts';
import { keyOfNodeId } from './node-id.ts';
import type { InputProblem } from './user-errors.ts';

export interface ContactRef {
  readonly id?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly contactId?: string | null | undefined;
}

export interface ContactListRef {
  readonly id?: string | null | undefined;
  readonly listId?: string | null | undefined;
  readonly name?: string | null | undefined;
}

export const ContactRefInput = builder.inputRef<ContactRef>('ContactRef').implement({
  description: 'Names one contact, in exactly one of these ways.',
  isOneOf: true,
  fields: (t) => ({
    id: t.id({ description: 'Its id in this API.' }),
    email: t.field({ type: 'EmailAddress', description: 'Its email address; case does not matter.' }),
    contactId: t.string({ description: "Constant Contact's contact_id." }),
  }),
});

export const ContactListRefInput = builder.inputRef<ContactListRef>('ContactListRef').implement({
  description: 'Names one contact list, in exactly one of these ways.',
  isOneOf: true,
  fields: (t) => ({
    id: t.id({ description: 'Its id in this API.' }),
    listId: t.string({ description: "Constant Contact's list_id." }),
    name: t.string({ description: 'Its full name, as Constant Contact writes it.' }),
  }),
});

/** Executors that compile documents do not all know `@oneOf`: more or less than one way is refused here, too. */
export function referenceProblems(reference: object, path: readonly string[]): InputProblem[] {
  const given = Object.values(reference).filter((value) => value !== null && value !== undefined);
  return given.length === 1 ? [] : [{ path, message: 'names exactly one thing in exactly one way.' }];
}

/** Null for an id of another type, which names nothing. */
export function contactKeyOf({ id, email, contactId }: ContactRef): ContactKey | null {
  if (typeof id === 'string') {
    const key = keyOfNodeId(id, 'Contact');
    return key === undefined ? null : { kind: 'ID', id: key };
  }
  if (typeof email === 'string') return { kind: 'EMAIL', email };
  return typeof contactId === 'string' ? { kind: 'CONTACT_ID', contactId } : null;
}

/** Null when there is none. */
export async function findContact(store: Store, reference: ContactRef): Promise<ContactView | null> {
  return (await findContacts(store, [contactKeyOf(reference)]))[0] ?? null;
}

/** For each reference the list it names, or null. */
export async function findLists(
  { lists }: Pick<Store, 'lists'>,
  references: readonly ContactListRef[],
): Promise<(ListDocument | null)[]> {
  // An account has at most 1,000 lists: one query finds any number of them, in whatever way they are named.
  const all = await lists.all();
  const byId = new Map(all.map((list) => [list._id.toHexString(), list]));
  return references.map(({ id, listId, name }) => {
    if (typeof id === 'string') return byId.get(hexOf(keyOfNodeId(id, 'ContactList'))) ?? null;
    if (typeof listId === 'string') return all.find((list) => list.listId === listId) ?? null;
    const named = all.filter((list) => list.name === name);
    return named.find((list) => list.goneAt === null) ?? named[0] ?? null;
  });
}

const hexOf = (id: ObjectId | undefined): string => id?.toHexString() ?? '';
