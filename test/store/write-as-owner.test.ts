import { ObjectId } from 'mongodb';
import { expect, test } from 'vitest';
import { createStore } from '../../src/store/store.ts';
import { seedOwner } from '../kit/seed-runs.ts';
import { openTestStore } from '../kit/store.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second));

/** Everything that a run writes beside itself, at one moment. */
const WRITES = ['advanceWatermark', 'setCountsOffset', 'setFullDue', 'insert', 'changeRow', 'change'] as const;

test('nobody who has lost a run writes a checkpoint or a batch any more, whatever it looked at before', async () => {
  await using testStore = await openTestStore();
  const { db } = testStore;
  const { checkpoints, pushBatches } = createStore({
    db,
    info: { kind: 'EMBEDDED', version: 'test', changeStreams: false },
  });
  const owner = await seedOwner(db);
  const row = {
    contact: new ObjectId(),
    contactId: null,
    emailKey: 'a@example.org',
    subjects: ['email'],
    optInAt: null,
  };
  const batch = (revision: number) =>
    ({
      _id: new ObjectId(),
      runId: owner.runId,
      kind: 'CREATE',
      state: 'SENDING',
      listIds: [],
      rows: [{ ...row, revision }],
      activityId: null,
      sentAt: at(0),
      preparedAt: at(0),
      outcome: null,
    }) as const;
  const first = batch(1);
  const write = async (name: (typeof WRITES)[number], now: number) => {
    switch (name) {
      case 'advanceWatermark':
        return checkpoints.advanceWatermark(at(now), at(now), owner);
      case 'setCountsOffset':
        return checkpoints.setCountsOffset({ total: now }, at(now), owner);
      case 'setFullDue':
        return checkpoints.setFullDue(`at ${now}`, at(now), owner);
      case 'insert':
        return pushBatches.insert(now === 1 ? first : batch(now), owner);
      case 'changeRow':
        return pushBatches.changeRow(first._id, { ...row, revision: now + 10 }, owner);
      case 'change':
        return pushBatches.change(first._id, { state: 'ACCEPTED', activityId: `job ${now}` }, owner);
    }
  };
  const stored = async () => [await checkpoints.contacts(), await pushBatches.byRun(owner.runId)];

  // Each is done twice, as where its answer was lost.
  for (const name of [...WRITES, ...WRITES]) await write(name, 1);
  const before = await stored();
  expect(before).toEqual([
    { _id: 'contacts', watermark: at(1), countsOffset: { total: 1 }, fullDueReason: 'at 1', updatedAt: at(1) },
    [{ ...first, rows: [{ ...row, revision: 11 }], state: 'ACCEPTED', activityId: 'job 1' }],
  ]);

  await db.collection('syncRuns').updateOne({ _id: owner.runId }, { $set: { 'lease.token': owner.token + 1 } });
  for (const name of WRITES) await write(name, 2);
  expect(await stored()).toEqual(before);
});

test('the watermark only grows', async () => {
  await using testStore = await openTestStore();
  const { db } = testStore;
  const { checkpoints } = createStore({ db, info: { kind: 'EMBEDDED', version: 'test', changeStreams: false } });
  const owner = await seedOwner(db);
  await checkpoints.setFullDue(null, at(0), owner);
  for (const second of [1, 3, 2]) await checkpoints.advanceWatermark(at(second), at(second), owner);
  expect(await checkpoints.contacts()).toMatchObject({ watermark: at(3), fullDueReason: null });
});
