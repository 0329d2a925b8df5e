import { z } from 'zod';
import { submitTagDelete } from '../activities/removals.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { Tag } from '../generator/catalogue.ts';
import { conflict, notFound } from '../http/api-error.ts';
import { idSchema, parseBody } from '../http/request-body.ts';
import type { ApiRequest, ApiResponse, Route } from '../http/route.ts';
import { parseFlag, parseLimit } from '../page.ts';
import type { World } from '../world.ts';

export const tagRoutes: readonly Route[] = [
  { method: 'GET', path: '/contact_tags', scope: 'contact_data', handle: getTags },
  { method: 'GET', path: '/contact_tags/{tag_id}', scope: 'contact_data', handle: getTag },
  { method: 'POST', path: '/contact_tags', scope: 'contact_data', handle: postTag },
  { method: 'PUT', path: '/contact_tags/{tag_id}', scope: 'contact_data', handle: putTag },
  { method: 'DELETE', path: '/contact_tags/{tag_id}', scope: 'contact_data', handle: deleteTag },
];

const tagSchema = z.object({
  name: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^<>]*$/, 'must not contain < or >'),
  tag_source: z.string().default('Contact'),
});

/** Unlike other collections, its cursors hold the id that the next page begins with. */
function getTags(request: ApiRequest, world: World): ApiResponse {
  const text = request.query.get('cursor');
  const cursor = text === null ? undefined : decodeCursor(text);
  const query = cursor?.query ?? request.query;
  const limit = cursor?.limit ?? parseLimit(query, { max: 500, byDefault: 50 });
  const isCounted = parseFlag(query, 'include_count') || query.get('counted') === 'true';
  const tags = [...world.tags.values()].sort((one, other) => (one.tag_id < other.tag_id ? -1 : 1));
  const rest = cursor === undefined ? tags : tags.filter((tag) => tag.tag_id >= cursor.next);
  const next = rest[limit];
  // `include_count` here adds a property to each tag, so it must last for the whole walk.
  const kept = new URLSearchParams(isCounted ? { counted: 'true' } : {});
  return {
    status: 200,
    body: {
      tags: rest.slice(0, limit).map((tag) => tagView(tag, world, isCounted)),
      ...(next === undefined
        ? {}
        : {
            _links: {
              next: { href: `/v3/contact_tags?cursor=${encodeCursor({ limit, next: next.tag_id, query: kept })}` },
            },
          }),
    },
  };
}

function getTag(request: ApiRequest, world: World): ApiResponse {
  return { status: 200, body: tagView(findTag(request, world), world, parseFlag(request.query, 'include_count')) };
}

export function findTag(request: ApiRequest, world: World): Tag {
  const id = idSchema.safeParse(request.params['tag_id']);
  if (!id.success) throw notFound('tag_id is in an invalid format.');
  const tag = world.tags.get(id.data);
  if (tag === undefined) throw notFound();
  return tag;
}

function tagView(tag: Tag, world: World, isCounted: boolean): object {
  return isCounted ? { ...tag, contacts_count: world.book.tagCounts.get(tag.tag_id) ?? 0 } : tag;
}

function postTag(request: ApiRequest, world: World): ApiResponse {
  const { name, tag_source } = parseBody(tagSchema, request);
  refuseSameName(world, name, undefined);
  const at = world.timestamp();
  const tag: Tag = { tag_id: world.createId(), name, tag_source, created_at: at, updated_at: at };
  world.tags.set(tag.tag_id, tag);
  return { status: 201, body: tag };
}

/** Renames; the source stays. */
function putTag(request: ApiRequest, world: World): ApiResponse {
  const before = findTag(request, world);
  const { name } = parseBody(tagSchema, request);
  refuseSameName(world, name, before.tag_id);
  const tag = { ...before, name, updated_at: world.timestamp() };
  world.tags.set(tag.tag_id, tag);
  return { status: 200, body: tag };
}

function deleteTag(request: ApiRequest, world: World): ApiResponse {
  const id = submitTagDelete(world, [findTag(request, world).tag_id]);
  return { status: 202, body: world.activities.viewOfNew(id), headers: { location: `/v3/activities/${id}` } };
}

function refuseSameName(world: World, name: string, self: string | undefined): void {
  for (const tag of world.tags.values()) {
    if (tag.tag_id !== self && tag.name.toLowerCase() === name.toLowerCase()) {
      throw conflict('A tag with this name already exists.');
    }
  }
}
