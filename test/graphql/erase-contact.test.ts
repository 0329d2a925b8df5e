import { ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { createGatewayClient } from '../../src/client/index.ts';
import { openTestGraphQL, serveTestGraphQL } from '../kit/graphql.ts';
import type { TrueContact } from '../kit/sandbox.ts';
import { seedContacts } from '../kit/seed-contacts.ts';
import { seedOwner } from '../kit/seed-runs.ts';
import { openSyncKit } from '../kit/sync.ts';

const ERASE = `mutation Erase($input: EraseContactInput!) { eraseContact(input: $input) { __typename
  ... on EraseContactSuccess { contacts deletionsRequested } ... on UserError { code } ... on InvalidInput { problems { path } } } }`;
const SAVE = `mutation Save($input: SaveContactInput!) { saveContact(input: $input) { __typename ... on UserError { code } } }`;

/** Everything that is stored, as one text. */
async function allText({ db }: { db: Awaited<ReturnType<typeof openSyncKit>>['db'] }): Promise<string> {
  const collections = await db.listCollections().toArray();
  const all = await Promise.all(collections.map(({ name }) => db.collection(name).find().toArray()));
  return JSON.stringify(all).toLowerCase();
}

describe('a person who is erased', () => {
  it('leaves no trace here, is deleted in the primary by the next push, and comes back by nobody', async () => {
    await using kit = await openSyncKit({ contacts: 300, lists: 4 });
    const graphql = serveTestGraphQL({ compiled: true, store: kit.store, engine: kit.engine });
    const client = createGatewayClient('http://localhost/graphql', { fetch: graphql.serve });
    await kit.run({ mode: 'FULL' });
    const person = (await kit.sandbox.truth()).find(
      ({ deleted_at, email_address: email, list_memberships: lists }) =>
        !deleted_at && email?.permission_to_send === 'explicit' && (lists?.length ?? 0) > 0,
    );
    const [email, contactId] = [person?.email_address?.address ?? '', person?.contact_id ?? ''];
    for (const jobTitle of ['Spymaster', 'Spymistress'])
      await client.saveContact({ input: { contact: { email }, jobTitle } });
    const named = {
      type: 'contact.changed',
      data: { contactIds: [contactId], emails: [email.toUpperCase(), 'b@x.org'] },
    };
    const received = { source: 'CHANGES', type: named.type, payload: named, receivedAt: new Date() } as const;
    await kit.store.webhookDeliveries.add([{ ...received, _id: new ObjectId(), dedupeKey: 'one' }]);
    expect(await allText(kit)).toContain(email.toLowerCase());

    const erase = async () =>
      (await graphql.query(ERASE, { input: { contact: { contactId }, confirm: true } })).eraseContact;
    expect(await erase()).toEqual({ __typename: 'EraseContactSuccess', contacts: 1, deletionsRequested: 1 });
    expect(await erase()).toMatchObject({ contacts: 1, deletionsRequested: 1 });
    const isTraceless = async () => {
      const text = await allText(kit);
      expect(text).not.toContain(email.toLowerCase());
      expect(text).not.toContain('spym');
      expect(text).toContain('b@x.org');
    };
    await isTraceless();

    // Neither a pull nor a caller brings anything of the person back before the push.
    await kit.sandbox.control('PATCH', `/contacts/${contactId}`, { job_title: 'Spymaster' });
    await kit.run({ mode: 'FULL' });
    await isTraceless();
    for (const contact of [{ email }, { contactId }])
      expect((await client.saveContact({ input: { contact, firstName: 'Back' } })).saveContact).toMatchObject({
        __typename: 'ContactErased',
        code: 'CONTACT_ERASED',
      });
    expect((await client.discardLocalChanges({ input: { contact: { contactId } } })).discardLocalChanges).toMatchObject(
      {
        __typename: 'ContactErased',
      },
    );
    const listId = person?.list_memberships?.[0] ?? '';
    const wish = await client.addContactsToList({ input: { list: { listId }, contacts: [{ contactId }] } });
    expect(wish.addContactsToList).toMatchObject({ changed: 0, refused: [{ reason: 'ERASED' }] });

    const push = await kit.run({ kind: 'PUSH' });
    expect(push).toMatchObject({ status: 'SUCCEEDED', counts: { pushed: 1, skipped: 0, failed: 0 } });
    expect(await kit.sandbox.control<TrueContact>('GET', `/contacts/${contactId}`)).toHaveProperty('deleted_at');
    expect((await client.contactDiffs()).contactDiffs.nodes).toEqual([]);
    await kit.run({ mode: 'FULL' });
    await isTraceless();
    expect(await kit.store.contacts.byContactIds([contactId])).toMatchObject([{ status: 'DELETED', deletion: null }]);
  });

  it('leaves no trace in the history by a write that lost the race to the erasure', async () => {
    await using graphql = await openTestGraphQL();
    const { contacts } = graphql.store;
    const input = { contact: { email: 'here@example.org' }, firstName: 'Here' };
    await graphql.query(SAVE, { input });
    await seedContacts(graphql.store, [{ profile: { email: 'there@example.org' } }]);
    await graphql.query(SAVE, { input: { contact: { email: 'there@example.org' }, firstName: 'There' } });
    for (const email of ['here@example.org', 'there@example.org']) {
      const [previous] = await contacts.byEmailKey(email);
      if (previous === undefined) throw new Error('not saved');
      await graphql.query(ERASE, { input: { contact: { email }, confirm: true } });
      const next = {
        ...previous,
        revision: previous.revision + 1,
        change: { ...previous.change, _id: new ObjectId() },
      };
      expect(await contacts.write([{ previous, next }])).toHaveLength(1);
    }
    expect(JSON.stringify(await graphql.store.db.collection('contactHistory').find().toArray())).not.toMatch(/here/i);
  });

  it('does not come in where nothing of the person is stored', async () => {
    await using kit = await openSyncKit({ contacts: 50, lists: 2 });
    const graphql = serveTestGraphQL({ compiled: true, store: kit.store, engine: kit.engine });
    const person = (await kit.sandbox.truth()).find(({ deleted_at, email_address }) => !deleted_at && email_address);
    const email = person?.email_address?.address ?? '';
    const answer = await graphql.query(ERASE, { input: { contact: { email }, confirm: true } });
    expect(answer.eraseContact).toMatchObject({ contacts: 0, deletionsRequested: 0 });
    const run = await kit.run({});
    expect(run).toMatchObject({ status: 'SUCCEEDED', counts: { skipped: 1 } });
    expect(await allText(kit)).not.toContain(email.toLowerCase());
    const [erasure] = await kit.db.collection('erasures').find().toArray();
    expect(erasure).toEqual({ _id: expect.stringMatching(/^[0-9a-f]{64}$/), erasedAt: expect.any(Date) });
  });

  it('is gone at once where the contact exists only here, but for one that a push is creating', async () => {
    await using graphql = await openTestGraphQL();
    const erase = async (input: object) => (await graphql.query(ERASE, { input })).eraseContact;
    await graphql.query(SAVE, { input: { contact: { email: 'here@example.org' }, firstName: 'Here' } });
    const contact = { email: 'HERE@example.org' };
    expect(await erase({ contact, confirm: false })).toMatchObject({ problems: [{ path: ['input', 'confirm'] }] });
    const [stored] = await graphql.store.contacts.byEmailKey('here@example.org');
    const batch = { runId: new ObjectId(), kind: 'CREATE', state: 'SENDING', listIds: [], activityId: null } as const;
    const row = {
      contact: stored?._id ?? new ObjectId(),
      contactId: null,
      emailKey: 'former@example.org',
      revision: 1,
      subjects: ['email'],
      optInAt: null,
    };
    const times = { sentAt: new Date(), preparedAt: new Date(), outcome: null };
    const _id = new ObjectId();
    const owner = await seedOwner(graphql.store.db);
    await graphql.store.pushBatches.insert({ ...batch, ...times, _id, rows: [row] }, owner);
    expect(await erase({ contact, confirm: true })).toMatchObject({ __typename: 'ContactBusy' });
    const former = { contact: { email: 'Former@example.org' }, confirm: true };
    expect(await erase(former)).toMatchObject({ __typename: 'ContactBusy' });
    await graphql.store.pushBatches.change(_id, { state: 'REFUSED' }, owner);
    expect(await erase(former)).toMatchObject({ contacts: 0, deletionsRequested: 0 });
    expect(JSON.stringify(await graphql.store.db.collection('pushBatches').find().toArray())).not.toMatch(/former/i);
    expect(await erase({ contact, confirm: true })).toMatchObject({ contacts: 1, deletionsRequested: 0 });
    expect(await graphql.store.contacts.collection.countDocuments()).toBe(0);
    expect(await graphql.store.db.collection('contactHistory').countDocuments()).toBe(0);
    const again = { input: { contact: { email: 'here@example.org' } } };
    expect((await graphql.query(SAVE, again)).saveContact).toMatchObject({ __typename: 'ContactErased' });
    await seedContacts(graphql.store, [{ profile: { email: 'other@example.org' } }]);
    const taking = { input: { contact: { email: 'other@example.org' }, email: 'here@example.org' } };
    expect((await graphql.query(SAVE, taking)).saveContact).toMatchObject({ __typename: 'ContactErased' });
    expect(await erase({ contact: { contactId: 'nobody' }, confirm: true })).toMatchObject({
      __typename: 'ContactNotFound',
    });
  });
});
