import type { PrimaryContact } from '../../model/primary-contact.ts';
import type { ContactDocument } from '../../store/contact-document.ts';
import type { Store } from '../../store/store.ts';
import { emailKey } from '../decide/unified-contact.ts';
import type { WithPatience } from '../store-patience.ts';

/** The same contact may come twice while data changes (API-FACTS section 11): the newest row counts, the last of equals. */
export function newestOfEach(contacts: readonly PrimaryContact[]): PrimaryContact[] {
  const newest = new Map<string, PrimaryContact>();
  for (const contact of contacts) {
    const before = newest.get(contact.contactId);
    if (before === undefined || instant(contact.updatedAt) >= instant(before.updatedAt)) {
      newest.set(contact.contactId, contact);
    }
  }
  return [...newest.values()];
}

const instant = (date: Date | null): number => date?.getTime() ?? 0;

/**
 * The stored image of each row: by `contact_id`, else the contact of the same email that so far existed only here, else the one
 * that a push is creating with that email, though it got another one here since.
 */
export async function loadImages(
  store: Store,
  patience: WithPatience,
  rows: readonly PrimaryContact[],
): Promise<Map<string, ContactDocument>> {
  const stored = await patience(() => store.contacts.byContactIds(rows.map((row) => row.contactId)));
  const images = new Map<string, ContactDocument>();
  for (const document of stored) if (document.contactId !== null) images.set(document.contactId, document);

  const byEmail = new Map<string, string>();
  for (const row of rows) {
    const key = emailKey(row.profile.email);
    // A deleted contact does not own its address any more: it must not take over one that was written here since.
    if (key !== null && row.deletedAt === null && !images.has(row.contactId)) byEmail.set(key, row.contactId);
  }
  const local = await patience(() => store.contacts.localOnlyByEmailKeys([...byEmail.keys()]));
  for (const document of local) {
    const contactId = document.emailKey === null ? undefined : byEmail.get(document.emailKey);
    if (contactId !== undefined) images.set(contactId, document);
  }

  const strangers = new Map([...byEmail].filter(([, contactId]) => !images.has(contactId)));
  for (const [contactId, document] of await creationsUnderWay(store, patience, strangers))
    images.set(contactId, document);
  return images;
}

/** `strangers`: contacts of the primary, by the key of their email. Answers those of them that a push of ours is creating. */
async function creationsUnderWay(
  store: Store,
  patience: WithPatience,
  strangers: ReadonlyMap<string, string>,
): Promise<Map<string, ContactDocument>> {
  const created = new Map<string, ContactDocument>();
  if (strangers.size === 0) return created;
  const idOf = await patience(() => store.pushBatches.creationsOf([...strangers.keys()]));
  if (idOf.size === 0) return created;
  const documents = await patience(() => store.contacts.byIds([...idOf.values()]));
  for (const [key, id] of idOf) {
    const contactId = strangers.get(key);
    const document = documents.find(({ _id }) => _id.equals(id));
    if (contactId !== undefined && document?.localOnly === true) created.set(contactId, document);
  }
  return created;
}

/** Rows of people who were erased, and of whom nothing is stored: they do not come back. */
export async function barredRows(
  store: Store,
  patience: WithPatience,
  rows: readonly PrimaryContact[],
  images: ReadonlyMap<string, ContactDocument>,
): Promise<ReadonlySet<PrimaryContact>> {
  const unknown = rows.filter((row) => !images.has(row.contactId));
  const keyOf = (row: PrimaryContact) => emailKey(row.profile.email) ?? '';
  const erased = unknown.length === 0 ? new Set() : await patience(() => store.erasures.among(unknown.map(keyOf)));
  return erased.size === 0 ? NO_ROWS : new Set(unknown.filter((row) => erased.has(keyOf(row))));
}

const NO_ROWS: ReadonlySet<PrimaryContact> = new Set();
