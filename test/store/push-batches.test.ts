import { randomUUID } from 'node:crypto';
import { ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import {
  createPushBatchStore,
  ensurePushBatchIndexes,
  type PushBatchDocument,
  type PushBatchRow,
} from '../../src/store/push-batches.ts';
import { PUSH_LIMITS } from '../../src/sync/decide/push-limits.ts';
import { listSubject } from '../../src/sync/decide/refusals.ts';
import { seedOwner } from '../kit/seed-runs.ts';
import { openTestStore } from '../kit/store.ts';

const ROWS = PUSH_LIMITS.json.importRows;
const names = (prefix: string, count: number) => Array.from({ length: count }, () => `${prefix}:${randomUUID()}`);

function batchOf(subjectsOf: (row: number) => readonly string[]): PushBatchDocument {
  const at = new Date('2026-01-01T12:00:00Z');
  const rows = Array.from(
    { length: ROWS },
    (_, row): PushBatchRow => ({
      contact: new ObjectId(),
      contactId: null,
      emailKey: `${row}@example.org`.padStart(50, 'a'),
      revision: 7,
      subjects: subjectsOf(row),
      optInAt: at,
    }),
  );
  const ids = { _id: new ObjectId(), runId: new ObjectId(), activityId: null };
  return { ...ids, kind: 'IMPORT', state: 'SENDING', listIds: [], rows, sentAt: at, preparedAt: at, outcome: null };
}

async function roundTrip(batch: PushBatchDocument): Promise<PushBatchDocument[]> {
  await using store = await openTestStore();
  await ensurePushBatchIndexes(store.db);
  const batches = createPushBatchStore(store.db);
  await batches.insert(batch, await seedOwner(store.db));
  return await batches.underWay();
}

describe('the largest batch of a push finds room in one document of the store', () => {
  it('where each row wishes for as many lists as a contact may be on', async () => {
    const subjects = ['email', 'firstName', ...names('list', 50)];
    const batch = batchOf(() => subjects);
    expect(await roundTrip(batch)).toEqual([batch]);
  });

  it('where each row has as many custom fields as a contact may have, and other ones than the row before', async () => {
    const fields = names('customField', 100);
    const lists = names('list', 50).map((name) => listSubject(name));
    const batch = batchOf((row) => [
      ...Array.from({ length: 25 }, (_, at) => fields[(row * 7 + at * 3) % 100] ?? ''),
      ...lists,
    ]);
    const [stored] = await roundTrip(batch);
    expect(stored?.rows).toHaveLength(ROWS);
    for (const row of [0, 1, ROWS - 1])
      expect(new Set(stored?.rows[row]?.subjects)).toEqual(new Set(batch.rows[row]?.subjects));
  });
});

describe('a batch', () => {
  it('that an older gateway has stored is read as it was', async () => {
    await using store = await openTestStore();
    const [first, second] = batchOf(() => ['email', 'lastName']).rows.map(({ emailKey: _, ...row }) => row);
    const batch = { ...batchOf(() => ['email']), rows: [first, second] };
    await store.db.collection('pushBatches').insertOne(batch);
    const rows = [first, second].map((row) => ({ emailKey: null, ...row }));
    expect(await createPushBatchStore(store.db).underWay()).toEqual([{ ...batch, rows }]);
  });

  it('finds whom it creates by the address of the creation, while it is under way', async () => {
    await using store = await openTestStore();
    const batches = createPushBatchStore(store.db);
    const batch = batchOf(() => ['email']);
    const rows = batch.rows.slice(0, 3);
    const [first, second] = rows;
    const owner = await seedOwner(store.db);
    await batches.insert({ ...batch, rows }, owner);
    const keys = [first, second].flatMap((row) => row?.emailKey ?? []);
    const found = await batches.creationsOf([...keys, 'nobody@example.org']);
    expect([...found]).toEqual([first, second].map((row) => [row?.emailKey, row?.contact]));
    await batches.change(batch._id, { state: 'COMPLETED' }, owner);
    expect((await batches.creationsOf(keys)).size).toBe(0);
    expect((await batches.byRun(batch.runId))[0]?.rows).toEqual(rows.map((row) => ({ ...row, emailKey: null })));
  });

  it('that goes out one by one says of each row what was sent of it after all', async () => {
    await using store = await openTestStore();
    const batches = createPushBatchStore(store.db);
    const { rows, ...rest } = batchOf(() => ['email', 'lastName']);
    const [first, second] = rows.slice(0, 2) as [PushBatchRow, PushBatchRow];
    const owner = await seedOwner(store.db);
    await batches.insert({ ...rest, rows: [first, second] }, owner);
    const sent = { ...second, revision: 8, subjects: ['jobTitle'] };
    await batches.changeRow(rest._id, sent, owner);
    expect((await batches.byRun(rest.runId))[0]?.rows).toEqual([first, sent]);
  });
});
