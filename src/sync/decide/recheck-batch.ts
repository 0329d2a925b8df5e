import type { PrimaryCustomField } from '../../model/primary-contact.ts';
import type { EmailOwner } from './email-claims.ts';
import { compareText } from './gather-batches.ts';
import { type ContactRoute, type PendingContact, type PlanContext, planContact } from './plan-contact.ts';
import { cutImports, type ImportBatchRow, type PlannedBatch } from './push-batches.ts';
import { emailKey } from './unified-contact.ts';

export interface RecheckOptions {
  /** The contact as it is stored now; undefined when it is gone. */
  readonly contactOf: (id: string) => PendingContact | undefined;
  readonly emailOwners: (emailKey: string) => readonly EmailOwner[];
  readonly context: PlanContext;
  /**
   * The contact of the row is of the revision that the row was made of, and so are the lists and custom fields: the row is
   * what would be decided again. All that may stand against it (an opt-out, a deletion, a list that was left, an edit) is a
   * new revision. `contactOf` is not asked then.
   */
  readonly isAsPlanned: (row: ImportBatchRow) => boolean;
}

/**
 * A planned batch, decided again by what is known now, right before it is sent: rows that may not go any more, or would go
 * another way, are left out, and those that stay say what stands here now. Nothing is sent as it was planned earlier.
 */
export function recheckBatch(batch: PlannedBatch, options: RecheckOptions): PlannedBatch[] {
  const { contactOf, context } = options;
  const routeOf = (id: string): ContactRoute => {
    const contact = contactOf(id);
    if (contact === undefined) return { kind: 'NONE' };
    // No job carries a new address: that one has a way of its own, or somebody else has it. The rest does not wait for it.
    return planContact(contact, context, { withoutEmail: contact.contactId !== null }).route;
  };
  switch (batch.kind) {
    case 'IMPORT':
      return cutImports(batch.listIds, recheckRows(batch.rows, batch.listIds, routeOf, options), context.limits);
    case 'ADD_TO_LISTS': {
      const contacts = batch.contacts.filter(({ id }) => {
        const route = routeOf(id);
        return (route.kind === 'MEMBERSHIPS' || route.kind === 'PUT') && isSame(route.addListIds, batch.listIds);
      });
      return contacts.length === 0 ? [] : [{ ...batch, contacts }];
    }
    case 'REMOVE_FROM_LISTS': {
      const contacts = batch.contacts.filter(({ id }) => {
        const route = routeOf(id);
        return 'removeListIds' in route && isSame(route.removeListIds, batch.listIds);
      });
      return contacts.length === 0 ? [] : [{ ...batch, contacts }];
    }
    case 'DELETE': {
      const contacts = batch.contacts.filter(({ id }) => routeOf(id).kind === 'DELETE');
      return contacts.length === 0 ? [] : [{ ...batch, contacts }];
    }
    // Each of these is read and decided again by itself, when its turn comes.
    case 'PUT':
    case 'CREATE':
      return [batch];
  }
}

function recheckRows(
  rows: readonly ImportBatchRow[],
  listIds: readonly string[],
  routeOf: (id: string) => ContactRoute,
  { contactOf, emailOwners, isAsPlanned }: RecheckOptions,
): ImportBatchRow[] {
  const taken = new Set<string>();
  /** Each address once; and one that somebody of the primary has got meanwhile is not free for a new contact. */
  function takes({ id, contactId, emailKey: key }: Pick<ImportBatchRow, 'id' | 'contactId' | 'emailKey'>): boolean {
    if (taken.has(key)) return false;
    if (contactId === null && emailOwners(key).some((owner) => owner.id !== id)) return false;
    taken.add(key);
    return true;
  }
  return rows.flatMap((row) => {
    if (isAsPlanned(row)) return takes(row) ? [row] : [];
    const route = routeOf(row.id);
    if (route.kind !== 'IMPORT') return [];
    const onlyNamed = row.addListIds.length === 0;
    const fits = onlyNamed
      ? route.addListIds.length === 0 && listIds.every((listId) => route.onLists.includes(listId))
      : isSame(route.addListIds, row.addListIds);
    const key = emailKey(route.email);
    if (!fits || key === null) return [];
    const { contactId = null, revision = row.revision } = contactOf(row.id) ?? {};
    const { fields, addListIds } = route;
    const again = { ...row, contactId, revision, emailKey: key, json: route.row, fields, addListIds };
    return takes(again) ? [again] : [];
  });
}

/** Whether contacts are decided upon by the same lists and custom fields. */
export function isSamePlanContext(a: PlanContext, b: PlanContext): boolean {
  const text = ({ listIds, customFields }: PlanContext) =>
    JSON.stringify([[...listIds].sort(), [...customFields.values()].sort(byId)]);
  return text(a) === text(b);
}

const byId = (a: PrimaryCustomField, b: PrimaryCustomField): number => compareText(a.customFieldId, b.customFieldId);

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
