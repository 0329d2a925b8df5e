import { type Consent, type ContactStatus, SENDABLE_PERMISSIONS } from '../../model/consent.ts';

/**
 * Whether the person has left, by all that is known: the permission says so, or there is an opt-out that no later opt-in
 * has taken back (the API shows `opt_out_date` on opted-out contacts only: API-FACTS section 3). When in doubt: yes.
 */
export function isOptedOut(consent: Consent | null): boolean {
  if (consent === null) return false;
  if (consent.permissionToSend === 'UNSUBSCRIBED') return true;
  if (consent.optOutAt === null) return false;
  return consent.optInAt === null || consent.optInAt.getTime() <= consent.optOutAt.getTime();
}

/** Whether a contact with an email address may go into an import or be added to lists. A value that we do not know: no. */
export function isSendable(consent: Consent | null): boolean {
  if (consent === null || consent.permissionToSend === null || isOptedOut(consent)) return false;
  return (SENDABLE_PERMISSIONS as readonly string[]).includes(consent.permissionToSend);
}

const STATUS_OF_PERMISSION: Readonly<Record<string, ContactStatus>> = {
  IMPLICIT: 'ACTIVE',
  EXPLICIT: 'ACTIVE',
  PENDING_CONFIRMATION: 'PENDING_CONFIRMATION',
  UNSUBSCRIBED: 'UNSUBSCRIBED',
  TEMP_HOLD: 'TEMP_HOLD',
  NOT_SET: 'NOT_SET',
};

/** Deleted before all else. A permission that we do not know is none. */
export function contactStatus({
  consent,
  deletedAt,
}: {
  readonly consent: Consent | null;
  readonly deletedAt: Date | null;
}): ContactStatus {
  if (deletedAt !== null) return 'DELETED';
  const permission = consent?.permissionToSend ?? null;
  return (permission === null ? undefined : STATUS_OF_PERMISSION[permission]) ?? 'NOT_SET';
}
