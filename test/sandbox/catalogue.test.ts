import { describe, expect, test } from 'vitest';
import { type Json, openSandbox } from './sandbox-client.ts';

describe('lists', () => {
  test('are created, changed and found by name; the same name is refused', async () => {
    const sandbox = await openSandbox();
    const created = await sandbox.call('POST', '/contact_lists', {
      name: 'Autumn',
      description: 'leaves',
      favorite: true,
    });
    expect([created.status, created.body.favorite]).toEqual([201, true]);
    expect((await sandbox.call('POST', '/contact_lists', { name: 'AUTUMN' })).status).toBe(409);
    const path = `/contact_lists/${created.body.list_id}`;
    const changed = await sandbox.call('PUT', path, { name: 'Winter' });
    expect([changed.status, changed.body.description, changed.body.favorite]).toEqual([200, undefined, false]);
    expect((await sandbox.get('/contact_lists?name=Winter&limit=10&include_count=true')).body).toMatchObject({
      lists: [{ name: 'Winter' }],
      lists_count: 1,
    });
    expect((await sandbox.get(`${path}?include_membership_count=active`)).body.membership_count).toBe(0);
  });

  test('come in pages, without links on the last, and none for SMS', async () => {
    const sandbox = await openSandbox({ lists: 7 });
    const first = (await sandbox.get('/contact_lists?limit=4')).body;
    const second = (await sandbox.get(first._links.next.href.replace('/v3', ''))).body;
    expect([first.lists.length, second.lists.length, second._links]).toEqual([4, 3, undefined]);
    expect((await sandbox.get('/contact_lists?channel_type=sms')).body.lists).toEqual([]);
  });

  test('their counts tell members from those who may be mailed', async () => {
    const sandbox = await openSandbox({ contacts: 400 });
    const contacts = await sandbox.walk('limit=500&include=list_memberships');
    const count = async (kind: string) =>
      Object.fromEntries(
        (await sandbox.get(`/contact_lists?limit=50&include_membership_count=${kind}`)).body.lists.map((list: Json) => [
          list.list_id,
          list.membership_count,
        ]),
      );
    const all = await count('all');
    const active = await count('active');
    for (const listId of Object.keys(all)) {
      const members = contacts.filter((contact) => contact.list_memberships.includes(listId));
      const mailable = members.filter((c) => ['explicit', 'implicit'].includes(c.email_address?.permission_to_send));
      expect([all[listId], active[listId]]).toEqual([members.length, mailable.length]);
    }
  });

  test.each([
    '/contact_lists?limit=1001',
    '/contact_lists?include_membership_count=some',
    '/contact_lists?status=gone',
  ])('refuses %s', async (path) => {
    const sandbox = await openSandbox();
    expect((await sandbox.get(path)).status).toBe(400);
  });
});

describe('tags', () => {
  test('walk by an id in the cursor, and keep their counts', async () => {
    const sandbox = await openSandbox();
    const names: string[] = [];
    let path: string | undefined = '/contact_tags?limit=3&include_count=true';
    while (path !== undefined) {
      const { body }: { body: Json } = await sandbox.get(path);
      for (const tag of body.tags) {
        expect(tag.contacts_count).toBeTypeOf('number');
        names.push(tag.name);
      }
      const href: string | undefined = body._links?.next.href;
      const cursor = href === undefined ? undefined : (new URL(href, 'http://host').searchParams.get('cursor') ?? '');
      if (cursor !== undefined) expect(Buffer.from(cursor, 'base64').toString()).toMatch(/^limit=3&next=[0-9a-f-]{36}/);
      path = href?.replace('/v3', '');
    }
    expect(new Set(names).size).toBe(10);
    expect(names).toHaveLength(10);
  });

  test('are created, renamed and deleted', async () => {
    const sandbox = await openSandbox();
    const { status, body } = await sandbox.call('POST', '/contact_tags', { name: 'new', tag_source: 'Account' });
    expect([status, body.tag_source]).toEqual([201, 'Account']);
    expect((await sandbox.call('POST', '/contact_tags', { name: 'NEW' })).status).toBe(409);
    expect((await sandbox.call('POST', '/contact_tags', { name: 'a<b' })).status).toBe(400);
    expect((await sandbox.call('PUT', `/contact_tags/${body.tag_id}`, { name: 'newer' })).body.name).toBe('newer');
    const deleted = await sandbox.call('DELETE', `/contact_tags/${body.tag_id}`);
    expect(deleted.status).toBe(202);
    expect((await sandbox.get(`/contact_tags/${body.tag_id}`)).status).toBe(404);
  });
});

describe('custom fields', () => {
  test('get a name from their label, keep their type, and go at once', async () => {
    const sandbox = await openSandbox();
    const posted = await sandbox.call('POST', '/contact_custom_fields', {
      label: 'Shoe  Size',
      type: 'single_select',
      choices: [{ choice_label: '42' }, { choice_label: '43' }],
    });
    expect(posted.body).toMatchObject({ name: 'shoe_size', choices: [{ choice_id: 1 }, { choice_id: 2 }] });
    expect((await sandbox.call('POST', '/contact_custom_fields', { label: 'shoe size', type: 'string' })).status).toBe(
      409,
    );
    expect((await sandbox.call('POST', '/contact_custom_fields', { label: 'x', type: 'poem' })).status).toBe(400);
    const path = `/contact_custom_fields/${posted.body.custom_field_id}`;
    const put = await sandbox.call('PUT', path, { label: 'Size' });
    expect(put.body).toMatchObject({ label: 'Size', name: 'shoe_size', type: 'single_select' });
    expect(put.body.choices).toBeUndefined();
    expect((await sandbox.call('DELETE', path)).status).toBe(204);
    expect((await sandbox.get(path)).status).toBe(404);
    expect((await sandbox.get('/contact_custom_fields?limit=101')).status).toBe(400);
    expect((await sandbox.get('/contact_custom_fields?limit=100')).body.custom_fields).toHaveLength(28);
  });
});

describe('account and partner', () => {
  test('tell who the account is and what its user may do', async () => {
    const sandbox = await openSandbox();
    const summary = (await sandbox.get('/account/summary?extra_fields=physical_address,company_logo')).body;
    expect(summary).toMatchObject({ encoded_account_id: expect.any(String), physical_address: { city: 'Boston' } });
    expect((await sandbox.get('/account/summary')).body.physical_address).toBeUndefined();
    const privileges: Json[] = (await sandbox.get('/account/user/privileges')).body;
    expect(privileges.map((privilege) => privilege.privilege_name)).toContain('contacts:write');
  });

  test('partners see the plan and keep one subscription per topic', async () => {
    const sandbox = await openSandbox();
    const partner = (method: string, path: string, body?: object) =>
      sandbox.call(method, `/partner${path}`, body, { authorization: 'sandbox', 'x-api-key': 'key' });
    const { encoded_account_id } = (await sandbox.get('/account/summary')).body;
    expect((await partner('GET', `/accounts/${encoded_account_id}/plan`)).body.plan_type).toBe('GOLD');
    expect((await partner('GET', '/accounts/other1/plan')).status).toBe(404);
    expect((await partner('GET', '/webhooks/subscriptions')).body).toEqual([]);
    expect((await partner('PUT', '/webhooks/subscriptions/1', { hook_uri: 'http://x.example' })).status).toBe(400);
    const hook_uri = 'https://hooks.example/cc';
    expect((await partner('PUT', '/webhooks/subscriptions/1', { hook_uri })).body).toEqual({ topic_id: 1, hook_uri });
    expect((await partner('GET', '/webhooks/subscriptions')).body).toHaveLength(1);
    expect((await partner('POST', '/webhooks/subscriptions/1/tests')).status).toBe(201);
    expect((await partner('GET', '/webhooks/subscriptions/5')).status).toBe(404);
    expect((await partner('DELETE', '/webhooks/subscriptions/1')).status).toBe(204);
    expect((await partner('GET', '/webhooks/subscriptions/1')).status).toBe(404);
    const withHeaders = async (headers: Record<string, string>) =>
      (await sandbox.call('GET', '/partner/webhooks/subscriptions', undefined, headers)).status;
    expect(await withHeaders({ authorization: 'Bearer sandbox', 'x-api-key': 'key' })).toBe(401);
    expect(await withHeaders({ authorization: 'sandbox' })).toBe(401);
  });
});
