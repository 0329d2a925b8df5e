import type { Consent } from '../../model/consent.ts';
import type { PrimaryContact } from '../../model/primary-contact.ts';
import { EMPTY_PROFILE } from '../../model/profile.ts';
import type { StoredContact } from '../../model/stored-contact.ts';

const NO_CONSENT: Consent = {
  permissionToSend: null,
  confirmStatus: null,
  optInAt: null,
  optInSource: null,
  optOutAt: null,
  optOutSource: null,
  optOutReason: null,
};

/**
 * The image of the primary that is stored, as the primary would say it: the ground for what is known of a contact by
 * another way than its row (it left a list, it is gone).
 */
export function storedAsPrimary(stored: StoredContact & { readonly contactId: string }): PrimaryContact {
  return {
    contactId: stored.contactId,
    profile: stored.primary ?? EMPTY_PROFILE,
    consent: stored.consent ?? NO_CONSENT,
    listIds: stored.lists,
    tagIds: stored.tags,
    notes: stored.notes,
    createdAt: stored.primaryCreatedAt,
    updatedAt: stored.primaryUpdatedAt,
    deletedAt: stored.deletedAt,
  };
}
