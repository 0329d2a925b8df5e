import { randomUUID } from 'node:crypto';
import { type Document, MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageOfDifferingContacts } from '../../src/store/contact-diff-queries.ts';
import {
  CONTACT_ORDER_FIELDS,
  type ContactFilter,
  type ContactOrder,
  type ContactPosition,
  countContacts,
  hasContactsBeside,
  pageOfContacts,
  positionOf,
} from '../../src/store/contact-queries.ts';
import { createStore, ensureIndexes, type Store } from '../../src/store/store.ts';
import { SEEDED_AT, seedContacts } from '../kit/seed-contacts.ts';
import { openTestStore, type TestStore } from '../kit/store.ts';

const CONTACTS = 6_000;
const PAGE = 50;
const LIST_ID = randomUUID();
const EDIT = { value: 'Baker', changedAt: SEEDED_AT, changedBy: 'test' };

/** How the server answered one query. */
interface Plan {
  readonly stages: readonly string[];
  readonly docsExamined: number;
  readonly keysExamined: number;
}

function stagesOf(stage: Document): string[] {
  const inputs: Document[] = [stage['inputStage'], ...(stage['inputStages'] ?? [])].filter(
    (input) => input !== undefined,
  );
  return [String(stage['stage']), ...inputs.flatMap(stagesOf)];
}

describe('queries of contacts', () => {
  let testStore: TestStore;
  let store: Store;
  let watched: MongoClient;

  beforeAll(async () => {
    testStore = await openTestStore();
    await ensureIndexes(testStore.db);
    watched = await new MongoClient(testStore.uri, { monitorCommands: true }).connect();
    store = createStore({ db: testStore.db, info: { kind: 'EMBEDDED', version: 'test', changeStreams: false } });
    await seedContacts(
      store,
      Array.from({ length: CONTACTS }, (_, index) => {
        const word = ((index * 2_654_435_761) % 2 ** 32).toString(36);
        return {
          // Some have no address, some no name, and a page of a pull has one moment for all of its contacts.
          profile: {
            email: index % 10 === 0 ? null : `${word}@example.org`,
            firstName: index % 15 === 0 ? null : `F${word}`,
            lastName: index % 15 === 0 ? null : `L${word}`,
          },
          updatedAt: new Date(SEEDED_AT.getTime() + Math.floor(index / 500) * 1_000),
          // A tenth is deleted on both sides; of some of these, and of some others, local work waits.
          ...(index % 10 === 3 ? { deletedAt: SEEDED_AT } : {}),
          ...(index % 30 < 5 && index > CONTACTS / 2 ? { local: { jobTitle: EDIT } } : {}),
          lists: index % 20 === 0 ? [LIST_ID] : [],
          ...(index % 100 === 0 ? ({ consent: { permissionToSend: 'UNSUBSCRIBED' } } as const) : {}),
        };
      }),
    );
  });
  afterAll(async () => {
    await watched.close();
    await testStore[Symbol.asyncDispose]();
  });

  const page = (options: Partial<Parameters<typeof pageOfContacts>[1]>) =>
    pageOfContacts(watched.db().collection('contacts'), {
      filter: {},
      order: { field: 'ID', direction: 'ASC' },
      from: null,
      backward: false,
      limit: PAGE,
      ...options,
    });

  /** Runs the queries and explains each as it was sent. */
  async function plansOf(run: () => Promise<unknown>): Promise<Plan[]> {
    const sent: Document[] = [];
    const watch = ({ commandName, command }: { commandName: string; command: Document }) => {
      if (commandName === 'find' || commandName === 'aggregate') sent.push(command);
    };
    watched.on('commandStarted', watch);
    await run();
    watched.off('commandStarted', watch);
    return Promise.all(sent.map(explain));
  }

  async function explain({ lsid: _lsid, $db: _db, $clusterTime: _time, ...command }: Document): Promise<Plan> {
    const { executionStats, stages } = await testStore.db.command({ explain: command, verbosity: 'executionStats' });
    const stats = executionStats ?? stages[0].$cursor.executionStats;
    return {
      stages: stagesOf(stats.executionStages),
      docsExamined: stats.totalDocsExamined,
      keysExamined: stats.totalKeysExamined,
    };
  }

  async function onlyPlanOf(run: () => Promise<unknown>): Promise<Plan> {
    const [plan, ...others] = await plansOf(run);
    if (plan === undefined || others.length > 0) throw new Error('not one query');
    return plan;
  }

  it.each(CONTACT_ORDER_FIELDS)(
    'walk the index of the order by %s, at any depth, in one query a page',
    async (field) => {
      for (const direction of ['ASC', 'DESC'] as const) {
        for (const backward of [false, true]) {
          const order: ContactOrder = { field, direction };
          let from: ContactPosition | null = null;
          for (const depth of [0, 1, 2, 3, 4]) {
            const [start, limit] = [from, depth === 0 ? PAGE : 1_000];
            const plan = await onlyPlanOf(() => page({ order, backward, from: start }));
            expect(plan.stages).not.toContain('SORT');
            expect(plan.stages).not.toContain('COLLSCAN');
            // Twice at most: a condition on null is checked in the document, too.
            expect(plan.docsExamined).toBeLessThanOrEqual(2 * (PAGE + 2));
            expect(plan.keysExamined).toBeLessThanOrEqual(PAGE + 6);
            const { rows } = await page({ order, backward, from: start, limit });
            const last = backward ? rows[0] : rows.at(-1);
            if (last === undefined) throw new Error('no contact so deep');
            from = positionOf(last, order);
          }
        }
      }
    },
  );

  it.each<[string, ContactFilter]>([
    ['status', { statuses: ['UNSUBSCRIBED'] }],
    ['several statuses', { statuses: ['UNSUBSCRIBED', 'DELETED'] }],
    ['sync state', { syncStates: ['CONFLICT', 'PENDING_PUSH'] }],
    ['list', { listIds: [LIST_ID] }],
    ['several lists', { listIds: [LIST_ID, randomUUID()] }],
    ['tag', { tagIds: [randomUUID()] }],
  ])('filter by %s through its index, in the order by id without a sort', async (_name, filter) => {
    const { rows } = await page({ filter, limit: 10 });
    const from = rows[5] === undefined ? null : { key: null, id: rows[5]._id };
    for (const start of [null, from]) {
      const plan = await onlyPlanOf(() => page({ filter, from: start }));
      expect(plan.stages).not.toContain('SORT');
      expect(plan.stages).not.toContain('COLLSCAN');
      expect(plan.docsExamined).toBeLessThanOrEqual(PAGE + 2);
    }
  });

  it('find the contacts that differ by their own index, past all that are deleted on both sides', async () => {
    const syncStates = ['PENDING_PUSH', 'CONFLICT', 'ONLY_LOCAL', 'DELETED_IN_PRIMARY'] as const;
    const differing = () =>
      pageOfDifferingContacts(watched.db().collection('contacts'), { syncStates, after: null, limit: PAGE });
    expect(await countContacts(store.contacts.collection, { syncStates: ['DELETED_IN_PRIMARY'] })).toBeGreaterThan(
      PAGE,
    );
    expect(await differing()).toHaveLength(PAGE);
    const plan = await onlyPlanOf(differing);
    expect(plan.stages).not.toContain('SORT');
    expect(plan.stages).not.toContain('COLLSCAN');
    expect(plan.docsExamined).toBeLessThanOrEqual(PAGE + syncStates.length);
  });

  it.each<[string, ContactFilter]>([
    ['emails', { emailKeys: ['nobody@example.org', 'none@example.org'] }],
    ['a search that nothing matches', { search: { emailPrefix: 'zzzz', namePrefix: 'zzzz' } }],
    ['a search that few match', { search: { emailPrefix: '1a', namePrefix: 'l1a' } }],
    ['a search by first name', { search: { emailPrefix: 'f1a', namePrefix: 'f1a' } }],
    ['a moment', { updatedAfter: SEEDED_AT, updatedBefore: new Date(SEEDED_AT.getTime() + 1_001) }],
    [
      'several things',
      { search: { emailPrefix: '1', namePrefix: 'l1' }, statuses: ['UNSUBSCRIBED'], listIds: [LIST_ID] },
    ],
  ])('find %s in every order without reading the collection', async (_name, filter) => {
    const matching = await countContacts(store.contacts.collection, filter);
    for (const field of CONTACT_ORDER_FIELDS) {
      const plan = await onlyPlanOf(() => page({ filter, order: { field, direction: 'DESC' } }));
      expect(plan.stages).not.toContain('COLLSCAN');
      expect(plan.docsExamined).toBeLessThan(Math.max(matching * 10, 700));
    }
  });

  it('count without reading documents, and look beside a position by the index', async () => {
    const count = await onlyPlanOf(() => countContacts(watched.db().collection('contacts'), {}));
    expect(count.docsExamined).toBe(0);
    const order: ContactOrder = { field: 'NAME', direction: 'ASC' };
    const { rows } = await page({ order, limit: 3_000 });
    const middle = rows.at(-1);
    if (middle === undefined) throw new Error('not seeded');
    for (const side of ['before', 'after'] as const) {
      const look = () =>
        hasContactsBeside(watched.db().collection('contacts'), {
          filter: {},
          order,
          position: positionOf(middle, order),
          side,
        });
      expect(await look()).toBe(true);
      expect((await onlyPlanOf(look)).keysExamined).toBeLessThan(10);
    }
  });
});
