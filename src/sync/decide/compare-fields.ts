import type { PrimaryContact } from '../../model/primary-contact.ts';
import { EMPTY_PROFILE, type Profile } from '../../model/profile.ts';
import type { LocalChange, StoredContact } from '../../model/stored-contact.ts';
import type { FieldPolicy } from './merge-fields.ts';
import { CONSENT_PARTS, sameConsentPart } from './same-image.ts';
import { fieldValuesEqual, localFields, profileFields, readField, sameIds } from './unified-contact.ts';

/** One field on which the two stores differ. `base` is what both had when they last agreed. */
export interface FieldDiff {
  /** A `ProfileField`, a part of the consent, `tags`, or `contact` for a wish to delete it. */
  readonly field: string;
  readonly base: unknown;
  readonly primary: unknown;
  readonly secondary: unknown;
  readonly winner: 'PRIMARY' | 'SECONDARY';
  /** In an operator's words. */
  readonly reason: string;
  /** Both sides changed it. */
  readonly isConflict: boolean;
  /** The primary has moved since the stored image. */
  readonly isPrimaryNews: boolean;
}

/** `primary` is the image to compare with: the stored one, or a live one. Null: the primary has no such contact. */
export function fieldDiffs({
  stored,
  primary,
  policy,
}: {
  stored: StoredContact;
  primary: Profile | null;
  policy: FieldPolicy;
}): FieldDiff[] {
  const base = stored.primary ?? EMPTY_PROFILE;
  const theirs = primary ?? EMPTY_PROFILE;
  const names = new Set([
    ...profileFields(base),
    ...profileFields(theirs),
    ...localFields(stored),
    ...stored.conflicts.map(({ field }) => field),
  ]);
  return [...names].sort().flatMap((field): FieldDiff[] => {
    const before = readField(base, field);
    const after = readField(theirs, field);
    const isPrimaryNews = !fieldValuesEqual(field, before, after);
    const local = stored.local[field];
    if (local !== undefined) {
      if (fieldValuesEqual(field, local.value, after)) return [];
      const values = { field, base: before, primary: after, secondary: local.value, isPrimaryNews };
      return [
        { ...values, ...decide(stored, local, { isPrimaryNews, winner: policy[field] ?? policy.default, field }) },
      ];
    }
    const conflict = stored.conflicts.find((open) => open.field === field);
    if (conflict !== undefined) {
      if (fieldValuesEqual(field, conflict.local, after)) return [];
      const reason = `Both stores changed it. Constant Contact's value stands; the ${who(conflict)} is kept until somebody decides.`;
      const values = { field, base: conflict.base, primary: after, secondary: conflict.local };
      return [{ ...values, winner: 'PRIMARY', reason, isConflict: true, isPrimaryNews }];
    }
    if (!isPrimaryNews) return [];
    const reason = 'It was changed in Constant Contact; the next sync takes it over.';
    const values = { field, base: before, primary: after, secondary: before };
    return [{ ...values, winner: 'PRIMARY', reason, isConflict: false, isPrimaryNews }];
  });
}

/** A local change that differs from the primary: what becomes of it. */
function decide(
  stored: StoredContact,
  local: LocalChange,
  { isPrimaryNews, winner, field }: { isPrimaryNews: boolean; winner: FieldPolicy['default']; field: string },
): Pick<FieldDiff, 'winner' | 'reason' | 'isConflict'> {
  const refusal = stored.refusals.find(({ subject }) => subject === field || subject === 'contact');
  if (refusal !== undefined) {
    return { winner: 'PRIMARY', reason: `The ${who(local)} is not sent: ${refusal.message}`, isConflict: false };
  }
  if (!isPrimaryNews) {
    return { winner: 'SECONDARY', reason: `The ${who(local)} goes out with the next push.`, isConflict: false };
  }
  return winner === 'LOCAL_WINS'
    ? {
        winner: 'SECONDARY',
        reason: `Both stores changed it. For this field the local value wins: the ${who(local)} goes out with the next push.`,
        isConflict: false,
      }
    : {
        winner: 'PRIMARY',
        reason: `Both stores changed it. The next sync takes Constant Contact's value and keeps the ${who(local)} as a conflict.`,
        isConflict: true,
      };
}

const who = ({ changedBy, changedAt }: Pick<LocalChange, 'changedBy' | 'changedAt'>): string =>
  `value that ${changedBy} set here on ${changedAt.toISOString().slice(0, 10)}`;

const PREFERENCES = 'What a subscriber may get is decided in Constant Contact alone; the next sync takes it over.';

/** What a live image says about the person's preferences that the stored one does not. Always the primary's. */
export function preferenceDiffs(stored: StoredContact, theirs: PrimaryContact): FieldDiff[] {
  const fixed = { winner: 'PRIMARY', reason: PREFERENCES, isConflict: false, isPrimaryNews: true } as const;
  const consent = CONSENT_PARTS.flatMap((field): FieldDiff[] => {
    const before = stored.consent?.[field] ?? null;
    const after = theirs.consent[field];
    if (sameConsentPart(before, after)) return [];
    return [{ field, base: before, primary: after, secondary: before, ...fixed }];
  });
  if (sameIds(stored.tags, theirs.tagIds)) return consent;
  return [...consent, { field: 'tags', base: stored.tags, primary: theirs.tagIds, secondary: stored.tags, ...fixed }];
}

/** Every value of a contact that only the primary has. */
export function onlyInPrimaryDiffs(profile: Profile): FieldDiff[] {
  return profileFields(profile).flatMap((field): FieldDiff[] => {
    const primary = readField(profile, field);
    if (primary === null) return [];
    const reason = 'Only Constant Contact has this contact; the next sync creates it here.';
    return [
      {
        field,
        base: null,
        primary,
        secondary: null,
        winner: 'PRIMARY',
        reason,
        isConflict: false,
        isPrimaryNews: true,
      },
    ];
  });
}
