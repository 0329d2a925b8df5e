import { describe, expect, test } from 'vitest';
import { isPublishedSpecPresent } from './answer-check.ts';
import { type Json, openSandbox } from './sandbox-client.ts';

const EVERYTHING = 'include=custom_fields,list_memberships,taggings,notes,phone_numbers,street_addresses';

test.runIf(!isPublishedSpecPresent)(
  'the published definitions are not at hand: only our own are held against the answers',
  () => {
    expect(isPublishedSpecPresent).toBe(false);
  },
);

describe('GET /contacts', () => {
  test('walks through every contact that is not deleted, page by page, and ends with empty links', async () => {
    const sandbox = await openSandbox({ contacts: 230 });
    const contacts = await sandbox.walk(`limit=50&${EVERYTHING}`);
    const truth: Json[] = (await sandbox.control('GET', '/contacts?limit=1000')).contacts;
    const alive = truth.filter((contact) => contact.deleted_at === undefined);
    expect(contacts.map((contact) => contact.contact_id)).toEqual(alive.map((contact) => contact.contact_id));
    expect(alive.length).toBeLessThan(truth.length);
    expect((await sandbox.get('/contacts?limit=500')).body._links).toEqual({});
  });

  test('gives no sub-resources unless they are asked for', async () => {
    const sandbox = await openSandbox();
    const plain = await sandbox.walk('limit=500');
    const names = new Set(plain.flatMap((contact) => Object.keys(contact)));
    for (const name of [
      'list_memberships',
      'custom_fields',
      'taggings',
      'notes',
      'phone_numbers',
      'street_addresses',
      'sms_channel',
    ]) {
      expect(names).not.toContain(name);
    }
    const [first] = (await sandbox.get('/contacts?limit=1&include=taggings')).body.contacts;
    expect(first.taggings).toBeInstanceOf(Array);
    expect(first.notes).toBeUndefined();
  });

  test('hides a page number and the query in the cursor, and counts on the first page', async () => {
    const sandbox = await openSandbox();
    const first = await sandbox.get(
      '/contacts?limit=5&status=all&updated_after=2020-01-01T00:00:00Z&include_count=true',
    );
    const cursor = new URL(first.body._links.next.href, 'http://host').searchParams.get('cursor') ?? '';
    expect(first.body._links.next.href).toMatch(/^\/v3\/contacts\?cursor=/);
    expect(Buffer.from(cursor, 'base64').toString()).toBe(
      'limit=5&next=2&status%5B%5D=all&updated_after=2020-01-01T00%3A00%3A00Z',
    );
    expect(first.body.contacts_count).toBeGreaterThan(5);
    expect((await sandbox.get(`/contacts?cursor=${cursor}`)).body.contacts).toHaveLength(5);
  });

  test('filters by status, times, address, lists and tags', async () => {
    const sandbox = await openSandbox({ contacts: 1_000 });
    const all = await sandbox.walk(`status=all&limit=500&${EVERYTHING}`);
    const ids = async (query: string) =>
      (await sandbox.walk(`${query}&limit=500`)).map((contact) => contact.contact_id);
    const expected = (keep: (contact: Json) => boolean) => all.filter(keep).map((contact) => contact.contact_id);
    const alive = (contact: Json) => contact.deleted_at === undefined;

    expect(await ids('status=deleted')).toEqual(expected((contact) => !alive(contact)));
    expect(await ids('status=unsubscribed,temp_hold')).toEqual(
      expected((c) => alive(c) && ['unsubscribed', 'temp_hold'].includes(c.email_address?.permission_to_send)),
    );
    const after = '2024-03-01T00:00:00Z';
    expect(await ids(`updated_after=${after}`)).toEqual(expected((c) => alive(c) && c.updated_at > after));
    expect(await ids(`created_after=2024-03-01&created_before=2025-01-01T00:00:00Z`)).toEqual(
      expected((c) => alive(c) && c.created_at > after && c.created_at < '2025-01-01T00:00:00Z'),
    );
    expect(await ids(`optout_after=${after}&status=all`)).toEqual(
      expected((c) => (c.email_address?.opt_out_date ?? '') > after),
    );
    const [, , someone] = all;
    expect(await ids(`status=all&email=${encodeURIComponent(someone.email_address.address.toUpperCase())}`)).toEqual([
      someone.contact_id,
    ]);
    const list = all.find((contact) => contact.list_memberships.length > 0).list_memberships[0];
    expect(await ids(`lists=${list}`)).toEqual(expected((c) => c.list_memberships.includes(list)));
    const tag = all.find((contact) => contact.taggings.length > 0).taggings[0];
    expect(await ids(`tags=${tag}`)).toEqual(expected((c) => alive(c) && c.taggings.includes(tag)));
    expect((await ids('sms_status=all')).length).toBeGreaterThan(0);
  });

  test.each([
    'limit=0',
    'limit=501',
    'limit=abc',
    'status=explicit',
    'updated_after=yesterday',
    'lists=not-an-id',
    'include=everything',
    'include_count=maybe',
    'cursor=garbage',
    `lists=${Array(26).fill('00000000-0000-4000-8000-000000000000').join(',')}`,
    'segment_id=1&status=all',
  ])('refuses %s', async (query) => {
    const sandbox = await openSandbox();
    const { status, body } = await sandbox.get(`/contacts?${query}`);
    expect(status).toBe(400);
    expect(body[0].error_key).toBe('contacts.api.validation.error');
  });

  test('makes a segment ready first, and answers it then', async () => {
    const sandbox = await openSandbox();
    expect((await sandbox.get('/contacts?segment_id=3')).status).toBe(202);
    expect((await sandbox.get('/contacts?segment_id=3')).body.contacts.length).toBeGreaterThan(0);
  });

  test('a walk over data that changes skips rows, as page numbers do', async () => {
    const sandbox = await openSandbox({ contacts: 30 });
    const before = await sandbox.walk('limit=100');
    const page = await sandbox.get('/contacts?limit=5');
    await sandbox.control('DELETE', `/contacts/${page.body.contacts[0].contact_id}`);
    const next = await sandbox.get(page.body._links.next.href.replace('/v3', ''));
    expect(next.body.contacts[0].contact_id).toBe(before[6].contact_id);
  });
});

describe('one contact, and counts', () => {
  test('a contact is found by its id, deleted or not; other ids are not', async () => {
    const sandbox = await openSandbox({ contacts: 500 });
    const [deleted] = await sandbox.walk('status=deleted');
    const { status, body } = await sandbox.get(`/contacts/${deleted.contact_id}?include=list_memberships`);
    expect([status, body.list_memberships]).toEqual([200, []]);
    expect((await sandbox.get('/contacts/00000000-0000-4000-8000-000000000000')).status).toBe(404);
    const malformed = await sandbox.get('/contacts/12');
    expect([malformed.status, malformed.body[0].error_message]).toEqual([404, 'contact_id is in an invalid format.']);
  });

  test('counts agree with what a walk sees, and follow changes', async () => {
    const sandbox = await openSandbox({ contacts: 500 });
    const contacts = await sandbox.walk('limit=500');
    const by = (permission: string) =>
      contacts.filter((contact) => contact.email_address?.permission_to_send === permission).length;
    const counts = (await sandbox.get('/contacts/counts?include=new_subscriber')).body;
    expect(counts).toEqual({
      total: contacts.length,
      explicit: by('explicit'),
      implicit: by('implicit'),
      pending: by('pending_confirmation'),
      unsubscribed: by('unsubscribed'),
      new_subscriber: 0,
    });
    const reader = contacts.find((contact) => contact.email_address?.permission_to_send === 'explicit');
    await sandbox.control('POST', `/contacts/${reader.contact_id}/unsubscribe`, { reason: 'enough' });
    const after = (await sandbox.get('/contacts/counts')).body;
    expect([after.explicit, after.unsubscribed]).toEqual([counts.explicit - 1, counts.unsubscribed + 1]);
  });
});
