import { FIXED_FIELDS, type FieldValue, type Profile } from '../model/profile.ts';
import type { StoredContact } from '../model/stored-contact.ts';

/** A local change of a field, a membership or the contact itself that is still to be pushed. */
export interface PendingChange {
  readonly field: string;
  readonly base: unknown;
  readonly value: unknown;
  readonly changedAt: Date;
  readonly changedBy: string;
}

export function pendingChangesOf(
  contact: Pick<StoredContact, 'primary' | 'lists' | 'local' | 'localLists' | 'deletion'>,
): PendingChange[] {
  const fields = Object.entries(contact.local).flatMap(([field, change]) =>
    change === undefined ? [] : [{ ...change, field, base: baseOf(contact.primary, field) }],
  );
  const wishes = [
    ...contact.localLists.add.map((wish) => ({ ...wish, value: true })),
    ...contact.localLists.remove.map((wish) => ({ ...wish, value: false })),
  ].map(({ listId, value, wishedAt, wishedBy }) => ({
    field: `list:${listId}`,
    base: contact.lists.includes(listId),
    value,
    changedAt: wishedAt,
    changedBy: wishedBy,
  }));
  const { deletion } = contact;
  const deletions =
    deletion === null
      ? []
      : [
          {
            field: 'contact',
            base: null,
            value: null,
            changedAt: deletion.requestedAt,
            changedBy: deletion.requestedBy,
          },
        ];
  return [...fields, ...wishes, ...deletions];
}

const CUSTOM_FIELD = 'customField:';

function baseOf(profile: Profile | null, field: string): FieldValue {
  if (profile === null) return null;
  const fixed = FIXED_FIELDS.find((name) => name === field);
  if (fixed !== undefined) return profile[fixed];
  return profile.customFields.find(({ customFieldId }) => `${CUSTOM_FIELD}${customFieldId}` === field) ?? null;
}
