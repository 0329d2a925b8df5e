import type { Collection, Filter, ObjectId } from 'mongodb';
import type { ContactDocument } from './contact-document.ts';
import type { ContactView } from './contact-queries.ts';

/**
 * How a contact differs on one list: a wish to take it off, a wish to add it, one that was refused. Each has an index of
 * its own that holds only contacts with such a wish, so that it costs nobody else anything.
 */
export type ListDifference = 'REMOVE_WISHED' | 'ADD_WISHED' | 'ADD_REFUSED';

const QUERIES: Readonly<
  Record<ListDifference, { index: string; filter: (listId: string) => Filter<ContactDocument> }>
> = {
  REMOVE_WISHED: {
    index: 'removeWish_id',
    filter: (listId) => ({ 'localLists.remove.listId': listId, lists: listId }),
  },
  ADD_WISHED: {
    index: 'addWish_id',
    filter: (listId) => ({ 'localLists.add.listId': listId, lists: { $ne: listId } }),
  },
  ADD_REFUSED: { index: 'refusal_id', filter: (listId) => ({ 'refusals.subject': `list:${listId}` }) },
};

interface ListDifferenceQuery {
  readonly listId: string;
  readonly difference: ListDifference;
}

/** By id, after `after`. */
export function pageOfListDifference(
  collection: Collection<ContactDocument>,
  { listId, difference, after, limit }: ListDifferenceQuery & { after: ObjectId | null; limit: number },
): Promise<ContactView[]> {
  const { index, filter } = QUERIES[difference];
  return collection
    .find<ContactView>({ ...filter(listId), ...(after === null ? {} : { _id: { $gt: after } }) })
    .project<ContactView>({ change: 0, notes: 0 })
    .sort({ _id: 1 })
    .hint(index)
    .limit(limit)
    .toArray();
}

export function countListDifference(
  collection: Collection<ContactDocument>,
  { listId, difference }: ListDifferenceQuery,
): Promise<number> {
  const { index, filter } = QUERIES[difference];
  return collection.countDocuments(filter(listId), { hint: index });
}
