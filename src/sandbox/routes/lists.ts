import type { ContactList } from '../generator/catalogue.ts';
import { notFound } from '../http/api-error.ts';
import { idSchema } from '../http/request-body.ts';
import type { ApiRequest, ApiResponse, Route } from '../http/route.ts';
import { pageOfItems, parseChoices, parseFlag, parsePage } from '../page.ts';
import type { World } from '../world.ts';

const MEMBERSHIP_COUNTS = ['all', 'active'] as const;

export const listRoutes: readonly Route[] = [
  { method: 'GET', path: '/contact_lists', scope: 'contact_data', handle: getLists },
  { method: 'GET', path: '/contact_lists/{list_id}', scope: 'contact_data', handle: getList },
];

function getLists(request: ApiRequest, world: World): ApiResponse {
  const pageRequest = parsePage(request, { max: 1_000, byDefault: 50 });
  const { query } = pageRequest;
  const status = parseChoices(query, 'status', ['all', 'active', 'deleted']) ?? ['active'];
  const channel = parseChoices(query, 'channel_type', ['email', 'sms'])?.[0] ?? 'email';
  const counted = parseChoices(query, 'include_membership_count', MEMBERSHIP_COUNTS)?.[0];
  const name = query.get('name');
  const lists =
    channel === 'sms'
      ? []
      : [...world.lists.values()].filter((list) => {
          const state = list.deleted_at === undefined ? 'active' : 'deleted';
          return (status.includes('all') || status.includes(state)) && (name === null || list.name === name);
        });
  const { items, links } = pageOfItems('/contact_lists', pageRequest, lists);
  return {
    status: 200,
    body: {
      lists: items.map((list) => listView(list, world, counted)),
      ...(parseFlag(request.query, 'include_count') ? { lists_count: lists.length } : {}),
      ...links,
    },
  };
}

function getList(request: ApiRequest, world: World): ApiResponse {
  const counted = parseChoices(request.query, 'include_membership_count', MEMBERSHIP_COUNTS)?.[0];
  return { status: 200, body: listView(findList(request, world), world, counted) };
}

/** The list that a path names, deleted or not. */
export function findList(request: ApiRequest, world: World): ContactList {
  const id = idSchema.safeParse(request.params['list_id']);
  if (!id.success) throw notFound('list_id is in an invalid format.');
  const list = world.lists.get(id.data);
  if (list === undefined) throw notFound();
  return list;
}

function listView(list: ContactList, world: World, counted: 'all' | 'active' | undefined): object {
  if (counted === undefined) return list;
  return { ...list, membership_count: world.book.listCounts.get(list.list_id)?.[counted] ?? 0 };
}
