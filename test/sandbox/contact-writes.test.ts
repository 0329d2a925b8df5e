import { describe, expect, test } from 'vitest';
import { type Json, openSandbox, type SandboxClient } from './sandbox-client.ts';

const EVERYTHING = 'include=custom_fields,list_memberships,taggings,notes,phone_numbers,street_addresses';

async function aContact(sandbox: SandboxClient, keep: (contact: Json) => boolean): Promise<Json> {
  const { contacts } = await sandbox.control('GET', '/contacts?limit=1000');
  const found = contacts.find((contact: Json) => contact.deleted_at === undefined && keep(contact));
  if (found === undefined) throw new Error('the generated data hold no such contact');
  return found;
}

const permissionOf = (contact: Json) => contact.email_address?.permission_to_send;

describe('POST /contacts', () => {
  test('creates a contact with all its parts', async () => {
    const sandbox = await openSandbox();
    const [list] = (await sandbox.get('/contact_lists?limit=1')).body.lists;
    const [tag] = (await sandbox.get('/contact_tags?limit=1')).body.tags;
    const [field] = (await sandbox.get('/contact_custom_fields?limit=1')).body.custom_fields;
    const { status, body } = await sandbox.call('POST', '/contacts', {
      email_address: { address: 'New.Person@example.com', permission_to_send: 'explicit' },
      first_name: 'New',
      birthday_month: 2,
      birthday_day: 29,
      anniversary: '11/15/2006',
      create_source: 'Account',
      custom_fields: [{ custom_field_id: field.custom_field_id, choice_ids: ['000001'] }],
      phone_numbers: [{ phone_number: '5550100', kind: 'work' }],
      street_addresses: [{ kind: 'home', city: 'Boston' }],
      list_memberships: [list.list_id],
      taggings: [tag.tag_id],
      notes: [{ content: 'hello' }],
      sms_channel: {
        full_sms_address: '+12225550100',
        sms_channel_consents: [{ sms_consent_permission: 'not_set', consent_type: 'promotional_sms' }],
      },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      anniversary: '2006-11-15',
      sms_channel: { dial_code: '1', sms_address: '2225550100' },
    });
    expect((await sandbox.get(`/contacts/${body.contact_id}?${EVERYTHING},sms_channel`)).body).toEqual(body);
    const counted = (await sandbox.get(`/contact_lists/${list.list_id}?include_membership_count=all`)).body;
    const before = (await sandbox.control('POST', `/lists/${list.list_id}/members`, { remove: [body.contact_id] })).all;
    expect(before).toBe(counted.membership_count - 1);
  });

  test('refuses an address that another contact has, whatever its case, and though it is deleted', async () => {
    const sandbox = await openSandbox();
    const known = await aContact(sandbox, (contact) => contact.email_address !== undefined);
    await sandbox.call('DELETE', `/contacts/${known.contact_id}`);
    const { status, body } = await sandbox.call('POST', '/contacts', {
      email_address: { address: known.email_address.address.toUpperCase() },
      create_source: 'Account',
    });
    expect(status).toBe(409);
    expect(body).toEqual([
      { error_key: 'contacts.api.conflict', error_message: `Email already exists for contact ${known.contact_id}` },
    ]);
  });

  test('a name alone is enough', async () => {
    const sandbox = await openSandbox();
    const { status, body } = await sandbox.call('POST', '/contacts', { last_name: 'Ωμέγα', create_source: 'Contact' });
    expect([status, body.email_address, body.last_name]).toEqual([201, undefined, 'Ωμέγα']);
  });

  test.each<[string, object]>([
    ['no create_source', { first_name: 'A' }],
    ['nothing to know the person by', { create_source: 'Account' }],
    ['a text too long', { create_source: 'Account', first_name: 'x'.repeat(51) }],
    ['an address that is none', { create_source: 'Account', email_address: { address: 'nobody' } }],
    [
      'a permission that is none',
      { create_source: 'Account', email_address: { address: 'a@b.example', permission_to_send: 'yes' } },
    ],
    ['half a birthday', { create_source: 'Account', first_name: 'A', birthday_day: 3 }],
    [
      'a list that is not there',
      { create_source: 'Account', first_name: 'A', list_memberships: ['00000000-0000-4000-8000-000000000000'] },
    ],
    ['four phones', { create_source: 'Account', first_name: 'A', phone_numbers: Array(4).fill({ phone_number: '1' }) }],
    [
      '26 custom fields',
      {
        create_source: 'Account',
        first_name: 'A',
        custom_fields: Array(26).fill({ custom_field_id: '00000000-0000-4000-8000-000000000000' }),
      },
    ],
  ])('refuses %s with 400', async (_what, body) => {
    const sandbox = await openSandbox();
    expect((await sandbox.call('POST', '/contacts', body)).status).toBe(400);
  });
});

describe('PUT /contacts/{contact_id}', () => {
  test('loses core properties that are left out, keeps sub-resources that are, and moves updated_at', async () => {
    const sandbox = await openSandbox();
    const before = await aContact(sandbox, (c) => c.company_name && c.list_memberships.length > 0 && c.email_address);
    const { status, body } = await sandbox.call('PUT', `/contacts/${before.contact_id}`, {
      email_address: before.email_address,
      first_name: 'Changed',
      update_source: 'Account',
    });
    expect(status).toBe(200);
    expect([body.company_name, body.first_name, body.list_memberships]).toEqual([
      undefined,
      'Changed',
      before.list_memberships,
    ]);
    expect(body.updated_at > before.updated_at).toBe(true);
    expect(body.email_address).toEqual(before.email_address);
  });

  test('brings a deleted contact back, for the account alone', async () => {
    const sandbox = await openSandbox();
    const { contact_id, email_address } = await aContact(sandbox, (contact) => contact.email_address !== undefined);
    await sandbox.call('DELETE', `/contacts/${contact_id}`);
    const put = (update_source: string) =>
      sandbox.call('PUT', `/contacts/${contact_id}`, { email_address, update_source });
    expect((await put('Contact')).status).toBe(400);
    expect((await put('Account')).body.deleted_at).toBeUndefined();
  });

  test('unsubscribes, and with a stale permission subscribes again, which the sandbox remembers', async () => {
    const sandbox = await openSandbox();
    const reader = await aContact(sandbox, (contact) => permissionOf(contact) === 'implicit');
    const path = `/contacts/${reader.contact_id}`;
    await sandbox.control('POST', `${path}/unsubscribe`);
    const { body } = await sandbox.call('PUT', path, { email_address: reader.email_address, update_source: 'Account' });
    expect(permissionOf(body)).toBe('implicit');
    expect((await sandbox.control('GET', '/stats')).resubscribed).toEqual([reader.contact_id]);
    const out = await sandbox.call('PUT', path, {
      email_address: {
        address: reader.email_address.address,
        permission_to_send: 'unsubscribed',
        opt_out_reason: 'no',
      },
      update_source: 'Account',
    });
    expect(out.body.email_address).toMatchObject({ opt_out_source: 'Account', opt_out_reason: 'no' });
  });

  test('refuses an address of another contact', async () => {
    const sandbox = await openSandbox();
    const one = await aContact(sandbox, (contact) => contact.email_address !== undefined);
    const other = await aContact(sandbox, (c) => c.email_address !== undefined && c.contact_id !== one.contact_id);
    const { status } = await sandbox.call('PUT', `/contacts/${one.contact_id}`, {
      email_address: { address: other.email_address.address },
      update_source: 'Account',
    });
    expect(status).toBe(409);
  });

  test('an address given up can be taken by another contact', async () => {
    const sandbox = await openSandbox();
    const one = await aContact(sandbox, (contact) => contact.email_address !== undefined);
    for (const address of ['on.the.way@example.com', 'moved@example.com']) {
      await sandbox.control('PATCH', `/contacts/${one.contact_id}`, { email_address: { address } });
    }
    expect(await sandbox.walk('email=on.the.way@example.com')).toEqual([]);
    const { status, body } = await sandbox.call('POST', '/contacts', {
      email_address: { address: one.email_address.address },
      create_source: 'Account',
    });
    expect(status).toBe(201);
    const [found] = await sandbox.walk(`email=${encodeURIComponent(one.email_address.address)}`);
    expect(found.contact_id).toBe(body.contact_id);
    const [moved] = await sandbox.walk('email=moved@example.com');
    expect(moved.contact_id).toBe(one.contact_id);
  });
});

describe('sign-up form, deletion, invitation', () => {
  test('the form creates, then changes, appends lists and opts in even those who had unsubscribed', async () => {
    const sandbox = await openSandbox();
    const lists = (await sandbox.get('/contact_lists?limit=2')).body.lists.map((list: Json) => list.list_id);
    const form = { email_address: 'signs.up@example.com', first_name: 'Sign', list_memberships: [lists[0]] };
    const created = await sandbox.call('POST', '/contacts/sign_up_form', form);
    expect([created.status, created.body.action]).toEqual([201, 'created']);
    const path = `/contacts/${created.body.contact_id}`;
    await sandbox.control('POST', `${path}/unsubscribe`);
    const again = await sandbox.call('POST', '/contacts/sign_up_form', {
      email_address: 'SIGNS.UP@example.com',
      list_memberships: [lists[1]],
      phone_number: '5550199',
      street_address: { kind: 'home', city: 'Austin' },
    });
    expect([again.status, again.body]).toEqual([200, { contact_id: created.body.contact_id, action: 'updated' }]);
    const { body } = await sandbox.get(`${path}?${EVERYTHING}`);
    expect(body).toMatchObject({
      first_name: 'Sign',
      list_memberships: lists,
      email_address: { permission_to_send: 'explicit' },
    });
    expect((await sandbox.control('GET', '/stats')).resubscribed).toEqual([created.body.contact_id]);
  });

  test.each<[string, object]>([
    ['no lists', { email_address: 'a@example.com' }],
    ['an address over 50 characters', { email_address: `${'a'.repeat(45)}@example.com`, list_memberships: [] }],
    ['neither address nor number', { list_memberships: ['00000000-0000-4000-8000-000000000000'] }],
  ])('the form refuses %s', async (_what, body) => {
    const sandbox = await openSandbox();
    expect((await sandbox.call('POST', '/contacts/sign_up_form', body)).status).toBe(400);
  });

  test('deletion is soft: no lists, same permission, no move of updated_at; a list brings the contact back', async () => {
    const sandbox = await openSandbox();
    const before = await aContact(sandbox, (c) => c.list_memberships.length > 0 && permissionOf(c) === 'implicit');
    const path = `/contacts/${before.contact_id}`;
    expect((await sandbox.call('DELETE', path)).status).toBe(204);
    const { body } = await sandbox.get(`${path}?${EVERYTHING}`);
    expect(body).toMatchObject({
      list_memberships: [],
      updated_at: before.updated_at,
      email_address: before.email_address,
    });
    expect(body.deleted_at).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    await sandbox.control('POST', `/lists/${before.list_memberships[0]}/members`, { add: [before.contact_id] });
    expect((await sandbox.get(path)).body.deleted_at).toBeUndefined();
  });

  test('an invitation changes nothing until the person confirms, and can be sent once', async () => {
    const sandbox = await openSandbox();
    const out = await aContact(sandbox, (contact) => permissionOf(contact) === 'unsubscribed');
    const [list] = (await sandbox.get('/contact_lists?limit=12')).body.lists.filter(
      (candidate: Json) => !out.list_memberships.includes(candidate.list_id),
    );
    const invite = () => sandbox.call('PUT', `/contacts/resubscribe/${out.contact_id}`, { list_ids: [list.list_id] });
    expect((await invite()).status).toBe(200);
    expect((await invite()).status).toBe(409);
    const path = `/contacts/${out.contact_id}`;
    expect(permissionOf((await sandbox.get(path)).body)).toBe('unsubscribed');
    const confirmed = await sandbox.control('POST', `${path}/resubscribe`);
    expect(confirmed.email_address).toMatchObject({ permission_to_send: 'explicit', confirm_status: 'confirmed' });
    expect(confirmed.list_memberships).toContain(list.list_id);
    expect((await sandbox.control('GET', '/stats')).resubscribed).toEqual([]);
  });
});

describe('what moves updated_at', () => {
  test('an unsubscribe and a membership do not, unless the quirks are off', async () => {
    const sandbox = await openSandbox({ now: () => new Date('2026-11-02T03:04:05Z') });
    const reader = await aContact(sandbox, (contact) => permissionOf(contact) === 'explicit');
    const path = `/contacts/${reader.contact_id}`;
    const [list] = (await sandbox.get('/contact_lists?limit=12')).body.lists.filter(
      (candidate: Json) => !reader.list_memberships.includes(candidate.list_id),
    );
    const updatedAt = async () => (await sandbox.get(path)).body.updated_at;
    await sandbox.control('POST', `${path}/unsubscribe`, { reason: 'spam' });
    await sandbox.control('POST', `/lists/${list.list_id}/members`, { add: [reader.contact_id] });
    expect(await updatedAt()).toBe(reader.updated_at);
    const out = await sandbox.walk(`optout_after=2026-11-01T00:00:00Z&status=all`);
    expect(out.map((contact) => contact.contact_id)).toEqual([reader.contact_id]);
    expect(out[0].email_address).toMatchObject({ updated_at: '2026-11-02T03:04:05Z', opt_out_reason: 'spam' });

    await sandbox.control('POST', '/quirks', { updatedAtSkipsMemberships: false });
    await sandbox.control('POST', `/lists/${list.list_id}/members`, { remove: [reader.contact_id] });
    expect(await updatedAt()).toBe('2026-11-02T03:04:05Z');
  });

  test('with its quirk off, an unsubscribe does', async () => {
    const sandbox = await openSandbox({ now: () => new Date('2026-11-02T03:04:05Z') });
    await sandbox.control('POST', '/quirks', { updatedAtSkipsUnsubscribe: false });
    const reader = await aContact(sandbox, (contact) => permissionOf(contact) === 'explicit');
    await sandbox.control('POST', `/contacts/${reader.contact_id}/unsubscribe`);
    expect((await sandbox.get(`/contacts/${reader.contact_id}`)).body.updated_at).toBe('2026-11-02T03:04:05Z');
  });

  test('a change of the profile by the owner does; null clears', async () => {
    const sandbox = await openSandbox({ now: () => new Date('2026-11-02T03:04:05Z') });
    const before = await aContact(sandbox, (contact) => contact.company_name !== undefined);
    const after = await sandbox.control('PATCH', `/contacts/${before.contact_id}`, {
      company_name: null,
      last_name: 'Neu',
    });
    expect(after).toMatchObject({ last_name: 'Neu', updated_at: '2026-11-02T03:04:05Z' });
    expect(after.company_name).toBeUndefined();
    expect(after.list_memberships).toEqual(before.list_memberships);
  });
});
