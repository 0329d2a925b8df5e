import type { Consent } from '../../model/consent.ts';
import type { Note, PrimaryContact } from '../../model/primary-contact.ts';
import type { StoredContact } from '../../model/stored-contact.ts';
import { sameIds, sameProfile } from './unified-contact.ts';

/**
 * Whether a row says what is stored. Content is compared, never `updated_at`: the overlap of two pulls and the return of
 * our own push move that, and would be written for nothing.
 */
export function isSameImage(stored: StoredContact, theirs: PrimaryContact): boolean {
  return (
    stored.primary !== null &&
    stored.consent !== null &&
    sameInstant(stored.deletedAt, theirs.deletedAt) &&
    sameConsent(stored.consent, theirs.consent) &&
    (theirs.deletedAt === null ? sameIds(stored.lists, theirs.listIds) : stored.lists.length === 0) &&
    sameIds(stored.tags, theirs.tagIds) &&
    sameProfile(stored.primary, theirs.profile) &&
    sameNotes(stored.notes, theirs.notes)
  );
}

export const CONSENT_PARTS = [
  'permissionToSend',
  'confirmStatus',
  'optInAt',
  'optInSource',
  'optOutAt',
  'optOutSource',
  'optOutReason',
] as const satisfies readonly (keyof Consent)[];

export function sameConsentPart(a: Consent[keyof Consent], b: Consent[keyof Consent]): boolean {
  return a === b || (a instanceof Date && b instanceof Date && a.getTime() === b.getTime());
}

function sameConsent(a: Consent, b: Consent): boolean {
  return (
    a.permissionToSend === b.permissionToSend &&
    a.confirmStatus === b.confirmStatus &&
    sameInstant(a.optInAt, b.optInAt) &&
    a.optInSource === b.optInSource &&
    sameInstant(a.optOutAt, b.optOutAt) &&
    a.optOutSource === b.optOutSource &&
    a.optOutReason === b.optOutReason
  );
}

export function sameInstant(a: Date | null, b: Date | null): boolean {
  return a === b || (a !== null && b !== null && a.getTime() === b.getTime());
}

function sameNotes(a: readonly Note[], b: readonly Note[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((note, index) => {
    const other = b[index];
    return other !== undefined && note.noteId === other.noteId && note.content === other.content;
  });
}
