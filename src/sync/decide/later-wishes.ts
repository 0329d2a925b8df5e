import type { HistoryChange } from '../../model/history.ts';
import { EMPTY_PROFILE, type FieldValue, type ProfileField } from '../../model/profile.ts';
import type { FieldConflict, ListWish, LocalChange, StoredContact } from '../../model/stored-contact.ts';
import { derive } from './derive.ts';
import type { LocalResult } from './local-edit.ts';
import {
  addRefusal,
  createRefusal,
  leaveSubject,
  listIdOfSubject,
  listSubject,
  type RefusalContext,
} from './refusals.ts';
import { fieldValuesEqual, readField } from './unified-contact.ts';

/** What a caller of ours has changed of a contact at one time, from its history. */
export interface LaterEdit {
  readonly at: Date;
  readonly changedBy: string;
  readonly changes: readonly HistoryChange[];
}

/** Of a removal that came too late to be taken back: to add somebody to a list whom we cannot tell from one who left is a new decision. */
const REMOVED_ALREADY =
  'The removal from this list was already under way when it was taken back here. If the person is to be on the list, ask for it again.';

/**
 * What the users here want, where it differs from what was sent and has arrived since. An edit that returns to what stood in
 * the primary leaves nothing to be pushed, and a list wish that is taken back neither; but while the value, or the wish, is on
 * its way, that is a wish, too. It waits from now on as any other, on the ground of what stands in the primary by now. A newer
 * value is no conflict with our own older one.
 *
 * `sent`: the subjects of the row that was sent; `later`: the edits since the contact was read for it, oldest first.
 */
export function keepLaterWishes(
  stored: StoredContact,
  { sent, later }: { readonly sent: readonly string[]; readonly later: readonly LaterEdit[] },
  context: RefusalContext,
): LocalResult {
  const changes: HistoryChange[] = [];
  const local: { [field in ProfileField]?: LocalChange } = { ...stored.local };
  const settled = new Set<FieldConflict>();
  for (const [field, { sent: sentValue, last }] of fieldWishes(sent, later)) {
    const primary = readField(stored.primary ?? EMPTY_PROFILE, field);
    const isOurs = fieldValuesEqual(field, primary, sentValue);
    if (local[field] !== undefined || !isOurs || fieldValuesEqual(field, primary, last.value)) continue;
    const conflict = stored.conflicts.find((open) => open.field === field);
    if (conflict !== undefined) {
      settled.add(conflict);
      changes.push({ kind: 'CONFLICT', subject: field, before: conflict, after: null });
    }
    local[field] = last;
    changes.push({ kind: 'FIELD', subject: field, before: primary, after: last.value });
  }

  const remove: ListWish[] = [...stored.localLists.remove];
  let { refusals } = stored;
  for (const { kind, wish } of takenBackWishes(sent, later)) {
    const subject = listSubject(wish.listId);
    const isWished = ({ listId }: ListWish) => listId === wish.listId;
    const isOn = stored.lists.includes(wish.listId);
    if (kind === 'add' && isOn && !remove.some(isWished)) {
      remove.push(wish);
      changes.push({ kind: 'WISH', subject, before: null, after: { listId: wish.listId, kind: 'remove' } });
    }
    const isTold = stored.localLists.add.some(isWished) || refusals.some((refusal) => refusal.subject === subject);
    if (kind === 'remove' && !isOn && !isTold && stored.deletedAt === null) {
      refusals = addRefusal(
        refusals,
        createRefusal({ subject, reason: 'LEFT_LIST', message: REMOVED_ALREADY }, context),
      );
      changes.push({ kind: 'REFUSAL', subject, before: wish, after: 'LEFT_LIST' });
    }
  }
  if (changes.length === 0) return { contact: stored, changes };
  const conflicts = stored.conflicts.filter((open) => !settled.has(open));
  const localLists = { ...stored.localLists, remove };
  return { contact: derive({ ...stored, local, localLists, conflicts, refusals, updatedAt: context.now }), changes };
}

/** Of each field that was sent and changed here since: the value that was sent, and the one that is wanted now. */
function fieldWishes(
  subjects: readonly string[],
  later: readonly LaterEdit[],
): Map<ProfileField, { readonly sent: FieldValue; readonly last: LocalChange }> {
  const wishes = new Map<ProfileField, { readonly sent: FieldValue; readonly last: LocalChange }>();
  for (const { at: changedAt, changedBy, changes } of later) {
    for (const change of changes) {
      const step = subjects.includes(change.subject) ? valuesOf(change) : null;
      if (step === null) continue;
      const field = change.subject as ProfileField;
      const sent = wishes.get(field)?.sent ?? step.before;
      wishes.set(field, { sent, last: { value: step.after, changedAt, changedBy } });
    }
  }
  return wishes;
}

/** The local value of a field before and after a change; that of an open conflict was the local one. */
function valuesOf({
  kind,
  before,
  after,
}: HistoryChange): { readonly before: FieldValue; readonly after: FieldValue } | null {
  // Our own history, as `local-edit.ts` writes it.
  if (kind === 'FIELD') return { before: before as FieldValue, after: after as FieldValue };
  if (kind !== 'CONFLICT' || before === null) return null;
  const { local, primary } = before as FieldConflict;
  const isKept = (after as { readonly kept?: unknown } | null)?.kept === 'LOCAL';
  return { before: local, after: isKept ? local : primary };
}

/** List wishes that were sent, or that followed on one, and were taken back in the end. */
function takenBackWishes(
  subjects: readonly string[],
  later: readonly LaterEdit[],
): { readonly kind: 'add' | 'remove'; readonly wish: ListWish }[] {
  const takenBack = new Map<string, ListWish>();
  for (const { at: wishedAt, changedBy: wishedBy, changes } of later) {
    for (const { kind, subject, after } of changes) {
      const listId = listIdOfSubject(subject);
      if (kind !== 'WISH' || listId === null) continue;
      if (after === null) takenBack.set(listId, { listId, wishedAt, wishedBy });
      else takenBack.delete(listId);
    }
  }
  return [...takenBack.values()].flatMap((wish) => {
    if (subjects.includes(listSubject(wish.listId))) return { kind: 'add' as const, wish };
    return subjects.includes(leaveSubject(wish.listId)) ? { kind: 'remove' as const, wish } : [];
  });
}
