import type { ObjectId } from 'mongodb';
import type { StoredContact } from '../../model/stored-contact.ts';
import type { ContactDocument } from '../../store/contact-document.ts';
import type { Store } from '../../store/store.ts';
import { emailKey } from '../decide/unified-contact.ts';

/** How a caller names a contact. */
export type ContactKey =
  | { readonly kind: 'ID'; readonly id: ObjectId }
  | { readonly kind: 'EMAIL'; readonly email: string }
  | { readonly kind: 'CONTACT_ID'; readonly contactId: string };

/** For each key the contact that it names, or null. One query for each kind of key, however many there are. */
export async function findContacts(
  { contacts }: Pick<Store, 'contacts'>,
  keys: readonly (ContactKey | null)[],
): Promise<(ContactDocument | null)[]> {
  const ids = keys.flatMap((key) => (key?.kind === 'ID' ? [key.id] : []));
  const contactIds = keys.flatMap((key) => (key?.kind === 'CONTACT_ID' ? [key.contactId] : []));
  const emailKeys = keys.flatMap((key) => (key?.kind === 'EMAIL' ? (emailKey(key.email) ?? []) : []));
  const [ofIds, ofContactIds, ofEmails] = await Promise.all([
    ids.length === 0 ? [] : contacts.byIds(ids),
    contactIds.length === 0 ? [] : contacts.byContactIds(contactIds),
    contacts.byEmailKeys(emailKeys),
  ]);
  const byId = new Map(ofIds.map((contact) => [contact._id.toHexString(), contact]));
  const byContactId = new Map(ofContactIds.map((contact) => [contact.contactId, contact]));
  const byEmail = groupByEmail(ofEmails);
  return keys.map((key) => {
    switch (key?.kind) {
      case 'ID':
        return byId.get(key.id.toHexString()) ?? null;
      case 'CONTACT_ID':
        return byContactId.get(key.contactId) ?? null;
      case 'EMAIL':
        return ownerOf(byEmail.get(emailKey(key.email) ?? '') ?? []);
      default:
        return null;
    }
  });
}

/** By `emailKey`. */
export function groupByEmail(contacts: readonly ContactDocument[]): Map<string, ContactDocument[]> {
  const groups = new Map<string, ContactDocument[]>();
  for (const contact of contacts) {
    if (contact.emailKey === null) continue;
    const group = groups.get(contact.emailKey);
    if (group === undefined) groups.set(contact.emailKey, [contact]);
    else group.push(contact);
  }
  return groups;
}

/** Several contacts may have one email: whoever is not deleted comes first, then whoever is in the primary. */
export function ownerOf<Contact extends Pick<StoredContact, 'deletedAt' | 'localOnly'>>(
  contacts: readonly Contact[],
): Contact | null {
  const rank = ({ deletedAt, localOnly }: Contact) => (deletedAt !== null ? 2 : localOnly ? 1 : 0);
  return contacts.toSorted((a, b) => rank(a) - rank(b))[0] ?? null;
}
