import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from '../kit/gateway.ts';
import { openTestSandbox, type TestSandbox } from '../kit/sandbox.ts';
import { openTestStore, type TestStore } from '../kit/store.ts';

let sandbox: TestSandbox;
let store: TestStore;
let gateway: TestGateway;

beforeAll(async () => {
  sandbox = await openTestSandbox({ contacts: 5 });
  store = await openTestStore();
  gateway = await openTestGateway({
    store,
    settings: {
      CC_ACCESS_TOKEN: 'sandbox',
      CC_API_URL: sandbox.apiUrl,
      CC_WEBHOOK_JWKS_URL: `${sandbox.url}/.well-known/jwks.json`,
    },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  await sandbox[Symbol.asyncDispose]();
});

interface Sent {
  readonly status: number;
  readonly signature: string;
  readonly body: string;
}

const send = (fields: object = {}) =>
  sandbox.control<Sent>('POST', '/webhooks/send', {
    topic_id: 1,
    hook_uri: `${gateway.url}/webhooks/constant-contact`,
    ...fields,
  });

/** Sends a body under any headers, as they are: also one of them twice. */
const post = (body: string | Buffer, headers: readonly string[]) =>
  new Promise<number | undefined>((resolve, reject) => {
    const call = request(
      `${gateway.url}/webhooks/constant-contact`,
      { method: 'POST', headers: ['Host', 'localhost', 'Content-Length', String(Buffer.byteLength(body)), ...headers] },
      (response) => resolve(response.resume().statusCode),
    );
    call.on('error', reject).end(body);
  });
const postSigned = (body: string, signature: string) => post(body, ['X-CTCT-WEBHOOK-SIG', signature]);
const deliveries = () => store.db.collection('webhookDeliveries').find().sort({ _id: 1 }).toArray();

describe('a notification', () => {
  test('is taken, kept once however often it is sent, and processed', async () => {
    const { status, signature, body } = await send();
    expect(status).toBe(202);
    for (let times = 1; times <= 3; times++) expect(await postSigned(body, signature)).toBe(202);
    expect(await deliveries()).toHaveLength(1);
    await expect
      .poll(async () => (await deliveries())[0], { timeout: 10_000 })
      .toMatchObject({ status: 'PROCESSED', type: 'tier.increase' });
  });

  test('of another account changes nothing', async () => {
    await send({ topic_id: 3, account_id: 'somebodyelse' });
    await expect
      .poll(async () => (await deliveries()).at(-1), { timeout: 10_000 })
      .toMatchObject({ type: 'account.cancel', status: 'IGNORED' });
    const { data } = await gateway.graphql('{ syncStatus { schedulePause { reason } } }');
    expect(data.syncStatus.schedulePause).toBeNull();
  });

  test('that the account was cancelled pauses scheduled runs and says why', async () => {
    await send({ topic_id: 3 });
    const pause = async () =>
      (await gateway.graphql('{ syncStatus { schedulePause { by reason } } }')).data.syncStatus.schedulePause;
    await expect
      .poll(pause, { timeout: 10_000 })
      .toMatchObject({ by: 'webhook', reason: expect.stringContaining('cancelled') });
  });

  test('is not taken again in another spelling of its signature', async () => {
    const before = (await deliveries()).length;
    // Another topic than above: within one second the same body has the same signature, and is the same delivery.
    const { signature, body } = await send({ topic_id: 2 });
    // 256 bytes leave four bits of the last character over: they may be anything.
    const last = signature.at(-1) ?? '';
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const respelled = signature.slice(0, -1) + alphabet[alphabet.indexOf(last) ^ 1];
    await postSigned(body, respelled);
    expect(await deliveries()).toHaveLength(before + 1);
  });
});

describe('is refused:', () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = () => Math.floor(Date.now() / 1_000);
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signed = (header: object, body: string, key = stranger.privateKey) =>
    `${part(header)}..${sign('RSA-SHA256', Buffer.from(`${part(header)}.${body}`), key).toString('base64url')}`;
  const good = () => ({ alg: 'RS256', ts: now(), b64: false, crit: ['b64'] });

  const attempts: Record<string, (sent: Sent) => Promise<number | undefined>> = {
    'a changed body': ({ body, signature }) => postSigned(body.replace('tier', 'Tier'), signature),
    'a cut body': ({ body, signature }) => postSigned(body.slice(0, -1), signature),
    'a body with a byte more': ({ body, signature }) => postSigned(`${body}\n`, signature),
    'no signature': ({ body }) => post(body, []),
    'half a signature': ({ body, signature }) => postSigned(body, signature.slice(0, signature.length / 2)),
    'the signature twice': ({ body, signature }) =>
      post(body, ['X-CTCT-WEBHOOK-SIG', signature, 'X-CTCT-WEBHOOK-SIG', signature]),
    'an attached payload': ({ body, signature }) => postSigned(body, signature.replace('..', `.${part({ a: 1 })}.`)),
    'alg none': ({ body }) => postSigned(body, `${part({ ...good(), alg: 'none' })}..`),
    'alg none with something behind it': ({ body }) => postSigned(body, `${part({ ...good(), alg: 'none' })}..x`),
    'the public key as a shared secret': async ({ body }) => {
      const header = part({ ...good(), alg: 'HS256' });
      const keys = await (await fetch(`${sandbox.url}/.well-known/jwks.json`)).text();
      const secret = JSON.parse(keys).keys[0].n;
      return postSigned(
        body,
        `${header}..${createHmac('sha256', secret).update(`${header}.${body}`).digest('base64url')}`,
      );
    },
    'an unknown key': ({ body }) => postSigned(body, signed(good(), body)),
    'an unknown key that names a known one': ({ body, signature }) => {
      const { kid } = JSON.parse(Buffer.from(signature.split('.')[0] ?? '', 'base64url').toString());
      return postSigned(body, signed({ ...good(), kid }, body));
    },
    'a key of its own within': ({ body }) =>
      postSigned(body, signed({ ...good(), jwk: stranger.publicKey.export({ format: 'jwk' }) }, body)),
    'another crit': ({ body }) => postSigned(body, signed({ ...good(), crit: ['b64', 'exp'] }, body)),
    'no crit': ({ body }) => postSigned(body, signed({ alg: 'RS256', ts: now(), b64: false }, body)),
    'an encoded payload': ({ body }) => postSigned(body, signed({ ...good(), b64: true }, body)),
    'a header that is no JSON': ({ body }) => postSigned(body, `${Buffer.from('{').toString('base64url')}..eA`),
  };

  test.each(Object.keys(attempts))('%s', async (name) => {
    const sent = await send();
    const before = (await deliveries()).length;
    expect(await attempts[name]?.(sent)).toBe(401);
    expect(await deliveries()).toHaveLength(before);
  });

  test.each([-301, 301])('one signed %i seconds from now', async (tsOffsetSeconds) => {
    expect((await send({ tsOffsetSeconds })).status).toBe(401);
  });

  test('one that is too large, before it is read', async () => {
    expect(await post(Buffer.alloc(300 * 1024), [])).toBe(413);
  });

  test('any other method', async () => {
    expect((await fetch(`${gateway.url}/webhooks/constant-contact`)).status).toBe(405);
  });
});

test('a new key is taken up, and strangers cannot make us ask for keys again and again', async () => {
  const asked = async () => (await sandbox.stats()).byRoute['GET /.well-known/jwks.json'] ?? 0;
  const before = await asked();
  await sandbox.control('POST', '/webhooks/rotate-key');
  // Within a minute of the last look the new key is not known yet: Constant Contact sends it again every minute.
  for (let times = 0; times < 5; times++) expect((await send()).status).toBe(401);
  expect(await asked()).toBe(before);
});

test('without keys a sender is asked to come again', async () => {
  await using other = await openTestStore();
  await using lonely = await openTestGateway({
    store: other,
    settings: {
      CC_ACCESS_TOKEN: 'sandbox',
      CC_API_URL: sandbox.apiUrl,
      CC_WEBHOOK_JWKS_URL: 'http://127.0.0.1:9/jwks.json',
    },
  });
  const sent = await send({ hook_uri: `${lonely.url}/webhooks/constant-contact` });
  expect(sent.status).toBe(503);
});
