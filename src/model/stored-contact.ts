import type { Consent, ContactStatus } from './consent.ts';
import type { Note } from './primary-contact.ts';
import type { FieldValue, Profile, ProfileField } from './profile.ts';

/** A local edit of one field that the primary has not taken yet. Value null: the field is to be cleared. */
export interface LocalChange {
  readonly value: FieldValue;
  readonly changedAt: Date;
  readonly changedBy: string;
}

/** A local wish to add the contact to a list, or to take it off one. */
export interface ListWish {
  readonly listId: string;
  readonly wishedAt: Date;
  readonly wishedBy: string;
}

/** Both sides changed a field to different values: all three are kept until somebody decides. */
export interface FieldConflict {
  readonly field: ProfileField;
  readonly base: FieldValue;
  readonly primary: FieldValue;
  readonly local: FieldValue;
  /** When and by whom the local value was set. */
  readonly changedAt: Date;
  readonly changedBy: string;
  readonly detectedAt: Date;
  /** The run that found it; null outside a run. */
  readonly runId: string | null;
}

/** Why a part of a contact's local work does not go to the primary. */
export interface Refusal {
  /** A profile field, `list:<list_id>`, or `contact` for all of it. */
  readonly subject: string;
  /** A code of `RefusalReason`. */
  readonly reason: string;
  readonly message: string;
  readonly refusedAt: Date;
  readonly runId: string | null;
}

export const SYNC_STATES = ['IN_SYNC', 'PENDING_PUSH', 'CONFLICT', 'ONLY_LOCAL', 'DELETED_IN_PRIMARY'] as const;
export type SyncState = (typeof SYNC_STATES)[number];

/**
 * A contact as the secondary store keeps it, without its `_id` and `revision`. The unified view is `primary` overlaid
 * with `local`; `emailKey`, `primaryEmailKey`, `nameKey`, `firstNameKey`, `status`, `syncState` and `differs` are derived from the rest and stored for the indexes.
 */
export interface StoredContact {
  /** Constant Contact's `contact_id`; null while the contact exists only here. */
  readonly contactId: string | null;
  /** The unified email, lower-cased and trimmed. */
  readonly emailKey: string | null;
  /** As `emailKey`, of the primary's email where a local change hides it; else null. */
  readonly primaryEmailKey: string | null;
  /** The unified `last first` name, lower-cased, normalised to NFKC: for order and search. */
  readonly nameKey: string;
  /** The unified `first last` name, as `nameKey`: for search by first name. */
  readonly firstNameKey: string;
  /** True while the primary has no such contact; emails are unique among these. */
  readonly localOnly: boolean;
  /** The last image seen of the primary: the base of the three-way merge. Null while the contact exists only here. */
  readonly primary: Profile | null;
  readonly primaryCreatedAt: Date | null;
  readonly primaryUpdatedAt: Date | null;
  readonly consent: Consent | null;
  readonly status: ContactStatus;
  /** The primary's memberships (`list_id`), sorted. */
  readonly lists: readonly string[];
  /** The primary's tags (`tag_id`), sorted. */
  readonly tags: readonly string[];
  readonly notes: readonly Note[];
  readonly local: { readonly [field in ProfileField]?: LocalChange };
  readonly localLists: { readonly add: readonly ListWish[]; readonly remove: readonly ListWish[] };
  /** A local request to delete the contact in the primary. */
  readonly deletion: { readonly requestedAt: Date; readonly requestedBy: string } | null;
  readonly conflicts: readonly FieldConflict[];
  readonly refusals: readonly Refusal[];
  readonly syncState: SyncState;
  /** The stores differ on it. One that is deleted in the primary differs only while local work waits in it. */
  readonly differs: boolean;
  /** The primary's day of deletion. */
  readonly deletedAt: Date | null;
  /** The full pull that last saw it: mark and sweep. */
  readonly seenIn: string | null;
  readonly firstSeenAt: Date;
  /** The run or caller that created it. */
  readonly firstSeenIn: string;
  /** When anything of it last changed here, by our clock. */
  readonly updatedAt: Date;
}
