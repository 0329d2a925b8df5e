import { z } from 'zod';
import { submitListDelete } from '../activities/removals.ts';
import type { ContactList } from '../generator/catalogue.ts';
import { conflict, invalid, notFound } from '../http/api-error.ts';
import { idSchema, parseBody } from '../http/request-body.ts';
import type { ApiRequest, ApiResponse, Route } from '../http/route.ts';
import { pageOfItems, parseChoices, parseFlag, parsePage } from '../page.ts';
import type { World } from '../world.ts';

const MEMBERSHIP_COUNTS = ['all', 'active'] as const;

export const listRoutes: readonly Route[] = [
  { method: 'GET', path: '/contact_lists', scope: 'contact_data', handle: getLists },
  { method: 'GET', path: '/contact_lists/{list_id}', scope: 'contact_data', handle: getList },
  { method: 'POST', path: '/contact_lists', scope: 'contact_data', handle: postList },
  { method: 'PUT', path: '/contact_lists/{list_id}', scope: 'contact_data', handle: putList },
  { method: 'DELETE', path: '/contact_lists/{list_id}', scope: 'contact_data', handle: deleteList },
];

const LIST_LIMIT = 1_000;
const listSchema = z.object({
  name: z.string().trim().min(1).max(255),
  favorite: z.boolean().default(false),
  description: z.string().nullish(),
});

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

function postList(request: ApiRequest, world: World): ApiResponse {
  const { name, favorite, description } = parseBody(listSchema, request);
  const active = [...world.lists.values()].filter((list) => list.deleted_at === undefined);
  if (active.length >= LIST_LIMIT) throw invalid(`An account has at most ${LIST_LIMIT} lists.`);
  refuseSameName(world, name, undefined);
  const at = world.timestamp();
  const list: ContactList = {
    list_id: world.createId(),
    name,
    ...(description ? { description } : {}),
    favorite,
    created_at: at,
    updated_at: at,
  };
  world.lists.set(list.list_id, list);
  return { status: 201, body: list };
}

/** Everything but the name that is left out is lost. */
function putList(request: ApiRequest, world: World): ApiResponse {
  const before = findList(request, world);
  if (before.deleted_at !== undefined) throw notFound();
  const { name, favorite, description } = parseBody(listSchema, request);
  refuseSameName(world, name, before.list_id);
  const list: ContactList = {
    list_id: before.list_id,
    name,
    ...(description ? { description } : {}),
    favorite,
    created_at: before.created_at,
    updated_at: world.timestamp(),
  };
  world.lists.set(list.list_id, list);
  return { status: 200, body: list };
}

function deleteList(request: ApiRequest, world: World): ApiResponse {
  const list = findList(request, world);
  if (list.deleted_at !== undefined) throw notFound();
  const id = submitListDelete(world, [list.list_id]);
  return { status: 202, body: world.activities.viewOfNew(id), headers: { location: `/v3/activities/${id}` } };
}

function refuseSameName(world: World, name: string, self: string | undefined): void {
  for (const list of world.lists.values()) {
    const isOther = list.list_id !== self && list.deleted_at === undefined;
    if (isOther && list.name.toLowerCase() === name.toLowerCase())
      throw conflict('A list with this name already exists.');
  }
}
