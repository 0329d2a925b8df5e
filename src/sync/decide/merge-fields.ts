import type { HistoryChange } from '../../model/history.ts';
import { EMPTY_PROFILE, FIXED_FIELDS, type Profile, type ProfileField } from '../../model/profile.ts';
import type { FieldConflict, LocalChange, StoredContact } from '../../model/stored-contact.ts';
import {
  customFieldIdOf,
  customFieldOf,
  fieldValuesEqual,
  localFields,
  readField,
  sameProfile,
} from './unified-contact.ts';

export const FIELD_WINNERS = ['PRIMARY_WINS', 'LOCAL_WINS'] as const;
export type FieldWinner = (typeof FIELD_WINNERS)[number];

/**
 * Who wins a field that both sides changed. PRIMARY_WINS: the local value goes to a conflict, restorable. LOCAL_WINS: it stays
 * pending and overwrites the primary's at the next push, which is what the setting asks for, so there is nothing to decide
 * and no conflict. Consent, status and memberships are no fields: they are always the primary's.
 */
export type FieldPolicy = { readonly default: FieldWinner } & { readonly [field in ProfileField]?: FieldWinner };

export interface MergedFields {
  readonly local: StoredContact['local'];
  readonly conflicts: readonly FieldConflict[];
  readonly newConflicts: readonly FieldConflict[];
  readonly changes: readonly HistoryChange[];
}

export interface MergeContext {
  readonly policy: FieldPolicy;
  readonly runId: string | null;
  readonly now: Date;
}

/** The three-way merge of every field: base is the stored image, theirs the new one, ours the local changes. */
export function mergeFields(
  stored: Pick<StoredContact, 'primary' | 'local' | 'conflicts'>,
  theirs: Profile,
  { policy, runId, now }: MergeContext,
): MergedFields {
  const base = stored.primary ?? EMPTY_PROFILE;
  const local = localFields(stored);
  // The common case of a change: an opt-out, a membership, of somebody who was not edited here.
  if (local.length === 0 && stored.conflicts.length === 0 && sameProfile(base, theirs)) {
    return { local: stored.local, conflicts: stored.conflicts, newConflicts: [], changes: [] };
  }
  const changes: HistoryChange[] = [];
  const kept: { [field in ProfileField]?: LocalChange } = {};
  const newConflicts: FieldConflict[] = [];

  for (const field of fieldsInOrder(base, theirs, local)) {
    const before = readField(base, field);
    const after = readField(theirs, field);
    const isChanged = !fieldValuesEqual(field, before, after);
    if (isChanged) changes.push({ kind: 'FIELD', subject: field, before, after });

    const ours = stored.local[field];
    if (ours === undefined || fieldValuesEqual(field, ours.value, after)) continue; // nothing local, or converged
    if (!isChanged || (policy[field] ?? policy.default) === 'LOCAL_WINS') {
      kept[field] = ours;
      continue;
    }
    const { value, changedAt, changedBy } = ours;
    newConflicts.push({
      field,
      base: before,
      primary: after,
      local: value,
      changedAt,
      changedBy,
      detectedAt: now,
      runId,
    });
  }

  const open = stored.conflicts.flatMap((conflict): FieldConflict[] => {
    const primary = readField(theirs, conflict.field);
    const isReplaced = newConflicts.some(({ field }) => field === conflict.field);
    if (isReplaced || fieldValuesEqual(conflict.field, conflict.local, primary)) {
      changes.push({ kind: 'CONFLICT', subject: conflict.field, before: conflict, after: null });
      return [];
    }
    // The primary moved on: what an operator decides between is what stands there now.
    return [fieldValuesEqual(conflict.field, conflict.primary, primary) ? conflict : { ...conflict, primary }];
  });
  for (const conflict of newConflicts) {
    changes.push({ kind: 'CONFLICT', subject: conflict.field, before: null, after: conflict });
  }

  const isLocalSame = Object.keys(kept).length === local.length;
  const areConflictsSame =
    newConflicts.length === 0 &&
    open.length === stored.conflicts.length &&
    open.every((conflict, index) => conflict === stored.conflicts[index]);
  return {
    local: isLocalSame ? stored.local : kept,
    conflicts: areConflictsSame ? stored.conflicts : [...open, ...newConflicts],
    newConflicts,
    changes,
  };
}

/** In an order of our own: that of a row's custom fields means nothing, and decides nothing. */
function fieldsInOrder(base: Profile, theirs: Profile, local: readonly ProfileField[]): ProfileField[] {
  const custom = new Set<ProfileField>();
  for (const { customFieldId } of base.customFields) custom.add(customFieldOf(customFieldId));
  for (const { customFieldId } of theirs.customFields) custom.add(customFieldOf(customFieldId));
  for (const field of local) if (customFieldIdOf(field) !== null) custom.add(field);
  return [...FIXED_FIELDS, ...[...custom].sort()];
}
