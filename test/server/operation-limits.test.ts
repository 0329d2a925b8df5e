import { getIntrospectionQuery } from 'graphql';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createApiKey } from '../../src/auth/api-keys.ts';
import { openTestGateway, type TestGateway } from '../kit/gateway.ts';
import { openTestStore, type TestStore } from '../kit/store.ts';

const shop = createApiKey({ name: 'shop', scopes: ['contacts:read'] });
const office = createApiKey({ name: 'office', scopes: ['contacts:read'] });
const bearer = ({ key }: { key: string }) => ({ authorization: `Bearer ${key}` });

let store: TestStore;
let gateway: TestGateway;

beforeAll(async () => {
  store = await openTestStore();
  gateway = await openTestGateway({ store });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

const many = (count: number, field: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => field(index)).join(' ');

describe('an operation is refused', () => {
  test.each<[string, string, RegExp]>([
    ['that is too deep', `query { ${'... on Query { '.repeat(20)} __typename ${'}'.repeat(20)} }`, /[Dd]epth/],
    ['with too many aliases', `{ ${many(60, (index) => `a${index}: syncStatus { connection }`)} }`, /[Aa]lias/],
    ['with too many directives', `{ syncStatus { connection ${'@include(if: true) '.repeat(60)} } }`, /[Dd]irective/],
    ['with too many tokens', `{ ${many(2_100, () => '__typename')} }`, /[Tt]oken/],
    ['whose fragments go round', 'query { ...A } fragment A on Query { ...B } fragment B on Query { ...A }', /itself/],
    [
      'that asks for pages within pages',
      '{ contacts(first: 500) { nodes { history(first: 500) { nodes { changes { kind } } } } } }',
      /objects/,
    ],
    [
      'that asks for the same large page again and again',
      `{ ${many(20, (index) => `a${index}: contacts(first: 500) { nodes { lists { name } } }`)} }`,
      /objects/,
    ],
    [
      'that hides a large page in a fragment',
      '{ ...P } fragment P on Query { contacts(first: 500) { nodes { history(first: 100) { nodes { at } } } } }',
      /objects/,
    ],
    [
      'that reads too many contacts live',
      '{ contacts(first: 500) { nodes { live { email tags { name } lists { name } } } } }',
      /objects/,
    ],
  ])('%s', async (_what, query, message) => {
    const answer = await gateway.graphql(query);
    expect(answer.data).toBeFalsy();
    expect(answer.errors?.map((error) => error.message).join()).toMatch(message);
  });

  test('by the size that its variables ask for', async () => {
    const query = 'query ($n: Int) { contacts(first: $n) { nodes { history(first: $n) { nodes { at } } } } }';
    expect((await gateway.graphql(query, { variables: { n: 10 } })).errors).toBeUndefined();
    expect((await gateway.graphql(query, { variables: { n: 500 } })).errors?.[0]?.extensions?.code).toBe(
      'OPERATION_TOO_COSTLY',
    );
    expect((await gateway.graphql(query, { variables: { n: 10 } })).errors).toBeUndefined();
  });

  test('by the cost of the operation that is named, not of its neighbours', async () => {
    const query =
      'query Small { __typename } query Large { contacts(first: 500) { nodes { history(first: 500) { nodes { at } } } } }';
    const named = async (operationName: string) => {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, operationName }),
      });
      return (await response.json()).errors?.[0]?.extensions?.code;
    };
    expect([await named('Small'), await named('Large')]).toEqual([undefined, 'OPERATION_TOO_COSTLY']);
  });

  test('in a batch, however many there are', async () => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(Array.from({ length: 1_000 }, () => ({ query: '{ __typename }' }))),
    });
    expect(response.status).toBe(400);
  });
});

test.each([
  ['the whole schema', getIntrospectionQuery()],
  [
    'a full page of contacts with everything of theirs',
    '{ contacts(first: 500) { totalCount nodes { email lists { name } tags { name } customFields { value } phoneNumbers { number } pendingChanges { field } } pageInfo { endCursor } } }',
  ],
  [
    'the history of a contact with its runs',
    '{ contacts(first: 1) { nodes { history(first: 1) { nodes { run { rejectedRows { reason } } } } } } }',
  ],
])('%s is answered', async (_what, query) => {
  expect((await gateway.graphql(query)).errors).toBeUndefined();
});

describe('a caller that asks too often', () => {
  let other: TestStore;
  let busy: TestGateway;
  beforeAll(async () => {
    other = await openTestStore();
    busy = await openTestGateway({
      store: other,
      settings: { API_KEYS: `${shop.setting},${office.setting}`, CALLER_REQUESTS_PER_MINUTE: '5' },
    });
  });
  afterAll(async () => {
    await busy[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
  });

  test('is told to wait, over HTTP and WebSocket, and hinders no other', async () => {
    for (let times = 1; times <= 5; times++)
      expect((await busy.graphql('{ __typename }', bearer(shop))).status).toBe(200);
    const response = await fetch(`${busy.url}/graphql?query={__typename}`, { headers: bearer(shop) });
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await response.json()).errors[0].extensions.code).toBe('RATE_LIMITED');
    const client = createClient({
      url: `${busy.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: bearer(shop),
      retryAttempts: 0,
    });
    const refused = await new Promise((resolve) => {
      client.subscribe({ query: '{ __typename }' }, { next: resolve, error: resolve, complete: () => {} });
    });
    await client.dispose();
    expect(refused).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    expect((await busy.graphql('{ __typename }', bearer(office))).status).toBe(200);
  });
});
