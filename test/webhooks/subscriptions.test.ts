import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from '../kit/gateway.ts';
import { openTestSandbox, type TestSandbox } from '../kit/sandbox.ts';
import { openTestStore, type TestStore } from '../kit/store.ts';

const ROUTE = '/v3/partner/webhooks/subscriptions';
const TOKEN_ROUTE = 'POST /partners/oauth2/default/v1/token';
const HOOK = 'https://contacts.example.com/webhooks/constant-contact';

let sandbox: TestSandbox;
let store: TestStore;
let gateway: TestGateway;
const PARTNER = {
  CC_PARTNER_CLIENT_ID: 'partner',
  CC_PARTNER_CLIENT_SECRET: 'secret of it',
  CC_PARTNER_API_KEY: 'key',
};
const settings = () => ({
  CC_ACCESS_TOKEN: 'sandbox',
  CC_API_URL: sandbox.apiUrl,
  CC_REQUESTS_PER_SECOND: '1000',
  ...PARTNER,
  CC_PARTNER_AUTH_URL: `${sandbox.url}/partners/oauth2/default/v1`,
});

beforeAll(async () => {
  sandbox = await openTestSandbox({ contacts: 5 });
  await sandbox.control('POST', '/oauth/clients', [{ id: 'partner', secret: 'secret of it' }]);
  store = await openTestStore();
  gateway = await openTestGateway({ store, settings: settings() });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  await sandbox[Symbol.asyncDispose]();
});
beforeEach(() => sandbox.control('DELETE', '/faults'));

const LIST = '{ webhookSubscriptions { topicId topic hookUri } }';
const ERROR = '... on UserError { code message } ... on InvalidInput { problems { path message } }';
const SUBSCRIBE = `mutation ($input: SubscribeWebhookTopicInput!) {
  subscribeWebhookTopic(input: $input) {
    __typename ... on SubscribeWebhookTopicSuccess { subscription { topicId topic hookUri } } ${ERROR}
  }
}`;
const UNSUBSCRIBE = `mutation ($input: UnsubscribeWebhookTopicInput!) {
  unsubscribeWebhookTopic(input: $input) {
    __typename ... on UnsubscribeWebhookTopicSuccess { topic } ${ERROR}
  }
}`;
const list = async () => (await gateway.graphql(LIST)).data.webhookSubscriptions;
const subscribe = async (input: object) =>
  (await gateway.graphql(SUBSCRIBE, { variables: { input } })).data.subscribeWebhookTopic;
const unsubscribe = async (topic: string) =>
  (await gateway.graphql(UNSUBSCRIBE, { variables: { input: { topic } } })).data.unsubscribeWebhookTopic;
const asked = async (route: string) => (await sandbox.stats()).byRoute[route] ?? 0;

describe("a partner's webhook subscriptions", () => {
  test('are listed, made, moved to another address and ended, one for each topic', async () => {
    expect(await list()).toEqual([]);
    const subscription = { topicId: 3, topic: 'ACCOUNT_CANCELLED', hookUri: HOOK };
    expect(await subscribe({ topic: 'ACCOUNT_CANCELLED', hookUri: HOOK })).toEqual({
      __typename: 'SubscribeWebhookTopicSuccess',
      subscription,
    });
    expect(await list()).toEqual([subscription]);
    const elsewhere = `${HOOK}?of=2`;
    expect(await subscribe({ topic: 'ACCOUNT_CANCELLED', hookUri: elsewhere })).toMatchObject({
      subscription: { hookUri: elsewhere },
    });
    expect(await list()).toEqual([{ ...subscription, hookUri: elsewhere }]);
    expect(await unsubscribe('ACCOUNT_CANCELLED')).toEqual({
      __typename: 'UnsubscribeWebhookTopicSuccess',
      topic: 'ACCOUNT_CANCELLED',
    });
    expect(await list()).toEqual([]);
    expect(await unsubscribe('ACCOUNT_CANCELLED')).toMatchObject({
      __typename: 'WebhookSubscriptionNotFound',
      code: 'NOT_FOUND',
    });
  });

  test.each([
    ['plain http', 'http://contacts.example.com/hook'],
    ['another scheme in capitals', 'FTP://contacts.example.com'],
    ['no host', 'https://'],
    ['a space', 'https://contacts.example.com/a b'],
    ['a line break', 'https://contacts.example.com/\nx'],
    ['more than 512 characters', `https://contacts.example.com/${'x'.repeat(484)}`],
    ['nothing', ''],
  ])('take no address with %s, and nothing is asked for it', async (_what, hookUri) => {
    const before = (await sandbox.stats()).requests;
    expect(await subscribe({ topic: 'ACCOUNT_DISABLED', hookUri })).toMatchObject({
      __typename: 'InvalidInput',
      problems: [{ path: ['input', 'hookUri'], message: expect.stringContaining('512') }],
    });
    expect((await sandbox.stats()).requests).toBe(before);
  });

  test('are asked for with one token, however many ask at once, and with one more where it is refused', async () => {
    await using other = await openTestStore();
    await using fresh = await openTestGateway({ store: other, settings: settings() });
    const before = await asked(TOKEN_ROUTE);
    const many = async () => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => fresh.graphql(LIST)));
      expect(answers.flatMap(({ errors = [] }) => errors)).toEqual([]);
    };
    await many();
    expect(await asked(TOKEN_ROUTE)).toBe(before + 1);
    await many();
    expect(await asked(TOKEN_ROUTE)).toBe(before + 1);
    await sandbox.control('POST', '/oauth/revoke', { access: true });
    await many();
    expect(await asked(TOKEN_ROUTE)).toBe(before + 2);
  });

  test('are counted and spaced with all other requests', async () => {
    const used = '{ syncStatus { budget { usedToday } } }';
    const usedToday = async () => (await gateway.graphql(used)).data.syncStatus.budget.usedToday;
    // With a token that is good.
    await list();
    const before = await usedToday();
    await list();
    await sandbox.control('POST', '/faults', { route: `GET ${ROUTE.slice(3)}`, status: 503, times: 1 });
    await list();
    expect(await usedToday()).toBe(before + 3);
  });

  test('say what Constant Contact has said, and that the partner is refused', async () => {
    await sandbox.control('POST', '/faults', { route: `GET ${ROUTE.slice(3)}`, status: 403 });
    expect((await gateway.graphql(LIST)).errors).toMatchObject([{ extensions: { code: 'PRIMARY_FORBIDDEN' } }]);
    await sandbox.control('DELETE', '/faults');

    await using other = await openTestStore();
    const wrong = { ...settings(), CC_PARTNER_CLIENT_SECRET: 'canary-of-a-secret' };
    await using stranger = await openTestGateway({ store: other, settings: wrong });
    const { errors } = await stranger.graphql(LIST);
    expect(errors).toMatchObject([
      { message: expect.stringContaining('CC_PARTNER_CLIENT_SECRET'), extensions: { code: 'PRIMARY_REFUSED' } },
    ]);
    expect(JSON.stringify(errors)).not.toContain('canary');
  });
});

test('without credentials of a partner it is said which settings are missing', async () => {
  await using other = await openTestStore();
  await using alone = await openTestGateway({
    store: other,
    settings: { CC_ACCESS_TOKEN: 'sandbox', CC_API_URL: sandbox.apiUrl },
  });
  const { errors } = await alone.graphql(LIST);
  expect(errors).toMatchObject([{ extensions: { code: 'PARTNER_NOT_CONFIGURED' } }]);
  for (const name of Object.keys(PARTNER)) expect(errors?.[0]?.message).toContain(name);
  const mutations: [string, object][] = [
    [SUBSCRIBE, { topic: 'ACCOUNT_CANCELLED', hookUri: HOOK }],
    [UNSUBSCRIBE, { topic: 'ACCOUNT_CANCELLED' }],
  ];
  for (const [mutation, input] of mutations) {
    const { data } = await alone.graphql(mutation, { variables: { input } });
    expect(Object.values(data)).toMatchObject([{ __typename: 'PartnerNotConfigured', code: 'PARTNER_NOT_CONFIGURED' }]);
  }
});
