import type { ContactDocument } from '../../store/contact-document.ts';
import { eraseStored } from '../decide/erase.ts';
import { emailKey } from '../decide/unified-contact.ts';
import { type ContactKey, findContacts } from './contact-keys.ts';
import { isUnderWay, type LocalWorkContext, localChange, localWrite, tooFast } from './local-work.ts';
import { forgetRecordsOf, namesOf } from './person-records.ts';

export type EraseOutcome =
  /** `contacts`: how many were stored. `deletions`: of how many the next push asks the primary to delete them. */
  | { readonly kind: 'ERASED'; readonly contacts: number; readonly deletions: number }
  | { readonly kind: 'NOT_FOUND' }
  /** A push is creating it in the primary at this moment: nothing would say whom to delete there. */
  | { readonly kind: 'BUSY' };

const MOST_ROUNDS = 10;

/**
 * Removes a person's data here, and has the next push ask the primary to delete the contact. A person is an address: all
 * contacts with it are erased. From then on no pull and no caller brings the address back. May be done twice; where it was
 * cut off, done again it is completed. An address that is not stored is barred all the same.
 */
export async function eraseContact(context: LocalWorkContext, key: ContactKey | null): Promise<EraseOutcome> {
  const { store } = context;
  const [named = null] = await findContacts(store, [key]);
  if (named === null && key?.kind !== 'EMAIL') return { kind: 'NOT_FOUND' };
  const given = key?.kind === 'EMAIL' ? emailKey(key.email) : null;
  const emailKeys = [
    ...new Set([...(named === null ? [] : namesOf([named]).emailKeys), ...(given === null ? [] : [given])]),
  ];
  // First the bar, then the search: what a pull stores meanwhile is found.
  await store.erasures.add(emailKeys, context.now());
  // Of a contact that has another address here by now.
  if ((await store.pushBatches.creationsOf(emailKeys)).size > 0) return { kind: 'BUSY' };
  const same = await store.contacts.byEmailKeys(emailKeys);
  const contacts = new Map([...(named === null ? [] : [named]), ...same].map((each) => [each._id.toHexString(), each]));
  let deletions = 0;
  for (const contact of contacts.values()) {
    const outcome = await eraseOne(context, contact);
    if (outcome === 'BUSY') return { kind: 'BUSY' };
    if (outcome === 'DELETION_REQUESTED') deletions += 1;
  }
  const names = namesOf([...contacts.values()]);
  await forgetRecordsOf(store, {
    contacts: [...contacts.values()].map(({ _id }) => _id),
    contactIds: names.contactIds,
    emailKeys: [...new Set([...emailKeys, ...names.emailKeys])],
  });
  return { kind: 'ERASED', contacts: contacts.size, deletions };
}

async function eraseOne(
  context: LocalWorkContext,
  { _id }: ContactDocument,
): Promise<'GONE' | 'DELETION_REQUESTED' | 'BUSY'> {
  const { store } = context;
  const change = { kind: 'ERASED', subject: 'contact', before: null, after: null } as const;
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const stored = await store.contacts.get(_id);
    if (stored === null) return 'GONE';
    if (stored.erasedAt !== undefined) return stored.deletion === null ? 'GONE' : 'DELETION_REQUESTED';
    if (stored.localOnly) {
      if (await isUnderWay(context, stored)) return 'BUSY';
      if (await store.contacts.remove(stored, localChange(context, [change]))) return 'GONE';
      continue;
    }
    const now = context.now();
    const contact = eraseStored(stored, { changedBy: context.changedBy, now });
    const write = localWrite(context, stored, { contact, changes: [change] });
    const erased = { ...write, next: { ...write.next, erasedAt: now } };
    if ((await store.contacts.write([erased])).length === 0)
      return contact.deletion === null ? 'GONE' : 'DELETION_REQUESTED';
  }
  throw tooFast();
}
