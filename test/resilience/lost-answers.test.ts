import { expect, test } from 'vitest';
import { hasEnded } from '../../src/model/sync-run.ts';
import { createStore } from '../../src/store/store.ts';
import { createLocally, workLocally } from '../kit/local-work.ts';
import { openProxiedStore, type StoreCommand } from '../kit/proxied-store.ts';
import { openSyncKit, startInput } from '../kit/sync.ts';
import { expectWhole, peopleAct, pushable, until } from './world.ts';

const BY_TEST = { trigger: 'MUTATION', triggeredBy: 'test' } as const;

/** A read of which the driver's own second try is lost, too; a write, which it does not try again. */
const lostOf = (command: string) => (['find', 'count', 'aggregate'].includes(command) ? 2 : 1);

test('a store that does what it is told, and whose answers are lost, makes runs slower and nothing else', {
  timeout: 180_000,
}, async () => {
  let isLossy = false;
  let step = '';
  const lost = new Map<string, number>();
  const isLost = ({ name, collection, body }: StoreCommand) => {
    // The writes of a run say where it stands: each batch that it sends, and its end, lose answers of their own.
    const { lastEvent, finishedAt } = body['update']?.$set ?? {};
    if (/^Batch/.test(lastEvent?.message)) step = lastEvent.message;
    if (finishedAt) step = 'end';
    const kind = `${step} ${name} ${collection}`.trim();
    const times = lost.get(kind) ?? 0;
    if (!isLossy || name === 'getMore' || times >= lostOf(name)) return false;
    lost.set(kind, times + 1);
    return true;
  };
  const testStore = await openProxiedStore({ isLost });
  await using kit = await openSyncKit({
    contacts: 600,
    testStore,
    engine: { leaseMs: 1_000, beatMs: 100, takeoverPollMs: 100 },
  });
  const store = createStore({ db: testStore.direct.db, info: kit.store.info });
  /** Every kind of command loses its first answers. */
  async function runLossy(input: Parameters<typeof startInput>[0]) {
    lost.clear();
    step = '';
    const { run: started } = await kit.engine.start(startInput(input), BY_TEST);
    isLossy = true;
    const ended = await until('the end of the run', async () => {
      const now = await store.syncRuns.get(started._id);
      return now !== null && hasEnded(now.status) ? now : null;
    });
    isLossy = false;
    return ended;
  }

  await kit.sandbox.control('POST', '/faults', { route: 'GET /contacts', spoilRow: true, times: 1 });
  expect(await runLossy({})).toMatchObject({ status: 'SUCCEEDED', counts: { created: 599, rejected: 1 } });
  expect([...lost.keys()]).toEqual(
    expect.arrayContaining([
      'insert rejectedRows',
      'insert contacts',
      'update lists',
      'update tags',
      'end findAndModify syncRuns',
    ]),
  );
  expect(await store.db.collection('rejectedRows').countDocuments()).toBe(1);

  const people = pushable(await kit.sandbox.truth());
  const edited = people.slice(-20).map(({ contact_id }) => contact_id);
  for (const id of edited) await workLocally({ store }, id, { fields: { firstName: 'Twice told' } });
  await createLocally(
    { store },
    { fields: { email: 'once@example.com' }, add: [people[0]?.list_memberships?.[0] ?? ''] },
  );
  await createLocally({ store }, { fields: { email: 'alone@example.com', firstName: 'No list' } });
  const gone = await createLocally({ store }, { fields: { email: 'gone@example.com' } });
  await workLocally({ store }, gone._id, { deletion: true });
  await peopleAct(kit.sandbox, 1);
  expect(await runLossy({ kind: 'PUSH' })).toMatchObject({ status: 'SUCCEEDED' });
  expect(await kit.run({ kind: 'PUSH' })).toMatchObject({ status: 'SUCCEEDED', counts: { failed: 0 } });
  expect(await kit.run({ mode: 'FULL' })).toMatchObject({ status: 'SUCCEEDED' });

  const truth = await kit.sandbox.truth();
  const names = truth.filter(({ contact_id }) => edited.includes(contact_id)).map(({ first_name }) => first_name);
  expect(new Set(names)).toEqual(new Set(['Twice told']));
  expect(truth.filter(({ email_address }) => email_address?.address === 'once@example.com')).toHaveLength(1);
  expect(await store.contacts.pending(null, 100, ['_id'])).toEqual([]);
  expect(await store.contacts.get(gone._id)).toBeNull();
  const end = await store.contacts.history(gone._id, null, 10);
  expect(end[0]?.changes).toMatchObject([{ kind: 'DELETION', after: null }]);
  expect((await kit.sandbox.stats()).resubscribed).toEqual([]);
  // Told by the owner of each run, not left to whoever reads it.
  await expect.poll(() => store.db.collection('syncEvents').countDocuments({ type: 'FINISHED' })).toBe(4);
  await expectWhole({ sandbox: kit.sandbox, store });
});
