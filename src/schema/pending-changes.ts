import type { StoredContact } from '../model/stored-contact.ts';
import { localFields, readField } from '../sync/decide/unified-contact.ts';

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
  const fields = localFields(contact).flatMap((field) => {
    const change = contact.local[field];
    if (change === undefined) return [];
    return [{ ...change, field, base: contact.primary === null ? null : readField(contact.primary, field) }];
  });
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
