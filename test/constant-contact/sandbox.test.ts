import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { getAccountSummary, getUserPrivileges } from '../../src/constant-contact/account.ts';
import { activityPages, getActivity } from '../../src/constant-contact/activities.ts';
import { type CallContext, createApiClient } from '../../src/constant-contact/api-client.ts';
import {
  addListMemberships,
  addTaggings,
  deleteContacts,
  deleteLists,
  removeListMemberships,
  removeTaggings,
} from '../../src/constant-contact/bulk-activities.ts';
import { contactListPages } from '../../src/constant-contact/contact-lists.ts';
import { contactTagPages } from '../../src/constant-contact/contact-tags.ts';
import {
  type ContactsQuery,
  createContact,
  deleteContact,
  getContact,
  getContactCounts,
  getContactsPage,
  putContact,
} from '../../src/constant-contact/contacts.ts';
import { customFieldPages } from '../../src/constant-contact/custom-fields.ts';
import { importContactsFile, importContactsJson } from '../../src/constant-contact/imports.ts';
import { createStaticTokenSource } from '../../src/constant-contact/static-token.ts';
import { silentLogger } from '../../src/logger.ts';
import type { PrimaryContact } from '../../src/model/primary-contact.ts';
import { EMPTY_PROFILE } from '../../src/model/profile.ts';
import { openTestSandbox } from '../kit/sandbox.ts';

async function openSandboxClient() {
  const sandbox = await openTestSandbox({ contacts: 1_200, lists: 4 });
  await sandbox.control('POST', '/quirks', { activitySeconds: 0 });
  const client = createApiClient({
    apiUrl: sandbox.apiUrl,
    tokens: createStaticTokenSource('sandbox'),
    budget: { take: async () => {}, penalize: async () => {} },
    clock: systemClock,
    random: Math.random,
    logger: silentLogger,
    limits: { baseDelayMs: 10 },
  });
  const context: CallContext = { signal: new AbortController().signal, priority: 'BACKGROUND' };

  async function walk(query: ContactsQuery): Promise<PrimaryContact[]> {
    const contacts: PrimaryContact[] = [];
    for (let cursor: string | null = null; ; ) {
      const page = await getContactsPage(client, cursor === null ? { query } : { cursor }, context);
      expect(page.rejected).toEqual([]);
      contacts.push(...page.contacts);
      cursor = page.next;
      if (cursor === null) return contacts;
    }
  }

  async function firstList(): Promise<string> {
    for await (const { rows } of contactListPages(client, {}, context))
      if (rows[0] !== undefined) return rows[0].listId;
    throw new Error('the sandbox has no list');
  }

  async function ended(activityId: string) {
    for (;;) {
      const activity = await getActivity(client, activityId, context);
      if (activity.completedAt !== null) return activity;
      await delay(20);
    }
  }

  return {
    sandbox,
    client,
    context,
    walk,
    firstList,
    ended,
    async [Symbol.asyncDispose]() {
      await client.close();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

describe('against the sandbox', () => {
  test('a walk brings every contact with its sub-resources, and none is rejected', async () => {
    await using api = await openSandboxClient();
    const contacts = await api.walk({ status: ['all'] });
    const truth = await api.sandbox.truth();
    expect(contacts.map(({ contactId }) => contactId).sort()).toEqual(truth.map(({ contact_id }) => contact_id).sort());
    const lists = new Map(truth.map((contact) => [contact.contact_id, contact.list_memberships ?? []]));
    for (const contact of contacts) expect(contact.listIds).toEqual(lists.get(contact.contactId));
    expect(contacts.some(({ profile }) => profile.customFields.length > 0)).toBe(true);
    expect(contacts.some(({ tagIds }) => tagIds.length > 0)).toBe(true);
    expect(contacts.some(({ deletedAt }) => deletedAt !== null)).toBe(true);
  });

  test('filters by status, list, email and date, and counts', async () => {
    await using api = await openSandboxClient();
    const listId = await api.firstList();
    for (const contact of await api.walk({ listIds: [listId] })) expect(contact.listIds).toContain(listId);
    const unsubscribed = await api.walk({ status: ['unsubscribed'] });
    expect(new Set(unsubscribed.map(({ consent }) => consent.permissionToSend))).toEqual(new Set(['UNSUBSCRIBED']));
    const someone = unsubscribed[0];
    expect(await api.walk({ email: someone?.profile.email ?? '', status: ['all'] })).toEqual([someone]);
    expect(await api.walk({ updatedAfter: new Date(Date.now() + 86_400_000) })).toEqual([]);
    expect((await api.walk({ optoutAfter: new Date(0), status: ['all'] })).length).toBeGreaterThan(0);
    const { totalCount } = await getContactsPage(api.client, { query: { limit: 1, includeCount: true } }, api.context);
    const counts = await getContactCounts(api.client, api.context);
    expect(totalCount).toBe(counts.total);
  });

  test('lists, tags, custom fields and the account are read', async () => {
    await using api = await openSandboxClient();
    for await (const { rows } of contactListPages(
      api.client,
      { includeMembershipCount: 'all', limit: 3 },
      api.context,
    )) {
      for (const list of rows) expect(list.membershipCount).toEqual(expect.any(Number));
    }
    const tags = await contactTagPages(api.client, api.context).next();
    expect(tags.value?.rows.length).toBeGreaterThan(0);
    const fields = await customFieldPages(api.client, api.context).next();
    expect(fields.value?.rows.every(({ label, name, type }) => label !== '' && name !== '' && type !== '')).toBe(true);
    expect((await getAccountSummary(api.client, api.context)).encodedAccountId).not.toBe('');
    expect(await getUserPrivileges(api.client, api.context)).toContain('contacts:read');
  });

  test('a contact is created, overwritten in full and deleted', async () => {
    await using api = await openSandboxClient();
    const { client, context } = api;
    const listId = await api.firstList();
    const [field] =
      (await customFieldPages(client, context).next()).value?.rows.filter(({ type }) => type === 'string') ?? [];
    const profile = {
      ...EMPTY_PROFILE,
      email: 'Ann.Lee@example.com',
      firstName: 'Ann',
      jobTitle: 'Baker',
      birthday: { month: 2, day: 28 },
      anniversary: '2006-11-15',
      phoneNumbers: [{ number: '555-1212', kind: 'home' }],
      streetAddresses: [
        { kind: 'work', street: '1 Main St', city: 'Boston', state: 'MA', postalCode: '02451', country: 'US' },
      ],
      customFields: field === undefined ? [] : [{ customFieldId: field.customFieldId, value: 'blue', choiceIds: [] }],
    };
    const write = {
      profile,
      consent: { permissionToSend: 'IMPLICIT', optOutReason: null },
      listIds: [listId],
      tagIds: [],
    };
    const created = await createContact(client, write, context);
    const { contactId } = created;
    expect(await getContact(client, contactId, context)).toMatchObject({ profile, listIds: [listId] });
    await expect(createContact(client, write, context)).rejects.toMatchObject({ code: 'PRIMARY_CONFLICT' });

    const less = { ...profile, jobTitle: null, birthday: null, phoneNumbers: [], customFields: [] };
    await putContact(client, { before: created, contact: { ...write, profile: less, listIds: [] } }, context);
    expect(await getContact(client, contactId, context)).toMatchObject({
      profile: less,
      listIds: [],
      consent: { permissionToSend: 'IMPLICIT' },
    });

    const optOut = { ...write, profile: less, consent: { permissionToSend: 'UNSUBSCRIBED', optOutReason: 'Asked us' } };
    await putContact(client, { before: created, contact: optOut, updateSource: 'Contact' }, context);
    expect((await getContact(client, contactId, context))?.consent).toMatchObject({
      permissionToSend: 'UNSUBSCRIBED',
      optOutReason: 'Asked us',
    });

    expect(await deleteContact(client, contactId, context)).toBe(true);
    expect((await getContact(client, contactId, context))?.deletedAt).toBeInstanceOf(Date);
  });

  test('who is not there is null', async () => {
    await using api = await openSandboxClient();
    expect(await getContact(api.client, '00000000-0000-4000-8000-000000000000', api.context)).toBeNull();
  });

  test('an import of rows and one of a file bring new contacts', async () => {
    await using api = await openSandboxClient();
    const { client, context } = api;
    const listIds = [await api.firstList()];
    const rows = [{ email: 'json@example.com', first_name: 'Jason' }];
    const byRows = await importContactsJson(client, encoded(rows, listIds), context);
    expect((await api.ended(byRows.activityId)).counts.persons).toBe(1);
    const csv = Buffer.from('email,first_name\nfile@example.com,Fil\n');
    const byFile = await importContactsFile(client, { csv, rowCount: 1, fileName: 'new.csv', listIds }, context);
    expect((await api.ended(byFile.activityId)).counts.persons).toBe(1);
    for (const email of ['json@example.com', 'file@example.com']) {
      expect(await api.walk({ email })).toMatchObject([{ listIds, consent: { permissionToSend: 'IMPLICIT' } }]);
    }
    const listed = await activityPages(client, context).next();
    expect(listed.value?.rows.map(({ activityId }) => activityId)).toEqual(
      expect.arrayContaining([byRows.activityId, byFile.activityId]),
    );
  });

  test('memberships, tags, contacts and lists are changed by jobs', async () => {
    await using api = await openSandboxClient();
    const { client, context } = api;
    const listId = await api.firstList();
    const tag = (await contactTagPages(client, context).next()).value?.rows[0];
    const outsiders = (await api.walk({})).filter(({ listIds, tagIds, consent }) => {
      return (
        listIds.length > 0 &&
        !listIds.includes(listId) &&
        tagIds.length === 0 &&
        consent.permissionToSend === 'IMPLICIT'
      );
    });
    const contactIds = outsiders.slice(0, 2).map(({ contactId }) => contactId);
    const tagIds = [tag?.tagId ?? ''];
    const run = async (job: Promise<{ activityId: string }>) => api.ended((await job).activityId);
    const first = async () => await getContact(client, contactIds[0] ?? '', context);

    expect((await run(addListMemberships(client, { contactIds, listIds: [listId] }, context))).state).toBe('completed');
    expect((await first())?.listIds).toContain(listId);
    await run(removeListMemberships(client, { contactIds, listIds: [listId] }, context));
    expect((await first())?.listIds).not.toContain(listId);
    await run(addTaggings(client, { contactIds, tagIds }, context));
    expect((await first())?.tagIds).toEqual(tagIds);
    await run(removeTaggings(client, { contactIds, tagIds }, context));
    expect((await first())?.tagIds).toEqual([]);
    await run(deleteContacts(client, { contactIds }, context));
    expect((await first())?.deletedAt).toBeInstanceOf(Date);
    await run(deleteLists(client, { listIds: [listId] }, context));
    expect(await api.walk({ listIds: [listId] })).toEqual([]);
  });

  test('faults of the service and broken answers on the way do not stop a walk', async () => {
    await using api = await openSandboxClient();
    for (const fault of [{ status: 503 }, { disconnect: true }, { malformed: true }, { truncate: true }]) {
      await api.sandbox.control('POST', '/faults', { route: 'GET /contacts', times: 1, ...fault });
    }
    expect(await api.walk({ status: ['all'] })).toHaveLength((await api.sandbox.truth()).length);
  });
});

const encoded = (rows: readonly object[], listIds: readonly string[]) => ({
  jsonText: JSON.stringify({ import_data: rows, list_ids: listIds }),
  rowCount: rows.length,
  listIds,
});

describe('what the API would drop silently', () => {
  test.each([
    ['rows', Array.from({ length: 40_001 }, (_, row) => ({ email: `${row}@e.org` }))],
    ['bytes', Array.from({ length: 20_000 }, (_, row) => ({ email: `${row}@e.org`, street: 'x'.repeat(250) }))],
    ['rows', []],
  ])('is refused before it is sent: too many or no %s', async (what, rows) => {
    await using api = await openSandboxClient();
    await expect(importContactsJson(api.client, encoded(rows, ['l1']), api.context)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining(what),
    });
    expect((await api.sandbox.stats()).requests).toBe(0);
  });

  test('as are more ids than a job takes', async () => {
    await using api = await openSandboxClient();
    const contactIds = Array.from({ length: 501 }, (_, contact) => `c${contact}`);
    await expect(deleteContacts(api.client, { contactIds }, api.context)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    const lists = Array.from({ length: 26 }, (_, list) => `l${list}`);
    await expect(getContactsPage(api.client, { query: { listIds: lists } }, api.context)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    expect((await api.sandbox.stats()).requests).toBe(0);
  });
});
