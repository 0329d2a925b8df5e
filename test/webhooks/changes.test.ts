import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from '../kit/gateway.ts';
import { openTestSandbox, type TestSandbox } from '../kit/sandbox.ts';
import { openTestStore, type TestStore } from '../kit/store.ts';
import { hintSender } from './sender.ts';

const secrets = [randomBytes(32), randomBytes(32)].map((secret) => `whsec_${secret.toString('base64')}`);
const SETTINGS = { CC_ACCESS_TOKEN: 'sandbox', CC_REQUESTS_PER_SECOND: '1000', WEBHOOK_SECRETS: secrets.join(',') };

let sandbox: TestSandbox;
let store: TestStore;
let gateway: TestGateway;
const send = hintSender({ url: () => gateway.url, secret: secrets[0] ?? '' });
const sendByOldSecret = hintSender({ url: () => gateway.url, secret: secrets[1] ?? '' });
const sendByStranger = hintSender({ url: () => gateway.url, secret: `whsec_${randomBytes(32).toString('base64')}` });

beforeAll(async () => {
  sandbox = await openTestSandbox({ contacts: 60 });
  store = await openTestStore();
  gateway = await openTestGateway({ store, settings: { ...SETTINGS, CC_API_URL: sandbox.apiUrl } });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  await sandbox[Symbol.asyncDispose]();
});

const collection = () => store.db.collection('webhookDeliveries');
const statusOf = async (id: string) => (await collection().findOne({ dedupeKey: `changes:${id}` }))?.['status'];
const stored = (contactId: string) => store.db.collection('contacts').findOne({ contactId });
const reads = async () => {
  const { byRoute } = await sandbox.stats();
  return (byRoute['GET /contacts/{contact_id}'] ?? 0) + (byRoute['GET /contacts'] ?? 0);
};

describe('a hint', () => {
  test('has the named contacts read, each once, however many hints name them', async () => {
    const [first, second] = await sandbox.truth();
    if (first === undefined || second === undefined) throw new Error('no contacts');
    const before = await reads();
    const hints = Array.from({ length: 6 }, () => randomUUID());
    await Promise.all(
      hints.map((id, index) => {
        const data = index === 0 ? { emails: [second.email_address?.address] } : { contactIds: [first.contact_id] };
        return send({ type: 'contact.changed', data }, { id });
      }),
    );
    for (const id of hints) await expect.poll(() => statusOf(id), { timeout: 10_000 }).toBe('PROCESSED');
    expect(await stored(first.contact_id)).toMatchObject({ contactId: first.contact_id });
    expect(await stored(second.contact_id)).toMatchObject({ contactId: second.contact_id });
    // Two, where all came before the first look; more only where they came in several lots.
    expect((await reads()) - before).toBeLessThanOrEqual(4);
  });

  test('brings an opt-out over within moments', async () => {
    const contact = (await sandbox.truth()).find(
      ({ email_address }) => email_address?.permission_to_send === 'implicit',
    );
    if (contact === undefined) throw new Error('no such contact');
    const data = { contactIds: [contact.contact_id] };
    await send({ type: 'contact.changed', data });
    await expect.poll(() => stored(contact.contact_id), { timeout: 10_000 }).toMatchObject({ status: 'ACTIVE' });
    await sandbox.control('POST', `/contacts/${contact.contact_id}/unsubscribe`, { reason: 'enough' });
    await send({ type: 'contact.changed', data });
    await expect.poll(() => stored(contact.contact_id), { timeout: 10_000 }).toMatchObject({ status: 'UNSUBSCRIBED' });
  });

  test('that is sent again is done once', async () => {
    const id = randomUUID();
    const hint = { type: 'contact.changed', data: { contactIds: [randomUUID()] } };
    expect(await send(hint, { id })).toMatchObject({ status: 202, body: { duplicate: false } });
    expect(await send(hint, { id })).toMatchObject({ status: 202, body: { duplicate: true } });
    expect(await collection().countDocuments({ dedupeKey: `changes:${id}` })).toBe(1);
  });

  test('may be signed by an older secret', async () => {
    expect((await sendByOldSecret({ type: 'list.changed' })).status).toBe(202);
  });

  test('that asks for a sync starts one run, which says so', async () => {
    await Promise.all(Array.from({ length: 5 }, () => send({ type: 'sync.requested' })));
    const runs = async () =>
      (await gateway.graphql('{ syncRuns(filter: { kinds: [CONTACTS] }) { nodes { trigger triggeredBy } } }')).data
        .syncRuns.nodes;
    await expect.poll(runs, { timeout: 10_000 }).toContainEqual({ trigger: 'WEBHOOK', triggeredBy: 'webhook' });
  });

  test('that names more contacts than can be read one by one becomes a run', async () => {
    const id = randomUUID();
    const before = await reads();
    await send(
      { type: 'contact.changed', data: { contactIds: Array.from({ length: 400 }, () => randomUUID()) } },
      { id },
    );
    await expect.poll(() => statusOf(id), { timeout: 20_000 }).toBe('PROCESSED');
    expect((await reads()) - before).toBeLessThan(50);
  });
});

describe('is refused:', () => {
  const hint = { type: 'list.changed' };
  test.each<[string, number, () => Promise<{ status: number }>]>([
    ['a stranger', 401, () => sendByStranger(hint)],
    ['an old one', 401, () => send(hint, { at: new Date(Date.now() - 301_000) })],
    ['one of the future', 401, () => send(hint, { at: new Date(Date.now() + 310_000) })],
    ['another id than was signed', 401, () => send(hint, { headers: { 'webhook-id': randomUUID() } })],
    ['another time than was signed', 401, () => send(hint, { headers: { 'webhook-timestamp': '1700000000' } })],
    ['no signature', 401, () => send(hint, { headers: { 'webhook-signature': '' } })],
    ['an asymmetric signature', 401, () => send(hint, { headers: { 'webhook-signature': 'v1a,AAAA' } })],
    ['an unknown type', 400, () => send({ type: 'contact.exploded' })],
    ['a hint that names nobody', 400, () => send({ type: 'contact.changed' })],
    ['what is no JSON', 400, () => send('not json')],
    ['an id that leads elsewhere', 400, () => send({ type: 'contact.changed', data: { contactIds: ['../account'] } })],
  ])('%s', async (_what, status, attempt) => {
    const before = await collection().countDocuments();
    expect((await attempt()).status).toBe(status);
    expect(await collection().countDocuments()).toBe(before);
  });

  test('everything, where no secret is set', async () => {
    await using other = await openTestStore();
    await using closed = await openTestGateway({ store: other });
    expect((await fetch(`${closed.url}/webhooks/changes`, { method: 'POST', body: '{}' })).status).toBe(404);
  });
});

describe('trouble', () => {
  test('a webhook that cannot be done is tried again, is given up after eight attempts, and can be replayed', async () => {
    await sandbox.control('POST', '/faults', { route: 'GET /contacts/{contact_id}', status: 403 });
    const id = randomUUID();
    await send({ type: 'contact.changed', data: { contactIds: [randomUUID()] } }, { id });
    const key = { dedupeKey: `changes:${id}` };
    for (let attempts = 1; attempts < 8; attempts++) {
      await expect.poll(() => collection().findOne(key), { timeout: 10_000 }).toMatchObject({ attempts, claim: null });
      // Its wait is over.
      await collection().updateOne(key, { $set: { nextAttemptAt: new Date(0) } });
    }
    await expect.poll(() => statusOf(id), { timeout: 10_000 }).toBe('DEAD');
    const dead = '{ webhookDeliveries(filter: { status: [DEAD] }) { nodes { id attempts note } } }';
    const [delivery] = (await gateway.graphql(dead)).data.webhookDeliveries.nodes;
    expect(delivery).toMatchObject({ attempts: 8, note: expect.stringContaining('PRIMARY_FORBIDDEN') });

    await sandbox.control('DELETE', '/faults');
    const replay = `mutation { replayWebhookDelivery(input: { deliveryId: "${delivery.id}" }) { __typename } }`;
    expect((await gateway.graphql(replay)).data.replayWebhookDelivery.__typename).toBe('ReplayWebhookDeliverySuccess');
    await expect.poll(() => statusOf(id), { timeout: 10_000 }).toBe('PROCESSED');
    const unknown = replay.replace(delivery.id, 'nonsense');
    expect((await gateway.graphql(unknown)).data.replayWebhookDelivery.__typename).toBe('WebhookDeliveryNotFound');
  });

  test('a hint waits for an account to be connected, and is not given up meanwhile', async () => {
    await using other = await openTestStore();
    const { CC_ACCESS_TOKEN: _, ...settings } = SETTINGS;
    await using unconnected = await openTestGateway({
      store: other,
      settings: {
        ...settings,
        CC_API_URL: sandbox.apiUrl,
        CC_CLIENT_ID: 'client',
        CC_AUTH_URL: `${sandbox.url}/oauth2/default/v1`,
        TOKEN_KEY: randomBytes(32).toString('base64'),
      },
    });
    const sendThere = hintSender({ url: () => unconnected.url, secret: secrets[0] ?? '' });
    await sendThere({ type: 'contact.changed', data: { contactIds: [randomUUID()] } });
    await expect
      .poll(() => other.db.collection('webhookDeliveries').findOne({}), { timeout: 10_000 })
      .toMatchObject({ note: expect.stringContaining('NOT_CONNECTED'), status: 'PENDING', attempts: 0 });
  });

  test('what an instance left behind is done by another', async () => {
    await using other = await openTestStore();
    const id = randomUUID();
    {
      await using first = await openTestGateway({
        store: other,
        settings: { ...SETTINGS, CC_API_URL: sandbox.apiUrl },
      });
      await hintSender({ url: () => first.url, secret: secrets[0] ?? '' })({ type: 'list.changed' }, { id });
    }
    const left = other.db.collection('webhookDeliveries');
    // As a process that was killed in its work would have left it, thirty seconds later.
    await left.updateOne({}, { $set: { status: 'PENDING', claim: 'dead', nextAttemptAt: new Date(0) } });
    await using _second = await openTestGateway({
      store: other,
      settings: { ...SETTINGS, CC_API_URL: sandbox.apiUrl },
    });
    await expect.poll(() => left.countDocuments({ status: 'PROCESSED' }), { timeout: 15_000 }).toBe(1);
  });
});

test('webhooks are followed as they come in', async () => {
  const stop = new AbortController();
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: 'subscription { webhookReceived { type source } }' }),
    signal: stop.signal,
  });
  await send({ type: 'list.changed' });
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.includes('list.changed')) break;
  }
  stop.abort();
  expect(text).toContain('{"type":"list.changed","source":"CHANGES"}');
});
