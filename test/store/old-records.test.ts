import { ObjectId } from 'mongodb';
import { expect, test } from 'vitest';
import { purgeOldRecords } from '../../src/store/old-records.ts';
import { createStore, ensureIndexes } from '../../src/store/store.ts';
import { SEEDED_AT } from '../kit/seed-contacts.ts';
import { seedOwner, seedRun } from '../kit/seed-runs.ts';
import { openTestStore } from '../kit/store.ts';

const { signal } = new AbortController();
const daysLater = (days: number) => new Date(SEEDED_AT.getTime() + days * 86_400_000);

test('what is older than it is to be kept is purged, and nothing else', async () => {
  await using testStore = await openTestStore();
  const { db } = testStore;
  await ensureIndexes(db);
  const store = createStore({ db, info: { kind: 'EMBEDDED', version: 'test', changeStreams: false } });
  const [old, last] = [
    await seedRun(store, { events: 3, ended: true }),
    await seedRun(store, { events: 3, ended: true }),
  ];
  await store.syncRuns.collection.updateOne({ _id: last._id }, { $set: { finishedAt: daysLater(1) } });
  const active = await seedRun(store, { ended: false, kind: 'LISTS' });
  await store.rejectedRows.add([{ runId: old._id, contactId: null, reason: 'r', raw: '{}', at: SEEDED_AT }]);
  const change = { source: 'PRIMARY', runId: null, changedBy: 'seed', changes: [] } as const;
  await db.collection('contactHistory').insertMany([
    { contact: new ObjectId(), revision: 1, at: SEEDED_AT, ...change },
    { contact: new ObjectId(), revision: 1, at: daysLater(40), ...change },
  ]);

  const owner = await seedOwner(db);
  for (const state of ['COMPLETED', 'ACCEPTED'] as const)
    await store.pushBatches.insert(
      {
        _id: new ObjectId(
          `${ObjectId.createFromTime(SEEDED_AT.getTime() / 1_000)
            .toHexString()
            .slice(0, 16)}${state === 'ACCEPTED' ? '1' : '2'}0000000`,
        ),
        runId: old._id,
        kind: 'import',
        state,
        listIds: [],
        rows: [],
        activityId: null,
        sentAt: SEEDED_AT,
        preparedAt: SEEDED_AT,
        outcome: null,
      },
      owner,
    );

  for (const days of [31, 90])
    await db.collection('webhookDeliveries').insertOne({ dedupeKey: `${days}`, expiresAt: daysLater(days) });
  await db.collection('webhookDeliveries').insertOne({ dedupeKey: 'waits', expiresAt: null });
  for (const days of [1, 40]) {
    const dead = { dedupeKey: `dead ${days}`, status: 'DEAD', settledAt: daysLater(days), expiresAt: null };
    await db.collection('webhookDeliveries').insertOne(dead);
  }
  await db.collection('dailyCounts').insertMany([{ expiresAt: daysLater(31) }, { expiresAt: daysLater(90) }]);

  const off = { events: null, runs: null, history: null };
  const nothing = {
    syncEvents: 0,
    rejectedRows: 0,
    syncRuns: 0,
    pushBatches: 0,
    contactHistory: 0,
    webhookDeliveries: 0,
    expired: 0,
  };
  expect(await purgeOldRecords({ db, retention: off, now: daysLater(30), signal })).toEqual(nothing);
  const month = { events: 30, runs: 30, history: 30 };
  expect(await purgeOldRecords({ db, retention: month, now: daysLater(29), signal })).toEqual(nothing);
  const purged = await purgeOldRecords({ db, retention: month, now: daysLater(60), signal });
  expect(purged).toEqual({
    syncEvents: 6,
    rejectedRows: 1,
    syncRuns: 1,
    pushBatches: 1,
    contactHistory: 1,
    webhookDeliveries: 1,
    expired: 2,
  });
  // The last success of a kind stays, and so does a run that has not ended.
  const left = await store.syncRuns.collection.find().sort({ _id: 1 }).toArray();
  expect(left.map(({ _id }) => _id)).toEqual([last._id, active._id, owner.runId]);
});
