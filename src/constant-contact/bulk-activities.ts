import { DomainError } from '../domain-error.ts';
import { type Activity, decodeActivity } from './activities.ts';
import type { ApiClient, CallContext } from './api-client.ts';

/*
 * Each starts an asynchronous job and answers its activity. The API has no idempotency key, so none is repeated when its
 * effect is unknown (`isOutcomeUnknown`): look among the recent activities first. `PRIMARY_QUEUE_FULL`: 1,000 jobs wait.
 */

/** Most ids that one job takes (API-FACTS section 6; where the spec says 0 its text is meant). */
export const ACTIVITY_LIMITS = {
  contactIds: 500,
  listIds: 50,
  deletedListIds: 100,
  tagIds: 50,
} as const;

/** Puts contacts on lists. Revives deleted ones. */
export async function addListMemberships(
  client: ApiClient,
  params: { readonly contactIds: readonly string[]; readonly listIds: readonly string[] },
  context: CallContext,
): Promise<Activity> {
  return await startMembershipJob(client, '/activities/add_list_memberships', params, context);
}

export async function removeListMemberships(
  client: ApiClient,
  params: { readonly contactIds: readonly string[]; readonly listIds: readonly string[] },
  context: CallContext,
): Promise<Activity> {
  return await startMembershipJob(client, '/activities/remove_list_memberships', params, context);
}

async function startMembershipJob(
  client: ApiClient,
  path: string,
  { contactIds, listIds }: { readonly contactIds: readonly string[]; readonly listIds: readonly string[] },
  context: CallContext,
): Promise<Activity> {
  assertCount('contacts', contactIds, ACTIVITY_LIMITS.contactIds);
  assertCount('lists', listIds, ACTIVITY_LIMITS.listIds);
  return await startActivity(client, path, { source: { contact_ids: contactIds }, list_ids: listIds }, context);
}

export async function addTaggings(
  client: ApiClient,
  params: { readonly contactIds: readonly string[]; readonly tagIds: readonly string[] },
  context: CallContext,
): Promise<Activity> {
  return await startTaggingJob(client, '/activities/contacts_taggings_add', params, context);
}

export async function removeTaggings(
  client: ApiClient,
  params: { readonly contactIds: readonly string[]; readonly tagIds: readonly string[] },
  context: CallContext,
): Promise<Activity> {
  return await startTaggingJob(client, '/activities/contacts_taggings_remove', params, context);
}

async function startTaggingJob(
  client: ApiClient,
  path: string,
  { contactIds, tagIds }: { readonly contactIds: readonly string[]; readonly tagIds: readonly string[] },
  context: CallContext,
): Promise<Activity> {
  assertCount('contacts', contactIds, ACTIVITY_LIMITS.contactIds);
  assertCount('tags', tagIds, ACTIVITY_LIMITS.tagIds);
  return await startActivity(client, path, { source: { contact_ids: contactIds }, tag_ids: tagIds }, context);
}

/** Deletes contacts by id. The API would also take lists, and delete every member: that is not offered. */
export async function deleteContacts(
  client: ApiClient,
  params: { readonly contactIds: readonly string[] },
  context: CallContext,
): Promise<Activity> {
  assertCount('contacts', params.contactIds, ACTIVITY_LIMITS.contactIds);
  return await startActivity(client, '/activities/contact_delete', { contact_ids: params.contactIds }, context);
}

/** Deletes lists, not the contacts on them. */
export async function deleteLists(
  client: ApiClient,
  params: { readonly listIds: readonly string[] },
  context: CallContext,
): Promise<Activity> {
  assertCount('lists', params.listIds, ACTIVITY_LIMITS.deletedListIds);
  return await startActivity(client, '/activities/list_delete', { list_ids: params.listIds }, context);
}

async function startActivity(client: ApiClient, path: string, json: object, context: CallContext): Promise<Activity> {
  const request = { method: 'POST', pathTemplate: path, body: { json }, decode: decodeActivity } as const;
  return (await client.send(request, context)).body;
}

export function assertCount(what: string, ids: readonly string[], most: number): void {
  if (ids.length > 0 && ids.length <= most) return;
  throw new DomainError('INVALID_INPUT', `A job takes 1 to ${most} ${what}, not ${ids.length}.`);
}
