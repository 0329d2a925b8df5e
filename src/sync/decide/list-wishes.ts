import type { HistoryChange } from '../../model/history.ts';
import type { ListWish, Refusal, StoredContact } from '../../model/stored-contact.ts';
import { derive } from './derive.ts';
import type { LocalContext, LocalResult } from './local-edit.ts';
import {
  addRefusal,
  createRefusal,
  listSubject,
  type RefusalReason,
  refuseWishes,
  sendRefusalReason,
} from './refusals.ts';

/** Lists that a contact can be on at most (API-FACTS section 5). */
export const MOST_LISTS = 50;

export interface WishResult extends LocalResult {
  /** Wishes refused at once. They stand under the contact's `refusals`, too. */
  readonly refused: readonly Refusal[];
}

/**
 * Wishes for lists. One that is fulfilled already, as far as we know, is none; one and its opposite cancel out. To be
 * added is refused at once where the person has left; a hold or an unknown permission may pass: those wait for the push.
 */
export function wishLists(
  stored: StoredContact,
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
  context: LocalContext,
): WishResult {
  if (add.length === 0 && remove.length === 0) return { contact: stored, changes: [], refused: [] };
  const { changedBy: wishedBy, now } = context;
  const changes: HistoryChange[] = [];
  const adding = new Map(stored.localLists.add.map((wish) => [wish.listId, wish]));
  const removing = new Map(stored.localLists.remove.map((wish) => [wish.listId, wish]));
  let { refusals } = stored;
  const refused: Refusal[] = [];

  const record = (listId: string, before: ListWish | null, after: object | null) =>
    changes.push({ kind: 'WISH', subject: listSubject(listId), before, after });
  const refuse = (listId: string, reason: RefusalReason) => {
    const subject = listSubject(listId);
    const refusal = createRefusal({ subject, reason }, { runId: null, now });
    refused.push(refusal);
    refusals = addRefusal(refusals, refusal);
    changes.push({ kind: 'REFUSAL', subject, before: { listId, wishedAt: now, wishedBy }, after: reason });
  };

  for (const listId of new Set(remove)) {
    const wish = adding.get(listId);
    if (wish !== undefined) {
      adding.delete(listId);
      record(listId, wish, null);
    }
    if (!stored.lists.includes(listId) || removing.has(listId)) continue;
    removing.set(listId, { listId, wishedAt: now, wishedBy });
    record(listId, null, { listId, kind: 'remove' });
  }
  const reason = sendRefusalReason(stored);
  for (const listId of new Set(add)) {
    const wish = removing.get(listId);
    if (wish !== undefined) {
      removing.delete(listId);
      record(listId, wish, null);
    }
    if (stored.lists.includes(listId) || adding.has(listId)) continue;
    if (reason === 'UNSUBSCRIBED' || reason === 'DELETED_IN_PRIMARY') refuse(listId, reason);
    else if (stored.lists.length + adding.size >= MOST_LISTS + removing.size) refuse(listId, 'TOO_MANY_LISTS');
    else {
      adding.set(listId, { listId, wishedAt: now, wishedBy });
      refusals = refusals.filter(({ subject }) => subject !== listSubject(listId));
      record(listId, null, { listId, kind: 'add' });
    }
  }
  if (changes.length === 0) return { contact: stored, changes, refused };
  const localLists = { add: [...adding.values()], remove: [...removing.values()] };
  return { contact: derive({ ...stored, localLists, refusals, updatedAt: now }), changes, refused };
}

/**
 * Takes add-wishes back that were sent and not fulfilled: refused there without a word, or the person has left since.
 * Sending them again might undo what the person just did.
 */
export function refuseSentWishes(
  stored: StoredContact,
  listIds: readonly string[],
  { reason, runId, now }: { readonly reason: RefusalReason; readonly runId: string; readonly now: Date },
): LocalResult {
  const { changes, ...next } = refuseWishes(stored, ({ listId }) => (listIds.includes(listId) ? reason : null), {
    runId,
    now,
  });
  if (changes.length === 0) return { contact: stored, changes };
  return { contact: derive({ ...stored, ...next, updatedAt: now }), changes };
}
