import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGraphQL, type TestGraphQL } from '../kit/graphql.ts';
import { type SeedContact, seedContacts, seedLists, seedTags } from '../kit/seed-contacts.ts';

const PAGE = `query Page($first: Int, $after: String, $last: Int, $before: String, $filter: ContactFilter, $orderBy: ContactOrder) {
  contacts(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
    totalCount
    nodes { id email firstName lastName }
    edges { cursor node { email } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

const PEOPLE: readonly SeedContact[] = [
  {
    profile: { email: 'Ann.Smith@example.org', firstName: 'Ann', lastName: 'Smith' },
    updatedAt: new Date('2026-01-05T00:00:00Z'),
  },
  {
    profile: { email: 'zoe@example.org', firstName: 'Zoé', lastName: 'Ångström' },
    updatedAt: new Date('2026-01-04T00:00:00Z'),
  },
  { profile: { email: 'smithers@example.com', firstName: 'Waylon', lastName: 'Burns' }, status: 'UNSUBSCRIBED' },
  { profile: { email: null, firstName: 'No', lastName: 'Address' } },
  { profile: { email: null, firstName: null, lastName: null } },
  { profile: { email: 'm@example.org', firstName: 'M', lastName: 'Smith' }, syncState: 'PENDING_PUSH' },
];

describe('contacts', () => {
  let graphql: TestGraphQL;
  let listIds: string[];

  beforeAll(async () => {
    graphql = await openTestGraphQL();
    listIds = await seedLists(graphql.store, ['Newsletter', 'Customers']);
    const tagIds = await seedTags(graphql.store, ['vip', 'old']);
    const on = (index: number) => (index % 2 === 0 ? [listIds[0] ?? ''] : []);
    await seedContacts(
      graphql.store,
      PEOPLE.map((person, index) => ({ ...person, lists: on(index), tags: index === 1 ? [tagIds[0] ?? ''] : [] })),
    );
  });
  afterAll(() => graphql[Symbol.asyncDispose]());

  const emails = async (variables: object): Promise<(string | null)[]> =>
    (await graphql.query(PAGE, variables)).contacts.nodes.map((node: { email: string | null }) => node.email);

  it('are counted by status and by sync state, those that nobody is in with 0', async () => {
    const { contactCounts } = await graphql.query(
      '{ contactCounts { byStatus { status count } bySyncState { syncState count } withRefusals } }',
    );
    const { byStatus, bySyncState, withRefusals } = contactCounts;
    const counted = (counts: readonly { count: number }[]) => counts.filter(({ count }) => count > 0);
    expect(counted(byStatus)).toEqual(
      expect.arrayContaining([
        { status: 'ACTIVE', count: PEOPLE.length - 1 },
        { status: 'UNSUBSCRIBED', count: 1 },
      ]),
    );
    expect(byStatus).toContainEqual({ status: 'DELETED', count: 0 });
    expect(bySyncState).toContainEqual({ syncState: 'PENDING_PUSH', count: 1 });
    const sum = (counts: readonly { count: number }[]) => counts.reduce((total, { count }) => total + count, 0);
    expect([sum(byStatus), sum(bySyncState), withRefusals]).toEqual([PEOPLE.length, PEOPLE.length, 0]);
  });

  it('come in the order in which they became known, each once', async () => {
    const { contacts } = await graphql.query(PAGE);
    expect(contacts.totalCount).toBe(PEOPLE.length);
    expect(contacts.nodes.map((node: { email: string | null }) => node.email)).toEqual(
      PEOPLE.map((person) => person.profile?.email ?? null),
    );
    expect(contacts.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
  });

  it.each(['ID', 'EMAIL', 'NAME', 'UPDATED_AT'])('walk the same way forward and backward by %s', async (field) => {
    for (const direction of ['ASC', 'DESC']) {
      const orderBy = { field, direction };
      const all: string[] = (await graphql.query(PAGE, { orderBy })).contacts.nodes.map((n: { id: string }) => n.id);
      expect(new Set(all).size).toBe(PEOPLE.length);

      const forward: string[] = [];
      let after: string | null = null;
      for (let page = 0; page <= PEOPLE.length; page++) {
        const { contacts }: { contacts: never } = await graphql.query(PAGE, { first: 2, after, orderBy });
        const { nodes, pageInfo } = contacts as { nodes: { id: string }[]; pageInfo: Record<string, never> };
        expect(pageInfo['hasPreviousPage']).toBe(page > 0);
        forward.push(...nodes.map(({ id }) => id));
        if (!pageInfo['hasNextPage']) break;
        after = pageInfo['endCursor'] ?? null;
      }
      expect(forward).toEqual(all);

      const backward: string[] = [];
      let before: string | null = null;
      for (let page = 0; page <= PEOPLE.length; page++) {
        const { contacts }: { contacts: never } = await graphql.query(PAGE, { last: 4, before, orderBy });
        const { nodes, pageInfo } = contacts as { nodes: { id: string }[]; pageInfo: Record<string, never> };
        expect(pageInfo['hasNextPage']).toBe(page > 0);
        backward.unshift(...nodes.map(({ id }) => id));
        if (!pageInfo['hasPreviousPage']) break;
        before = pageInfo['startCursor'] ?? null;
      }
      expect(backward).toEqual(all);
    }
  });

  it('are found by the start of their email address or of their name, in any case', async () => {
    expect(await emails({ filter: { search: 'SMITH' }, orderBy: { field: 'EMAIL' } })).toEqual([
      'Ann.Smith@example.org',
      'm@example.org',
      'smithers@example.com',
    ]);
    expect(await emails({ filter: { search: 'ann smith' } })).toEqual(['Ann.Smith@example.org']);
    expect(await emails({ filter: { search: 'Smith, Ann' } })).toEqual(['Ann.Smith@example.org']);
    expect(await emails({ filter: { search: 'ÅNGSTRÖM' } })).toEqual(['zoe@example.org']);
    expect(await emails({ filter: { search: 'zoé å' } })).toEqual(['zoe@example.org']);
    expect(await emails({ filter: { search: 'wayl' } })).toEqual(['smithers@example.com']);
    expect(await emails({ filter: { search: 'nobody' } })).toEqual([]);
  });

  it('are all there for an empty search', async () => {
    expect(await emails({ filter: { search: '  ' } })).toHaveLength(PEOPLE.length);
  });

  it('are filtered by everything that is given, together', async () => {
    expect(await emails({ filter: { emails: ['ann.smith@EXAMPLE.org', 'nobody@example.org'] } })).toEqual([
      'Ann.Smith@example.org',
    ]);
    expect(await emails({ filter: { status: ['UNSUBSCRIBED'] } })).toEqual(['smithers@example.com']);
    expect(await emails({ filter: { syncState: ['PENDING_PUSH', 'CONFLICT'] } })).toEqual(['m@example.org']);
    expect(await emails({ filter: { lists: [{ name: 'Newsletter' }], status: ['ACTIVE'] } })).toEqual([
      'Ann.Smith@example.org',
      null,
    ]);
    expect(await emails({ filter: { lists: [{ listId: listIds[0] }], search: 'smith' } })).toHaveLength(2);
    expect(await emails({ filter: { tags: ['vip', 'no such tag'] } })).toEqual(['zoe@example.org']);
    expect(
      await emails({ filter: { updatedAfter: '2026-01-04T00:00:00Z', updatedBefore: '2026-02-01T01:00:00+01:00' } }),
    ).toEqual(['Ann.Smith@example.org']);
  });

  it('are none where a filter names a list or a tag that does not exist, or no value', async () => {
    expect(await emails({ filter: { lists: [{ name: 'No such list' }] } })).toEqual([]);
    expect(await emails({ filter: { lists: [{ id: 'garbage' }] } })).toEqual([]);
    expect(await emails({ filter: { tags: ['no such tag'] } })).toEqual([]);
    expect(await emails({ filter: { status: [] } })).toEqual([]);
  });

  it('tell whether there are others before, also when the contact at the cursor is gone', async () => {
    const first = await graphql.query(PAGE, { first: 1 });
    const { cursor } = (await graphql.query(PAGE, { first: 2 })).contacts.edges[1];
    const gone = await graphql.store.contacts.collection.findOne({ 'primary.email': 'zoe@example.org' });
    if (gone === null) throw new Error('not seeded');
    await graphql.store.contacts.collection.deleteOne({ _id: gone._id });
    try {
      const { contacts } = await graphql.query(PAGE, { first: 1, after: cursor });
      expect(contacts.nodes[0].email).toBe('smithers@example.com');
      expect(contacts.pageInfo.hasPreviousPage).toBe(true);
      const { contacts: before } = await graphql.query(PAGE, { last: 5, before: first.contacts.pageInfo.endCursor });
      expect(before).toMatchObject({ nodes: [], pageInfo: { hasNextPage: true, hasPreviousPage: false } });
    } finally {
      await graphql.store.contacts.collection.insertOne(gone);
    }
  });
});
