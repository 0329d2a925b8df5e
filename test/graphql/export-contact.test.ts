import { ObjectId } from 'mongodb';
import { expect, it } from 'vitest';
import { openTestGraphQL } from '../kit/graphql.ts';
import { seedContacts, seedLists, seedTags } from '../kit/seed-contacts.ts';
import { seedOwner } from '../kit/seed-runs.ts';

const EXPORT = 'query Export($by: ContactRef!) { exportContact(by: $by) }';
const SAVE = 'mutation Save($input: SaveContactInput!) { saveContact(input: $input) { __typename } }';

it('All that is stored of a person is told, and nothing of anybody else', async () => {
  await using graphql = await openTestGraphQL();
  const { store } = graphql;
  const [listId = ''] = await seedLists(store, ['Newsletter', 'Other']);
  const [tagId = ''] = await seedTags(store, ['VIP']);
  const note = { noteId: 'n1', createdAt: null, content: 'likes tea' };
  const [contact] = await seedContacts(store, [
    { profile: { email: 'Ann@example.org', firstName: 'Ann' }, lists: [listId], tags: [tagId], notes: [note] },
    { profile: { email: 'bob@example.org', firstName: 'Bob' } },
  ]);
  for (let change = 1; change <= 3; change++) {
    await graphql.query(SAVE, { input: { contact: { email: 'ann@example.org' }, jobTitle: `Job ${change}` } });
  }
  const hint = { type: 'contact.changed', data: { contactIds: [], emails: ['ANN@example.org', 'bob@example.org'] } };
  const received = { source: 'CHANGES', type: hint.type, payload: hint, receivedAt: new Date() } as const;
  await store.webhookDeliveries.add([{ ...received, _id: new ObjectId(), dedupeKey: 'one' }]);
  const rejected = { runId: new ObjectId(), contactId: contact?.contactId ?? '', reason: 'no id', at: new Date() };
  await store.rejectedRows.add([
    { ...rejected, raw: '{"x":1}' },
    { ...rejected, contactId: 'else', raw: '{"y":2}' },
  ]);

  const runId = new ObjectId();
  const row = { contactId: contact?.contactId ?? '', emailKey: null, revision: 1, optInAt: null };
  const of = (each: ObjectId, ...subjects: string[]) => ({ ...row, contact: each, subjects });
  const rows = [of(new ObjectId(), 'bobsField'), of(contact?._id ?? runId, 'firstName')];
  const state = { kind: 'IMPORT', state: 'COMPLETED', listIds: [listId], activityId: 'a1', outcome: null } as const;
  const times = { sentAt: new Date(), preparedAt: new Date() };
  await store.pushBatches.insert({ ...state, ...times, _id: new ObjectId(), runId, rows }, await seedOwner(store.db));
  await store.contacts.collection.updateOne({ _id: contact?._id ?? runId }, { $set: { 'change.runId': runId } });

  const { exportContact } = await graphql.query(EXPORT, { by: { email: 'ann@example.org' } });
  expect(exportContact).toMatchObject({
    contact: {
      contactId: contact?.contactId,
      primary: { email: 'Ann@example.org' },
      unified: { jobTitle: 'Job 3' },
      local: { jobTitle: { value: 'Job 3', changedBy: 'test' } },
      consent: { permissionToSend: 'EXPLICIT' },
      notes: [{ content: 'likes tea' }],
    },
    lists: [{ listId, name: 'Newsletter' }],
    tags: [{ tagId, name: 'VIP' }],
    webhookDeliveries: [{ type: 'contact.changed', status: 'PENDING' }],
    rejectedRows: [{ reason: 'no id', raw: '{"x":1}' }],
    pushes: [{ runId: runId.toHexString(), kind: 'IMPORT', state: 'COMPLETED', subjects: ['firstName'] }],
  });
  expect(exportContact.history.map(({ revision }: { revision: number }) => revision)).toEqual([4, 3, 2, 1]);
  expect(JSON.stringify(exportContact)).not.toMatch(/bob/i);
  expect(await graphql.query(EXPORT, { by: { contactId: 'nobody' } })).toEqual({ exportContact: null });
});
