import { createHmac } from 'node:crypto';
import { getIntrospectionQuery } from 'graphql';
import { createClient } from 'graphql-ws';
import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createApiKey } from '../../src/auth/api-keys.ts';
import { createJwtCheck } from '../../src/auth/json-web-tokens.ts';
import { SCOPES, type Scope } from '../../src/config.ts';
import { builder } from '../../src/schema/builder.ts';
import { enforceScopes } from '../../src/schema/field-scopes.ts';
import { openTestGateway, type TestGateway } from '../kit/gateway.ts';
import { openTestStore, type TestStore } from '../kit/store.ts';
import { AUDIENCE, ISSUER, openTestIssuer, type TestIssuer } from './issuer.ts';

const keys = {
  reader: createApiKey({ name: 'reader', scopes: ['contacts:read'] }),
  operator: createApiKey({ name: 'operator', scopes: ['sync:read', 'sync:write'] }),
  admin: createApiKey({ name: 'boss', scopes: ['admin'] }),
};
const bearer = (credential: string) => ({ authorization: `Bearer ${credential}` });

const CONTACTS = '{ contacts(first: 1) { totalCount } }';
const STATUS = '{ syncStatus { connection } }';

let issuer: TestIssuer;
let store: TestStore;
let gateway: TestGateway;

beforeAll(async () => {
  issuer = await openTestIssuer();
  store = await openTestStore();
  gateway = await openTestGateway({
    store,
    settings: {
      API_KEYS: Object.values(keys)
        .map(({ setting }) => setting)
        .join(','),
      JWT_JWKS_URL: issuer.jwksUrl,
      JWT_ISSUER: ISSUER,
      JWT_AUDIENCE: AUDIENCE,
    },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  await issuer.close();
});

const codesOf = ({ errors = [] }: { errors?: readonly { extensions?: { code?: string } }[] }) =>
  errors.map(({ extensions }) => extensions?.code);

describe('strangers', () => {
  test.each([
    ['nothing', {}],
    ['an unknown key', bearer('csg_guess')],
    ['a key in the wrong way', { authorization: `Basic ${keys.admin.key}` }],
    ['the hash of a key', bearer(keys.admin.setting.split(':').at(-1) ?? '')],
  ])('with %s get 401, not even the schema', async (_what, options) => {
    for (const query of [CONTACTS, '{ __typename }', getIntrospectionQuery()]) {
      const answer = await gateway.graphql(query, options);
      expect([answer.status, answer.data, codesOf(answer)]).toEqual([401, undefined, ['UNAUTHENTICATED']]);
    }
  });

  test('are told how to identify themselves, and read no metrics', async () => {
    const response = await fetch(`${gateway.url}/graphql?query={__typename}`);
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect((await fetch(`${gateway.url}/metrics`)).status).toBe(401);
    expect((await fetch(`${gateway.url}/metrics`, { headers: bearer(keys.reader.key) })).status).toBe(403);
    expect((await fetch(`${gateway.url}/metrics`, { headers: bearer(keys.operator.key) })).status).toBe(200);
    expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
  });
});

describe('API keys', () => {
  test('open what their scopes name, and nothing else', async () => {
    expect((await gateway.graphql(CONTACTS, bearer(keys.reader.key))).errors).toBeUndefined();
    expect(codesOf(await gateway.graphql(STATUS, bearer(keys.reader.key)))).toEqual(['FORBIDDEN']);
    expect((await gateway.graphql(STATUS, bearer(keys.operator.key))).errors).toBeUndefined();
    expect(codesOf(await gateway.graphql(CONTACTS, bearer(keys.operator.key)))).toEqual(['FORBIDDEN']);
    expect(
      (
        await gateway.graphql(
          `{ ...A ...B } fragment A on Query ${CONTACTS} fragment B on Query ${STATUS}`,
          bearer(keys.admin.key),
        )
      ).errors,
    ).toBeUndefined();
  });

  test('a run carries the name of the key that started it', async () => {
    const start =
      'mutation { startSync(input: { kind: CONTACTS, mode: FULL }) { ... on StartSyncSuccess { run { triggeredBy } } ... on SyncAlreadyRunning { run { id } } } }';
    expect(codesOf(await gateway.graphql(start, bearer(keys.reader.key)))).toEqual(['FORBIDDEN']);
    const unsubscribes = start.replace('CONTACTS, mode: FULL', 'UNSUBSCRIBES');
    const answer = await gateway.graphql(unsubscribes, bearer(keys.operator.key));
    expect(answer.data.startSync.run.triggeredBy).toBe('operator');
  });

  test('an id opens what its type asks for', async () => {
    const runs = await gateway.graphql('{ syncRuns(first: 1) { nodes { id } } }', bearer(keys.operator.key));
    const [{ id }] = runs.data.syncRuns.nodes;
    const node = `{ node(id: "${id}") { __typename } }`;
    expect((await gateway.graphql(node, bearer(keys.operator.key))).data.node.__typename).toBe('SyncRun');
    expect(codesOf(await gateway.graphql(node, bearer(keys.reader.key)))).toEqual(['FORBIDDEN']);
  });

  test('connecting an account needs the scope admin, in a browser by a form', async () => {
    await using other = await openTestStore();
    const { reader, admin } = keys;
    await using account = await openTestGateway({
      store: other,
      settings: {
        CC_CLIENT_ID: 'client',
        TOKEN_KEY: Buffer.alloc(32, 7).toString('base64'),
        API_KEYS: `${reader.setting},${admin.setting}`,
      },
    });
    const connect = (init: RequestInit) => fetch(`${account.url}/oauth/connect`, { redirect: 'manual', ...init });
    const form = (key: string) => connect({ method: 'POST', body: new URLSearchParams({ key }) });
    const page = await connect({});
    expect([page.status, await page.text()]).toEqual([401, expect.stringContaining('<form method="post"')]);
    expect(page.headers.get('content-security-policy')).toContain(
      "form-action 'self' https://authz.constantcontact.com",
    );
    expect((await connect({ headers: bearer(reader.key) })).status).toBe(401);
    expect((await form(reader.key)).status).toBe(401);
    for (const answer of [await form(admin.key), await connect({ headers: bearer(admin.key) })]) {
      expect(answer.headers.get('location')).toMatch(/^https:\/\/authz\.constantcontact\.com\/.*client_id=client/);
    }
  });
});

describe('JSON Web Tokens', () => {
  test('open what their scopes name', async () => {
    for (const claims of [
      { scope: 'openid contacts:read' },
      { scp: ['contacts:read'] },
      { permissions: ['contacts:read'] },
    ]) {
      const token = await issuer.token(claims);
      expect((await gateway.graphql(CONTACTS, bearer(token))).errors).toBeUndefined();
      expect(codesOf(await gateway.graphql(STATUS, bearer(token)))).toEqual(['FORBIDDEN']);
    }
  });

  test('the keys are read once', async () => {
    await gateway.graphql(CONTACTS, bearer(await issuer.token({ scope: 'contacts:read' })));
    expect(issuer.requests()).toBe(1);
  });

  test('one that was good is refused once it has ended', async () => {
    const token = await issuer.token({ scope: 'contacts:read' }, -2);
    // Within the tolerance for clocks that differ.
    expect((await gateway.graphql(CONTACTS, bearer(token))).status).toBe(200);
    const status = async () => (await gateway.graphql(CONTACTS, bearer(token))).status;
    await expect.poll(status, { timeout: 10_000 }).toBe(401);
  });

  const now = () => Math.floor(Date.now() / 1_000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = () => ({ iss: ISSUER, aud: AUDIENCE, sub: 'jane', exp: now() + 300, scope: 'admin' });
  const bad: Record<string, () => Promise<string>> = {
    'has expired': () => issuer.token({ scope: 'admin' }, -60),
    'is not good yet': () => issuer.token({ scope: 'admin', nbf: now() + 300 }),
    'is of another issuer': () => issuer.token({ scope: 'admin', iss: 'https://other.example' }),
    'is for another audience': () => issuer.token({ scope: 'admin', aud: 'another-service' }),
    'never ends': () => issuer.token({ scope: 'admin', exp: undefined }),
    'ends when time does': () => issuer.token({ scope: 'admin', exp: 1e15 }),
    'names nobody': () => issuer.token({ scope: 'admin', sub: undefined }),
    'is changed': async () => {
      const [header, , signature] = (await issuer.token({ scope: 'contacts:read' })).split('.');
      return `${header}.${part(claims())}.${signature}`;
    },
    'is not signed': async () => `${part({ alg: 'none' })}.${part(claims())}.x`,
    'is signed by somebody else': async () => {
      const { privateKey } = await generateKeyPair('RS256');
      return new SignJWT(claims()).setProtectedHeader({ alg: 'RS256', kid: issuer.key.kid }).sign(privateKey);
    },
    'takes the public key for a shared secret': async () => {
      const signed = `${part({ alg: 'HS256', kid: issuer.key.kid })}.${part(claims())}`;
      return `${signed}.${createHmac('sha256', await exportSPKI(issuer.key.publicKey))
        .update(signed)
        .digest('base64url')}`;
    },
  };
  test.each(Object.keys(bad))('one that %s is refused', async (name) => {
    const answer = await gateway.graphql(CONTACTS, bearer((await bad[name]?.()) ?? ''));
    expect([answer.status, codesOf(answer)]).toEqual([401, ['UNAUTHENTICATED']]);
  });

  test('a key that the issuer publishes anew is taken up, and a key that it took back is not', async () => {
    const rotating = await openTestIssuer();
    const settings = { jwksUrl: rotating.jwksUrl, issuer: ISSUER, audience: AUDIENCE };
    const check = createJwtCheck({ ...settings, keysCooldownMs: 0 });
    const careful = createJwtCheck(settings);
    for (const each of [check, careful]) await each(await rotating.token({ scope: 'contacts:read' }));
    const old = await rotating.token({ scope: 'admin' });
    await rotating.rotate();
    const fresh = await rotating.token({ scope: 'sync:read' });
    expect(await check(fresh)).toMatchObject({ name: 'jane', scopes: new Set(['sync:read']) });
    await expect(check(old)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    // Strangers with keys of their own cannot make us ask again and again.
    const asked = rotating.requests();
    for (let times = 0; times < 3; times++)
      await expect(careful(fresh)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(rotating.requests()).toBe(asked);
    await rotating.close();
  });

  test('keys that cannot be read are told as trouble of ours', async () => {
    await using other = await openTestStore();
    await using lonely = await openTestGateway({
      store: other,
      settings: { JWT_JWKS_URL: 'http://127.0.0.1:9/jwks', JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE },
    });
    const answer = await lonely.graphql(CONTACTS, bearer(await issuer.token({ scope: 'admin' })));
    expect([answer.status, codesOf(answer)]).toEqual([503, ['AUTH_UNAVAILABLE']]);
  });
});

describe('subscriptions', () => {
  const FOLLOW = 'subscription { syncRunChanged { id } }';
  const webSocket = (authorization?: string) =>
    createClient({
      url: gateway.url.replace('http', 'ws').concat('/graphql'),
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      ...(authorization === undefined ? {} : { connectionParams: { Authorization: `Bearer ${authorization}` } }),
    });
  /** How it ends, whatever comes before. */
  const endOf = (authorization: string | undefined, query = FOLLOW) =>
    new Promise<unknown>((resolve) => {
      const client = webSocket(authorization);
      const end = (value: unknown) => {
        resolve(value);
        void client.dispose();
      };
      client.subscribe(
        { query },
        { next: ({ errors }) => errors && end(errors), error: end, complete: () => end('complete') },
      );
    });

  test('a WebSocket without a good credential is closed', async () => {
    expect(await endOf(undefined)).toMatchObject({ code: 4403 });
    expect(await endOf('csg_guess')).toMatchObject({ code: 4403 });
  });

  test('they need a scope, too', async () => {
    expect(await endOf(keys.reader.key)).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  test('a token that expires ends its subscription, over WebSocket and SSE', async () => {
    const token = await issuer.token({ scope: 'sync:read' }, 2);
    const overWebSocket = endOf(token);
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { ...bearer(token), 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: FOLLOW }),
    });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('event: complete');
    expect(await overWebSocket).toBe('complete');
    expect(Date.now()).toBeGreaterThanOrEqual(
      JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).exp * 1_000,
    );
  });
});

describe('the schema', () => {
  const scoped = enforceScopes(builder.toSchema());

  test('asks every root field for a scope that somebody has thought of', () => {
    expect(scoped.filter(({ listed }) => !listed).map(({ name }) => name)).toEqual([]);
  });

  test.each(scoped.filter(({ name, scopes }) => /^(Query|Mutation|Subscription)\./.test(name) && scopes.length > 0))(
    '$name refuses a caller without its scope',
    async ({ name, scopes }) => {
      const [root = '', fieldName = ''] = name.split('.');
      const field = builder.toSchema().getType(root);
      const others: Scope[] = SCOPES.filter((scope) => scope !== 'admin' && !scopes.includes(scope));
      if (field === undefined || !('getFields' in field)) throw new Error(`${name} is gone`);
      const { resolve, subscribe } = scopedField(root, fieldName);
      const context = { caller: { name: 'x', scopes: new Set(others), expiresAt: null } };
      const call = root === 'Subscription' ? subscribe : resolve;
      expect(() => call?.({}, {}, context, {})).toThrow('This needs the scope');
    },
  );
});

type Call = (source: object, given: object, context: object, info: object) => unknown;

function scopedField(root: string, name: string): { resolve?: Call; subscribe?: Call } {
  const schema = builder.toSchema();
  enforceScopes(schema);
  const type = schema.getType(root);
  const field = type !== undefined && 'getFields' in type ? type.getFields()[name] : undefined;
  return (field ?? {}) as { resolve?: Call; subscribe?: Call };
}
