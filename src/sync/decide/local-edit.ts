import type { HistoryChange } from '../../model/history.ts';
import { EMPTY_PROFILE, type FieldValue, type ProfileField } from '../../model/profile.ts';
import type { LocalChange, Refusal, StoredContact } from '../../model/stored-contact.ts';
import { derive } from './derive.ts';
import { INPUT_LIMITS } from './input-values.ts';
import type { FieldValues } from './local-input.ts';
import { listIdOfSubject, listSubject } from './refusals.ts';
import { fieldValuesEqual, localFields, readField, unifiedProfile } from './unified-contact.ts';

/** Who changes a contact here, and when. */
export interface LocalContext {
  readonly changedBy: string;
  readonly now: Date;
}

/** `contact` is the given one, the same reference, if nothing changed. */
export interface LocalResult {
  readonly contact: StoredContact;
  readonly changes: readonly HistoryChange[];
}

/**
 * Sets validated values (`parseLocalInput`) as pending changes. A value that the primary has already is no change: it takes
 * an earlier one back. An edit of a field in conflict decides the conflict, which stays in the history.
 */
export function applyLocalEdit(stored: StoredContact, values: FieldValues, context: LocalContext): LocalResult {
  const { changedBy, now } = context;
  const local: { [field in ProfileField]?: LocalChange } = { ...stored.local };
  const changes: HistoryChange[] = [];
  const unified = unifiedProfile(stored);
  const edited = new Set<string>();
  for (const field of Object.keys(values) as ProfileField[]) {
    const value: FieldValue = values[field] ?? null;
    const before = readField(unified, field);
    // What a form sends back as it was shown decides nothing, not even a conflict.
    if (fieldValuesEqual(field, before, value)) continue;
    edited.add(field);
    const conflict = stored.conflicts.find((open) => open.field === field);
    if (conflict !== undefined) changes.push({ kind: 'CONFLICT', subject: field, before: conflict, after: null });
    changes.push({ kind: 'FIELD', subject: field, before, after: value });
    if (fieldValuesEqual(field, readField(stored.primary ?? EMPTY_PROFILE, field), value)) delete local[field];
    else local[field] = { value, changedAt: now, changedBy };
  }
  if (edited.size === 0) return { contact: stored, changes };
  // Part by part: a copy by `...` of so many is several times as dear, and a bulk edit makes one for each contact.
  const contact = derive({
    contactId: stored.contactId,
    primary: stored.primary,
    primaryCreatedAt: stored.primaryCreatedAt,
    primaryUpdatedAt: stored.primaryUpdatedAt,
    consent: stored.consent,
    lists: stored.lists,
    tags: stored.tags,
    notes: stored.notes,
    local,
    localLists: stored.localLists,
    deletion: stored.deletion,
    conflicts: stored.conflicts.filter(({ field }) => !edited.has(field)),
    refusals: stored.refusals.filter(({ subject }) => !edited.has(subject)),
    deletedAt: stored.deletedAt,
    seenIn: stored.seenIn,
    firstSeenAt: stored.firstSeenAt,
    firstSeenIn: stored.firstSeenIn,
    updatedAt: now,
  });
  return { contact, changes };
}

/** Whether the contact has more custom fields than the API allows. */
export function hasTooManyCustomFields(contact: Pick<StoredContact, 'primary' | 'local'>): boolean {
  return unifiedProfile(contact).customFields.length > INPUT_LIMITS.customFields;
}

/**
 * Drops pending work: the subjects given (a field, `list:<list_id>`, `contact` for a wish to delete it), or all of it. What was
 * dropped stays in the history. Conflicts are `resolveConflict`'s.
 */
export function discardLocal(
  stored: StoredContact,
  subjects: readonly string[] | null,
  { now }: LocalContext,
): LocalResult {
  const isMeant = (subject: string) => subjects === null || subjects.includes(subject);
  const changes: HistoryChange[] = [];
  const local: { [field in ProfileField]?: LocalChange } = { ...stored.local };
  for (const field of localFields(stored)) {
    if (!isMeant(field)) continue;
    const after = readField(stored.primary ?? EMPTY_PROFILE, field);
    changes.push({ kind: 'FIELD', subject: field, before: stored.local[field]?.value ?? null, after });
    delete local[field];
  }
  const keep = (kind: 'add' | 'remove') =>
    stored.localLists[kind].filter((wish) => {
      const subject = listSubject(wish.listId);
      if (!isMeant(subject)) return true;
      changes.push({ kind: 'WISH', subject, before: { ...wish, kind }, after: null });
      return false;
    });
  const localLists = { add: keep('add'), remove: keep('remove') };
  const isDeletionMeant = stored.deletion !== null && isMeant('contact');
  if (isDeletionMeant) changes.push({ kind: 'DELETION', subject: 'contact', before: stored.deletion, after: null });
  const refusals = stored.refusals.filter((refusal: Refusal) => {
    const isDropped = isMeant(refusal.subject);
    // That of a field goes with the field; a refused wish is itself all that is left of it.
    if (isDropped && listIdOfSubject(refusal.subject) !== null) {
      changes.push({ kind: 'REFUSAL', subject: refusal.subject, before: refusal, after: null });
    }
    return !isDropped;
  });
  if (changes.length === 0 && refusals.length === stored.refusals.length) return { contact: stored, changes };
  const deletion = isDeletionMeant ? null : stored.deletion;
  return { contact: derive({ ...stored, local, localLists, deletion, refusals, updatedAt: now }), changes };
}

/** Decides an open conflict: LOCAL puts the local value back as a pending change, PRIMARY lets it go. */
export function resolveConflict(
  stored: StoredContact,
  { field, keep }: { readonly field: ProfileField; readonly keep: 'LOCAL' | 'PRIMARY' },
  { changedBy, now }: LocalContext,
): LocalResult {
  const conflict = stored.conflicts.find((open) => open.field === field);
  if (conflict === undefined) return { contact: stored, changes: [] };
  const isPending =
    keep === 'LOCAL' && !fieldValuesEqual(field, readField(stored.primary ?? EMPTY_PROFILE, field), conflict.local);
  const next = {
    ...stored,
    local: isPending
      ? { ...stored.local, [field]: { value: conflict.local, changedAt: now, changedBy } }
      : stored.local,
    conflicts: stored.conflicts.filter((open) => open !== conflict),
    updatedAt: now,
  };
  const after = { kept: keep };
  return { contact: derive(next), changes: [{ kind: 'CONFLICT', subject: field, before: conflict, after }] };
}

/** Asks the primary to delete the contact at the next push. One that exists only here is the caller's to remove. */
export function requestDeletion(stored: StoredContact, { changedBy, now }: LocalContext): LocalResult {
  if (stored.deletion !== null || stored.deletedAt !== null) return { contact: stored, changes: [] };
  const deletion = { requestedAt: now, requestedBy: changedBy };
  return {
    contact: derive({ ...stored, deletion, updatedAt: now }),
    changes: [{ kind: 'DELETION', subject: 'contact', before: null, after: deletion }],
  };
}
