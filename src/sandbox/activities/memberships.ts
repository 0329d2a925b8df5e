import { z } from 'zod';
import { changeMemberships } from '../contact-changes.ts';
import { knownLists, knownTags } from '../contact-writes.ts';
import { idSchema, parseBody } from '../http/request-body.ts';
import type { ApiRequest, ApiResponse, Route } from '../http/route.ts';
import type { World } from '../world.ts';
import { shareOf } from './activity-queue.ts';
import { checkSource, excludeSchema, selectContacts, sourceShape } from './contact-source.ts';

const { segment_id, ...sourceWithoutSegment } = sourceShape;
const { engagement_level, ...taggingSource } = sourceWithoutSegment;
const targetIds = z.array(idSchema).min(1).max(50);

const addSchema = z.object({ source: z.strictObject(sourceShape), exclude: excludeSchema, list_ids: targetIds });
const removeSchema = z.object({
  source: z.strictObject(sourceWithoutSegment),
  exclude: excludeSchema,
  list_ids: targetIds,
});
const taggingSchema = z.object({ source: z.strictObject(taggingSource), exclude: excludeSchema, tag_ids: targetIds });

function activityRoute(name: string, handle: Route['handle']): Route {
  return { method: 'POST', path: `/activities/${name}`, scope: 'contact_data', handle };
}

export const membershipRoutes: readonly Route[] = [
  activityRoute('add_list_memberships', (request, world) => changeLists(request, world, 'add')),
  activityRoute('remove_list_memberships', (request, world) => changeLists(request, world, 'remove')),
  activityRoute('contacts_taggings_add', (request, world) => changeTags(request, world, 'add')),
  activityRoute('contacts_taggings_remove', (request, world) => changeTags(request, world, 'remove')),
];

/** Unsubscribed people are passed over when others join a list. */
function changeLists(request: ApiRequest, world: World, change: 'add' | 'remove'): ApiResponse {
  const { source, exclude, list_ids } = parseBody(change === 'add' ? addSchema : removeSchema, request);
  checkSource(source, exclude);
  const listIds = knownLists(world, list_ids);
  const id = world.activities.submit({
    run(share) {
      const selected = selectContacts(world, source, exclude);
      let completed = 0;
      for (const index of shareOf(selected, share)) {
        const permission = world.book.get(index).email_address?.permission_to_send;
        if (change === 'add' && permission === 'unsubscribed') continue;
        changeMemberships(world, { index, actor: 'client', [change]: listIds });
        completed += 1;
      }
      return {
        items_total_count: source.contact_ids?.length ?? selected.length,
        items_completed_count: completed,
        list_count: listIds.length,
      };
    },
  });
  return { status: 201, body: world.activities.viewOfNew(id) };
}

function changeTags(request: ApiRequest, world: World, change: 'add' | 'remove'): ApiResponse {
  const { source, exclude, tag_ids } = parseBody(taggingSchema, request);
  checkSource(source, exclude);
  const tagIds = knownTags(world, tag_ids);
  const id = world.activities.submit({
    run(share) {
      const selected = selectContacts(world, source, exclude).filter(
        (index) => world.book.get(index).deleted_at === undefined,
      );
      const done = shareOf(selected, share);
      for (const index of done)
        changeMemberships(world, { index, actor: 'client', kind: 'taggings', [change]: tagIds });
      return { items_total_count: source.contact_ids?.length ?? selected.length, items_completed_count: done.length };
    },
  });
  return { status: 201, body: world.activities.viewOfNew(id) };
}
