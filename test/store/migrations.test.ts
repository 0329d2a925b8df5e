import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { silentLogger } from '../../src/logger.ts';
import { MIGRATIONS, type Migration, migrateStore, schemaVersion } from '../../src/store/migrations.ts';
import { createStore, ensureIndexes } from '../../src/store/store.ts';
import { SEEDED_AT, seedContacts } from '../kit/seed-contacts.ts';
import { openTestStore } from '../kit/store.ts';

const steps: readonly Migration[] = [1, 2, 3].map((version) => ({
  version,
  name: `step ${version}`,
  run: async (db) => {
    await db.collection('steps').insertOne({ version });
  },
}));

describe('migrations', () => {
  async function migrate(
    db: Parameters<typeof migrateStore>[0]['db'],
    migrations: readonly Migration[],
    instanceId = 'a',
  ) {
    const { signal } = new AbortController();
    await migrateStore({ db, instanceId, clock: systemClock, logger: silentLogger, signal, migrations });
  }

  test('are done once, in order, with three instances starting at once', async () => {
    await using store = await openTestStore();
    await Promise.all(['a', 'b', 'c'].map((instance) => migrate(store.db, steps, instance)));
    const done = await store.db.collection('steps').find().sort({ _id: 1 }).toArray();
    expect(done.map(({ version }) => version)).toEqual([1, 2, 3]);
    expect(await schemaVersion(store.db)).toBe(3);
    await migrate(store.db, steps);
    expect(await store.db.collection('steps').countDocuments()).toBe(3);
  });

  test('go on where a failed one was, and a new version adds only what is new', async () => {
    await using store = await openTestStore();
    await migrate(store.db, steps.slice(0, 1));
    const failing: Migration = { version: 2, name: 'fails', run: () => Promise.reject(new Error('disk full')) };
    await expect(migrate(store.db, [...steps.slice(0, 1), failing])).rejects.toThrow('disk full');
    expect(await schemaVersion(store.db)).toBe(1);
    await migrate(store.db, steps);
    const done = await store.db.collection('steps').find().sort({ _id: 1 }).toArray();
    expect(done.map(({ version }) => version)).toEqual([1, 2, 3]);
  });

  test('mark the contacts on which the stores differed before they said so themselves', async () => {
    await using testStore = await openTestStore();
    const store = createStore({ db: testStore.db, info: { kind: 'EMBEDDED', version: 'test', changeStreams: false } });
    const change = { value: 'Ann', changedAt: SEEDED_AT, changedBy: 'test' };
    const contacts = await seedContacts(store, [
      {},
      { local: { firstName: change } },
      { deletedAt: SEEDED_AT },
      { deletedAt: SEEDED_AT, local: { firstName: change } },
    ]);
    await store.contacts.collection.updateMany({}, { $unset: { differs: '' } });
    await migrate(testStore.db, MIGRATIONS);
    const marked = await store.contacts.collection.find({ differs: true }).sort({ _id: 1 }).toArray();
    expect(marked.map(({ _id }) => _id)).toEqual([contacts[1]?._id, contacts[3]?._id]);
  });

  test('take away the indexes that nothing reads any more, and no other', async () => {
    await using testStore = await openTestStore();
    const names = async (collection: string) =>
      (await testStore.db.collection(collection).indexes()).map(({ name }) => name).sort();
    await ensureIndexes(testStore.db);
    const collections = ['webhookDeliveries', 'pushBatches'];
    const before = await Promise.all(collections.map(names));
    await testStore.db.collection('webhookDeliveries').createIndex({ receivedAt: 1 }, { name: 'receivedAt' });
    await testStore.db.collection('pushBatches').createIndex({ runId: 1, order: 1 }, { name: 'runId_order' });
    await migrate(testStore.db, MIGRATIONS);
    expect(await Promise.all(collections.map(names))).toEqual(before);
  });

  test('refuse a store that a newer gateway has written', async () => {
    await using store = await openTestStore();
    await migrate(store.db, steps);
    await expect(migrate(store.db, steps.slice(0, 2))).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED' });
  });
});
