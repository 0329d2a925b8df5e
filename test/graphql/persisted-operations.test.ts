import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getIntrospectionQuery } from 'graphql';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createGatewayClient } from '../../src/client/index.ts';
import { PERSISTED_OPERATIONS } from '../../src/client/persisted-operations.ts';
import { CONSOLE_OPERATIONS } from '../../src/server/console-operations.ts';
import { createOperationList } from '../../src/server/operation-list.ts';
import { openTestGateway, type TestGateway } from '../kit/gateway.ts';
import { openTestStore, type TestStore } from '../kit/store.ts';
import { createWorkingDir } from '../start/gateway-process.ts';
import { addTypename } from './add-typename.ts';

const OWN = 'query Ours { syncStatus { connection } }';

const idOf = (name: string) => {
  const found = Object.entries(PERSISTED_OPERATIONS).find(([, text]) => new RegExp(`^\\w+ ${name}\\b`).test(text));
  if (found === undefined) throw new Error(`${name} is not in the manifest`);
  return found[0];
};
const byId = (id: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: id } } });

async function send({ url }: TestGateway, body: object) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

async function overWebSocket({ url }: TestGateway, payload: object): Promise<unknown> {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  try {
    return await new Promise((resolve) => {
      client.subscribe({ query: '', ...payload }, { next: resolve, error: resolve, complete: () => {} });
    });
  } finally {
    await client.dispose();
  }
}

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store[Symbol.asyncDispose]());

describe('a gateway that accepts listed operations', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openTestGateway({ store });
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test('answers one by its id, over POST, GET and WebSocket, and any other by its text', async () => {
    const id = byId(idOf('syncStatus'));
    const known = { data: { syncStatus: { connection: 'SANDBOX' } } };
    expect((await send(gateway, id)).body).toMatchObject(known);
    const extensions = encodeURIComponent(JSON.stringify(id.extensions));
    expect(await (await fetch(`${gateway.url}/graphql?extensions=${extensions}`)).json()).toMatchObject(known);
    expect(await overWebSocket(gateway, id)).toMatchObject(known);
    expect((await send(gateway, { query: '{ __typename }' })).body.data).toEqual({ __typename: 'Query' });
  });

  test.each([['nonsense'], ['__proto__'], ['a'.repeat(64)]])('does not know the id %s', async (id) => {
    const refused = await send(gateway, byId(id));
    expect(refused).toMatchObject({
      status: 400,
      body: { errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] },
    });
    expect(await overWebSocket(gateway, byId(id))).toMatchObject([
      { extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } },
    ]);
  });
});

describe('a gateway that requires listed operations', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    await using dir = await createWorkingDir();
    const file = join(dir.path, 'operations.json');
    await writeFile(file, JSON.stringify({ ours: OWN }));
    gateway = await openTestGateway({
      store,
      settings: { PERSISTED_OPERATIONS: 'required', PERSISTED_OPERATIONS_FILE: file },
    });
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test('serves the typed client as it is', async () => {
    const client = createGatewayClient(`${gateway.url}/graphql`);
    expect((await client.syncStatus()).syncStatus.connection).toBe('SANDBOX');
  });

  test('serves those of a file, by id and by text', async () => {
    expect((await send(gateway, byId('ours'))).body.data).toEqual({ syncStatus: { connection: 'SANDBOX' } });
    expect((await send(gateway, { query: OWN })).status).toBe(200);
  });

  test.each([
    ['another operation', '{ syncStatus { connection } }'],
    ['a listed one with one field more', OWN.replace('connection', 'connection eventDelivery')],
    ['a listed one with another beside it', `${OWN} query Other { __typename }`],
    ['introspection', getIntrospectionQuery()],
    ['a mutation', 'mutation { disconnectAccount { __typename } }'],
    ['what is no GraphQL', '{'],
  ])('refuses %s, over HTTP and WebSocket', async (_what, query) => {
    expect(await send(gateway, { query })).toMatchObject({
      status: 400,
      body: { errors: [{ extensions: { code: 'OPERATION_NOT_LISTED' } }] },
    });
    expect(await overWebSocket(gateway, { query })).toMatchObject([{ extensions: { code: 'OPERATION_NOT_LISTED' } }]);
  });

  test('shows no GraphiQL', async () => {
    const page = await fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(page.headers.get('content-type') ?? '').not.toContain('text/html');
  });
});

test('every operation of the client and the console is known, in whatever layout and with __typename added', () => {
  const manifests = [PERSISTED_OPERATIONS, CONSOLE_OPERATIONS];
  const list = createOperationList({ required: true, manifests });
  const texts = manifests.flatMap((manifest) => Object.values(manifest));
  expect(texts.length).toBeGreaterThan(20);
  for (const text of texts) {
    for (const query of [text, text.replace(/\s+/g, ' '), `# a comment\n${addTypename(text)}`])
      expect(list.textOf({ query })).toBe(query);
  }
});

test.each([
  ['no JSON', '{', /cannot be read/],
  ['a list', '[]', /object of ids and texts/],
  ['an operation of another schema', '{"a": "{ nothing }"}', /a: Cannot query field "nothing"/],
  ['two operations under one id', '{"a": "query A { __typename } query B { __typename }"}', /a: is not one operation/],
])('a file that holds %s stops the start and says why', async (_what, content, message) => {
  await using dir = await createWorkingDir();
  const file = join(dir.path, 'operations.json');
  await writeFile(file, content);
  await expect(openTestGateway({ store, settings: { PERSISTED_OPERATIONS_FILE: file } })).rejects.toThrow(message);
});

describe('without introspection', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openTestGateway({ store, settings: { INTROSPECTION: 'off' } });
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test.each([
    ['the schema', getIntrospectionQuery()],
    ['a type', '{ __type(name: "Contact") { name } }'],
  ])('%s is not told, over HTTP and WebSocket', async (_what, query) => {
    for (const answer of [(await send(gateway, { query })).body.errors, await overWebSocket(gateway, { query })])
      expect(JSON.stringify(answer)).toContain('introspection');
    expect((await send(gateway, { query: '{ __typename }' })).body.data).toEqual({ __typename: 'Query' });
  });

  test.each([
    ['a field', { query: '{ syncStatuz { connection } }' }],
    ['an argument', { query: '{ contacts(firzt: 1) { totalCount } }' }],
    ['a type', { query: '{ ... on Querry { __typename } }' }],
    ['a value', { query: '{ contacts(filter: { status: [ACTIV] }) { totalCount } }' }],
    [
      'a value of a variable',
      {
        query: 'query ($f: ContactFilter) { contacts(filter: $f) { totalCount } }',
        variables: { f: { status: ['ACTIV'], emailz: [] } },
      },
    ],
  ])('a wrong name of %s brings no suggestion', async (_what, body) => {
    const { errors } = (await send(gateway, body)).body;
    expect(errors.length).toBeGreaterThan(0);
    expect(JSON.stringify(errors)).not.toMatch(/did you mean/i);
    expect(JSON.stringify(await overWebSocket(gateway, body))).not.toMatch(/did you mean/i);
  });
});

test('with introspection, a wrong name brings a suggestion', async () => {
  await using gateway = await openTestGateway({ store });
  expect(JSON.stringify((await send(gateway, { query: '{ syncStatuz { connection } }' })).body)).toContain(
    'Did you mean',
  );
});
