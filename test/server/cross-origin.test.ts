import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HttpServer } from '../../src/server/http-server.ts';
import { openTestServer, post, type Witness } from './test-server.ts';
import { webSocketOutcome } from './web-socket.ts';

const FRIEND = 'https://app.example.com';
const STRANGERS = [
  'https://evil.example',
  'https://app.example.com.evil.example',
  'https://sub.app.example.com',
  'http://app.example.com',
  'https://app.example.com:8443',
  'HTTPS://APP.EXAMPLE.COM',
  'null',
  '*',
];

let server: HttpServer;
let witness: Witness;
beforeAll(async () => {
  ({ server, witness } = await openTestServer({ corsOrigins: [FRIEND, 'http://localhost:5173'] }));
});
afterAll(() => server.close());

const preflight = (origin: string, path = '/graphql') =>
  fetch(`${server.url}${path}`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  });
const leave = ({ headers }: Response) => headers.get('access-control-allow-origin');

describe('a page of an allowed origin', () => {
  test('gets leave to send operations with a key, and to read what they answer', async () => {
    const asked = await preflight(FRIEND);
    expect(asked.status).toBe(204);
    expect(leave(asked)).toBe(FRIEND);
    expect(asked.headers.get('access-control-allow-methods')).toBe('GET, POST');
    expect(asked.headers.get('access-control-allow-headers')).toMatch(/authorization, content-type/);
    expect(asked.headers.get('vary')).toBe('origin');
    const answer = await post(server.url, { query: '{ hello }' }, { origin: FRIEND });
    expect(leave(answer)).toBe(FRIEND);
    expect(answer.headers.get('vary')).toContain('origin');
    expect(answer.headers.get('access-control-expose-headers')).toContain('retry-after');
    expect(await answer.json()).toEqual({ data: { hello: 'world' } });
  });

  test.each([
    ['events', 'text/event-stream', 'subscription { ticks(to: 2) }'],
    ['deferred parts', 'multipart/mixed', '{ hello people(names: ["Ada"]) { ... @defer { slow } } }'],
  ])('reads %s', async (_what, accept, query) => {
    const answer = await post(server.url, { query }, { origin: FRIEND, accept });
    expect(answer.headers.get('content-type')).toContain(accept);
    expect(leave(answer)).toBe(FRIEND);
    await answer.text();
  });

  test('reads why it is refused', async () => {
    for (const [body, type] of [
      ['{', 'application/json'],
      ['query={hello}', 'text/plain'],
      ['x'.repeat(1_100_000), 'application/json'],
    ] as const) {
      const answer = await post(server.url, body, { origin: FRIEND, 'content-type': type });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(leave(answer)).toBe(FRIEND);
    }
  });

  test('opens a WebSocket', async () => {
    expect(await webSocketOutcome(server.url, { origin: FRIEND })).toBe('open');
  });

  test('is not sent credentials, may not post a form, and reads nothing but GraphQL', async () => {
    expect((await preflight(FRIEND)).headers.get('access-control-allow-credentials')).toBeNull();
    const before = witness.mutations;
    const form = await post(server.url, 'query=mutation{count}', {
      origin: FRIEND,
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(form.status).toBe(415);
    expect(witness.mutations).toBe(before);
    for (const path of ['/', '/metrics', '/health/ready']) {
      expect(leave(await fetch(`${server.url}${path}`, { headers: { origin: FRIEND } })), path).toBeNull();
      expect(leave(await preflight(FRIEND, path)), path).toBeNull();
    }
  });
});

test.each(STRANGERS)('a page of %s gets no leave, over HTTP or WebSocket', async (origin) => {
  const asked = await preflight(origin);
  const answer = await post(server.url, { query: '{ hello }' }, { origin });
  for (const { headers } of [asked, answer])
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  expect(await webSocketOutcome(server.url, { origin })).toBe(403);
});

/** What a browser sends along with an image, a link or a frame: no `Origin`, and no question before. */
const asImage = (site: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/graphql?query=%7Bhello%7D`, { headers: { 'sec-fetch-site': site, ...headers } });

test.each(['cross-site', 'same-site'])('a page of another site (%s) has nothing executed by GET', async (site) => {
  const refused = await asImage(site);
  expect(refused.status).toBe(403);
  expect((await refused.json()).errors[0].message).toContain('another site');
  expect((await asImage(site, { origin: 'https://evil.example' })).status).toBe(403);
  expect((await asImage(site, { origin: FRIEND })).status).toBe(200);
});

test.each(['same-origin', 'none'])(
  'a page of its own, and an address that is typed, is answered (%s)',
  async (site) => {
    expect((await asImage(site)).status).toBe(200);
  },
);
