import type { Consent } from '../../model/consent.ts';
import type { PrimaryContact } from '../../model/primary-contact.ts';
import { EMPTY_PROFILE } from '../../model/profile.ts';
import type { StoredContact } from '../../model/stored-contact.ts';
import { derive } from './derive.ts';
import type { LocalContext } from './local-edit.ts';

/**
 * What stays of a contact of the primary when the person is erased: its `contact_id`, without which the primary could not be
 * asked to delete it, its lists and its permission, by which counts agree until it is. No name, no address, no word of it.
 */
export function eraseStored(stored: StoredContact, { changedBy, now }: LocalContext): StoredContact {
  return derive({
    ...stored,
    primary: EMPTY_PROFILE,
    primaryCreatedAt: null,
    primaryUpdatedAt: null,
    consent: erasedConsent(stored.consent),
    tags: [],
    notes: [],
    local: {},
    localLists: { add: [], remove: [] },
    conflicts: [],
    refusals: [],
    deletion: stored.deletedAt === null ? { requestedAt: now, requestedBy: changedBy } : null,
    updatedAt: now,
  });
}

/** The part of a row of an erased contact that may be stored. */
export function eraseRow(row: PrimaryContact): PrimaryContact {
  return {
    contactId: row.contactId,
    profile: EMPTY_PROFILE,
    consent: erasedConsent(row.consent) ?? row.consent,
    listIds: row.listIds,
    tagIds: [],
    notes: [],
    createdAt: null,
    updatedAt: null,
    deletedAt: row.deletedAt,
  };
}

function erasedConsent(consent: Consent | null): Consent | null {
  if (consent === null) return null;
  return {
    permissionToSend: consent.permissionToSend,
    confirmStatus: null,
    optInAt: null,
    optInSource: null,
    optOutAt: null,
    optOutSource: null,
    optOutReason: null,
  };
}
