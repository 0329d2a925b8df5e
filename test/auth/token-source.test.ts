import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOauthTokenSource, newTokensOf, type OauthTokenSource } from '../../src/auth/oauth-token-source.ts';
import { systemClock } from '../../src/clock.ts';
import { createOauthServer, type OauthServer } from '../../src/constant-contact/oauth.ts';
import { isDomainError } from '../../src/domain-error.ts';
import { silentLogger } from '../../src/logger.ts';
import { type CredentialStore, createCredentialStore } from '../../src/store/credentials.ts';
import { createLeaseStore } from '../../src/store/leases.ts';
import { createTokenCipher } from '../../src/store/token-cipher.ts';
import { openTestSandbox, type TestSandbox } from '../kit/sandbox.ts';
import { openTestStore, type TestStore } from '../kit/store.ts';
import { authorizationCode } from './browser.ts';

const KEY = randomBytes(32);
const REDIRECT_URI = 'http://127.0.0.1:9/oauth/callback';
const application = { clientId: 'client', clientSecret: 'secret' };
const { signal } = new AbortController();

let sandbox: TestSandbox;
let store: TestStore;
let oauth: OauthServer;
let credentials: CredentialStore;
let sources: OauthTokenSource[];

beforeAll(async () => {
  sandbox = await openTestSandbox({ contacts: 5 });
  oauth = createOauthServer({ authUrl: `${sandbox.url}/oauth2/default/v1`, application });
});
afterAll(async () => {
  await oauth.close();
  await sandbox[Symbol.asyncDispose]();
});
beforeEach(async () => {
  store = await openTestStore();
  credentials = createCredentialStore({ db: store.db, cipher: createTokenCipher([KEY]) });
  sources = [];
});
afterEach(async () => {
  for (const source of sources) await source.close();
  await sandbox.control('DELETE', '/faults');
  await store[Symbol.asyncDispose]();
});

/** A token source as each instance has one of its own. */
function openSource(): OauthTokenSource {
  const source = createOauthTokenSource({
    credentials: createCredentialStore({ db: store.db, cipher: createTokenCipher([KEY]) }),
    leases: createLeaseStore(store.db),
    oauth,
    clock: systemClock,
    random: Math.random,
    logger: silentLogger,
    instanceId: randomUUID(),
  });
  sources.push(source);
  return source;
}

/** Connects as a browser would, without the gateway's pages. `endsInMs`: its access token is due, and ends then. */
async function connect({ endsInMs }: { endsInMs?: number } = {}): Promise<string> {
  const { verifier, challenge, code } = await authorizationCode({ oauth, redirectUri: REDIRECT_URI });
  expect(challenge).toHaveLength(43);
  const grant = await oauth.redeemCode({ code, redirectUri: REDIRECT_URI, verifier }, signal);
  const tokens = newTokensOf(grant, null, new Date());
  const expiresAt = endsInMs === undefined ? tokens.expiresAt : new Date(Date.now() + endsInMs);
  const refreshAt = endsInMs === undefined ? tokens.refreshAt : new Date(Date.now() - 1);
  await credentials.connect({ ...tokens, expiresAt, refreshAt }, new Date());
  return grant.accessToken;
}

const tokenRequests = async () => (await sandbox.stats()).byRoute['POST /oauth2/default/v1/token'] ?? 0;
const opensApi = async (token: string) =>
  (await fetch(`${sandbox.apiUrl}/contacts/counts`, { headers: { authorization: `Bearer ${token}` } })).status;
const versionNow = async () => (await credentials.read())?.version ?? 0;
const errorOf = (promise: Promise<unknown>) => promise.then(() => undefined).catch((error: unknown) => error);

test('without a connected account there is no token', async () => {
  expect(isDomainError(await errorOf(openSource().accessToken(signal)), 'NOT_CONNECTED')).toBe(true);
});

test('a good token is handed out as it is', async () => {
  const token = await connect();
  expect(await openSource().accessToken(signal)).toBe(token);
});

describe('a token that has ended', () => {
  test('is refreshed once, though five instances want it at once and the refresh token is good for one use', async () => {
    const old = await connect({ endsInMs: -1_000 });
    const before = await versionNow();
    const tokens = await Promise.all(Array.from({ length: 5 }, () => openSource().accessToken(signal)));
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).not.toBe(old);
    expect(await opensApi(tokens[0] ?? '')).toBe(200);
    expect(await versionNow()).toBe(before + 1);
  });

  test('that the API refuses is refreshed once for all who were refused', async () => {
    const old = await connect();
    const before = await versionNow();
    await sandbox.control('POST', '/oauth/revoke', { access: true });
    expect(await opensApi(old)).toBe(401);
    const tokens = await Promise.all(Array.from({ length: 5 }, () => openSource().refresh(old, signal)));
    expect(new Set(tokens).size).toBe(1);
    expect(await opensApi(tokens[0] ?? '')).toBe(200);
    expect(await versionNow()).toBe(before + 1);
  });

  test('is stored before anybody has it', async () => {
    await connect({ endsInMs: -1_000 });
    const token = await openSource().accessToken(signal);
    expect((await credentials.read())?.accessToken).toBe(token);
  });
});

describe('trouble at the token endpoint', () => {
  const fault = (fields: object) => sandbox.control('POST', '/faults', { route: '*/token', ...fields });

  test('a connection cut before the request was read is not the end of the account', async () => {
    await connect({ endsInMs: -1_000 });
    await fault({ disconnect: true, times: 2 });
    expect(await opensApi(await openSource().accessToken(signal))).toBe(200);
    expect((await credentials.read())?.state).toBe('CONNECTED');
  });

  test('an answer that was lost costs the connection: the refresh token is spent, and that is said', async () => {
    await connect({ endsInMs: -1_000 });
    await fault({ disconnect: 'after', times: 1 });
    const source = openSource();
    expect(isDomainError(await errorOf(source.accessToken(signal)), 'RECONNECT_REQUIRED')).toBe(true);
    expect(await credentials.read()).toMatchObject({ state: 'RECONNECT_REQUIRED' });
    // And nobody asks again.
    const before = await tokenRequests();
    expect(isDomainError(await errorOf(openSource().accessToken(signal)), 'RECONNECT_REQUIRED')).toBe(true);
    expect(await tokenRequests()).toBe(before);
  });

  test('an old token that is still good is used meanwhile', async () => {
    const old = await connect({ endsInMs: 60_000 });
    await fault({ status: 503 });
    const source = openSource();
    expect(await source.accessToken(signal)).toBe(old);
    expect(await source.accessToken(signal)).toBe(old);
    expect((await credentials.read())?.state).toBe('CONNECTED');
  });

  test('invalid_grant is final', async () => {
    await connect({ endsInMs: -1_000 });
    await sandbox.control('POST', '/oauth/revoke', { access: true, refresh: true });
    expect(isDomainError(await errorOf(openSource().accessToken(signal)), 'RECONNECT_REQUIRED')).toBe(true);
    expect(await credentials.read()).toMatchObject({ state: 'RECONNECT_REQUIRED' });
  });

  test('a caller that gives up ends its own wait alone', async () => {
    await connect({ endsInMs: -1_000 });
    await fault({ delayMs: 300, times: 1 });
    const source = openSource();
    const caller = new AbortController();
    const given = errorOf(source.accessToken(caller.signal));
    const other = source.accessToken(signal);
    caller.abort(new Error('enough'));
    expect(await given).toEqual(new Error('enough'));
    expect(await opensApi(await other)).toBe(200);
  });
});

describe('tokens at rest', () => {
  test('are not readable, and open with either of two keys but not with another', async () => {
    const token = await connect();
    const raw = JSON.stringify(await store.db.collection('credentials').find().toArray());
    expect(raw).not.toContain(token);
    expect(raw).not.toContain(Buffer.from(token).toString('base64').slice(0, 200));
    const withKeys = (...keys: Buffer[]) => createCredentialStore({ db: store.db, cipher: createTokenCipher(keys) });
    expect((await withKeys(randomBytes(32), KEY).read())?.accessToken).toBe(token);
    expect(isDomainError(await errorOf(withKeys(randomBytes(32)).read()), 'RECONNECT_REQUIRED')).toBe(true);
  });

  test('cannot be changed, nor put in the place of one another, without notice', async () => {
    await connect();
    const collection = store.db.collection<{ _id: string }>('credentials');
    await collection.updateOne({ _id: 'constant-contact' }, [{ $set: { accessToken: '$refreshToken' } }]);
    expect(isDomainError(await errorOf(credentials.read()), 'RECONNECT_REQUIRED')).toBe(true);
  });
});

test('a lifetime that makes no sense does not cost the tokens it came with', async () => {
  const answers = ['1795893752', '0', '-1', '"soon"', '{}', 'null'];
  const server = createServer((_request, response) =>
    response.end(`{"access_token": "new", "refresh_token": "next", "expires_in": ${answers.shift()}}`),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // A TCP server that listens always has one.
  const odd = createOauthServer({ authUrl: `http://127.0.0.1:${port}`, application });
  while (answers.length > 0) {
    const grant = { accessToken: 'new', refreshToken: 'next', expiresInSeconds: 86_400 };
    expect(await odd.refresh('old', signal)).toEqual(grant);
  }
  await odd.close();
  await new Promise((resolve) => server.close(resolve));
});

test('tokens of a refresh that outlived a disconnect do not take the place of a newer connection', async () => {
  await connect();
  const begun = await credentials.read();
  if (begun === null) throw new Error('not connected');
  await credentials.disconnect();
  const token = await connect();
  expect(await credentials.replace(begun.version, begun, new Date())).toBe(false);
  expect(await credentials.requireReconnect(begun.version, 'spent', new Date())).toBe(false);
  expect(await credentials.read()).toMatchObject({ state: 'CONNECTED', accessToken: token });
});

test('the token endpoint is asked once a second at most, by however many instances', async () => {
  const slotTaken = () =>
    store.db.collection<{ _id: string; at: Date; askedAt: Date }>('credentials').findOne({ _id: 'token-endpoint' });
  await credentials.reserveTokenRequest();
  const first = await slotTaken();
  const taken = await Promise.all(Array.from({ length: 3 }, () => credentials.reserveTokenRequest()));
  const last = await slotTaken();
  if (first === null || last === null) throw new Error('no slot was stored');
  expect(last.at.getTime() - first.at.getTime()).toBeGreaterThanOrEqual(3_000);
  expect(taken.map(({ delayMs }) => delayMs)).toContain(last.at.getTime() - last.askedAt.getTime());
});

test('a lease is held by one, ends by itself, and tells its old holder', async () => {
  const leases = createLeaseStore(store.db);
  const first = await leases.acquire('x', 'a', 10_000);
  expect(await leases.acquire('x', 'b', 10_000)).toBeNull();
  if (first === null) throw new Error('not acquired');
  await leases.renew(first, -1);
  const second = await leases.acquire('x', 'b', 10_000);
  expect(second?.token).toBe(first.token + 1);
  expect(await leases.renew(first, 10_000)).toBe(false);
  await leases.release(first);
  expect(await leases.acquire('x', 'c', 10_000)).toBeNull();
});
