import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { Tag } from '../generator/catalogue.ts';
import { notFound } from '../http/api-error.ts';
import { idSchema } from '../http/request-body.ts';
import type { ApiRequest, ApiResponse, Route } from '../http/route.ts';
import { parseFlag, parseLimit } from '../page.ts';
import type { World } from '../world.ts';

export const tagRoutes: readonly Route[] = [
  { method: 'GET', path: '/contact_tags', scope: 'contact_data', handle: getTags },
  { method: 'GET', path: '/contact_tags/{tag_id}', scope: 'contact_data', handle: getTag },
];

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
