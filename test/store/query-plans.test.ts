import { randomBytes, randomUUID } from 'node:crypto';
import { ObjectId, Timestamp } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WEBHOOK_SOURCES } from '../../src/model/webhook.ts';
import { createCredentialStore } from '../../src/store/credentials.ts';
import { createLeaseStore } from '../../src/store/leases.ts';
import { schemaVersion } from '../../src/store/migrations.ts';
import { createOauthStateStore } from '../../src/store/oauth-states.ts';
import { purgeOldRecords } from '../../src/store/old-records.ts';
import { createBudgetDocument } from '../../src/store/request-budget-document.ts';
import { createScheduleStateStore } from '../../src/store/schedule-state.ts';
import { createStore, ensureIndexes, type Store } from '../../src/store/store.ts';
import { pageOfSyncRuns } from '../../src/store/sync-run-queries.ts';
import { createTokenCipher } from '../../src/store/token-cipher.ts';
import { forgetRecordsOf, recordsOf } from '../../src/sync/local-work/person-records.ts';
import { type QueryWatch, watchQueries } from '../kit/query-plans.ts';
import { contactDocument, SEEDED_AT, seedContacts, seedLists, seedTags } from '../kit/seed-contacts.ts';
import { seedRun } from '../kit/seed-runs.ts';
import { openTestStore, type TestStore } from '../kit/store.ts';

const CONTACTS = 400;
const LIST_ID = randomUUID();
const { signal } = new AbortController();
const owner = { runId: new ObjectId(), token: 1 };
const person = { contactIds: [randomUUID()], emailKeys: ['person1@example.org'] };

/** What a query may read beside an index: a handful of small documents. */
const WHOLE_COLLECTIONS: Readonly<Record<string, string>> = {
  'lists.all': 'an account has at most 1,000 lists, and all are asked for',
  'lists.replaceAll': 'looks for lists that are gone: all but the ones named',
  'tags.knownIds': 'all are asked for',
  'tags.replaceAll': 'deletes all but the ones named',
  'customFields.all': 'an account has at most 100, and all are asked for',
  'customFields.replaceAll': 'deletes all but the ones named',
};
/** What may be sorted in memory: of an email at most one contact of each kind. */
const SORTS = new Set(['contacts.byEmailKey']);

type Calls = Readonly<Record<string, (store: Store) => Promise<unknown>>>;

describe('every query of the store goes by an index', () => {
  let testStore: TestStore;
  let watch: QueryWatch;
  let store: Store;
  let known: Awaited<ReturnType<typeof seedContacts>>;
  let runId: ObjectId;
  const now = SEEDED_AT;
  const some = () => known.slice(10, 20);
  const ids = () => some().flatMap(({ contactId }) => contactId ?? []);

  beforeAll(async () => {
    testStore = await openTestStore();
    await ensureIndexes(testStore.db);
    watch = await watchQueries(testStore);
    store = createStore({ db: watch.db, info: { kind: 'EMBEDDED', version: 'test', changeStreams: false } });
    known = await seedContacts(
      store,
      Array.from({ length: CONTACTS }, (_, index) => ({
        profile: { email: `person${index}@example.org` },
        lists: index % 40 === 0 ? [LIST_ID] : [],
        ...(index % 50 === 0 ? { contactId: null, localOnly: true } : {}),
      })),
    );
    await seedLists(store, ['News', 'Offers', 'Friends']);
    await seedTags(store, ['gold', 'silver']);
    for (let index = 0; index < 30; index++) await seedRun(store, { events: 3, ended: true });
    runId = (await seedRun(store, { events: 3, ended: false }))._id;
    await seedRun(store, { ended: false, kind: 'LISTS' });
  });
  afterAll(async () => {
    await watch.close();
    await testStore[Symbol.asyncDispose]();
  });

  const contactCalls: Calls = {
    'contacts.get': ({ contacts }) => contacts.get(new ObjectId()),
    'contacts.byIds': ({ contacts }) => contacts.byIds(some().map(({ _id }) => _id)),
    'contacts.byContactIds': ({ contacts }) => contacts.byContactIds(ids()),
    'contacts.revisionsOf': ({ contacts }) => contacts.revisionsOf(ids()),
    'contacts.sightsOf': ({ contacts }) => contacts.sightsOf(some().map(({ _id }) => _id)),
    'contacts.waitingAmong': ({ contacts }) => contacts.waitingAmong(some().map(({ _id }) => _id)),
    'contacts.optedSince': ({ contacts }) =>
      contacts.optedSince(
        some().map(({ _id }) => _id),
        now,
      ),
    'contacts.localOnlyByEmailKeys': ({ contacts }) => contacts.localOnlyByEmailKeys(['person50@example.org']),
    'contacts.ofPrimaryByEmailKeys': ({ contacts }) => contacts.ofPrimaryByEmailKeys(['person51@example.org']),
    'contacts.byEmailKeys': ({ contacts }) => contacts.byEmailKeys(['person51@example.org', 'person50@example.org']),
    'contacts.remove': async ({ contacts }) => {
      const previous = known[30];
      if (previous !== undefined) await contacts.remove(previous, { ...previous.change, _id: new ObjectId() });
    },
    'contacts.byEmailKey': ({ contacts }) => contacts.byEmailKey('person51@example.org'),
    'contacts.pending': ({ contacts }) => contacts.pending(null, 100, ['_id']),
    'contacts.write': ({ contacts }) =>
      contacts.write([
        ...some().map((previous) => ({ previous, next: { ...previous, revision: previous.revision + 1 } })),
        { previous: null, next: contactDocument() },
      ]),
    'contacts.markSeen': ({ contacts }) => contacts.markSeen(ids(), { field: 'seenIn', value: 'run' }),
    'contacts.unseen': ({ contacts }) => contacts.unseen({ field: 'seenIn', value: 'run' }, '', 100),
    'contacts.unseenOnLists': ({ contacts }) =>
      contacts.unseenOnLists([LIST_ID], { field: 'seenOnListsIn', value: 'walk' }, 100),
    'contacts.countOnList': ({ contacts }) => contacts.countOnList(LIST_ID),
    'contacts.countsByStatus': ({ contacts }) => contacts.countsByStatus(),
    'contacts.countByStatus': ({ contacts }) => contacts.countByStatus('UNSUBSCRIBED'),
    'contacts.countBySyncState': ({ contacts }) => contacts.countBySyncState('ONLY_LOCAL'),
    'contacts.countWithRefusals': ({ contacts }) => contacts.countWithRefusals(),
    'contacts.localChangesSince': ({ contacts }) =>
      contacts.localChangesSince(some().map(({ _id }) => ({ contact: _id, revision: 0 }))),
    'contacts.history': ({ contacts }) => contacts.history(known[0]?._id ?? new ObjectId(), 5, 50),
  };

  const runCalls: Calls = {
    'syncRuns.enqueue': ({ syncRuns }) =>
      syncRuns.enqueue({
        _id: new ObjectId(),
        input: { kind: 'CONTACTS', mode: 'FULL', listIds: null, dryRun: false, planHash: null },
        trigger: 'CLI',
        triggeredBy: 'test',
        queuedAt: now,
      }),
    'syncRuns.get': ({ syncRuns }) => syncRuns.get(runId),
    'syncRuns.active': ({ syncRuns }) => syncRuns.active(),
    'syncRuns.claim': ({ syncRuns }) => syncRuns.claim(runId, 'me', 10_000),
    'syncRuns.orphans': ({ syncRuns }) => syncRuns.orphans(),
    'syncRuns.renew': ({ syncRuns }) => syncRuns.renew(runId, 1, 10_000),
    'syncRuns.update': ({ syncRuns }) => syncRuns.update(runId, 1, { phase: 'CONTACTS' }),
    'syncRuns.release': ({ syncRuns }) => syncRuns.release(runId, 1),
    'syncRuns.requestCancel': ({ syncRuns }) => syncRuns.requestCancel(runId, now),
    'syncRuns.confirm': ({ syncRuns }) => syncRuns.confirm(runId, now),
    'syncRuns.lastSucceeded': ({ syncRuns }) => syncRuns.lastSucceeded(),
    'syncRuns.lastChangedAt': ({ syncRuns }) => syncRuns.lastChangedAt(),
    'syncRuns.newsMark': ({ syncRuns }) => syncRuns.newsMark(),
    'syncRuns.recent': ({ syncRuns }) => syncRuns.recent(now, [runId]),
    'syncEvents.append': ({ syncEvents }) =>
      syncEvents.append({ runId, sequence: 9, at: now, type: 'WARNING', message: 'test' }),
    'syncEvents.after': async ({ syncEvents, syncRuns }) => {
      const run = await syncRuns.get(runId);
      if (run !== null) await syncEvents.after(run, 1, 100);
    },
    'rejectedRows.add': ({ rejectedRows }) =>
      rejectedRows.add([{ runId, contactId: null, reason: 'test', raw: '{}', at: now }]),
    'rejectedRows.byRun': ({ rejectedRows }) => rejectedRows.byRun(runId, 10),
    'checkpoints.contacts': ({ checkpoints }) => checkpoints.contacts(),
    'checkpoints.advanceWatermark': ({ checkpoints }) => checkpoints.advanceWatermark(now, now, owner),
    'checkpoints.setCountsOffset': ({ checkpoints }) => checkpoints.setCountsOffset({}, now, owner),
    'checkpoints.setFullDue': ({ checkpoints }) => checkpoints.setFullDue(null, now, owner),
    'checkpoints.reset': ({ checkpoints }) => checkpoints.reset(),
    'pushBatches.insert': ({ pushBatches }) =>
      pushBatches.insert(
        {
          _id: new ObjectId(),
          runId,
          kind: 'IMPORT',
          state: 'SENDING',
          listIds: [],
          rows: [],
          activityId: null,
          sentAt: now,
          preparedAt: now,
          outcome: null,
        },
        owner,
      ),
    'pushBatches.underWay': ({ pushBatches }) => pushBatches.underWay(),
    'pushBatches.creationsOf': ({ pushBatches }) => pushBatches.creationsOf(['somebody@example.org']),
    'pushBatches.holds': ({ pushBatches }) => pushBatches.holds(new ObjectId()),
    'pushBatches.countUnderWay': ({ pushBatches }) => pushBatches.countUnderWay(),
    'pushBatches.withRowOf': ({ pushBatches }) => pushBatches.withRowOf(new ObjectId(), [runId]),
    'pushBatches.byRun': ({ pushBatches }) => pushBatches.byRun(runId),
    'dailyCounts.put': ({ dailyCounts }) =>
      dailyCounts.put({
        at: now,
        byStatus: { ACTIVE: 1, UNSUBSCRIBED: 0, PENDING_CONFIRMATION: 0, TEMP_HOLD: 0, NOT_SET: 0, DELETED: 0 },
        lists: [],
      }),
    'dailyCounts.since': ({ dailyCounts }) => dailyCounts.since(now),
    'dailyCounts.reset': ({ dailyCounts }) => dailyCounts.reset(),
    'pushBatches.changeRow': ({ pushBatches }) =>
      pushBatches.changeRow(
        new ObjectId(),
        {
          contact: new ObjectId(),
          contactId: null,
          emailKey: null,
          revision: 1,
          subjects: [],
          optInAt: null,
        },
        owner,
      ),
    'pushBatches.change': ({ pushBatches }) => pushBatches.change(new ObjectId(), { state: 'COMPLETED' }, owner),
  };

  const deliveryId = new ObjectId();
  const webhookCalls: Calls = {
    'webhookDeliveries.add': ({ webhookDeliveries }) =>
      webhookDeliveries.add(
        [deliveryId, new ObjectId()].map((_id) => ({
          _id,
          dedupeKey: _id.toHexString(),
          source: WEBHOOK_SOURCES[0],
          type: 'contact.changed',
          payload: {},
          receivedAt: now,
        })),
      ),
    'webhookDeliveries.claim': ({ webhookDeliveries }) => webhookDeliveries.claim('me', 10, 1_000),
    'webhookDeliveries.keep': ({ webhookDeliveries }) => webhookDeliveries.keep('me', [deliveryId], 1_000),
    'webhookDeliveries.settle': ({ webhookDeliveries }) =>
      webhookDeliveries.settle('me', [deliveryId], { status: 'PROCESSED', note: null }, now),
    'webhookDeliveries.replay': ({ webhookDeliveries }) => webhookDeliveries.replay(deliveryId, now),
    'webhookDeliveries.get': ({ webhookDeliveries }) => webhookDeliveries.get(deliveryId),
    'webhookDeliveries.depths': ({ webhookDeliveries }) => webhookDeliveries.depths(),
    'webhookDeliveries.page': ({ webhookDeliveries }) =>
      webhookDeliveries.page({ filter: {}, after: new ObjectId(), limit: 10 }),
    'webhookDeliveries.lastArrival': ({ webhookDeliveries }) => webhookDeliveries.lastArrival(),
    'webhookDeliveries.arrivedAfter': ({ webhookDeliveries }) =>
      webhookDeliveries.arrivedAfter(new Timestamp({ t: 1, i: 1 }), 10),
  };

  const catalogueCalls: Calls = {
    'lists.all': ({ lists }) => lists.all(),
    'lists.byListIds': ({ lists }) => lists.byListIds([LIST_ID]),
    'lists.get': ({ lists }) => lists.get(new ObjectId()),
    'lists.byName': ({ lists }) => lists.byName('News'),
    'lists.setReconciled': ({ lists }) => lists.setReconciled(LIST_ID, { primaryCount: 1, secondaryCount: 1 }),
    'lists.replaceAll': ({ lists }) => lists.replaceAll([], now),
    'tags.byTagIds': ({ tags }) => tags.byTagIds([randomUUID()]),
    'tags.byNames': ({ tags }) => tags.byNames(['gold']),
    'tags.get': ({ tags }) => tags.get(new ObjectId()),
    'tags.knownIds': ({ tags }) => tags.knownIds(),
    'tags.replaceAll': ({ tags }) => tags.replaceAll([]),
    'customFields.all': ({ customFields }) => customFields.all(),
    'customFields.byCustomFieldIds': ({ customFields }) => customFields.byCustomFieldIds([randomUUID()]),
    'customFields.replaceAll': ({ customFields }) => customFields.replaceAll([]),
  };

  const otherCalls: Calls = {
    'erasures.add': ({ erasures }) => erasures.add(['person1@example.org'], now),
    'erasures.among': ({ erasures }) => erasures.among(['person1@example.org', 'person2@example.org']),
    'pages of runs': ({ syncRuns }) =>
      pageOfSyncRuns(syncRuns.collection, { filter: { kinds: ['CONTACTS'] }, after: new ObjectId(), limit: 20 }),
    schedule: async ({ db }) => {
      const state = createScheduleStateStore(db);
      await state.register({ name: 'PULL', times: '* * * * *', now, jitterShare: 0 });
      const later = new Date(now.getTime() + 60_000);
      if (await state.claim('PULL', later, 'me', 1_000)) await state.settle('PULL', 'me', later);
      await state.job('PULL');
      await state.reset('PULL', now);
      await state.setPause(null);
      await state.pause();
    },
    'schema version': ({ db }) => schemaVersion(db),
    'records of a person': (store) => recordsOf(store, person),
    'records of a person, forgotten': (store) => forgetRecordsOf(store, { ...person, contacts: [new ObjectId()] }),
    'tokens of the account': async ({ db }) => {
      const credentials = createCredentialStore({ db, cipher: createTokenCipher([randomBytes(32)]) });
      const times = { expiresAt: now, refreshAt: now };
      await credentials.connect({ accessToken: 'a', refreshToken: 'r', ...times }, now);
      const { version } = (await credentials.read()) ?? { version: 0 };
      await credentials.requireReconnect(version, 'test', now);
      await credentials.reserveTokenRequest();
      await credentials.setAccount({ encodedAccountId: 'a', organizationName: null }, now);
      await credentials.account();
      await credentials.disconnect();
    },
    'connecting the account': async ({ db }) => {
      await createOauthStateStore(db).take('state', 'browser', now);
    },
    leases: async ({ db }) => {
      const leases = createLeaseStore(db);
      const lease = await leases.acquire('test', 'me', 1_000);
      if (lease === null) return;
      await leases.renew(lease, 1_000);
      await leases.release(lease);
    },
    'request budget': async ({ db }) => {
      const budget = createBudgetDocument(db, 250);
      const booked = await budget.book({ count: 2, dayLimit: 10_000, reachMs: 1_000 });
      await budget.handBack(booked, 1);
    },
    purge: ({ db }) =>
      purgeOldRecords({
        db,
        retention: { events: 1, runs: 1, history: 1 },
        now: new Date(now.getTime() - 86_400_000),
        signal,
      }),
  };

  const calls = { ...contactCalls, ...runCalls, ...webhookCalls, ...catalogueCalls, ...otherCalls };

  test.each(Object.entries(calls))('%s', async (name, call) => {
    for (const plan of await watch.plansOf(() => call(store))) {
      if (!(name in WHOLE_COLLECTIONS))
        expect(plan.stages, `${plan.command} ${plan.collection}`).not.toContain('COLLSCAN');
      if (!SORTS.has(name) && !(name in WHOLE_COLLECTIONS)) expect(plan.stages).not.toContain('SORT');
    }
  });

  test('and none is left out here', () => {
    const parts = Object.entries(store).filter(([name]) => name !== 'db' && name !== 'info');
    const queries = parts.flatMap(([part, queriesOf]) =>
      Object.entries(queriesOf as object).flatMap(([name, query]) =>
        typeof query === 'function' ? [`${part}.${name}`] : [],
      ),
    );
    // A change stream reads the server's log of writes, not a collection.
    expect(queries.filter((query) => !(query in calls) && query !== 'syncRuns.watch')).toEqual([]);
  });
});
