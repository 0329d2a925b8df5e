import { ObjectId } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGraphQL, type TestGraphQL } from '../kit/graphql.ts';
import { contactDocument, seedContacts, seedLists } from '../kit/seed-contacts.ts';

const idOf = (type: string, key: ObjectId) => Buffer.from(`${type}:${key.toHexString()}`).toString('base64');

describe('bad input', () => {
  let graphql: TestGraphQL;
  let contact: ObjectId;
  beforeAll(async () => {
    graphql = await openTestGraphQL();
    await seedLists(graphql.store, ['Newsletter']);
    const [first] = await seedContacts(graphql.store, [{ profile: { email: 'a@example.org' } }, {}, {}]);
    contact = (first ?? contactDocument())._id;
  });
  afterAll(() => graphql[Symbol.asyncDispose]());

  const refusal = async (query: string, variables?: object) => {
    const { errors } = await graphql.execute(query, variables);
    expect(errors, query).toHaveLength(1);
    return errors?.[0];
  };

  it.each([
    ['first: 501', 'first'],
    ['first: -1', 'first'],
    ['last: 501', 'last'],
    ['last: -2147483648', 'last'],
    ['after: "garbage"', 'after'],
    ['after: ""', 'after'],
    ['before: "WyJjb250YWN0czpJRDpBU0MiXQ"', 'before'],
    ['after: "bnVsbA"', 'after'],
  ])('names the argument that is wrong: contacts(%s)', async (given, argument) => {
    const error = await refusal(`{ contacts(${given}) { nodes { id } } }`);
    expect(error?.extensions).toMatchObject({ code: 'INVALID_INPUT', problems: [{ path: [argument] }] });
    expect(error?.path).toEqual(['contacts']);
  });

  it('tells all that is wrong at once', async () => {
    const error = await refusal('{ contacts(first: 501, last: -1, after: "x", before: "y") { nodes { id } } }');
    const problems = error?.extensions?.['problems'] as { path: string[] }[];
    expect(problems.map(({ path }) => path[0])).toEqual(['first', 'last', 'after', 'before', 'last']);
  });

  it('refuses a cursor of another order, direction or connection', async () => {
    const { contacts } = await graphql.query('{ contacts(first: 1) { pageInfo { endCursor } } }');
    const { contactLists } = await graphql.query('{ contactLists { pageInfo { endCursor } } }');
    const lists: string = contactLists.pageInfo.endCursor;
    const page =
      'query Page($after: String, $orderBy: ContactOrder) { contacts(after: $after, orderBy: $orderBy) { nodes { id } } }';
    for (const [after, orderBy] of [
      [contacts.pageInfo.endCursor, { field: 'EMAIL' }],
      [contacts.pageInfo.endCursor, { field: 'ID', direction: 'DESC' }],
      [lists, { field: 'ID' }],
      [lists, { field: 'NAME' }],
    ]) {
      expect((await refusal(page, { after, orderBy }))?.extensions).toMatchObject({ code: 'INVALID_INPUT' });
    }
    const runs = await refusal('query R($after: String) { syncRuns(after: $after) { nodes { id } } }', {
      after: lists,
    });
    expect(runs?.extensions).toMatchObject({ code: 'INVALID_INPUT', problems: [{ path: ['after'] }] });
  });

  it('refuses a cursor whose position has the wrong type', async () => {
    const forged = (position: unknown[]) => Buffer.from(JSON.stringify(position)).toString('base64url');
    const page =
      'query Page($after: String) { contacts(after: $after, orderBy: { field: UPDATED_AT }) { nodes { id } } }';
    const id = contact.toHexString();
    for (const position of [
      ['contacts:UPDATED_AT:ASC', { $gt: '' }, id],
      ['contacts:UPDATED_AT:ASC', 'yesterday', id],
      ['contacts:UPDATED_AT:ASC', '2026-01-01T00:00:00.000Z', { $ne: null }],
      ['contacts:UPDATED_AT:ASC', '2026-01-01T00:00:00.000Z', id, 'more'],
    ])
      expect((await refusal(page, { after: forged(position) }))?.extensions).toMatchObject({ code: 'INVALID_INPUT' });
  });

  it.each([
    '{ contacts { nodes { nothing } } }',
    '{ contacts(first: "many") { nodes { id } } }',
    '{ contacts(filter: { status: [GONE] }) { nodes { id } } }',
    '{ contacts(filter: { updatedAfter: "yesterday" }) { nodes { id } } }',
    '{ contacts(filter: { updatedAfter: "2026-02-31T00:00" }) { nodes { id } } }',
    '{ contacts(filter: { emails: ["nobody"] }) { nodes { id } } }',
    '{ contacts(orderBy: { direction: ASC }) { nodes { id } } }',
    '{ contact { id } }',
    '{ contact(by: {}) { id } }',
    '{ contact(by: { email: "a@example.org", contactId: "x" }) { id } }',
    '{ contact(by: { email: null }) { id } }',
    'mutation { startSync(input: { kind: EVERYTHING }) { __typename } }',
  ])('is refused before anything is done: %s', async (query) => {
    const { errors, data } = await graphql.execute(query);
    expect(errors?.length).toBeGreaterThan(0);
    expect(data ?? null).toBeNull();
  });

  it.each([
    [{ by: {} }],
    [{ by: { email: 'a@example.org', contactId: 'x' } }],
    [{ by: { email: 'a@example.org', id: null } }],
    [{ by: { email: ['a@example.org'] } }],
    [{ by: { email: 7 } }],
    [{ by: [] }],
    [{ by: 'a@example.org' }],
    [{}],
  ])('is refused in variables, too: %j', async (variables) => {
    const { errors, data } = await graphql.execute(
      'query One($by: ContactRef!) { contact(by: $by) { id } }',
      variables,
    );
    expect(errors?.length).toBeGreaterThan(0);
    expect(data ?? null).toBeNull();
  });

  it('answers null for an id that names nothing, is of another type, or is no id', async () => {
    const unknown = new ObjectId();
    for (const id of [
      '',
      'garbage',
      '💥',
      'x'.repeat(5_000),
      idOf('Contact', unknown),
      idOf('Nothing', contact),
      contact.toHexString(),
    ]) {
      const answer = await graphql.query(
        'query Ids($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } contact(by: { id: $id }) { id } contactList(by: { id: $id }) { id } syncRun(id: $id) { id } }',
        { id },
      );
      expect(answer).toEqual({ node: null, nodes: [null], contact: null, contactList: null, syncRun: null });
    }
    const contactId = idOf('Contact', contact);
    const answer = await graphql.query(
      'query Ids($id: ID!) { node(id: $id) { id __typename } contactList(by: { id: $id }) { id } syncRun(id: $id) { id } }',
      { id: contactId },
    );
    expect(answer).toEqual({ node: { id: contactId, __typename: 'Contact' }, contactList: null, syncRun: null });
  });

  it('has limits on what one operation may name', async () => {
    const nodes = await refusal('query N($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: Array(501).fill('x') });
    expect(nodes?.extensions).toMatchObject({ code: 'INVALID_INPUT', problems: [{ path: ['ids'] }] });
    const filter = { search: 'x'.repeat(201), tags: Array(1_001).fill('x'), lists: Array(1_001).fill({ name: 'x' }) };
    const error = await refusal('query F($filter: ContactFilter) { contacts(filter: $filter) { nodes { id } } }', {
      filter,
    });
    const problems = error?.extensions?.['problems'] as { path: string[] }[];
    expect(problems.map(({ path }) => path[1])).toEqual(['lists', 'tags', 'search']);
  });

  it('has no way into the query language of the store', async () => {
    for (const search of ['.*', '^a', '$where', '{"$ne":null}', '\u0000', '\\', '%'])
      expect(
        (
          await graphql.query('query S($s: String) { contacts(filter: { search: $s }) { nodes { id } } }', {
            s: search,
          })
        ).contacts.nodes,
      ).toEqual([]);
  });
});
