import type { Db } from 'mongodb';

export async function ensureContactIndexes(db: Db): Promise<void> {
  await db.collection('contacts').createIndexes([
    {
      key: { contactId: 1 },
      name: 'contactId',
      unique: true,
      partialFilterExpression: { contactId: { $type: 'string' } },
    },
    {
      key: { emailKey: 1 },
      name: 'localOnly_emailKey',
      unique: true,
      partialFilterExpression: { localOnly: true, emailKey: { $type: 'string' } },
    },
    { key: { emailKey: 1, _id: 1 }, name: 'emailKey_id' },
    {
      key: { primaryEmailKey: 1 },
      name: 'primaryEmailKey',
      partialFilterExpression: { primaryEmailKey: { $type: 'string' } },
    },
    { key: { nameKey: 1, _id: 1 }, name: 'nameKey_id' },
    // For search alone, which needs no order.
    { key: { firstNameKey: 1 }, name: 'firstNameKey' },
    { key: { updatedAt: 1, _id: 1 }, name: 'updatedAt_id' },
    { key: { status: 1, _id: 1 }, name: 'status_id' },
    { key: { syncState: 1, _id: 1 }, name: 'syncState_id' },
    // Of contacts that differ alone: few, whatever the number of contacts.
    {
      key: { syncState: 1, _id: 1 },
      name: 'differs_syncState_id',
      partialFilterExpression: { differs: true },
    },
    { key: { lists: 1, _id: 1 }, name: 'lists_id' },
    { key: { tags: 1, _id: 1 }, name: 'tags_id' },
    // Of contacts with such a wish alone: see list-diff-queries.ts.
    ...[
      { key: 'localLists.add.listId', name: 'addWish_id' },
      { key: 'localLists.remove.listId', name: 'removeWish_id' },
      { key: 'refusals.subject', name: 'refusal_id' },
    ].map(({ key, name }) => ({
      key: { [key]: 1, _id: 1 } as const,
      name,
      partialFilterExpression: { [key]: { $exists: true } },
    })),
  ]);
  await db.collection('contactHistory').createIndexes([
    { key: { contact: 1, revision: -1 }, name: 'contact_revision' },
    { key: { at: 1 }, name: 'at' },
  ]);
}
