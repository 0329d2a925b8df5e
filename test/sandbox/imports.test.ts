import { describe, expect, test } from 'vitest';
import { type Json, openSandbox, type SandboxClient } from './sandbox-client.ts';

const EVERYTHING = 'include=custom_fields,list_memberships,taggings,notes,phone_numbers,street_addresses';

async function listIds(sandbox: SandboxClient): Promise<string[]> {
  return (await sandbox.get('/contact_lists?limit=50')).body.lists.map((list: Json) => list.list_id);
}

/** Imports and waits; the import must be taken. */
async function importRows(sandbox: SandboxClient, rows: object[], lists: string[]): Promise<Json> {
  const { status, body } = await sandbox.call('POST', '/activities/contacts_json_import', {
    import_data: rows,
    list_ids: lists,
  });
  expect([status, body.state]).toEqual([201, 'initialized']);
  const activity = await sandbox.activity(body.activity_id);
  expect(activity.state).toBe('completed');
  return activity.status;
}

/** Rows match on addresses of at most 50 characters. */
const isImportable = (contact: Json, permission: string) =>
  contact.email_address?.permission_to_send === permission && contact.email_address.address.length <= 50;

async function byEmail(sandbox: SandboxClient, address: string): Promise<Json[]> {
  return sandbox.walk(`status=all&email=${encodeURIComponent(address)}&${EVERYTHING}`);
}

describe('JSON import', () => {
  test('creates contacts with implicit permission, on the lists, with every kind of value', async () => {
    const sandbox = await openSandbox();
    const [list = ''] = await listIds(sandbox);
    const status = await importRows(
      sandbox,
      [
        {
          email: 'Joe@example.com',
          first_name: 'Joe',
          anniversary: '2006/1/5',
          birthday_month: 3,
          birthday_day: 4,
          phone: '5550100',
          home_phone: '5550101',
          street: '1 Main Street',
          street2: 'Floor 2',
          zip: '02110',
          work_city: 'Boston',
          'cf:remarks': 'kind',
          'cf:favourite_colour': 'Blue',
        },
      ],
      [list],
    );
    expect(status).toEqual({
      items_total_count: 2,
      person_count: 1,
      error_count: 0,
      correctable_count: 0,
      cannot_add_to_list_count: 0,
    });
    const [joe] = await byEmail(sandbox, 'joe@example.com');
    expect(joe).toMatchObject({
      first_name: 'Joe',
      anniversary: '2006-01-05',
      birthday_month: 3,
      birthday_day: 4,
      create_source: 'Account',
      list_memberships: [list],
      email_address: { address: 'Joe@example.com', permission_to_send: 'implicit', opt_in_source: 'Account' },
      phone_numbers: [{ kind: 'other' }, { kind: 'home', phone_number: '5550101' }],
      street_addresses: [
        { kind: 'home', street: '1 Main Street Floor 2', postal_code: '02110' },
        { kind: 'work', city: 'Boston' },
      ],
    });
    expect(joe.custom_fields).toHaveLength(2);
    expect(joe.custom_fields[1].choice_ids).toEqual(['000003']);
  });

  test('changes only what a row names, never clears, never removes from a list', async () => {
    const sandbox = await openSandbox();
    const contacts = await sandbox.walk(`limit=500&${EVERYTHING}`);
    const before = contacts.find((c) => c.last_name && c.list_memberships.length > 0 && isImportable(c, 'explicit'));
    const [list = ''] = (await listIds(sandbox)).filter((id) => !before.list_memberships.includes(id));
    await importRows(sandbox, [{ email: before.email_address.address, first_name: 'Neu', last_name: '' }], [list]);
    const [after] = await byEmail(sandbox, before.email_address.address);
    expect(after).toMatchObject({
      contact_id: before.contact_id,
      first_name: 'Neu',
      last_name: before.last_name,
      email_address: before.email_address,
      list_memberships: [...before.list_memberships, list],
    });
    expect(after.updated_at > before.updated_at).toBe(true);
  });

  test('subscribes unsubscribed people again by default, and remembers whom', async () => {
    const sandbox = await openSandbox();
    const people = await sandbox.walk(`status=unsubscribed&limit=500&${EVERYTHING}`);
    const out = people.find((contact) => isImportable(contact, 'unsubscribed'));
    const [list = ''] = await listIds(sandbox);
    const status = await importRows(sandbox, [{ email: out.email_address.address }], [list]);
    expect(status.cannot_add_to_list_count).toBe(0);
    const [after] = await byEmail(sandbox, out.email_address.address);
    expect(after.email_address).toMatchObject({ permission_to_send: 'implicit', opt_in_source: 'Account' });
    expect(after.email_address.opt_out_date).toBeUndefined();
    expect(after.list_memberships).toContain(list);
    expect((await sandbox.control('GET', '/stats')).resubscribed).toEqual([out.contact_id]);
  });

  test('with the quirk off it counts them, and leaves permission and lists alone', async () => {
    const sandbox = await openSandbox();
    await sandbox.control('POST', '/quirks', { importResubscribes: false });
    const out = (await sandbox.walk(`status=unsubscribed&limit=500&${EVERYTHING}`)).find(
      (c) => c.list_memberships.length < 3 && isImportable(c, 'unsubscribed'),
    );
    const [list = ''] = (await listIds(sandbox)).filter((id) => !out.list_memberships.includes(id));
    const status = await importRows(sandbox, [{ email: out.email_address.address, first_name: 'Neu' }], [list]);
    expect(status).toMatchObject({ person_count: 1, cannot_add_to_list_count: 1 });
    const [after] = await byEmail(sandbox, out.email_address.address);
    expect(after).toMatchObject({
      first_name: 'Neu',
      email_address: out.email_address,
      list_memberships: out.list_memberships,
    });
    expect((await sandbox.control('GET', '/stats')).resubscribed).toEqual([]);
  });

  test('puts people back on a list that they left, and remembers it', async () => {
    const sandbox = await openSandbox();
    const contacts = await sandbox.walk(`limit=500&${EVERYTHING}`);
    const member = contacts.find((c) => c.list_memberships.length > 0 && isImportable(c, 'implicit'));
    const [list] = member.list_memberships;
    await sandbox.control('POST', `/lists/${list}/members`, { remove: [member.contact_id] });
    await importRows(sandbox, [{ email: member.email_address.address }], [list]);
    expect((await byEmail(sandbox, member.email_address.address))[0].list_memberships).toContain(list);
    expect((await sandbox.control('GET', '/stats')).resubscribed).toEqual([member.contact_id]);
  });

  test('brings deleted contacts back', async () => {
    const sandbox = await openSandbox({ contacts: 500 });
    const deleted = (await sandbox.walk('status=deleted&limit=500')).find((contact) =>
      isImportable(contact, 'implicit'),
    );
    const [list = ''] = await listIds(sandbox);
    await importRows(sandbox, [{ email: deleted.email_address.address }], [list]);
    const [after] = await byEmail(sandbox, deleted.email_address.address);
    expect([after.contact_id, after.deleted_at, after.list_memberships]).toEqual([
      deleted.contact_id,
      undefined,
      [list],
    ]);
  });

  test('counts bad rows, and takes the last of two rows for one person', async () => {
    const sandbox = await openSandbox();
    const [list = ''] = await listIds(sandbox);
    const status = await importRows(
      sandbox,
      [
        { email: 'twice@example.com', first_name: 'First' },
        { email: 'not an address' },
        { first_name: 'Nobody' },
        { email: 'a@example.com', birthday_month: 13, birthday_day: 1 },
        { email: `${'a'.repeat(40)}@example.com` },
        { email: 'b@example.com', 'cf:no_such_field': 'x' },
        { email: 'TWICE@example.com', first_name: 'Last' },
        { sms_number: '222-555-0123' },
      ],
      [list],
    );
    expect(status).toEqual({
      items_total_count: 9,
      person_count: 2,
      error_count: 2,
      correctable_count: 3,
      cannot_add_to_list_count: 0,
    });
    expect((await byEmail(sandbox, 'twice@example.com'))[0].first_name).toBe('Last');
  });

  test('cuts rows beyond 40,000 without a word', async () => {
    const sandbox = await openSandbox({ contacts: 10 });
    const [list = ''] = await listIds(sandbox);
    const rows = Array.from({ length: 40_002 }, (_, index) => ({ email: `r${index}@b.example` }));
    expect(await importRows(sandbox, rows, [list])).toMatchObject({ items_total_count: 40_001, person_count: 40_000 });
    expect((await sandbox.control('GET', '/stats')).imports).toMatchObject([
      { rows: 40_002, rows_taken: 40_000, list_ids: [list] },
    ]);
  });

  test('cuts what lies beyond 4 MB of the body as sent, whole rows only', async () => {
    const sandbox = await openSandbox({ contacts: 10 });
    const [list = ''] = await listIds(sandbox);
    const rows = Array.from({ length: 5_000 }, (_, index) => ({
      email: `r${index}@b.example`,
      'cf:remarks': `{"]}${'é'.repeat(240)}`,
      street: 'x'.repeat(255),
      street2: 'y'.repeat(220),
    }));
    const body = JSON.stringify({ import_data: rows, list_ids: [list] }, null, 1);
    const posted = await sandbox.call('POST', '/activities/contacts_json_import', body);
    const { status } = await sandbox.activity(posted.body.activity_id);
    const within = Buffer.from(body).subarray(0, 4_000_000).toString().split('},').length - 1;
    expect(status.person_count).toBe(within);
    expect(within).toBeLessThan(5_000);
  });

  test.each<[string, (list: string) => unknown, number]>([
    ['no lists', () => ({ import_data: [{ email: 'a@b.example' }], list_ids: [] }), 400],
    ['no rows', (list) => ({ import_data: [], list_ids: [list] }), 400],
    ['no list_ids at all', () => ({ import_data: [{ email: 'a@b.example' }] }), 400],
    ['51 lists', (list) => ({ import_data: [{ email: 'a@b.example' }], list_ids: Array(51).fill(list) }), 400],
    [
      'an unknown list',
      () => ({ import_data: [{ email: 'a@b.example' }], list_ids: ['00000000-0000-4000-8000-000000000000'] }),
      400,
    ],
    ['rows that are no objects', (list) => ({ import_data: ['a@b.example'], list_ids: [list] }), 400],
    ['broken JSON', () => '{"import_data":[', 400],
  ])('refuses %s', async (_what, body, status) => {
    const sandbox = await openSandbox();
    const [list = ''] = await listIds(sandbox);
    expect((await sandbox.call('POST', '/activities/contacts_json_import', body(list))).status).toBe(status);
    expect((await sandbox.control('GET', '/stats')).imports).toEqual([]);
  });
});

describe('file import', () => {
  function form(csv: string, fields: Record<string, string>, name = 'people.csv'): FormData {
    const data = new FormData();
    data.set('file', new Blob([csv], { type: 'text/csv' }), name);
    for (const [key, value] of Object.entries(fields)) data.set(key, value);
    return data;
  }

  test('reads quoted cells, its own headings, and counts the header', async () => {
    const sandbox = await openSandbox();
    const lists = (await listIds(sandbox)).slice(0, 2);
    const csv = '\uFEFFemail,first_name,cf:remarks\r\njo@example.com,"Jo, ""the"" boss","line\r\ntwo"\r\nbad,x,y\r\n';
    const posted = await sandbox.call(
      'POST',
      '/activities/contacts_file_import',
      form(csv, { list_ids: lists.join(','), sms_permission_to_send: 'not_set' }),
    );
    expect(posted.status).toBe(201);
    const activity = await sandbox.activity(posted.body.activity_id);
    expect(activity).toMatchObject({
      source_file_name: 'people.csv',
      status: { items_total_count: 3, person_count: 1, correctable_count: 1 },
    });
    const [jo] = await byEmail(sandbox, 'jo@example.com');
    expect(jo).toMatchObject({ first_name: 'Jo, "the" boss', list_memberships: lists });
    expect(jo.custom_fields[0].value).toBe('line\r\ntwo');
  });

  test('cuts at 40,000 lines with the header', async () => {
    const sandbox = await openSandbox({ contacts: 10 });
    const [list = ''] = await listIds(sandbox);
    const lines = Array.from({ length: 40_000 }, (_, index) => `r${index}@b.example`);
    const posted = await sandbox.call(
      'POST',
      '/activities/contacts_file_import',
      form(`email\n${lines.join('\n')}`, { list_ids: list }),
    );
    const { status } = await sandbox.activity(posted.body.activity_id);
    expect(status).toMatchObject({ items_total_count: 40_000, person_count: 39_999 });
  });

  test('refuses other files, other media types, and files without an address column', async () => {
    const sandbox = await openSandbox();
    const [list = ''] = await listIds(sandbox);
    const path = '/activities/contacts_file_import';
    expect(
      (await sandbox.call('POST', path, form('email\na@b.example', { list_ids: list }, 'people.xlsx'))).status,
    ).toBe(415);
    expect((await sandbox.call('POST', path, { list_ids: list })).status).toBe(415);
    expect((await sandbox.call('POST', path, form('name\nJo', { list_ids: list }))).status).toBe(400);
    expect((await sandbox.call('POST', path, form('email\na@b.example', {}))).status).toBe(400);
  });
});
