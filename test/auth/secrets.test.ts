import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createApiKey } from '../../src/auth/api-keys.ts';
import { createCredentialStore } from '../../src/store/credentials.ts';
import { createTokenCipher } from '../../src/store/token-cipher.ts';
import { openTestSandbox } from '../kit/sandbox.ts';
import { openTestStore } from '../kit/store.ts';
import { createWorkingDir, startGateway } from '../start/gateway-process.ts';
import { pressButton } from './browser.ts';

test('no secret reaches a log, an answer, a metric or the list of processes', async () => {
  await using sandbox = await openTestSandbox({ contacts: 5 });
  await using store = await openTestStore();
  await using dir = await createWorkingDir();
  const tokenKey = randomBytes(32);
  const admin = createApiKey({ name: 'boss', scopes: ['admin'] });
  const webhookSecret = randomBytes(32).toString('base64');
  await sandbox.control('POST', '/oauth/clients', [
    { id: 'client', secret: 'canary-client-secret' },
    { id: 'partner', secret: 'canary-partner-secret' },
  ]);

  await using gateway = startGateway({
    cwd: dir.path,
    settings: {
      MONGODB_URI: store.uri,
      CC_CLIENT_ID: 'client',
      CC_CLIENT_SECRET: 'canary-client-secret',
      CC_API_URL: sandbox.apiUrl,
      CC_AUTH_URL: `${sandbox.url}/oauth2/default/v1`,
      CC_PARTNER_CLIENT_ID: 'partner',
      CC_PARTNER_CLIENT_SECRET: 'canary-partner-secret',
      CC_PARTNER_API_KEY: 'canary-partner-key',
      CC_PARTNER_AUTH_URL: `${sandbox.url}/partners/oauth2/default/v1`,
      TOKEN_KEY: tokenKey.toString('base64'),
      API_KEYS: admin.setting,
      WEBHOOK_SECRETS: `whsec_${webhookSecret}`,
      LOG_LEVEL: 'trace',
      LOG_FORMAT: 'json',
    },
  });
  const url = (await gateway.says(/GraphQL\s+(http:\/\/[\d.:]+)\/graphql/))[1] ?? '';
  const authorization = `Bearer ${admin.key}`;
  const answers: string[] = [];
  const call = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${url}${path}`, { redirect: 'manual', ...init });
    answers.push(await response.text());
    return response;
  };
  const graphql = (query: string) =>
    call('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ query }),
    });

  const begun = await fetch(`${url}/oauth/connect`, { headers: { authorization }, redirect: 'manual' });
  const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? '';
  const callback = await pressButton(begun.headers.get('location') ?? '', 'allow');
  const answer = await call(`${callback.pathname}${callback.search}`, { headers: { cookie } });
  expect(answer.status).toBe(200);
  const credentials = createCredentialStore({ db: store.db, cipher: createTokenCipher([tokenKey]) });
  const { accessToken = '', refreshToken = '' } = (await credentials.read()) ?? {};
  expect(accessToken.length).toBeGreaterThan(1_000);

  const subscriptions = '{ webhookSubscriptions { topic } }';
  expect((await graphql(subscriptions)).status).toBe(200);
  expect(answers.at(-1)).toBe('{"data":{"webhookSubscriptions":[]}}');
  // What is not allowed, trouble that passes, and later credentials that are refused: each is told and logged in its own way.
  await sandbox.control('POST', '/faults', { route: 'GET /partner/webhooks/subscriptions', status: 403, times: 1 });
  await graphql(subscriptions);
  await sandbox.control('POST', '/faults', { route: 'GET /partner/webhooks/subscriptions', status: 503, times: 2 });
  await graphql(subscriptions);
  await sandbox.control('POST', '/oauth/clients', [{ id: 'client', secret: 'canary-client-secret' }]);

  await graphql('mutation { startSync(input: { kind: LISTS }) { __typename } }');
  await sandbox.control('POST', '/oauth/revoke', { access: true, refresh: true });
  await graphql(subscriptions);
  expect(answers.at(-1)).toContain('PRIMARY_REFUSED');
  await graphql('mutation { startSync(input: { kind: CONTACTS }) { __typename } }');
  await expect.poll(async () => (await credentials.read())?.state, { timeout: 15_000 }).toBe('RECONNECT_REQUIRED');
  await graphql(
    '{ syncStatus { connection active { pauseReason error { message } } } webhookDeliveries { nodes { id } } nonsense }',
  );
  await call('/graphql?query={__typename}', { headers: { authorization: 'Bearer canary-of-a-caller' } });
  await call(`${callback.pathname}${callback.search}`, { headers: { cookie } });
  await call('/webhooks/changes', { method: 'POST', body: 'canary-of-a-webhook', headers: { 'webhook-id': 'x' } });
  for (const path of ['/metrics', '/health/ready', '/']) await call(path, { headers: { authorization } });
  const commandLine = await readFile(`/proc/${gateway.child.pid}/cmdline`, 'utf8');
  gateway.child.kill('SIGTERM');
  await gateway.ended();

  const everything = [gateway.output(), ...answers, commandLine].join('\n');
  const secrets = {
    clientSecret: 'canary-client-secret',
    basic: Buffer.from('client:canary-client-secret').toString('base64'),
    partnerSecret: 'canary-partner-secret',
    partnerBasic: Buffer.from('partner:canary-partner-secret').toString('base64'),
    partnerKey: 'canary-partner-key',
    // How every access token begins, those of partners, too: they are in no store to be read from.
    anyToken: Buffer.from('{"alg":"RS25').toString('base64url'),
    tokenKey: tokenKey.toString('base64'),
    apiKey: admin.key,
    webhookSecret,
    accessToken,
    refreshToken: refreshToken ?? '',
    code: callback.searchParams.get('code') ?? '',
    cookie: cookie.split('=')[1] ?? '',
    caller: 'canary-of-a-caller',
    webhook: 'canary-of-a-webhook',
  };
  for (const [name, secret] of Object.entries(secrets)) {
    expect(secret.length, name).toBeGreaterThan(8);
    expect(everything.includes(secret), `${name} was given away`).toBe(false);
  }
  expect(everything).toContain('connect the account again');
});
