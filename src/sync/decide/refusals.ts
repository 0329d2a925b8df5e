import type { HistoryChange } from '../../model/history.ts';
import type { ListWish, Refusal, StoredContact } from '../../model/stored-contact.ts';
import { isOptedOut, isSendable } from './consent.ts';

/** Why local work does not go to the primary: the codes of `Refusal.reason`. */
export const REFUSAL_REASONS = [
  'UNSUBSCRIBED',
  'ON_HOLD',
  'PERMISSION_UNKNOWN',
  'DELETED_IN_PRIMARY',
  'LEFT_LIST',
  'LIST_GONE',
  'TOO_MANY_LISTS',
  'TOO_MANY_CUSTOM_FIELDS',
  'UNKNOWN_CUSTOM_FIELD',
  'INVALID_VALUE',
  'NO_EMAIL',
  'DUPLICATE_EMAIL',
  'NOT_IN_PRIMARY',
  'NOT_TAKEN',
  'REFUSED_BY_PRIMARY',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** In an operator's words: what happened and what helps. */
export const REFUSAL_MESSAGES: Readonly<Record<RefusalReason, string>> = {
  UNSUBSCRIBED: 'The person has unsubscribed. Only the person can subscribe again.',
  ON_HOLD: 'Constant Contact holds this address back (temporary hold). It can be added when the hold has ended.',
  PERMISSION_UNKNOWN: 'Constant Contact says nothing that we know about the permission to send to this address.',
  DELETED_IN_PRIMARY: 'The contact is deleted in Constant Contact. Sending it would bring it back.',
  LEFT_LIST: 'The contact was taken off this list in Constant Contact after it was asked for here.',
  LIST_GONE: 'Constant Contact has no such list any more.',
  TOO_MANY_LISTS: 'A contact can be on 50 lists at most.',
  TOO_MANY_CUSTOM_FIELDS: 'A contact can have 25 custom fields at most.',
  UNKNOWN_CUSTOM_FIELD: 'Constant Contact has no such custom field.',
  INVALID_VALUE: 'Constant Contact does not take this value.',
  NO_EMAIL:
    'A contact needs an email address to be created in Constant Contact: without one it could not be told from others.',
  DUPLICATE_EMAIL: 'The email address belongs to another contact.',
  NOT_IN_PRIMARY: 'The contact exists only here: there is nothing to delete in Constant Contact.',
  NOT_TAKEN: 'It was sent, and is not there: refused without a word, or changed back since.',
  REFUSED_BY_PRIMARY: 'Constant Contact has refused it.',
};

/** What a person's state in the primary forbids: adding to lists, and anything that an import carries. Null: nothing. */
export function sendRefusalReason({
  contactId,
  consent,
  primary,
  deletedAt,
}: Pick<StoredContact, 'contactId' | 'consent' | 'primary' | 'deletedAt'>): RefusalReason | null {
  if (deletedAt !== null) return 'DELETED_IN_PRIMARY';
  if (isOptedOut(consent)) return 'UNSUBSCRIBED';
  // New there, or without an address: nobody who could have left.
  if (contactId === null || (primary?.email ?? null) === null) return null;
  if (consent?.permissionToSend === 'TEMP_HOLD') return 'ON_HOLD';
  return isSendable(consent) ? null : 'PERMISSION_UNKNOWN';
}

export const listSubject = (listId: string): string => `list:${listId}`;

/** Of a removal from a list, in the row of a push. */
export const leaveSubject = (listId: string): string => `leave:${listId}`;

export function listIdOfLeaving(subject: string): string | null {
  return subject.startsWith('leave:') ? subject.slice('leave:'.length) : null;
}

/** The `list_id` of a refused list wish; null for another subject. */
export function listIdOfSubject(subject: string): string | null {
  return subject.startsWith('list:') ? subject.slice('list:'.length) : null;
}

export interface RefusalContext {
  readonly runId: string | null;
  readonly now: Date;
}

export function createRefusal(
  { subject, reason, message }: { subject: string; reason: RefusalReason; message?: string },
  { runId, now }: RefusalContext,
): Refusal {
  return { subject, reason, message: message ?? REFUSAL_MESSAGES[reason], refusedAt: now, runId };
}

/** The refusals with one more; an older one of the same subject gives way. */
export function addRefusal(refusals: readonly Refusal[], refusal: Refusal): readonly Refusal[] {
  return [...refusals.filter(({ subject }) => subject !== refusal.subject), refusal];
}

export interface RefusedWishes extends Pick<StoredContact, 'localLists' | 'refusals'> {
  readonly changes: readonly HistoryChange[];
}

/** Takes add-wishes back for good: they stand under `refusals` from then on, and do not return by themselves. */
export function refuseWishes(
  contact: Pick<StoredContact, 'localLists' | 'refusals'>,
  reasonOf: (wish: ListWish) => RefusalReason | null,
  context: RefusalContext,
): RefusedWishes {
  const changes: HistoryChange[] = [];
  let { refusals } = contact;
  const add = contact.localLists.add.filter((wish) => {
    const reason = reasonOf(wish);
    if (reason === null) return true;
    const subject = listSubject(wish.listId);
    refusals = addRefusal(refusals, createRefusal({ subject, reason }, context));
    changes.push({ kind: 'REFUSAL', subject, before: wish, after: reason });
    return false;
  });
  const { localLists } = contact;
  return { localLists: add.length === localLists.add.length ? localLists : { ...localLists, add }, refusals, changes };
}
