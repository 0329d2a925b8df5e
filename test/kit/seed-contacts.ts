import { randomUUID } from 'node:crypto';
import { ObjectId } from 'mongodb';
import type { Consent } from '../../src/model/consent.ts';
import { EMPTY_PROFILE, type Profile } from '../../src/model/profile.ts';
import type { ContactDocument } from '../../src/store/contact-document.ts';
import type { Store } from '../../src/store/store.ts';
import { derive } from '../../src/sync/decide/derive.ts';

export const SEEDED_AT = new Date('2026-03-01T08:00:00Z');

/** What a test says of a contact; the rest is as a pull would have stored it. */
export interface SeedContact extends Partial<Omit<ContactDocument, 'primary' | 'consent'>> {
  readonly profile?: Partial<Profile>;
  /** It exists only here; `local` says what it is. */
  readonly primary?: null;
  readonly consent?: Partial<Consent>;
}

const EXPLICIT_CONSENT: Consent = {
  permissionToSend: 'EXPLICIT',
  confirmStatus: 'confirmed',
  optInAt: SEEDED_AT,
  optInSource: 'Contact',
  optOutAt: null,
  optOutSource: null,
  optOutReason: null,
};

export function contactDocument({ profile, consent, ...seed }: SeedContact = {}): ContactDocument {
  const stored = derive({
    contactId: randomUUID(),
    primary: { ...EMPTY_PROFILE, ...profile },
    primaryCreatedAt: SEEDED_AT,
    primaryUpdatedAt: SEEDED_AT,
    consent: { ...EXPLICIT_CONSENT, ...consent },
    lists: [],
    tags: [],
    notes: [],
    local: {},
    localLists: { add: [], remove: [] },
    deletion: null,
    conflicts: [],
    refusals: [],
    deletedAt: null,
    seenIn: null,
    firstSeenAt: SEEDED_AT,
    firstSeenIn: 'seed',
    updatedAt: SEEDED_AT,
    ...seed,
  });
  return {
    _id: new ObjectId(),
    revision: 1,
    primaryReadAt: SEEDED_AT,
    change: { _id: new ObjectId(), at: SEEDED_AT, source: 'PRIMARY', runId: null, changedBy: 'seed', changes: [] },
    ...stored,
    ...seed,
  };
}

export async function seedContacts(store: Store, seeds: readonly SeedContact[]): Promise<ContactDocument[]> {
  const documents = seeds.map(contactDocument);
  for (let start = 0; start < documents.length; start += 5_000)
    await store.contacts.collection.insertMany(documents.slice(start, start + 5_000));
  return documents;
}

/** Lists of these names, in this order; answers their `list_id`s. */
export async function seedLists(store: Store, names: readonly string[]): Promise<string[]> {
  const lists = names.map((name) => ({
    listId: randomUUID(),
    name,
    description: null,
    favorite: false,
    membershipCount: 0,
    createdAt: SEEDED_AT,
    updatedAt: SEEDED_AT,
    deletedAt: null,
  }));
  await store.lists.replaceAll(lists, SEEDED_AT);
  return lists.map(({ listId }) => listId);
}

export async function seedTags(store: Store, names: readonly string[]): Promise<string[]> {
  const tags = names.map((name) => ({
    tagId: randomUUID(),
    name,
    tagSource: 'Contact',
    createdAt: SEEDED_AT,
    updatedAt: SEEDED_AT,
  }));
  await store.tags.replaceAll(tags);
  return tags.map(({ tagId }) => tagId);
}
