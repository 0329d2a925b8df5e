import { describe, expect, test } from 'vitest';
import { type Json, openSandbox, type SandboxClient } from './sandbox-client.ts';

const EVERYTHING = 'include=list_memberships,taggings,custom_fields&limit=500';

async function post(sandbox: SandboxClient, name: string, body: object): Promise<Json> {
  const posted = await sandbox.call('POST', `/activities/${name}`, body);
  expect([posted.status, posted.body.state]).toEqual([201, 'initialized']);
  return sandbox.activity(posted.body.activity_id);
}

async function lists(sandbox: SandboxClient): Promise<Json[]> {
  return (await sandbox.get('/contact_lists?limit=50&include_membership_count=all')).body.lists;
}

const ids = (contacts: readonly Json[]) => contacts.map((contact) => contact.contact_id);
const isOut = (contact: Json) => contact.email_address?.permission_to_send === 'unsubscribed';

describe('memberships and tags in bulk', () => {
  test('adds known contacts to lists, passing over unsubscribed ones, and removes them again', async () => {
    const sandbox = await openSandbox();
    const created = await sandbox.call('POST', '/contact_lists', { name: 'Fresh' });
    const listId = created.body.list_id;
    const contacts = await sandbox.walk(EVERYTHING);
    const some = [...contacts.filter((c) => !isOut(c)).slice(0, 3), ...contacts.filter(isOut).slice(0, 2)];
    const added = await post(sandbox, 'add_list_memberships', {
      source: { contact_ids: ids(some) },
      list_ids: [listId],
    });
    expect(added).toMatchObject({ state: 'completed', percent_done: 100 });
    expect(added.status).toEqual({ items_total_count: 5, items_completed_count: 3, list_count: 1 });
    expect(ids(await sandbox.walk(`lists=${listId}`))).toEqual(
      ids(contacts.filter((c) => some.slice(0, 3).includes(c))),
    );
    await post(sandbox, 'remove_list_memberships', {
      source: { list_ids: [listId] },
      exclude: { contact_ids: [some[0].contact_id] },
      list_ids: [listId],
    });
    expect(ids(await sandbox.walk(`lists=${listId}`))).toEqual([some[0].contact_id]);
    expect((await sandbox.control('GET', '/stats')).resubscribed).toEqual([]);
  });

  test('tags by list, and takes tags away by tag', async () => {
    const sandbox = await openSandbox();
    const [list] = await lists(sandbox);
    const { tag_id } = (await sandbox.call('POST', '/contact_tags', { name: 'imported' })).body;
    await post(sandbox, 'contacts_taggings_add', { source: { list_ids: [list.list_id] }, tag_ids: [tag_id] });
    const tagged = await sandbox.walk(`tags=${tag_id}&limit=500`);
    expect(tagged).toHaveLength(list.membership_count);
    expect((await sandbox.get(`/contact_tags/${tag_id}?include_count=true`)).body.contacts_count).toBe(tagged.length);
    await post(sandbox, 'contacts_taggings_remove', { source: { tag_ids: [tag_id] }, tag_ids: [tag_id] });
    expect(await sandbox.walk(`tags=${tag_id}`)).toEqual([]);
  });

  test.each<[string, string, (list: string) => object]>([
    [
      'two sources',
      'add_list_memberships',
      (list) => ({ source: { all_active_contacts: true, list_ids: [list] }, list_ids: [list] }),
    ],
    ['no source', 'add_list_memberships', (list) => ({ source: {}, list_ids: [list] })],
    [
      'a source that only adding knows',
      'remove_list_memberships',
      (list) => ({ source: { segment_id: 1 }, list_ids: [list] }),
    ],
    [
      '501 contacts',
      'add_list_memberships',
      (list) => ({ source: { contact_ids: Array(501).fill(list) }, list_ids: [list] }),
    ],
    [
      'an exclusion from single contacts',
      'add_list_memberships',
      (list) => ({ source: { contact_ids: [list] }, exclude: { contact_ids: [list] }, list_ids: [list] }),
    ],
    ['an unknown tag', 'contacts_taggings_add', (list) => ({ source: { list_ids: [list] }, tag_ids: [list] })],
    ['both kinds of contacts to delete', 'contact_delete', (list) => ({ contact_ids: [list], list_ids: [list] })],
    ['101 lists', 'list_delete', (list) => ({ list_ids: Array(101).fill(list) })],
    ['two filters of an export', 'contact_exports', (list) => ({ list_ids: [list], contact_ids: [list] })],
    ['a field that no export has', 'contact_exports', () => ({ fields: ['contact_id'] })],
  ])('refuses %s', async (_what, name, body) => {
    const sandbox = await openSandbox();
    const [list] = await lists(sandbox);
    expect((await sandbox.call('POST', `/activities/${name}`, body(list.list_id))).status).toBe(400);
  });
});

describe('removals', () => {
  test('contact_delete deletes every member of a list', async () => {
    const sandbox = await openSandbox();
    const list = (await lists(sandbox)).find((candidate) => candidate.membership_count > 0);
    const members = ids(await sandbox.walk(`lists=${list.list_id}&limit=500`));
    await post(sandbox, 'contact_delete', { list_ids: [list.list_id] });
    expect(ids(await sandbox.walk('status=deleted&limit=500'))).toEqual(expect.arrayContaining(members));
    expect((await lists(sandbox)).find((other) => other.list_id === list.list_id).membership_count).toBe(0);
  });

  test('a deleted list leaves its members where they are', async () => {
    const sandbox = await openSandbox();
    const list = (await lists(sandbox)).find((candidate) => candidate.membership_count > 0);
    const before = await sandbox.walk(EVERYTHING);
    const { status, body, headers } = await sandbox.call('DELETE', `/contact_lists/${list.list_id}`);
    expect([status, headers.get('location')]).toEqual([202, `/v3/activities/${body.activity_id}`]);
    expect((await sandbox.activity(body.activity_id)).status.list_count).toBe(1);
    const after = await sandbox.walk(EVERYTHING);
    expect(ids(after)).toEqual(ids(before));
    expect(after.some((contact) => contact.list_memberships.includes(list.list_id))).toBe(false);
    const [shown] = (await sandbox.get('/contact_lists?status=deleted&limit=5')).body.lists;
    expect(shown).toMatchObject({ list_id: list.list_id, deleted_at: expect.any(String) });
    expect((await sandbox.call('DELETE', `/contact_lists/${list.list_id}`)).status).toBe(404);
  });

  test('lists, tags and custom fields go in bulk', async () => {
    const sandbox = await openSandbox();
    const all = await lists(sandbox);
    await post(sandbox, 'list_delete', { list_ids: all.slice(0, 2).map((list) => list.list_id) });
    expect(await lists(sandbox)).toHaveLength(all.length - 2);
    const [tag] = (await sandbox.get('/contact_tags?limit=1')).body.tags;
    await post(sandbox, 'contacts_tags_delete', { tag_ids: [tag.tag_id] });
    expect((await sandbox.get(`/contact_tags/${tag.tag_id}`)).status).toBe(404);
    const [field] = (await sandbox.get('/contact_custom_fields?limit=1')).body.custom_fields;
    const done = await post(sandbox, 'custom_fields_delete', { custom_field_ids: [field.custom_field_id] });
    expect(done.status).toBeUndefined();
    const contacts = await sandbox.walk(EVERYTHING);
    expect(JSON.stringify(contacts)).not.toContain(field.custom_field_id);
  });
});

describe('export', () => {
  test('gives a file of the chosen fields', async () => {
    const sandbox = await openSandbox();
    const activity = await post(sandbox, 'contact_exports', {
      fields: ['email_address', 'first_name'],
      status: 'unsubscribed',
    });
    const href: string = activity._links.results.href;
    expect(href).toMatch(/^\/v3\/contact_exports\//);
    const { body } = await sandbox.get(href.replace('/v3', ''));
    const [header, ...lines] = body.trim().split('\r\n');
    expect(header).toBe('email_address,first_name');
    expect(lines).toHaveLength((await sandbox.walk('status=unsubscribed&limit=500')).length);
    expect((await sandbox.get('/contact_exports/00000000-0000-4000-8000-000000000000')).status).toBe(404);
  });
});

describe('the queue', () => {
  test('an activity takes its time, and does its work at the end of it', async () => {
    let nowMs = Date.parse('2026-11-02T00:00:00Z');
    const sandbox = await openSandbox({ now: () => new Date(nowMs) });
    await sandbox.control('POST', '/quirks', { activitySeconds: 8 });
    const [list] = await lists(sandbox);
    const [person] = await sandbox.walk('limit=1');
    const posted = await sandbox.call('POST', '/activities/contact_delete', { contact_ids: [person.contact_id] });
    const id = posted.body.activity_id;
    expect((await sandbox.activity(id)).state).toBe('initialized');
    nowMs += 4_000;
    expect(await sandbox.activity(id)).toMatchObject({ state: 'processing', percent_done: 50 });
    expect((await sandbox.get(`/contacts/${person.contact_id}`)).body.deleted_at).toBeUndefined();
    expect((await sandbox.get('/activities?state=processing')).body.activities).toHaveLength(1);
    nowMs += 4_000;
    expect(await sandbox.activity(id)).toMatchObject({ state: 'completed', completed_at: '2026-11-02T00:00:08Z' });
    expect((await sandbox.get(`/contacts/${person.contact_id}`)).body.deleted_at).toBe('2026-11-02');
    nowMs += 11 * 86_400_000;
    expect((await sandbox.get(`/activities/${id}`)).status).toBe(404);
    expect(list).toBeDefined();
  });

  test.each(['failed', 'cancelled', 'timed_out'])('an activity that ends as %s has done half', async (outcome) => {
    const sandbox = await openSandbox();
    await sandbox.control('POST', '/quirks', { activityOutcome: outcome });
    const people = ids(await sandbox.walk('limit=500')).slice(0, 10);
    const activity = await post(sandbox, 'contact_delete', { contact_ids: people });
    expect(activity).toMatchObject({ state: outcome, status: { items_total_count: 10, items_completed_count: 5 } });
    expect((await sandbox.get(`/activities?state=${outcome}`)).body.activities).toHaveLength(1);
  });

  test('holds 1,000 activities; one more is 429', async () => {
    const sandbox = await openSandbox({ contacts: 5 });
    await sandbox.control('POST', '/quirks', { activityOutcome: 'never' });
    const [person] = await sandbox.walk('limit=1');
    const body = { contact_ids: [person.contact_id] };
    for (let sent = 0; sent < 1_000; sent += 1) await sandbox.call('POST', '/activities/contact_delete', body);
    const { status, body: refusal } = await sandbox.call('POST', '/activities/contact_delete', body);
    expect([status, refusal[0].error_key]).toEqual([429, 'contacts.api.too_many_activities']);
    const page = (await sandbox.get('/activities?limit=500&state=processing')).body;
    expect(page.activities).toHaveLength(500);
    const second = (await sandbox.get(page._links.next.href.replace('/v3', ''))).body;
    expect([second.activities.length, second._links]).toEqual([500, undefined]);
  });

  test('cannot be filtered by initialized', async () => {
    const sandbox = await openSandbox();
    expect((await sandbox.get('/activities?state=initialized')).status).toBe(400);
    expect((await sandbox.get('/activities/00000000-0000-4000-8000-000000000000')).status).toBe(404);
  });
});
