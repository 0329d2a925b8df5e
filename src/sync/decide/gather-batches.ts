import { chooseLists } from './choose-lists.ts';
import type { ContactRoute } from './plan-contact.ts';
import {
  type BatchContact,
  cutImports,
  cutList,
  type ImportBatchRow,
  type PlannedBatch,
  type PlannedCreation,
  type PlannedPut,
} from './push-batches.ts';
import type { PushLimits } from './push-limits.ts';

interface FieldsOnlyRow {
  readonly row: ImportBatchRow;
  readonly onLists: readonly string[];
}

/** Puts contacts together that go the same way with the same set of lists. */
export function createGatherer() {
  const imports = new Map<string, ImportBatchRow[]>();
  const fieldsOnly: FieldsOnlyRow[] = [];
  const adds = new Map<string, BatchContact[]>();
  const removals = new Map<string, BatchContact[]>();
  const deletions: BatchContact[] = [];
  const puts: PlannedPut[] = [];
  const creations: PlannedCreation[] = [];
  let contactCount = 0;

  function take(
    { id, contactId, revision }: Pick<ImportBatchRow, 'id' | 'contactId' | 'revision'>,
    route: ContactRoute,
  ): void {
    if (route.kind === 'NONE') return;
    contactCount += 1;
    switch (route.kind) {
      case 'DELETE':
        deletions.push({ id, contactId: route.contactId });
        return;
      case 'PUT':
      case 'MEMBERSHIPS':
        if (route.kind === 'PUT') puts.push({ id, contactId: route.contactId, writes: route.writes });
        append(removals, route.removeListIds, { id, contactId: route.contactId });
        append(adds, route.addListIds, { id, contactId: route.contactId });
        return;
      case 'CREATE':
        creations.push({ id, emailKey: route.emailKey, writes: route.writes, listIds: route.addListIds });
        return;
      case 'IMPORT': {
        const { emailKey, fields, addListIds, onLists, removeListIds } = route;
        const row = { id, contactId, revision, emailKey, json: route.row, fields, addListIds };
        if (addListIds.length > 0) append(imports, addListIds, row);
        else fieldsOnly.push({ row, onLists });
        if (contactId !== null) append(removals, removeListIds, { id, contactId });
        return;
      }
    }
  }

  function batches(limits: PushLimits): PlannedBatch[] {
    const single = [...imports.keys()].map(listIdsOf).flatMap((listIds) => (listIds.length === 1 ? listIds : []));
    for (const [listId, items] of chooseLists(fieldsOnly, new Set(single))) {
      for (const { row } of items) append(imports, [listId], row);
    }
    const memberships = (kind: 'REMOVE_FROM_LISTS' | 'ADD_TO_LISTS', groups: Map<string, BatchContact[]>) =>
      inKeyOrder(groups).flatMap(([listIds, contacts]) =>
        cutList(contacts, limits.activityContacts).map(
          (part): PlannedBatch => ({
            kind,
            stage: kind === 'ADD_TO_LISTS' ? 2 : 1,
            sizeBytes: 0,
            requests: 1,
            listIds,
            contacts: part,
          }),
        ),
      );
    return [
      ...memberships('REMOVE_FROM_LISTS', removals),
      ...cutList(deletions, limits.activityContacts).map(
        (contacts): PlannedBatch => ({ kind: 'DELETE', stage: 1, sizeBytes: 0, requests: 1, contacts }),
      ),
      ...inKeyOrder(imports).flatMap(([listIds, rows]) => cutImports(listIds, rows, limits)),
      ...memberships('ADD_TO_LISTS', adds),
      // Read and written: two requests each.
      ...cutList(puts, limits.singleWrites).map(
        (contacts): PlannedBatch => ({ kind: 'PUT', stage: 3, sizeBytes: 0, requests: 2 * contacts.length, contacts }),
      ),
      ...cutList(creations, limits.singleWrites).map(
        (contacts): PlannedBatch => ({ kind: 'CREATE', stage: 2, sizeBytes: 0, requests: contacts.length, contacts }),
      ),
    ];
  }

  return { take, batches, contactCount: () => contactCount };
}

/** Sets of lists are sorted, so that equal ones have equal keys. */
function append<Item>(groups: Map<string, Item[]>, listIds: readonly string[], item: Item): void {
  if (listIds.length === 0) return;
  const key = listIds.join(',');
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [item]);
  else group.push(item);
}

const listIdsOf = (key: string): string[] => key.split(',');

function inKeyOrder<Item>(groups: Map<string, Item[]>): [listIds: string[], items: Item[]][] {
  return [...groups].sort(([a], [b]) => compareText(a, b)).map(([key, items]) => [listIdsOf(key), items]);
}

export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
