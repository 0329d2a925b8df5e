import type { HistoryChange } from '../../model/history.ts';
import type { PrimaryContact } from '../../model/primary-contact.ts';
import type { FieldConflict, ListWish, Refusal, StoredContact } from '../../model/stored-contact.ts';
import { contactStatus, isOptedOut } from './consent.ts';
import { createFromPrimary, derive, hasLocalWork, sortedIds, storedListIds } from './derive.ts';
import { type FieldPolicy, type MergeContext, mergeFields } from './merge-fields.ts';
import { addRefusal, createRefusal, listIdOfSubject, type RefusalReason, refuseWishes } from './refusals.ts';
import { CONSENT_PARTS, isSameImage, sameConsentPart } from './same-image.ts';
import { localFields, sameIds } from './unified-contact.ts';

export type { FieldPolicy, FieldWinner } from './merge-fields.ts';

export interface MergeInput {
  /** Null: we do not know the contact. One that exists only here is adopted: its base is nothing. */
  readonly stored: StoredContact | null;
  readonly theirs: PrimaryContact;
  readonly policy: FieldPolicy;
  readonly runId: string;
  readonly now: Date;
}

export interface MergeResult {
  readonly outcome: 'CREATED' | 'UPDATED' | 'UNCHANGED';
  /** UNCHANGED: the stored contact itself, the same reference. Marking it as seen is the caller's. */
  readonly contact: StoredContact;
  readonly changes: readonly HistoryChange[];
  readonly newConflicts: readonly FieldConflict[];
  /** Local work refused by this merge. */
  readonly newRefusals: readonly Refusal[];
  /** A contact that we knew as somebody of the primary has left, or is gone, since the stored image. */
  readonly unsubscribed: boolean;
  readonly deleted: boolean;
}

/**
 * Merges what the primary says into what is stored. Pure and idempotent: the same row again is UNCHANGED. Consent, status,
 * memberships and tags are the primary's; profile fields are merged three ways.
 */
export function mergeContact({ stored, theirs, policy, runId, now }: MergeInput): MergeResult {
  if (stored === null) return createdResult(createFromPrimary(theirs, { runId, now }));
  if (stored.contactId !== null && stored.contactId !== theirs.contactId) {
    throw new Error('a contact can be merged only with the row of its own contact_id');
  }
  const isSame = stored.contactId !== null && isSameImage(stored, theirs);
  if (isSame && isSettled(stored)) return unchangedResult(stored);
  return merge(stored, theirs, isSame, { policy, runId, now });
}

const NOTHING = [] as const;

function unchangedResult(contact: StoredContact): MergeResult {
  return {
    outcome: 'UNCHANGED',
    contact,
    changes: NOTHING,
    newConflicts: NOTHING,
    newRefusals: NOTHING,
    unsubscribed: false,
    deleted: false,
  };
}

/** What it began with follows from the changes since, each of which names what was before: it is not written twice. */
function createdResult(contact: StoredContact): MergeResult {
  return {
    ...unchangedResult(contact),
    outcome: 'CREATED',
    changes: [{ kind: 'CREATED', subject: 'contact', before: null, after: contact.status }],
  };
}

/** Nothing local: an unchanged image decides it all. */
function isSettled(stored: StoredContact): boolean {
  return stored.conflicts.length === 0 && stored.refusals.length === 0 && !hasLocalWork(stored);
}

function merge(stored: StoredContact, theirs: PrimaryContact, isSame: boolean, context: MergeContext): MergeResult {
  const isDeleted = theirs.deletedAt !== null;
  const lists = storedListIds(theirs);
  const fields = mergeFields(stored, theirs.profile, context);
  const wishes = mergeWishes(stored, { theirs, lists }, context);
  const deletion = isDeleted ? null : stored.deletion;
  const settled = { local: fields.local, localLists: wishes.localLists, deletion, refusals: wishes.refusals };
  const refusals = mergeRefusals(settled, { isDeleted, lists }, context);

  const changes: HistoryChange[] = [
    ...(stored.contactId === null
      ? [{ kind: 'CREATED', subject: 'contactId', before: null, after: theirs.contactId } as const]
      : []),
    ...fields.changes,
    ...preferenceChanges(stored, theirs, lists),
    ...wishes.changes,
    ...refusals.changes,
    ...(deletion === stored.deletion
      ? []
      : [{ kind: 'DELETION', subject: 'contact', before: stored.deletion, after: null } as const]),
  ];
  const isLocalSame =
    fields.local === stored.local &&
    fields.conflicts === stored.conflicts &&
    wishes.localLists === stored.localLists &&
    refusals.refusals === stored.refusals &&
    deletion === stored.deletion;
  if (isSame && isLocalSame) return unchangedResult(stored);

  const wasKnown = stored.contactId !== null;
  return {
    outcome: 'UPDATED',
    contact: derive({
      ...stored,
      contactId: theirs.contactId,
      primary: theirs.profile,
      primaryCreatedAt: theirs.createdAt,
      primaryUpdatedAt: theirs.updatedAt,
      consent: theirs.consent,
      lists,
      tags: sortedIds(theirs.tagIds),
      notes: theirs.notes,
      deletedAt: theirs.deletedAt,
      local: fields.local,
      localLists: wishes.localLists,
      conflicts: fields.conflicts,
      refusals: refusals.refusals,
      deletion,
      updatedAt: context.now,
    }),
    changes,
    newConflicts: fields.newConflicts,
    newRefusals: refusals.refusals.filter((refusal) => !stored.refusals.includes(refusal)),
    unsubscribed: wasKnown && isOptedOut(theirs.consent) && !isOptedOut(stored.consent),
    deleted: wasKnown && isDeleted && stored.deletedAt === null,
  };
}

/** List wishes that the primary has fulfilled are done; those that it forbids are refused. */
function mergeWishes(
  stored: StoredContact,
  { theirs, lists }: { theirs: PrimaryContact; lists: readonly string[] },
  context: MergeContext,
): ReturnType<typeof refuseWishes> {
  const { add, remove } = stored.localLists;
  if (add.length === 0 && remove.length === 0) {
    return { localLists: stored.localLists, refusals: stored.refusals, changes: NOTHING };
  }
  const isOn = ({ listId }: ListWish) => lists.includes(listId);
  const openAdd = add.filter((wish) => !isOn(wish));
  const openRemove = remove.filter(isOn);
  const isSame = openAdd.length === add.length && openRemove.length === remove.length;
  const localLists = isSame ? stored.localLists : { add: openAdd, remove: openRemove };
  const reasonOf = ({ listId }: ListWish): RefusalReason | null => {
    if (theirs.deletedAt !== null) return 'DELETED_IN_PRIMARY';
    if (isOptedOut(theirs.consent)) return 'UNSUBSCRIBED';
    return stored.lists.includes(listId) ? 'LEFT_LIST' : null;
  };
  return refuseWishes({ localLists, refusals: stored.refusals }, reasonOf, context);
}

/**
 * Local fields of a deleted contact stay where they are, marked as refused: they wait again if the contact comes back.
 * A refusal ends with its cause.
 */
function mergeRefusals(
  contact: Pick<StoredContact, 'local' | 'localLists' | 'deletion' | 'refusals'>,
  { isDeleted, lists }: { isDeleted: boolean; lists: readonly string[] },
  context: MergeContext,
): { readonly refusals: readonly Refusal[]; readonly changes: readonly HistoryChange[] } {
  if (contact.refusals.length === 0 && !isDeleted) return { refusals: contact.refusals, changes: NOTHING };
  const changes: HistoryChange[] = [];
  const open = localFields(contact).sort();
  const stands = ({ subject, reason }: Refusal): boolean => {
    const listId = listIdOfSubject(subject);
    if (listId !== null) return !lists.includes(listId);
    if (reason === 'DELETED_IN_PRIMARY' && !isDeleted) return false;
    return subject === 'contact' ? hasLocalWork(contact) : subject in contact.local;
  };
  const standing = contact.refusals.filter(stands);
  let refusals: readonly Refusal[] = standing.length === contact.refusals.length ? contact.refusals : standing;
  if (isDeleted) {
    for (const field of open) {
      if (refusals.some(({ subject, reason }) => subject === field && reason === 'DELETED_IN_PRIMARY')) continue;
      refusals = addRefusal(refusals, createRefusal({ subject: field, reason: 'DELETED_IN_PRIMARY' }, context));
      changes.push({
        kind: 'REFUSAL',
        subject: field,
        before: contact.local[field]?.value,
        after: 'DELETED_IN_PRIMARY',
      });
    }
  }
  return { refusals, changes };
}

/** The audit trail of what a person wants: each part of the consent, each membership, each tag. */
function preferenceChanges(stored: StoredContact, theirs: PrimaryContact, lists: readonly string[]): HistoryChange[] {
  const changes: HistoryChange[] = [];
  for (const part of CONSENT_PARTS) {
    const before = stored.consent?.[part] ?? null;
    const after = theirs.consent[part];
    if (!sameConsentPart(before, after)) changes.push({ kind: 'CONSENT', subject: part, before, after });
  }
  const before = stored.status;
  const after = contactStatus(theirs);
  if (before !== after) changes.push({ kind: 'STATUS', subject: 'status', before, after });
  return [...changes, ...idChanges('LISTS', stored.lists, lists), ...idChanges('TAGS', stored.tags, theirs.tagIds)];
}

function idChanges(kind: 'LISTS' | 'TAGS', before: readonly string[], after: readonly string[]): HistoryChange[] {
  if (sameIds(before, after)) return [];
  const now = new Set(after);
  const was = new Set(before);
  return [
    ...before.filter((id) => !now.has(id)).map((subject) => ({ kind, subject, before: true, after: false })),
    ...sortedIds(after.filter((id) => !was.has(id))).map((subject) => ({ kind, subject, before: false, after: true })),
  ];
}
