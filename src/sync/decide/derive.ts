import type { PrimaryContact } from '../../model/primary-contact.ts';
import type { StoredContact, SyncState } from '../../model/stored-contact.ts';
import { contactStatus } from './consent.ts';
import { emailKey, firstNameKey, localFields, nameKey, unifiedProfile } from './unified-contact.ts';

/** What follows from the rest of a contact and is stored for the indexes. */
export type DerivedField =
  | 'emailKey'
  | 'primaryEmailKey'
  | 'nameKey'
  | 'firstNameKey'
  | 'localOnly'
  | 'status'
  | 'syncState'
  | 'differs';
export type UnderivedContact = Omit<StoredContact, DerivedField>;

/**
 * The one place where the derived parts come from: every change of a contact ends here. Completes the object given, which
 * the caller has just made: a copy of so many parts costs ten times what making them does.
 */
export function derive(contact: UnderivedContact): StoredContact {
  return Object.assign(contact, derivedOf(contact));
}

function derivedOf(contact: UnderivedContact): Pick<StoredContact, DerivedField> {
  const profile = unifiedProfile(contact);
  const syncState = syncStateOf(contact);
  return {
    emailKey: emailKey(profile.email),
    primaryEmailKey: contact.local.email === undefined ? null : emailKey(contact.primary?.email ?? null),
    nameKey: nameKey(profile),
    firstNameKey: firstNameKey(profile),
    localOnly: contact.contactId === null,
    status: contactStatus(contact),
    syncState,
    differs: syncState !== 'IN_SYNC' && (syncState !== 'DELETED_IN_PRIMARY' || hasLocalWork(contact)),
  };
}

function syncStateOf(contact: UnderivedContact): SyncState {
  if (contact.deletedAt !== null) return 'DELETED_IN_PRIMARY';
  if (contact.conflicts.length > 0) return 'CONFLICT';
  if (contact.contactId === null) return 'ONLY_LOCAL';
  return hasLocalWork(contact) ? 'PENDING_PUSH' : 'IN_SYNC';
}

/** Whether something waits here for the primary: a field, a list wish, a deletion. */
export function hasLocalWork(contact: Pick<StoredContact, 'local' | 'localLists' | 'deletion'>): boolean {
  return (
    contact.localLists.add.length > 0 ||
    contact.localLists.remove.length > 0 ||
    contact.deletion !== null ||
    localFields(contact).length > 0
  );
}

/** Unique and sorted, as ids are stored. A deleted contact is on no list, whatever the row says. */
export function storedListIds({ listIds, deletedAt }: Pick<PrimaryContact, 'listIds' | 'deletedAt'>): string[] {
  return deletedAt === null ? sortedIds(listIds) : [];
}

export function sortedIds(ids: readonly string[]): string[] {
  if (ids.length < 2) return [...ids];
  return [...new Set(ids)].sort();
}

/** A contact that the primary knows and we do not. */
export function createFromPrimary(
  primary: PrimaryContact,
  { runId, now }: { readonly runId: string; readonly now: Date },
): StoredContact {
  return derive({
    contactId: primary.contactId,
    primary: primary.profile,
    primaryCreatedAt: primary.createdAt,
    primaryUpdatedAt: primary.updatedAt,
    consent: primary.consent,
    lists: storedListIds(primary),
    tags: sortedIds(primary.tagIds),
    notes: primary.notes,
    local: {},
    localLists: { add: [], remove: [] },
    deletion: null,
    conflicts: [],
    refusals: [],
    deletedAt: primary.deletedAt,
    seenIn: null,
    firstSeenAt: now,
    firstSeenIn: runId,
    updatedAt: now,
  });
}

/** A contact that exists only here, still without any field: `applyLocalEdit` and `wishLists` fill it. */
export function createLocal({ createdBy, now }: { readonly createdBy: string; readonly now: Date }): StoredContact {
  return derive({
    contactId: null,
    primary: null,
    primaryCreatedAt: null,
    primaryUpdatedAt: null,
    consent: null,
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
    firstSeenAt: now,
    firstSeenIn: createdBy,
    updatedAt: now,
  });
}
