import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStore, ensureIndexes } from '../../src/store/store.ts';
import { serveTestGraphQL, type TestGraphQL } from '../kit/graphql.ts';
import { type QueryWatch, watchQueries } from '../kit/query-plans.ts';
import { SEEDED_AT, seedContacts, seedLists } from '../kit/seed-contacts.ts';
import { openTestStore, type TestStore } from '../kit/store.ts';

const DIFF = `query Diff($list: ContactListRef!, $first: Int, $after: String) { listDiff(list: $list) {
  list { name } primaryCount secondaryCount
  onlyInPrimary(first: $first) { totalCount nodes { email } }
  onlyInSecondary(first: $first) { totalCount nodes { email } }
  blocked(first: $first, after: $after) { nodes { contact { email } reason } pageInfo { hasNextPage endCursor } } } }`;
const MEMBERS = 700;

describe('the members of a list on both sides', () => {
  let testStore: TestStore;
  let watch: QueryWatch;
  let graphql: Omit<TestGraphQL, typeof Symbol.asyncDispose>;
  let newsletter: string;

  const wish = (listId: string) => ({ listId, wishedAt: SEEDED_AT, wishedBy: 'crm' });
  const refusal = (listId: string) => ({
    subject: `list:${listId}`,
    reason: 'LEFT_LIST',
    message: 'was taken off',
    refusedAt: SEEDED_AT,
    runId: null,
  });

  beforeAll(async () => {
    testStore = await openTestStore();
    await ensureIndexes(testStore.db);
    watch = await watchQueries(testStore);
    const store = createStore({ db: watch.db, info: { kind: 'EMBEDDED', version: 'test', changeStreams: false } });
    graphql = serveTestGraphQL({ compiled: true, store });
    const lists = await seedLists(store, ['Newsletter', 'Other', 'Quiet']);
    newsletter = lists[0] ?? '';
    const other = lists[1] ?? '';
    const add = (...listIds: string[]) => ({ add: listIds.map(wish), remove: [] });
    const remove = (...listIds: string[]) => ({ add: [], remove: listIds.map(wish) });
    const changed = { changedAt: SEEDED_AT, changedBy: 'crm' };
    await seedContacts(store, [
      ...Array.from({ length: MEMBERS }, (_, index) => ({
        profile: { email: `member-${index}@example.org` },
        lists: [newsletter, other],
      })),
      { profile: { email: 'added@example.org' }, localLists: add(newsletter, other) },
      { profile: { email: 'removed@example.org' }, lists: [newsletter, other], localLists: remove(newsletter, other) },
      {
        profile: { email: 'held@example.org' },
        consent: { permissionToSend: 'TEMP_HOLD' },
        localLists: add(newsletter),
      },
      { profile: { email: 'refused@example.org' }, refusals: [refusal(newsletter)] },
      {
        contactId: null,
        primary: null,
        local: { email: { value: 'new@example.org', ...changed } },
        localLists: add(newsletter),
      },
      { profile: { email: 'elsewhere@example.org' }, localLists: add(other), refusals: [refusal(randomUUID())] },
    ]);
  });
  afterAll(async () => {
    await watch.close();
    await testStore[Symbol.asyncDispose]();
  });

  const emails = (nodes: { email: string }[]) => nodes.map(({ email }) => email);

  it('are compared by what is stored, with who is to come, to go, and never to come', async () => {
    const { listDiff } = await graphql.query(DIFF, { list: { name: 'Newsletter' } });
    expect(listDiff).toMatchObject({
      list: { name: 'Newsletter' },
      primaryCount: MEMBERS + 1,
      secondaryCount: MEMBERS + 3,
      onlyInPrimary: { totalCount: 1 },
      onlyInSecondary: { totalCount: 3 },
    });
    expect(emails(listDiff.onlyInPrimary.nodes)).toEqual(['removed@example.org']);
    expect(emails(listDiff.onlyInSecondary.nodes)).toEqual([
      'added@example.org',
      'held@example.org',
      'new@example.org',
    ]);
    expect(listDiff.blocked.nodes).toEqual([
      { contact: { email: 'held@example.org' }, reason: 'ON_HOLD' },
      { contact: { email: 'refused@example.org' }, reason: 'LEFT_LIST' },
    ]);
    const quiet = await graphql.query(DIFF, { list: { name: 'Quiet' } });
    expect(quiet.listDiff).toMatchObject({ primaryCount: 0, secondaryCount: 0, blocked: { nodes: [] } });
    expect(await graphql.query(DIFF, { list: { listId: randomUUID() } })).toEqual({ listDiff: null });
  });

  it('are read page by page', async () => {
    const first = await graphql.query(DIFF, { list: { listId: newsletter }, first: 1 });
    expect(emails(first.listDiff.onlyInSecondary.nodes)).toEqual(['added@example.org']);
    expect(first.listDiff.blocked).toMatchObject({
      nodes: [{ reason: 'ON_HOLD' }],
      pageInfo: { hasNextPage: true },
    });
    const after = first.listDiff.blocked.pageInfo.endCursor;
    const second = await graphql.query(DIFF, { list: { listId: newsletter }, first: 1, after });
    expect(second.listDiff.blocked).toMatchObject({
      nodes: [{ reason: 'LEFT_LIST' }],
      pageInfo: { hasNextPage: false },
    });
    const { errors } = await graphql.execute(DIFF, { list: { name: 'Other' }, first: 1, after });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'INVALID_INPUT', problems: [{ path: ['after'] }] });
  });

  it('are found through indexes that hold the wishes alone', async () => {
    const plans = await watch.plansOf(() => graphql.query(DIFF, { list: { listId: newsletter } }));
    const ofContacts = plans.filter(({ collection }) => collection === 'contacts');
    expect(ofContacts.length).toBeGreaterThanOrEqual(6);
    for (const { stages, docsExamined } of ofContacts) {
      expect(stages).not.toContain('COLLSCAN');
      expect(stages).not.toContain('SORT');
      expect(docsExamined).toBeLessThanOrEqual(4);
    }
  });

  it('are all blocked on a list that has gone', async () => {
    await graphql.store.lists.replaceAll([], new Date());
    const { listDiff } = await graphql.query(DIFF, { list: { name: 'Other' } });
    expect(listDiff.blocked.nodes).toEqual([
      { contact: { email: 'added@example.org' }, reason: 'LIST_GONE' },
      { contact: { email: 'elsewhere@example.org' }, reason: 'LIST_GONE' },
    ]);
  });
});
