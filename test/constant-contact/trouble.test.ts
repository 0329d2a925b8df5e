import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { addListMemberships } from '../../src/constant-contact/bulk-activities.ts';
import { createContact, getContact, getContactCounts, getContactsPage } from '../../src/constant-contact/contacts.ts';
import { isCursorRefused, isOutcomeUnknown } from '../../src/constant-contact/errors.ts';
import { partnerHeaders } from '../../src/constant-contact/partner-token.ts';
import { createStaticTokenSource } from '../../src/constant-contact/static-token.ts';
import { getWebhookSubscriptions } from '../../src/constant-contact/webhook-subscriptions.ts';
import { BudgetExhaustedError } from '../../src/domain-error.ts';
import type { Logger } from '../../src/logger.ts';
import { EMPTY_PROFILE } from '../../src/model/profile.ts';
import { cut, json, openWire, rejection, silence, TOKEN } from './wire-server.ts';

const COUNTS = { total: 3, explicit: 1, implicit: 2, pending: 0, unsubscribed: 0 };
const NEW_CONTACT = {
  profile: { ...EMPTY_PROFILE, email: 'ann@example.com' },
  consent: { permissionToSend: 'IMPLICIT', optOutReason: null },
  listIds: ['l1'],
  tagIds: [],
};
const CREATED = { contact_id: 'c1', email_address: { address: 'ann@example.com' } };
const ACTIVITY = { activity_id: 'a1', state: 'initialized' };

describe('a read', () => {
  test.each([
    ['an error of the service', json(500, [{ error_key: 'oops', error_message: 'Internal' }])],
    ['an outage', json(503, '<html>Service Unavailable</html>')],
    ['a cut connection', cut],
    ['a body that breaks off', json(200, '{"total": 3, "expl')],
    ['an answer of another form', json(200, { totals: 3 })],
    ['an answer that is no object', json(200, [])],
    ['an empty answer', json(200, '')],
    ['too many requests', json(429, { error_key: 'throttled', error_message: 'Too Many Requests' })],
    ['too many requests without a word why', json(429, '')],
  ])('is repeated after %s, each attempt counted and paid for', async (_, trouble) => {
    await using wire = await openWire([trouble, trouble, json(200, COUNTS)]);
    expect(await getContactCounts(wire.client, wire.context)).toEqual(COUNTS);
    expect(wire.requests).toHaveLength(3);
    expect(wire.taken).toEqual(['BACKGROUND', 'BACKGROUND', 'BACKGROUND']);
    expect(wire.sent()).toBe(3);
    expect(wire.outcomes.map(({ outcome }) => outcome === 'ok')).toEqual([false, false, true]);
  });

  test('is repeated a bounded number of times, after growing random waits', async () => {
    await using wire = await openWire([json(500, '')], { limits: { attempts: 5, baseDelayMs: 100, maxDelayMs: 300 } });
    expect(await rejection(getContactCounts(wire.client, wire.context))).toMatchObject({
      code: 'PRIMARY_UNAVAILABLE',
      status: 500,
      retryable: true,
    });
    expect(wire.requests).toHaveLength(5);
    // Half of 100, 200, and then of the ceiling: `random` answers 0.5.
    expect(wire.waits).toEqual([50, 100, 150, 150]);
  });

  test('waits as long as Retry-After says, and no longer than is bearable', async () => {
    const retryAfter = (value: string) => json(503, '', { 'retry-after': value });
    await using wire = await openWire([
      retryAfter('7'),
      retryAfter('Thu, 01 Jan 1970 00:00:00 GMT'),
      retryAfter('86400'),
    ]);
    expect(await rejection(getContactCounts(wire.client, wire.context))).toMatchObject({ retryAfterMs: 86_400_000 });
    expect(wire.waits).toHaveLength(2);
    expect(wire.waits[0]).toBeGreaterThanOrEqual(7_000);
    expect(wire.waits[1]).toBeLessThan(7_000);
  });

  test('ends at once when cancelled in a backoff', async () => {
    const abort = new AbortController();
    const reason = new Error('cancelled');
    const clock = {
      now: systemClock.now,
      sleep(ms: number, signal?: AbortSignal) {
        setImmediate(() => abort.abort(reason));
        return systemClock.sleep(ms * 1_000, signal);
      },
    };
    await using wire = await openWire([json(500, '')], { clock });
    expect(await rejection(getContactCounts(wire.client, { ...wire.context, signal: abort.signal }))).toBe(reason);
    expect(wire.requests).toHaveLength(1);
  });

  test('ends at once when cancelled while it waits for the answer', async () => {
    const abort = new AbortController();
    const reason = new Error('cancelled');
    await using wire = await openWire([() => abort.abort(reason)]);
    expect(await rejection(getContactCounts(wire.client, { ...wire.context, signal: abort.signal }))).toBe(reason);
    expect(wire.outcomes).toMatchObject([{ route: 'GET /contacts/counts', outcome: 'cancelled' }]);
  });

  test.each([
    ['no answer', { headersMs: 100 }, silence],
    ['a body that stops', { bodyMs: 100 }, (response: ServerResponse) => void response.writeHead(200).write('{')],
    [
      'a body that only drips',
      { attemptMs: 300 },
      (response: ServerResponse) => {
        response.writeHead(200);
        const drip = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(drip));
      },
    ],
  ])('has a time limit: %s', async (_, limits, answer) => {
    await using wire = await openWire([answer], { limits: { attempts: 1, ...limits } });
    expect(await rejection(getContactCounts(wire.client, wire.context))).toMatchObject({
      code: 'PRIMARY_UNAVAILABLE',
      effect: 'UNKNOWN',
      message: expect.stringContaining('no answer in time'),
    });
  });

  test('of an answer over the size limit is given up, not repeated', async () => {
    const giant = json(200, { ...COUNTS, padding: 'x'.repeat(200_000) });
    await using wire = await openWire([giant], { limits: { responseBytes: 100_000 } });
    expect(await rejection(getContactCounts(wire.client, wire.context))).toMatchObject({
      code: 'PRIMARY_RESPONSE_TOO_LARGE',
    });
    expect(wire.requests).toHaveLength(1);
  });

  test('does not follow a redirect: the token reaches no other place', async () => {
    await using wire = await openWire([json(302, '', { location: '/v3/elsewhere' })]);
    expect(await rejection(getContactCounts(wire.client, wire.context))).toMatchObject({
      code: 'PRIMARY_BAD_RESPONSE',
      status: 302,
    });
    expect(wire.requests).toHaveLength(1);
  });

  test('that finds nobody listening is repeated, and says in the end that it was not sent', async () => {
    await using wire = await openWire([], { limits: { attempts: 3 } });
    await wire.stopListening();
    expect(await rejection(getContactCounts(wire.client, wire.context))).toMatchObject({
      code: 'PRIMARY_UNAVAILABLE',
      effect: 'NOT_SENT',
      retryable: true,
    });
    expect(wire.sent()).toBe(3);
  });
});

test('a request that goes out later than it was let go is told to the budget, so that the next ones keep their distance', async () => {
  let nowMs = 0;
  const clock: Clock = {
    ...systemClock,
    now() {
      nowMs += 30;
      return new Date(nowMs);
    },
  };
  await using wire = await openWire([json(200, COUNTS)], { clock });
  await getContactCounts(wire.client, wire.context);
  expect(wire.delays).toEqual([30]);
});

describe('a closed client', () => {
  test('ends what is under way, and is not used again', async () => {
    const asked = new AbortController();
    await using wire = await openWire([() => asked.abort()]);
    const waiting = rejection(getContactCounts(wire.client, wire.context));
    await once(asked.signal, 'abort');
    await wire.client.close();
    expect(await waiting).toMatchObject({ code: 'CANCELLED' });
    expect(await rejection(getContactCounts(wire.client, wire.context))).toMatchObject({ code: 'CANCELLED' });
    expect(wire.waits).toEqual([]);
  });
});

describe('a write', () => {
  const create = (wire: Awaited<ReturnType<typeof openWire>>) =>
    rejection(createContact(wire.client, NEW_CONTACT, wire.context));

  test.each([
    ['an error of the service', json(500, '')],
    ['an outage', json(503, '')],
    ['a cut connection', cut],
    ['an answer that cannot be read', json(201, '<html>')],
    ['an answer that does not say whose it is', json(201, { contact_id: 'c1' })],
  ])('is not repeated after %s: it may have happened', async (_, trouble) => {
    await using wire = await openWire([trouble]);
    const error = await create(wire);
    expect(isOutcomeUnknown(error)).toBe(true);
    expect(wire.requests).toHaveLength(1);
  });

  test('is repeated when it certainly did not happen', async () => {
    await using wire = await openWire([json(429, { error_key: 'throttled' }), json(201, CREATED)]);
    expect(await createContact(wire.client, NEW_CONTACT, wire.context)).toMatchObject({ contactId: 'c1' });
    expect(wire.requests[1]?.body).toBe(wire.requests[0]?.body);
  });

  test.each([
    [400, 'PRIMARY_REFUSED'],
    [403, 'PRIMARY_FORBIDDEN'],
    [404, 'PRIMARY_NOT_FOUND'],
    [405, 'PRIMARY_REFUSED'],
    [409, 'PRIMARY_CONFLICT'],
    [415, 'PRIMARY_REFUSED'],
  ])('that is refused with %i throws %s', async (status, code) => {
    await using wire = await openWire([json(status, [{ error_key: 'contacts.api.x', error_message: 'No.' }])]);
    const error = await create(wire);
    expect(error).toMatchObject({ code, status, errorKey: 'contacts.api.x', effect: 'REFUSED' });
    expect(isOutcomeUnknown(error)).toBe(false);
    expect(wire.requests).toHaveLength(1);
  });
});

describe('429', () => {
  test('throttled: tells the other instances and comes back after a second at least', async () => {
    await using wire = await openWire([json(429, { error_key: 'throttled' }), json(200, COUNTS)], { random: () => 0 });
    await getContactCounts(wire.client, wire.context);
    expect(wire.penalties).toEqual(['THROTTLED']);
    expect(wire.waits).toEqual([1_000]);
  });

  test.each([
    ['an object', { error_key: 'quota_exceeded', error_message: 'Limit Exceeded' }],
    ['an array', [{ error_key: 'quota_exceeded', error_message: 'Limit Exceeded' }]],
  ])('quota_exceeded as %s: tells the other instances and does not try again', async (_, body) => {
    await using wire = await openWire([json(429, body)]);
    const error = await rejection(getContactCounts(wire.client, wire.context));
    expect(error).toBeInstanceOf(BudgetExhaustedError);
    expect(error).toMatchObject({ code: 'PRIMARY_QUOTA_EXCEEDED' });
    expect((error as BudgetExhaustedError).resetsAt.toISOString()).toMatch(/T00:00:00\.000Z$/);
    expect(wire.penalties).toEqual(['QUOTA_EXCEEDED']);
    expect(wire.requests).toHaveLength(1);
  });

  test('on a new activity otherwise: the queue is full', async () => {
    await using wire = await openWire([json(429, [{ error_key: 'activities.full' }])]);
    const error = await rejection(
      addListMemberships(wire.client, { contactIds: ['c1'], listIds: ['l1'] }, wire.context),
    );
    expect(error).toMatchObject({ code: 'PRIMARY_QUEUE_FULL', retryable: true });
    expect(wire.penalties).toEqual([]);
  });

  test('throttled on a new activity is not taken for a full queue', async () => {
    await using wire = await openWire([json(429, { error_key: 'throttled' }), json(201, ACTIVITY)]);
    const activity = await addListMemberships(wire.client, { contactIds: ['c1'], listIds: ['l1'] }, wire.context);
    expect(activity).toMatchObject({ activityId: 'a1', state: 'initialized' });
  });
});

describe('401', () => {
  const refused = json(401, { error_key: 'unauthorized', error_message: 'Unauthorized' });
  const tokens = () => {
    const refreshed: string[] = [];
    return {
      refreshed,
      accessToken: async () => 'first',
      async refresh(token: string) {
        refreshed.push(token);
        return 'second';
      },
    };
  };

  test('refreshes the token once and repeats, a write too', async () => {
    const source = tokens();
    await using wire = await openWire([refused, json(201, CREATED)], { tokens: source });
    await createContact(wire.client, NEW_CONTACT, wire.context);
    expect(source.refreshed).toEqual(['first']);
    expect(wire.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer second']);
    expect(wire.sent()).toBe(2);
  });

  test('again with the new token: gives up', async () => {
    const source = tokens();
    await using wire = await openWire([refused], { tokens: source });
    expect(await rejection(getContactCounts(wire.client, wire.context))).toMatchObject({
      code: 'PRIMARY_UNAUTHORIZED',
    });
    expect(source.refreshed).toEqual(['first']);
    expect(wire.requests).toHaveLength(2);
  });

  test('with a token from the settings says what to do', async () => {
    await using wire = await openWire([refused], { tokens: createStaticTokenSource(TOKEN) });
    expect(await rejection(getContactCounts(wire.client, wire.context))).toMatchObject({
      code: 'RECONNECT_REQUIRED',
      message: expect.stringContaining('CC_ACCESS_TOKEN'),
    });
  });
});

describe('a refused cursor', () => {
  test.each([400, 404, 410])('with %i can be told from other refusals', async (status) => {
    await using wire = await openWire([json(status, [{ error_key: 'contacts.api.validation.error' }])]);
    const onCursor = await rejection(getContactsPage(wire.client, { cursor: 'old' }, wire.context));
    expect(isCursorRefused(onCursor)).toBe(true);
    expect(onCursor).toMatchObject({ code: 'PRIMARY_REFUSED' });
    const onQuery = await rejection(getContactsPage(wire.client, { query: {} }, wire.context));
    expect(isCursorRefused(onQuery)).toBe(false);
  });
});

describe('an error body', () => {
  test.each([
    ['an array', [{ error_key: 'k', error_message: 'Said so.' }], 'k'],
    ['an object', { error_key: 'k', error_message: 'Said so.' }, 'k'],
    ['a message alone', { message: 'Said so.' }, null],
    ['of OAuth', { error: 'k', error_description: 'Said so.' }, 'k'],
  ])('is read when it is %s', async (_, body, errorKey) => {
    await using wire = await openWire([json(400, body)]);
    expect(await rejection(getContactCounts(wire.client, wire.context))).toMatchObject({
      errorKey,
      message: expect.stringContaining('Said so.'),
    });
  });

  test.each([['null'], ['42'], ['[[]]'], ['{"error_key": {}}'], ['\u0000'], ['[null, {"error_key": 7}]']])(
    'that is %s does no harm',
    async (body) => {
      await using wire = await openWire([json(400, body)]);
      expect(await rejection(getContactCounts(wire.client, wire.context))).toMatchObject({
        code: 'PRIMARY_REFUSED',
        errorKey: null,
      });
    },
  );

  test('that repeats the token or an address does not bring them into the error', async () => {
    const error_message = `Bearer ${TOKEN} may not read ann@example.com (token ${TOKEN})`;
    await using wire = await openWire([json(400, [{ error_key: 'k', error_message }])]);
    const error = (await rejection(getContact(wire.client, 'c1', wire.context))) as Error;
    expect(error.message).toContain('may not read');
    expect(error.message).not.toContain(TOKEN);
    expect(error.message).not.toContain('ann@example.com');
  });
});

test('a partner shows its token without a scheme and its key beside it, and no error repeats either', async () => {
  const error_message = `${TOKEN} may not: x-api-key key-of-a-partner`;
  await using wire = await openWire([json(400, [{ error_key: 'k', error_message }])], {
    credentialHeaders: partnerHeaders('key-of-a-partner'),
  });
  const error = (await rejection(getWebhookSubscriptions(wire.client, wire.context))) as Error;
  expect(wire.requests).toMatchObject([
    {
      method: 'GET',
      url: '/v3/partner/webhooks/subscriptions',
      headers: { authorization: TOKEN, 'x-api-key': 'key-of-a-partner', accept: 'application/json' },
    },
  ]);
  expect(error.message).toContain('may not: x-api-key [redacted]');
  expect(error.message).not.toContain(TOKEN);
  expect(wire.taken).toEqual(['BACKGROUND']);
});

test('a subscription to a topic that is newer than the gateway is listed by its number', async () => {
  await using wire = await openWire([json(200, [{ topic_id: 7, hook_uri: 'https://x.example', topic_name: 'New' }])]);
  expect(await getWebhookSubscriptions(wire.client, wire.context)).toEqual([
    { topicId: 7, topic: null, hookUri: 'https://x.example' },
  ]);
});

test('neither the token nor what was answered gets into the log', async () => {
  const lines: string[] = [];
  const note = (fields: object, message: string): void => void lines.push(JSON.stringify(fields), message);
  const logger: Logger = { debug: note, info: note, warn: note, error: note, child: () => logger };
  const leaky = json(200, `{"contact": "ann@example.com", "token": "${TOKEN}"`);
  await using wire = await openWire([leaky], { logger });
  const error = (await rejection(getContactCounts(wire.client, wire.context))) as Error;
  expect(lines.length).toBeGreaterThan(0);
  for (const text of [...lines, error.message, String(error.stack)]) {
    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain('ann@example.com');
  }
});
