import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { contactListPages } from '../../src/constant-contact/contact-lists.ts';
import { parseContactRow } from '../../src/constant-contact/contact-row.ts';
import { contactTagPages, getContactTagsPage } from '../../src/constant-contact/contact-tags.ts';
import { getContactsPage } from '../../src/constant-contact/contacts.ts';
import { customFieldPages } from '../../src/constant-contact/custom-fields.ts';
import { json, openWire, rejection } from './wire-server.ts';

const FULL_ROW = {
  contact_id: '04fe9a97-a579-43c5-bb1a-58ed29bf0a6a',
  email_address: {
    address: 'Ann.Lee+News@Example.com',
    permission_to_send: 'unsubscribed',
    created_at: '2016-03-03T10:56:29-05:00',
    updated_at: '2024-06-08T10:00:00.000Z',
    opt_in_source: 'Account',
    opt_in_date: '2016-01-23T13:48:44.108-05:00',
    opt_out_source: 'Contact',
    opt_out_date: '2024-06-08T10:00:00Z',
    opt_out_reason: 'Too many mails',
    confirm_status: 'off',
  },
  first_name: 'Ann',
  last_name: 'Lee',
  job_title: 'Baker',
  company_name: 'Acme',
  birthday_month: 2,
  birthday_day: 29,
  anniversary: '2006-11-15',
  create_source: 'Account',
  update_source: 'Contact',
  created_at: '2016-03-03T10:56:29-05:00',
  updated_at: '2024-10-30T18:56:35Z',
  deleted_at: '2024-11-02',
  custom_fields: [
    { custom_field_id: 'f1', value: 'blue' },
    { custom_field_id: 'f2', choice_ids: ['000001', 2] },
  ],
  phone_numbers: [
    { phone_number_id: 'p1', phone_number: '555-1212', kind: 'pager', created_at: '2024-10-30T18:56:35Z' },
    { phone_number: '', kind: 'home' },
  ],
  street_addresses: [{ street_address_id: 's1', kind: 'home', city: 'Boston', state: '', postal_code: '02451' }],
  list_memberships: ['l2', 'l1'],
  taggings: ['t1'],
  notes: [{ note_id: 'n1', created_at: '2024-10-30T18:56:35Z', content: 'Called.' }],
  sms_channel: { sms_address: '5551212' },
  invented_later: { anything: true },
};

const FULL_CONTACT = {
  contactId: '04fe9a97-a579-43c5-bb1a-58ed29bf0a6a',
  profile: {
    email: 'Ann.Lee+News@Example.com',
    firstName: 'Ann',
    lastName: 'Lee',
    jobTitle: 'Baker',
    companyName: 'Acme',
    birthday: { month: 2, day: 29 },
    anniversary: '2006-11-15',
    phoneNumbers: [{ number: '555-1212', kind: 'pager' }],
    streetAddresses: [{ kind: 'home', street: null, city: 'Boston', state: null, postalCode: '02451', country: null }],
    customFields: [
      { customFieldId: 'f1', value: 'blue', choiceIds: [] },
      { customFieldId: 'f2', value: null, choiceIds: ['000001', '2'] },
    ],
  },
  consent: {
    permissionToSend: 'UNSUBSCRIBED',
    confirmStatus: 'off',
    optInAt: new Date('2016-01-23T18:48:44.108Z'),
    optInSource: 'Account',
    optOutAt: new Date('2024-06-08T10:00:00Z'),
    optOutSource: 'Contact',
    optOutReason: 'Too many mails',
  },
  listIds: ['l2', 'l1'],
  tagIds: ['t1'],
  notes: [{ noteId: 'n1', createdAt: new Date('2024-10-30T18:56:35Z'), content: 'Called.' }],
  createdAt: new Date('2016-03-03T15:56:29Z'),
  updatedAt: new Date('2024-10-30T18:56:35Z'),
  deletedAt: new Date('2024-11-02T00:00:00Z'),
};

function parse(row: unknown) {
  const parsed = parseContactRow(row);
  if ('rejected' in parsed) throw new Error(`rejected: ${parsed.rejected.reason}`);
  return parsed.contact;
}

describe('a contact row', () => {
  beforeAll(() => {
    // A time without an offset must not be taken for one of the machine's own zone.
    process.env['TZ'] = 'America/New_York';
  });

  test('is decoded in full; what we do not know is left out', () => {
    expect(parse(FULL_ROW)).toEqual(FULL_CONTACT);
  });

  test('null, absent and blank are the same', () => {
    const nulls = Object.fromEntries(Object.keys(FULL_ROW).map((key) => [key, null]));
    const bare = parse({ contact_id: 'c1' });
    expect(parse({ ...nulls, contact_id: 'c1' })).toEqual(bare);
    expect(parse({ contact_id: 'c1', first_name: '', email_address: { address: '' } })).toEqual(bare);
    expect(bare.consent.permissionToSend).toBeNull();
  });

  test('a permission that the API adds later survives', () => {
    const { consent } = parse({
      contact_id: 'c1',
      email_address: { address: 'a@b.c', permission_to_send: 'sms_only' },
    });
    expect(consent.permissionToSend).toBe('SMS_ONLY');
  });

  test.each([
    ['2024-10-30T18:56:35Z', '2024-10-30T18:56:35.000Z'],
    ['2024-10-30T18:56:35.123Z', '2024-10-30T18:56:35.123Z'],
    ['2024-10-30T18:56:35-04:00', '2024-10-30T22:56:35.000Z'],
    ['2024-10-30T18:56:35+0530', '2024-10-30T13:26:35.000Z'],
    ['2024-10-30T18:56:35', '2024-10-30T18:56:35.000Z'],
    ['2024-10-30', '2024-10-30T00:00:00.000Z'],
  ])('the timestamp %s is %s', (text, instant) => {
    expect(parse({ contact_id: 'c1', updated_at: text }).updatedAt?.toISOString()).toBe(instant);
  });

  test.each([
    ['no id', { first_name: 'Ann' }, null],
    ['an id that could not stand in a path', { contact_id: 'a/../b' }, null],
    ['a name that is a number', { contact_id: 'c1', first_name: 7 }, 'c1'],
    ['a permission that is none', { contact_id: 'c1', email_address: { permission_to_send: ['explicit'] } }, 'c1'],
    ['a timestamp that is none', { contact_id: 'c1', updated_at: '2024-99-99T00:00:00Z' }, 'c1'],
    ['a timestamp in words', { contact_id: 'c1', updated_at: 'yesterday' }, 'c1'],
    ['a list membership that is an object', { contact_id: 'c1', list_memberships: [{}] }, 'c1'],
    ['a custom field without an id', { contact_id: 'c1', custom_fields: [{ value: 'x' }] }, 'c1'],
    [
      'a custom field whose id could not stand in a field name',
      { contact_id: 'c1', custom_fields: [{ custom_field_id: 'a.b$' }] },
      'c1',
    ],
    ['no object', 'contact', null],
    ['null', null, null],
  ])('with %s is rejected with its reason', (_, row, contactId) => {
    expect(parseContactRow(row)).toEqual({ rejected: { raw: row, contactId, reason: expect.stringMatching(/./) } });
  });

  test('a reason tells where it fails and never what stood there', () => {
    const row = { contact_id: 'c1', email_address: { address: ['ann@example.com'] }, first_name: 71717171 };
    const parsed = parseContactRow(row);
    const reason = 'rejected' in parsed ? parsed.rejected.reason : '';
    expect(reason).toContain('email_address.address');
    expect(reason).not.toMatch(/ann@|7171/);
  });

  test('whatever it is, it is decoded or rejected, and never throws', () => {
    const field = fc.constantFrom(...Object.keys(FULL_ROW));
    fc.assert(
      fc.property(fc.jsonValue(), field, (value, key) => {
        parseContactRow(value);
        const parsed = parseContactRow({ ...FULL_ROW, [key]: value });
        expect(Object.keys(parsed)).toHaveLength(1);
      }),
    );
  });
});

describe('a page', () => {
  const page = (body: object) => openWire([json(200, body)]);

  test('goes on where one row is bad, and keeps that row', async () => {
    await using wire = await page({ contacts: [{ contact_id: 'c1' }, { contact_id: 'c2', first_name: {} }, 5] });
    const { contacts, rejected } = await getContactsPage(wire.client, { query: {} }, wire.context);
    expect(contacts.map(({ contactId }) => contactId)).toEqual(['c1']);
    expect(rejected).toMatchObject([
      { raw: { contact_id: 'c2', first_name: {} }, contactId: 'c2' },
      { raw: 5, contactId: null },
    ]);
  });

  test('carries the primary clock and the count', async () => {
    const date = 'Fri, 01 Nov 2024 08:00:00 GMT';
    await using wire = await openWire([json(200, { contacts: [], contacts_count: 3249 }, { date })]);
    const { primaryDate, totalCount } = await getContactsPage(wire.client, { query: {} }, wire.context);
    expect(primaryDate).toEqual(new Date(date));
    expect(totalCount).toBe(3249);
  });

  test('without a Date header is refused: our own clock must not stand in for it', async () => {
    await using wire = await openWire([
      (response) => {
        response.sendDate = false;
        response.end('{"contacts": []}');
      },
    ]);
    expect(await rejection(getContactsPage(wire.client, { query: {} }, wire.context))).toMatchObject({
      code: 'PRIMARY_BAD_RESPONSE',
    });
  });

  test.each([
    ['no links', {}],
    ['links of null', { _links: null }],
    ['no next link', { _links: {} }],
    ['a next link of null', { _links: { next: null } }],
    ['a next link to null', { _links: { next: { href: null } } }],
  ])('with %s is the last one', async (_, links) => {
    await using wire = await page({ contacts: [], ...links });
    expect(await getContactsPage(wire.client, { query: {} }, wire.context)).toMatchObject({ next: null });
  });

  test.each([
    ['relative', '/v3/contacts?cursor=bGltaXQ9MSZuZXh0PTI%3D', 'bGltaXQ9MSZuZXh0PTI='],
    ['of another host', 'https://evil.example/steal?x=1&cursor=abc', 'abc'],
    ['of an internal path', '/contacts-service/v3/accounts/7/contact_tags?cursor=abc&limit=1', 'abc'],
    ['with an unescaped plus', '/v3/contacts?cursor=a+b/c==', 'a+b/c=='],
    ['badly escaped', '/v3/contacts?cursor=100%', '100%'],
  ])('of a next link that is %s only the cursor is used', async (_, href, cursor) => {
    await using wire = await openWire([
      json(200, { contacts: [], _links: { next: { href } } }),
      json(200, { contacts: [] }),
    ]);
    const { next } = await getContactsPage(wire.client, { query: {} }, wire.context);
    expect(next).toBe(cursor);
    await getContactsPage(wire.client, { cursor: cursor }, wire.context);
    const second = new URL(wire.requests[1]?.url ?? '', 'http://wire');
    expect(second.pathname).toBe('/v3/contacts');
    expect([...second.searchParams]).toEqual([['cursor', cursor]]);
  });

  test.each([
    ['has no cursor', '/v3/contacts?page=2'],
    ['has the cursor of this page', '/v3/contacts?cursor=same'],
  ])('whose next link %s is not taken for the last one', async (_, href) => {
    await using wire = await page({ contacts: [], _links: { next: { href } } });
    expect(await rejection(getContactsPage(wire.client, { cursor: 'same' }, wire.context))).toMatchObject({
      code: 'PRIMARY_BAD_RESPONSE',
    });
  });
});

describe('a collection', () => {
  test('of tags is walked although its link is nested once more', async () => {
    const first = { tags: [{ tag_id: 't1', name: 'Gold' }], _links: { next: { next: { href: '/x?cursor=2' } } } };
    await using wire = await openWire([json(200, first), json(200, { tags: [{ tag_id: 't2', name: 'New' }] })]);
    const names: string[] = [];
    for await (const { rows } of contactTagPages(wire.client, wire.context))
      names.push(...rows.map(({ name }) => name));
    expect(names).toEqual(['Gold', 'New']);
  });

  test('whose pages lead in a circle ends with an error', async () => {
    const to = (cursor: string) => json(200, { lists: [], _links: { next: { href: `/x?cursor=${cursor}` } } });
    await using wire = await openWire([to('b'), to('c'), to('b')]);
    const walk = all(contactListPages(wire.client, {}, wire.context));
    expect(await rejection(walk)).toMatchObject({ code: 'PRIMARY_BAD_RESPONSE' });
    expect(wire.requests).toHaveLength(3);
  });

  test('ends between two pages when cancelled', async () => {
    const abort = new AbortController();
    await using wire = await openWire([json(200, { lists: [], _links: { next: { href: '/x?cursor=b' } } })]);
    const walk = contactListPages(wire.client, {}, { ...wire.context, signal: abort.signal });
    await walk.next();
    abort.abort(new Error('cancelled'));
    expect(await rejection(walk.next())).toBe(abort.signal.reason);
    expect(wire.requests).toHaveLength(1);
  });

  test('of lists fails with a row that it cannot read: a list left out would look deleted', async () => {
    await using wire = await openWire([json(200, { lists: [{ list_id: 'l1' }, { name: 'No id' }] })]);
    const walk = contactListPages(wire.client, {}, wire.context);
    expect(await rejection(walk.next())).toMatchObject({ code: 'PRIMARY_BAD_RESPONSE' });
  });

  test('of custom fields has choices, whose ids are numbers there', async () => {
    const field = { custom_field_id: 'f1', label: 'Colour', name: 'colour', type: 'single_select' };
    const choices = [{ choice_id: 1, choice_label: 'Blue' }];
    await using wire = await openWire([json(200, { custom_fields: [{ ...field, choices }] })]);
    const { value } = await customFieldPages(wire.client, wire.context).next();
    expect(value?.rows).toEqual([
      {
        customFieldId: 'f1',
        label: 'Colour',
        name: 'colour',
        type: 'single_select',
        choices: [{ choiceId: '1', label: 'Blue' }],
      },
    ]);
  });

  test('goes on from a cursor with nothing but the cursor', async () => {
    await using wire = await openWire([json(200, { tags: [] })]);
    await getContactTagsPage(wire.client, { cursor: 'a b' }, wire.context);
    expect(wire.requests[0]?.url).toBe('/v3/contact_tags?cursor=a+b');
  });
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
