/** A subscriber's preferences. They flow one way: primary to secondary. */

export const PERMISSIONS_TO_SEND = [
  'IMPLICIT',
  'EXPLICIT',
  'PENDING_CONFIRMATION',
  'UNSUBSCRIBED',
  'TEMP_HOLD',
  'NOT_SET',
] as const;
export type PermissionToSend = (typeof PERMISSIONS_TO_SEND)[number];

/**
 * With these a contact may be imported or added to lists. Not with `UNSUBSCRIBED`; not with `TEMP_HOLD`, because the primary
 * holds the address back for a reason that it does not tell; not with a value that we do not know.
 */
export const SENDABLE_PERMISSIONS = [
  'IMPLICIT',
  'EXPLICIT',
  'PENDING_CONFIRMATION',
  'NOT_SET',
] as const satisfies readonly PermissionToSend[];

export interface Consent {
  /**
   * The API's value in capitals; one that the API adds later survives as it came. Null for a contact without an email
   * address. Only the known values of `SENDABLE_PERMISSIONS` allow a push.
   */
  readonly permissionToSend: string | null;
  /** `pending`, `confirmed` or `off`. */
  readonly confirmStatus: string | null;
  readonly optInAt: Date | null;
  /** `Contact` or `Account`. */
  readonly optInSource: string | null;
  readonly optOutAt: Date | null;
  /** `Contact` (the person asked) or `Account`. */
  readonly optOutSource: string | null;
  readonly optOutReason: string | null;
}

export const CONTACT_STATUSES = [
  'ACTIVE',
  'UNSUBSCRIBED',
  'PENDING_CONFIRMATION',
  'TEMP_HOLD',
  'NOT_SET',
  'DELETED',
] as const;
export type ContactStatus = (typeof CONTACT_STATUSES)[number];
export type CountsByStatus = { readonly [status in ContactStatus]: number };
