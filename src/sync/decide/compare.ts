import type { PrimaryContact } from '../../model/primary-contact.ts';
import type { Refusal, StoredContact } from '../../model/stored-contact.ts';
import { type FieldDiff, fieldDiffs, onlyInPrimaryDiffs, preferenceDiffs } from './compare-fields.ts';
import { hasLocalWork, storedListIds } from './derive.ts';
import type { FieldPolicy } from './merge-fields.ts';
import { listIdOfSubject, REFUSAL_MESSAGES, type RefusalReason, sendRefusalReason } from './refusals.ts';

export type { FieldDiff } from './compare-fields.ts';

export const CONTACT_DIFF_KINDS = [
  'IN_SYNC',
  'ONLY_IN_PRIMARY',
  'ONLY_IN_SECONDARY',
  'CHANGED_IN_PRIMARY',
  'CHANGED_IN_SECONDARY',
  'CONFLICT',
  'DELETED_IN_PRIMARY',
] as const;
export type ContactDiffKind = (typeof CONTACT_DIFF_KINDS)[number];

/** A list wish that is not sent, and why in an operator's words. */
export interface BlockedWish {
  readonly listId: string;
  /** A code of `RefusalReason`. */
  readonly reason: string;
  readonly message: string;
}

export interface ContactDiff {
  readonly kind: ContactDiffKind;
  readonly fields: readonly FieldDiff[];
  readonly listsOnlyInPrimary: readonly string[];
  /** The secondary's memberships are the primary's with the wishes added and taken off. */
  readonly listsOnlyInSecondary: readonly string[];
  readonly blocked: readonly BlockedWish[];
}

export interface DiffInput {
  /** Null: only the primary has the contact. */
  readonly stored: StoredContact | null;
  /** LIVE: what the primary says now; null: it has no such contact. Left out, STORED: the stored image of it. */
  readonly theirs?: PrimaryContact | null;
  readonly policy: FieldPolicy;
}

const NO_DIFF: ContactDiff = {
  kind: 'IN_SYNC',
  fields: [],
  listsOnlyInPrimary: [],
  listsOnlyInSecondary: [],
  blocked: [],
};

/** How the two stores differ on one contact, and what a sync would do about it. */
export function diffContact({ stored, theirs, policy }: DiffInput): ContactDiff {
  if (stored === null) return theirs === null || theirs === undefined ? NO_DIFF : onlyInPrimary(theirs);
  const isDeleted = theirs === undefined ? stored.deletedAt !== null : (theirs?.deletedAt ?? null) !== null;
  const isGone = theirs === null && stored.contactId !== null;
  const primaryLists = isGone ? [] : theirs ? storedListIds(theirs) : stored.lists;
  const secondaryLists = unifiedLists(stored);
  const fields = [
    ...fieldDiffs({ stored, primary: theirs?.profile ?? stored.primary, policy }),
    ...(theirs && stored.contactId !== null ? preferenceDiffs(stored, theirs) : []),
    ...deletionDiff(stored),
  ];
  const listsOnlyInPrimary = primaryLists.filter((listId) => !secondaryLists.includes(listId));
  const listsOnlyInSecondary = secondaryLists.filter((listId) => !primaryLists.includes(listId));
  return {
    kind: kindOf({ stored, theirs, isDeleted: isDeleted || isGone, fields, primaryLists }),
    fields,
    listsOnlyInPrimary,
    listsOnlyInSecondary,
    blocked: blockedWishes(stored, theirs ?? null),
  };
}

/** The lists on which the secondary store sees the contact: the primary's, with the wishes. Sorted. */
export function unifiedLists({ lists, localLists }: Pick<StoredContact, 'lists' | 'localLists'>): string[] {
  if (localLists.add.length === 0 && localLists.remove.length === 0) return [...lists];
  const unified = new Set([...lists, ...localLists.add.map(({ listId }) => listId)]);
  for (const { listId } of localLists.remove) unified.delete(listId);
  return [...unified].sort();
}

function onlyInPrimary(theirs: PrimaryContact): ContactDiff {
  return {
    ...NO_DIFF,
    kind: 'ONLY_IN_PRIMARY',
    fields: onlyInPrimaryDiffs(theirs.profile),
    listsOnlyInPrimary: storedListIds(theirs),
  };
}

function kindOf({
  stored,
  theirs,
  isDeleted,
  fields,
  primaryLists,
}: {
  stored: StoredContact;
  theirs: PrimaryContact | null | undefined;
  isDeleted: boolean;
  fields: readonly FieldDiff[];
  primaryLists: readonly string[];
}): ContactDiffKind {
  // Known as deleted here, too, and nothing waits: both stores say the same.
  if (isDeleted) return stored.status === 'DELETED' && !hasLocalWork(stored) ? 'IN_SYNC' : 'DELETED_IN_PRIMARY';
  if (fields.some(({ isConflict }) => isConflict)) return 'CONFLICT';
  if (stored.contactId === null && (theirs ?? null) === null) return 'ONLY_IN_SECONDARY';
  const isMovedOn =
    stored.lists.length !== primaryLists.length || !stored.lists.every((id) => primaryLists.includes(id));
  if (isMovedOn || fields.some(({ isPrimaryNews }) => isPrimaryNews)) return 'CHANGED_IN_PRIMARY';
  // Conflicts and refusals left aside, what is open here is a change of ours.
  return fields.length > 0 || hasLocalWork(stored) ? 'CHANGED_IN_SECONDARY' : 'IN_SYNC';
}

function deletionDiff({ deletion, deletedAt }: StoredContact): FieldDiff[] {
  if (deletion === null || deletedAt !== null) return [];
  const reason = `${deletion.requestedBy} asked to delete the contact; the next push does it.`;
  return [
    {
      field: 'contact',
      base: 'PRESENT',
      primary: 'PRESENT',
      secondary: 'DELETED',
      winner: 'SECONDARY',
      reason,
      isConflict: false,
      isPrimaryNews: false,
    },
  ];
}

/** Wishes refused before, and those that a push would refuse as things stand. */
function blockedWishes(stored: StoredContact, theirs: PrimaryContact | null): BlockedWish[] {
  const refused = stored.refusals.flatMap(({ subject, reason, message }: Refusal): BlockedWish[] => {
    const listId = listIdOfSubject(subject);
    return listId === null ? [] : [{ listId, reason, message }];
  });
  const now =
    theirs === null
      ? stored
      : { contactId: theirs.contactId, consent: theirs.consent, primary: theirs.profile, deletedAt: theirs.deletedAt };
  const reason: RefusalReason | null = sendRefusalReason(now);
  if (reason === null) return refused;
  const open = stored.localLists.add.filter(({ listId }) => !refused.some((blocked) => blocked.listId === listId));
  return [...refused, ...open.map(({ listId }) => ({ listId, reason, message: REFUSAL_MESSAGES[reason] }))];
}
