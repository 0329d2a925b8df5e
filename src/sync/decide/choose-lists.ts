/**
 * An import must name a list. For rows that only change fields it is one that the contact is on already; chosen so that
 * few requests are needed: the list with most of these contacts takes them all, then the next. Ties go by `list_id`.
 */
export function chooseLists<Item extends { readonly onLists: readonly string[] }>(
  items: readonly Item[],
  /** Lists for which an import is planned anyway: what may go with it costs nothing. */
  plannedAnyway: ReadonlySet<string>,
): Map<string, Item[]> {
  const membersOf = new Map<string, Item[]>();
  for (const item of items) {
    for (const listId of item.onLists) {
      const members = membersOf.get(listId);
      if (members === undefined) membersOf.set(listId, [item]);
      else members.push(item);
    }
  }
  const countOf = new Map([...membersOf].map(([listId, members]) => [listId, members.length]));
  const chosen = new Map<string, Item[]>();
  const placed = new Set<Item>();
  const take = (listId: string) => {
    const members = (membersOf.get(listId) ?? []).filter((item) => !placed.has(item));
    membersOf.delete(listId);
    if (members.length === 0) return;
    chosen.set(listId, members);
    for (const item of members) {
      placed.add(item);
      for (const other of item.onLists) countOf.set(other, (countOf.get(other) ?? 0) - 1);
    }
  };
  for (const listId of [...plannedAnyway].sort()) take(listId);
  while (placed.size < items.length) {
    let largest: string | null = null;
    for (const listId of membersOf.keys()) {
      const difference = (countOf.get(listId) ?? 0) - (largest === null ? 0 : (countOf.get(largest) ?? 0));
      if (largest === null || difference > 0 || (difference === 0 && listId < largest)) largest = listId;
    }
    if (largest === null) break; // Only a contact on no list is left, and none comes here.
    take(largest);
  }
  return chosen;
}
