import { z } from 'zod';
import { deleteContact } from '../contact-changes.ts';
import { invalid } from '../http/api-error.ts';
import { idSchema, parseBody } from '../http/request-body.ts';
import type { Route } from '../http/route.ts';
import type { World } from '../world.ts';
import { shareOf } from './activity-queue.ts';
import { selectContacts } from './contact-source.ts';

const ids = (max: number) => z.array(idSchema).min(1).max(max);
const contactDeleteSchema = z
  .object({ contact_ids: ids(500).optional(), list_ids: ids(50).optional() })
  .refine(
    (body) => (body.contact_ids === undefined) !== (body.list_ids === undefined),
    'either contact_ids or list_ids is required',
  );

function activityRoute(name: string, handle: Route['handle']): Route {
  return { method: 'POST', path: `/activities/${name}`, scope: 'contact_data', handle };
}

export const removalRoutes: readonly Route[] = [
  activityRoute('contact_delete', (request, world) => {
    const source = parseBody(contactDeleteSchema, request);
    const id = world.activities.submit({
      run(share) {
        const selected = selectContacts(world, source, undefined);
        const done = shareOf(selected, share);
        for (const index of done) deleteContact(world, { index, actor: 'client' });
        return {
          items_total_count: source.contact_ids?.length ?? selected.length,
          items_completed_count: done.length,
          list_count: source.list_ids?.length ?? 0,
        };
      },
    });
    return { status: 201, body: world.activities.viewOfNew(id) };
  }),
  activityRoute('list_delete', (request, world) => {
    const { list_ids } = parseBody(z.object({ list_ids: ids(100) }), request);
    return { status: 201, body: world.activities.viewOfNew(submitListDelete(world, list_ids)) };
  }),
  activityRoute('contacts_tags_delete', (request, world) => {
    const { tag_ids } = parseBody(z.object({ tag_ids: ids(500) }), request);
    return { status: 201, body: world.activities.viewOfNew(submitTagDelete(world, tag_ids)) };
  }),
  activityRoute('custom_fields_delete', (request, world) => {
    const { custom_field_ids } = parseBody(z.object({ custom_field_ids: ids(100) }), request);
    const unknown = custom_field_ids.find((fieldId) => !world.customFields.has(fieldId));
    if (unknown !== undefined) throw invalid(`custom_field_id ${unknown} does not exist`);
    const id = world.activities.submit({
      run(share) {
        for (const fieldId of shareOf(custom_field_ids, share)) deleteCustomField(world, fieldId);
        return undefined;
      },
    });
    return { status: 201, body: world.activities.viewOfNew(id) };
  }),
];

/** Deletes lists and their memberships, not the contacts on them. */
export function submitListDelete(world: World, listIds: readonly string[]): string {
  return world.activities.submit({
    run(share) {
      const done = shareOf(listIds, share);
      for (const listId of done) {
        const list = world.lists.get(listId);
        if (list === undefined) continue;
        world.lists.set(listId, { ...list, deleted_at: world.timestamp(), updated_at: world.timestamp() });
        world.book.removeEverywhere(listId);
      }
      return { list_count: done.length, items_total_count: listIds.length, items_completed_count: done.length };
    },
  });
}

export function submitTagDelete(world: World, tagIds: readonly string[]): string {
  return world.activities.submit({
    run(share) {
      const done = shareOf(tagIds, share);
      for (const tagId of done) {
        world.tags.delete(tagId);
        world.book.removeEverywhere(tagId);
      }
      return { items_total_count: tagIds.length, items_completed_count: done.length };
    },
  });
}

export function deleteCustomField(world: World, fieldId: string): void {
  const field = world.customFields.get(fieldId);
  if (field === undefined) return;
  world.customFields.delete(fieldId);
  world.customFieldNames.delete(field.name);
  world.book.removeEverywhere(fieldId);
}
