import type { EmailOwner } from './email-claims.ts';
import { type ContactRoute, type PendingContact, type PlanContext, planContact } from './plan-contact.ts';
import { cutImports, type ImportBatchRow, type PlannedBatch } from './push-batches.ts';
import { emailKey } from './unified-contact.ts';

export interface RecheckOptions {
  /** The contact as it is stored now; undefined when it is gone. */
  readonly contactOf: (id: string) => PendingContact | undefined;
  readonly emailOwners: (emailKey: string) => readonly EmailOwner[];
  readonly context: PlanContext;
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
        return route.kind === 'MEMBERSHIPS' && isSame(route.addListIds, batch.listIds);
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
  { contactOf, emailOwners }: RecheckOptions,
): ImportBatchRow[] {
  const taken = new Set<string>();
  return rows.flatMap((row) => {
    const route = routeOf(row.id);
    if (route.kind !== 'IMPORT') return [];
    const onlyNamed = row.addListIds.length === 0;
    const fits = onlyNamed
      ? route.addListIds.length === 0 && listIds.every((listId) => route.onLists.includes(listId))
      : isSame(route.addListIds, row.addListIds);
    const key = emailKey(route.email);
    if (!fits || key === null || taken.has(key)) return [];
    const contactId = contactOf(row.id)?.contactId ?? null;
    if (contactId === null && emailOwners(key).some((owner) => owner.id !== row.id)) return [];
    taken.add(key);
    return [{ ...row, contactId, emailKey: key, json: route.row, fields: route.fields, addListIds: route.addListIds }];
  });
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
