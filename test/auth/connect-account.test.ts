import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from '../kit/gateway.ts';
import { openTestSandbox, type TestSandbox } from '../kit/sandbox.ts';
import { openTestStore, type TestStore } from '../kit/store.ts';
import { pressButton } from './browser.ts';

const START = 'mutation { startSync(input: { kind: LISTS }) { __typename } }';
const CONNECTION = '{ syncStatus { connection } }';

let sandbox: TestSandbox;
let store: TestStore;
let gateway: TestGateway;

beforeAll(async () => {
  sandbox = await openTestSandbox({ contacts: 20 });
});
afterAll(() => sandbox[Symbol.asyncDispose]());
beforeEach(async () => {
  store = await openTestStore();
  gateway = await openGateway();
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

/** With a TOKEN_KEY of its own. */
const openGateway = () =>
  openTestGateway({
    store,
    settings: {
      CC_CLIENT_ID: 'client',
      CC_API_URL: sandbox.apiUrl,
      CC_AUTH_URL: `${sandbox.url}/oauth2/default/v1`,
      CC_REQUESTS_PER_SECOND: '1000',
      TOKEN_KEY: randomBytes(32).toString('base64'),
    },
  });

/** A browser at /oauth/connect: where it is sent, and the cookie it has got. */
async function beginConnection(query = ''): Promise<{ authorizeUrl: URL; cookie: string; setCookie: string }> {
  const response = await fetch(`${gateway.url}/oauth/connect${query}`, { redirect: 'manual' });
  expect(response.status).toBe(302);
  const setCookie = response.headers.get('set-cookie') ?? '';
  const cookie = setCookie.split(';')[0] ?? '';
  return { authorizeUrl: new URL(response.headers.get('location') ?? ''), cookie, setCookie };
}

const comeBack = (answer: URL, cookie: string) => fetch(answer, { headers: { cookie }, redirect: 'manual' });

async function connect(query = ''): Promise<Response> {
  const { authorizeUrl, cookie } = await beginConnection(query);
  return comeBack(await pressButton(authorizeUrl.href, 'allow'), cookie);
}

const connectionState = async () => (await gateway.graphql(CONNECTION)).data.syncStatus.connection;
const ready = async () => (await fetch(`${gateway.url}/health/ready`)).json();

test('an account is connected in a browser, is used, and is disconnected', async () => {
  expect(await connectionState()).toBe('NOT_CONNECTED');
  expect((await gateway.graphql(START)).data.startSync.__typename).toBe('NotConnected');

  const { authorizeUrl, setCookie } = await beginConnection();
  expect(Object.fromEntries(authorizeUrl.searchParams)).toMatchObject({
    scope: 'contact_data account_read offline_access',
    code_challenge_method: 'S256',
    redirect_uri: `${gateway.url}/oauth/callback`,
  });
  expect(setCookie).toContain('HttpOnly');
  expect(setCookie).toContain('SameSite=Lax');

  const page = await connect();
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(await page.text()).toContain('Sandbox Garden Supply');
  expect(await connectionState()).toBe('CONNECTED');
  expect(await ready()).toMatchObject({ ready: true, connection: 'CONNECTED' });
  expect((await gateway.graphql(START)).data.startSync.__typename).toBe('StartSyncSuccess');

  const disconnect =
    'mutation { disconnectAccount { __typename ... on DisconnectAccountSuccess { syncStatus { connection } } } }';
  expect((await gateway.graphql(disconnect)).data.disconnectAccount.syncStatus).toEqual({
    connection: 'NOT_CONNECTED',
  });
  expect((await gateway.graphql(disconnect)).data.disconnectAccount.__typename).toBe('NotConnected');
  const stored = JSON.stringify(await store.db.collection('credentials').find().toArray());
  expect(stored).not.toContain('accessToken');
});

test('a connection that is lost is told, and is made again', async () => {
  await connect();
  await sandbox.control('POST', '/oauth/revoke', { access: true, refresh: true });
  await gateway.graphql(START);
  await expect.poll(connectionState, { timeout: 10_000 }).toBe('RECONNECT_REQUIRED');
  expect(await ready()).toMatchObject({ ready: true, connection: 'RECONNECT_REQUIRED' });
  expect((await gateway.graphql(START)).data.startSync.__typename).toBe('NotConnected');
  const paused = '{ syncStatus { active { status pauseReason } } }';
  await expect
    .poll(async () => (await gateway.graphql(paused)).data.syncStatus.active, { timeout: 10_000 })
    .toEqual([{ status: 'PAUSED', pauseReason: 'RECONNECT' }]);
  expect((await connect()).status).toBe(200);
  expect(await connectionState()).toBe('CONNECTED');
  const active = async () => (await gateway.graphql(paused)).data.syncStatus.active;
  await expect.poll(active, { timeout: 15_000 }).toEqual([]);
});

test('tokens that TOKEN_KEY does not open are told as a connection to be made again', async () => {
  await connect();
  await using forgetful = await openGateway();
  expect((await forgetful.graphql(CONNECTION)).data.syncStatus.connection).toBe('RECONNECT_REQUIRED');
  expect((await forgetful.graphql(START)).data.startSync.__typename).toBe('NotConnected');
});

test('an answer is taken once', async () => {
  const { authorizeUrl, cookie } = await beginConnection();
  const answer = await pressButton(authorizeUrl.href, 'allow');
  expect((await comeBack(answer, cookie)).status).toBe(200);
  expect((await comeBack(answer, cookie)).status).toBe(400);
});

test('an answer of another browser, or without a cookie, is refused, and hinders not the right one', async () => {
  const own = await beginConnection();
  const foreign = await beginConnection();
  const answer = await pressButton(own.authorizeUrl.href, 'allow');
  for (const cookie of [foreign.cookie, '', 'csg_oauth=guess']) {
    const page = await comeBack(answer, cookie);
    expect([page.status, await connectionState()]).toEqual([400, 'NOT_CONNECTED']);
  }
  expect((await comeBack(answer, own.cookie)).status).toBe(200);
});

test('a code that is spent or made up connects nothing', async () => {
  const { authorizeUrl, cookie } = await beginConnection();
  const answer = await pressButton(authorizeUrl.href, 'allow');
  answer.searchParams.set('code', 'made-up');
  const page = await comeBack(answer, cookie);
  expect([page.status, await connectionState()]).toEqual([400, 'NOT_CONNECTED']);
  expect(await page.text()).toContain('used already or has come too late');
});

test('a refusal is told in our own words, whatever came along', async () => {
  const { authorizeUrl, cookie } = await beginConnection();
  const answer = await pressButton(authorizeUrl.href, 'deny');
  answer.searchParams.set('error_description', '<script>alert(1)</script>');
  const text = await (await comeBack(answer, cookie)).text();
  expect(text).toContain('Access was denied');
  expect(text).not.toContain('script');
  for (const error of ['constructor', '__proto__', '<script>']) {
    answer.searchParams.set('error', error);
    const page = await comeBack(answer, cookie);
    expect([page.status, await page.text()]).toEqual([400, expect.stringContaining('has refused the connection')]);
  }
});

test('a page of another site begins no connection: the owner is asked', async () => {
  for (const method of ['GET', 'POST']) {
    const page = await fetch(`${gateway.url}/oauth/connect?replaceAccount=true`, {
      method,
      redirect: 'manual',
      headers: { 'sec-fetch-site': 'cross-site' },
      ...(method === 'POST' ? { body: new URLSearchParams({ key: 'any' }) } : {}),
    });
    expect([page.status, page.headers.get('set-cookie')]).toEqual([403, null]);
    expect(await page.text()).toContain('<a href="/oauth/connect?replaceAccount=true">');
  }
  expect(await store.db.collection('oauthStates').countDocuments()).toBe(0);
});

test('another account is refused by a store that is filled, unless it is told', async () => {
  await connect();
  await gateway.graphql('mutation { startSync(input: { kind: CONTACTS }) { __typename } }');
  const checkpoints = () => store.db.collection('checkpoints').countDocuments({ watermark: { $type: 'date' } });
  await expect.poll(checkpoints, { timeout: 10_000 }).toBe(1);
  await store.db
    .collection<{ _id: string }>('credentials')
    .updateOne({ _id: 'account' }, { $set: { encodedAccountId: 'another', organizationName: 'Other & Co' } });
  const refused = await connect();
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain('Other &amp; Co');

  // A run of the old account would go on with the new one.
  await sandbox.control('POST', '/faults', { route: 'GET /contact_lists', delayMs: 60_000 });
  const run = 'mutation { startSync(input: { kind: LISTS }) { ... on StartSyncSuccess { run { id } } } }';
  const runId = (await gateway.graphql(run)).data.startSync.run.id;
  const tooEarly = await connect('?replaceAccount=true');
  expect([tooEarly.status, await tooEarly.text()]).toEqual([400, expect.stringContaining('Cancel it')]);
  expect(await checkpoints()).toBe(1);
  await gateway.graphql(`mutation { cancelSync(input: { runId: "${runId}" }) { __typename } }`);
  await sandbox.control('DELETE', '/faults');
  const active = async () => (await gateway.graphql('{ syncStatus { active { id } } }')).data.syncStatus.active;
  await expect.poll(active, { timeout: 10_000 }).toEqual([]);

  expect((await connect('?replaceAccount=true')).status).toBe(200);
  expect(await checkpoints()).toBe(0);
});

test('only GET and POST lead anywhere', async () => {
  const response = await fetch(`${gateway.url}/oauth/callback`, { method: 'POST', redirect: 'manual' });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
});
