import type { Abortable, Collection, Filter, ObjectId, Sort } from 'mongodb';
import type { ContactStatus } from '../model/consent.ts';
import type { Profile } from '../model/profile.ts';
import type { SyncState } from '../model/stored-contact.ts';
import type { ContactDocument } from './contact-document.ts';

/** A contact as reads show it: without the parts that only the engine needs, which are a third of its size. */
export type ContactView = Omit<ContactDocument, 'change' | 'notes'>;

/** A part of a contact that a reader may ask for alone. */
export type ContactPart = Exclude<keyof ContactView, '_id' | 'primary' | 'local'> | `primary.${keyof Profile}`;

/** A contact matches whose `emailKey`, `nameKey` or `firstNameKey` starts so. */
export interface ContactSearch {
  readonly emailPrefix: string;
  readonly namePrefix: string;
}

/** All parts must hold; within a list of values any may. Null or absent: not asked for. */
export interface ContactFilter {
  readonly search?: ContactSearch | null;
  readonly emailKeys?: readonly string[] | null;
  readonly statuses?: readonly ContactStatus[] | null;
  readonly syncStates?: readonly SyncState[] | null;
  /** `list_id`s. */
  readonly listIds?: readonly string[] | null;
  /** `tag_id`s. */
  readonly tagIds?: readonly string[] | null;
  /** Exclusive, as is `updatedBefore`. */
  readonly updatedAfter?: Date | null;
  readonly updatedBefore?: Date | null;
}

const ORDER_FIELDS = { ID: '_id', EMAIL: 'emailKey', NAME: 'nameKey', UPDATED_AT: 'updatedAt' } as const;
export type ContactOrderField = keyof typeof ORDER_FIELDS;
export const CONTACT_ORDER_FIELDS = Object.keys(ORDER_FIELDS) as readonly ContactOrderField[];

export interface ContactOrder {
  readonly field: ContactOrderField;
  readonly direction: 'ASC' | 'DESC';
}

/** Where a contact stands in an order. `key` is null in the order by id, and for a contact without the value. */
export interface ContactPosition {
  readonly key: string | Date | null;
  readonly id: ObjectId;
}

export interface ContactPage {
  /** In the asked order, also when read from the end. */
  readonly rows: readonly ContactView[];
  /** Whether there is more in the direction of reading, beyond these rows. */
  readonly hasMore: boolean;
  /** Whether the contact at the given position is still there; its neighbours are not part of the page. */
  readonly positionExists: boolean;
}

/** A slow query must not hold a connection for ever: no page of a million contacts takes as long. */
const QUERY_LIMIT_MS = 20_000;
const WITHOUT_INTERNALS = { change: 0, notes: 0 } as const;
/** Above every character in MongoDB's comparison of strings, which is by their UTF-8 bytes. */
const LAST_CHARACTER = '\u{10ffff}';

export function positionOf(contact: ContactView, { field }: ContactOrder): ContactPosition {
  return { key: field === 'ID' ? null : contact[ORDER_FIELDS[field]], id: contact._id };
}

/** What the order and the unified view need is read always. */
function projectionOf(parts: readonly ContactPart[] | null | undefined, { field }: ContactOrder) {
  if (parts === null || parts === undefined) return WITHOUT_INTERNALS;
  const names = ['local', ORDER_FIELDS[field], ...parts];
  return Object.fromEntries(names.map((name) => [name, 1]));
}

/**
 * One page by key, never by skipping: in one query, whatever its depth. `from` is exclusive; `backward` reads towards
 * the start of the order (the rows still come in the asked order). With `parts`, the rows have these alone, and what the
 * unified view needs; null or absent: all.
 *
 * Every order and every filter has an index (contacts.ts). There is none per pair of them, because each one slows every
 * write of a pull: where a filter meets an order that is not its own, the server's planner races walking the order's
 * index against sorting the filter's matches (keeping no more than the page), and the loser is dropped. The worst case
 * is a match in 150 among a million contacts: some 7,000 contacts looked at for a page of 50.
 */
export async function pageOfContacts(
  collection: Collection<ContactDocument>,
  {
    filter,
    order,
    from,
    backward,
    limit,
    parts,
    signal,
  }: {
    filter: ContactFilter;
    order: ContactOrder;
    from: ContactPosition | null;
    backward: boolean;
    limit: number;
    parts?: readonly ContactPart[] | null | undefined;
    signal?: AbortSignal | undefined;
  },
): Promise<ContactPage> {
  const ascending = (order.direction === 'ASC') !== backward;
  const conditions = filterConditions(filter);
  if (from !== null) conditions.push(startCondition({ field: order.field, ascending, from }));
  // The contact at `from` is read again: that it is still there answers whether there are contacts on its other side.
  const found = await collection
    .find<ContactView>(conjunction(conditions), abortable(signal))
    .project<ContactView>(projectionOf(parts, order))
    .sort(sortBy(order.field, ascending))
    .limit(limit + (from === null ? 1 : 2))
    .maxTimeMS(QUERY_LIMIT_MS)
    .toArray();
  const positionExists = from !== null && found[0]?._id.equals(from.id) === true;
  const beyond = positionExists ? found.slice(1) : found;
  const rows = beyond.slice(0, limit);
  if (backward) rows.reverse();
  return { rows, hasMore: beyond.length > limit, positionExists };
}

/** Whether any contact of the filter stands before (or `after`) the position, itself not counted. */
export async function hasContactsBeside(
  collection: Collection<ContactDocument>,
  {
    filter,
    order,
    position,
    side,
    signal,
  }: {
    filter: ContactFilter;
    order: ContactOrder;
    position: ContactPosition;
    side: 'before' | 'after';
    signal?: AbortSignal | undefined;
  },
): Promise<boolean> {
  const page = await pageOfContacts(collection, {
    filter,
    order,
    from: position,
    backward: side === 'before',
    limit: 1,
    parts: [],
    signal,
  });
  return page.rows.length > 0;
}

export function countContacts(
  collection: Collection<ContactDocument>,
  filter: ContactFilter,
  signal?: AbortSignal,
): Promise<number> {
  const conditions = filterConditions(filter);
  const options = { maxTimeMS: QUERY_LIMIT_MS, ...abortable(signal) };
  // Without a filter the count would read every document; the index over `_id` holds the same number in a few pages.
  return conditions.length === 0
    ? collection.countDocuments({}, { ...options, hint: '_id_' })
    : collection.countDocuments(conjunction(conditions), options);
}

const abortable = (signal: AbortSignal | undefined): Abortable => (signal === undefined ? {} : { signal });

function conjunction(conditions: readonly Filter<ContactDocument>[]): Filter<ContactDocument> {
  return conditions.length === 0 ? {} : conditions.length === 1 ? { ...conditions[0] } : { $and: [...conditions] };
}

function sortBy(field: ContactOrderField, ascending: boolean): Sort {
  const direction = ascending ? 1 : -1;
  return field === 'ID' ? { _id: direction } : { [ORDER_FIELDS[field]]: direction, _id: direction };
}

const startsWith = (prefix: string) => ({ $gte: prefix, $lt: prefix + LAST_CHARACTER });

function filterConditions(filter: ContactFilter): Filter<ContactDocument>[] {
  const { search, emailKeys, statuses, syncStates, listIds, tagIds, updatedAfter, updatedBefore } = filter;
  const conditions: Filter<ContactDocument>[] = [];
  if (search) {
    conditions.push({
      $or: [
        { emailKey: startsWith(search.emailPrefix) },
        { nameKey: startsWith(search.namePrefix) },
        { firstNameKey: startsWith(search.namePrefix) },
      ],
    });
  }
  if (emailKeys) conditions.push({ emailKey: { $in: [...emailKeys] } });
  if (statuses) conditions.push({ status: { $in: [...statuses] } });
  if (syncStates) conditions.push({ syncState: { $in: [...syncStates] } });
  if (listIds) conditions.push({ lists: { $in: [...listIds] } });
  if (tagIds) conditions.push({ tags: { $in: [...tagIds] } });
  if (updatedAfter) conditions.push({ updatedAt: { $gt: updatedAfter } });
  if (updatedBefore) conditions.push({ updatedAt: { $lt: updatedBefore } });
  return conditions;
}

/**
 * What stands at the position or after it in the direction of reading. Comparisons of MongoDB do not cross types, so
 * null, which sorts before every string, needs words of its own.
 */
function startCondition({
  field,
  ascending,
  from: { key, id },
}: {
  field: ContactOrderField;
  ascending: boolean;
  from: ContactPosition;
}): Filter<ContactDocument> {
  const idFrom = ascending ? { $gte: id } : { $lte: id };
  if (field === 'ID') return { _id: idFrom };
  const name = ORDER_FIELDS[field];
  const same = { [name]: key, _id: idFrom };
  if (key === null) return ascending ? { $or: [{ [name]: { $type: 'string' } }, same] } : same;
  const beyond = [{ [name]: ascending ? { $gt: key } : { $lt: key } }];
  return { $or: ascending || field !== 'EMAIL' ? [...beyond, same] : [...beyond, same, { [name]: null }] };
}
