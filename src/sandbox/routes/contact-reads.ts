import { contactView, INCLUDES, type Include } from '../contact.ts';
import { SMS_STATUSES } from '../contact-book.ts';
import { type ContactFilter, STATUSES } from '../contact-query.ts';
import { cursorRefused } from '../cursor.ts';
import { invalid, notFound } from '../http/api-error.ts';
import { idSchema } from '../http/request-body.ts';
import type { ApiRequest, ApiResponse, Route } from '../http/route.ts';
import { nextLink, type PageRequest, parseChoices, parseFlag, parsePage } from '../page.ts';
import type { World } from '../world.ts';

const NEW_SUBSCRIBER_S = 30 * 86_400;

export const contactReadRoutes: readonly Route[] = [
  { method: 'GET', path: '/contacts', scope: 'contact_data', handle: listContacts },
  { method: 'GET', path: '/contacts/counts', scope: 'contact_data', handle: countContacts },
  { method: 'GET', path: '/contacts/{contact_id}', scope: 'contact_data', handle: getContact },
];

function listContacts(request: ApiRequest, world: World): ApiResponse {
  const pageRequest = parsePage(request, { max: 500, byDefault: 50 });
  if (pageRequest.hasCursor) refuseExpiredCursor(world);
  const filter = parseFilter(pageRequest.query);
  const include = new Set(parseChoices(pageRequest.query, 'include', INCLUDES));
  // A segment is made ready when it is first asked for; until then there is nothing but a status to see.
  if (filter.segmentId !== undefined && !world.preparedSegments.has(filter.segmentId)) {
    world.preparedSegments.add(filter.segmentId);
    return { status: 202, body: { status: 'processing' } };
  }
  const matching = world.queries.matching(filter);
  const { start, end } = pageBounds(pageRequest, world.quirks.duplicateAcrossPages);
  const contacts: object[] = [];
  for (const index of matching.subarray(start, end)) contacts.push(contactView(world.book.get(index), include));
  return {
    status: 200,
    body: {
      contacts,
      ...(parseFlag(request.query, 'include_count') ? { contacts_count: matching.length } : {}),
      _links: end < matching.length ? nextLink('/contacts', pageRequest) : {},
    },
  };
}

/** With the quirk, each page starts one contact early: with the last of the page before. */
function pageBounds({ page, limit }: PageRequest, repeatsLast: boolean): { start: number; end: number } {
  const stride = repeatsLast && limit > 1 ? limit - 1 : limit;
  const start = (page - 1) * stride;
  return { start, end: start + limit };
}

function refuseExpiredCursor(world: World): void {
  const left = Number(world.quirks.expireCursors);
  if (left === 0) return;
  world.quirks.expireCursors = left - 1;
  throw cursorRefused();
}

export function parseFilter(query: URLSearchParams): ContactFilter {
  const segmentId = query.get('segment_id');
  if (segmentId !== null) {
    if (!/^\d+$/.test(segmentId)) throw invalid('segment_id does not have a valid value');
    const others = [...query.keys()].filter((name) => !['segment_id', 'limit', 'cursor'].includes(name));
    if (others.length > 0) throw invalid('segment_id can only be combined with limit');
    return { status: [], segmentId: Number(segmentId) };
  }
  const times = {
    updatedAfter: parseTime(query, 'updated_after'),
    updatedBefore: parseTime(query, 'updated_before'),
    createdAfter: parseTime(query, 'created_after'),
    createdBefore: parseTime(query, 'created_before'),
    optoutAfter: parseTime(query, 'optout_after'),
    optoutBefore: parseTime(query, 'optout_before'),
  };
  const given = Object.fromEntries(Object.entries(times).filter(([, time]) => time !== undefined));
  const email = query.get('email');
  const lists = parseIds(query, 'lists', 25);
  const tags = parseIds(query, 'tags', 50);
  const smsStatus = parseChoices(query, 'sms_status', ['all', ...SMS_STATUSES.slice(1)]);
  return {
    status: parseChoices(query, 'status', STATUSES) ?? [],
    ...(email === null ? {} : { email }),
    ...(lists === undefined ? {} : { lists }),
    ...(tags === undefined ? {} : { tags }),
    ...(smsStatus === undefined ? {} : { smsStatus }),
    ...given,
  };
}

/** ISO-8601; the vendor's own guide also passes a day alone. */
function parseTime(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw invalid(`${name} does not have a valid value`);
  return time;
}

function parseIds(query: URLSearchParams, name: string, max: number): string[] | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const ids = text.split(',').map((part) => idSchema.safeParse(part.trim()).data);
  if (ids.length > max) throw invalid(`${name} must have at most ${max} values`);
  return ids.map((id) => {
    if (id === undefined) throw invalid(`${name} does not have a valid value`);
    return id;
  });
}

/** The index of the contact that a path names, deleted or not. */
export function findContact(request: ApiRequest, world: World): number {
  const id = idSchema.safeParse(request.params['contact_id']);
  if (!id.success) throw notFound('contact_id is in an invalid format.');
  const index = world.book.indexOfId(id.data);
  if (index === undefined) throw notFound();
  return index;
}

function getContact(request: ApiRequest, world: World): ApiResponse {
  const include = new Set<Include>(parseChoices(request.query, 'include', INCLUDES));
  return { status: 200, body: contactView(world.book.get(findContact(request, world)), include) };
}

function countContacts(request: ApiRequest, world: World): ApiResponse {
  const include = parseChoices(request.query, 'include', ['new_subscriber', 'new_subscribers']);
  const { totalCount, permissionCounts } = world.book;
  return {
    status: 200,
    body: {
      total: totalCount,
      explicit: permissionCounts.explicit,
      implicit: permissionCounts.implicit,
      pending: permissionCounts.pending_confirmation,
      unsubscribed: permissionCounts.unsubscribed,
      ...(include === undefined ? {} : { new_subscriber: countNewSubscribers(world) }),
    },
  };
}

function countNewSubscribers(world: World): number {
  const createdAfter = world.now().getTime() - NEW_SUBSCRIBER_S * 1000;
  return world.queries.matching({ status: ['active'], createdAfter }).length;
}
