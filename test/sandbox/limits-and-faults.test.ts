import { connect as connectSocket } from 'node:net';
import { request } from 'undici';
import { describe, expect, test } from 'vitest';
import { openSandbox, type SandboxClient } from './sandbox-client.ts';

const statuses = async (sandbox: SandboxClient, count: number) => {
  const replies = await Promise.all(Array.from({ length: count }, () => sandbox.get('/contacts/counts')));
  return replies.map((reply) => reply.status).sort();
};

describe('limits', () => {
  test('four requests in a second are answered, the fifth is throttled; all of them are counted', async () => {
    let atMs = 5_000;
    const sandbox = await openSandbox({ rateLimit: true, steadyNowMs: () => atMs });
    expect(await statuses(sandbox, 6)).toEqual([200, 200, 200, 200, 429, 429]);
    const { body } = await sandbox.get('/contacts/counts');
    expect(body).toEqual({ error_key: 'throttled', error_message: 'Too Many Requests' });
    expect(await sandbox.control('GET', '/stats')).toMatchObject({
      requests: 7,
      byRoute: { 'GET /contacts/counts': 7 },
      throttled: 3,
      quotaExceeded: 0,
      maxInAnySecond: 7,
    });
    atMs += 999;
    expect((await sandbox.get('/contacts/counts')).status).toBe(429);
    atMs += 1;
    expect(await statuses(sandbox, 2)).toEqual([200, 200]);
    expect((await sandbox.control('GET', '/stats')).maxInAnySecond).toBe(8);
  });

  test('10,000 requests a day are answered; the count starts again at 00:00 UTC', async () => {
    let now = new Date('2026-11-02T23:59:59Z');
    const sandbox = await openSandbox({ rateLimit: true, now: () => now });
    await sandbox.control('POST', '/usage', { usedToday: 9_999 });
    expect((await sandbox.get('/contacts/counts')).status).toBe(200);
    const { status, body, headers } = await sandbox.get('/contacts/counts');
    expect([status, body]).toEqual([429, { error_key: 'quota_exceeded', error_message: 'Limit Exceeded' }]);
    expect(headers.get('date')).toBe('Mon, 02 Nov 2026 23:59:59 GMT');
    expect(headers.get('retry-after')).toBeNull();
    now = new Date('2026-11-03T00:00:00Z');
    expect((await sandbox.get('/contacts/counts')).status).toBe(200);
    expect(await sandbox.control('GET', '/usage')).toEqual({ usedToday: 1 });
  });

  test('reset makes new data and forgets what was counted; the same seed makes the same data', async () => {
    const sandbox = await openSandbox({ seed: 5 });
    const before = await sandbox.walk('limit=500&status=all');
    await sandbox.control('POST', '/faults', { route: '*', status: 500 });
    expect(await sandbox.control('POST', '/reset', { seed: 6 })).toEqual({
      contacts: 200,
      lists: 12,
      seed: 6,
      rateLimit: false,
    });
    expect(await sandbox.control('GET', '/stats')).toMatchObject({ requests: 0, byRoute: {}, maxInAnySecond: 0 });
    expect(await sandbox.walk('limit=500&status=all')).not.toEqual(before);
    await sandbox.control('POST', '/reset', { seed: 5 });
    expect(await sandbox.walk('limit=500&status=all')).toEqual(before);
    await expect(sandbox.control('POST', '/reset', { contacts: -1 })).rejects.toThrow('400');
  });
});

describe('refusals', () => {
  test.each<[string, string, string, unknown, Record<string, string>, number]>([
    ['a wrong token', 'GET', '/contacts', undefined, { authorization: 'Bearer wrong' }, 401],
    ['another scheme', 'GET', '/contacts', undefined, { authorization: 'Basic c2FuZGJveA==' }, 401],
    ['an unknown path', 'GET', '/nothing', undefined, {}, 404],
    ['a method that a path does not have', 'DELETE', '/contacts/counts', undefined, {}, 405],
    ['a body that is not JSON', 'POST', '/contacts', '{}', { 'content-type': 'text/plain' }, 415],
    ['broken JSON', 'POST', '/contacts', '{"a":', {}, 400],
    ['a body that is no object', 'POST', '/contacts', '[]', {}, 400],
    ['an answer in XML', 'GET', '/contacts', undefined, { accept: 'application/xml' }, 406],
    ['a body of more than a MiB', 'POST', '/contacts', `"${'x'.repeat(1_048_576)}"`, {}, 413],
  ])('%s', async (_what, method, path, body, headers, status) => {
    const sandbox = await openSandbox();
    expect((await sandbox.call(method, path, body, headers)).status).toBe(status);
  });
});

test.each([
  ['//', 404],
  ['http://[', 404],
  ['http:junk', 400],
])('an odd request target, %s, is answered %i, and the sandbox lives on', async (target, status) => {
  const sandbox = await openSandbox();
  const { port } = new URL(sandbox.url);
  const socket = connectSocket(Number(port), '127.0.0.1');
  socket.end(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  expect(Buffer.concat(chunks).toString()).toContain(`HTTP/1.1 ${status} `);
  expect((await sandbox.get('/contacts/counts')).status).toBe(200);
});

describe('faults', () => {
  test('hit matching requests as often as told', async () => {
    const sandbox = await openSandbox();
    await sandbox.control('POST', '/faults', { route: 'GET /contacts', status: 503, times: 2 });
    expect((await sandbox.get('/contacts/counts')).status).toBe(200);
    const { status, body } = await sandbox.get('/contacts?limit=1');
    expect([status, body[0].error_key]).toEqual([503, 'contacts.api.service_unavailable']);
    expect((await sandbox.get('/contacts')).status).toBe(503);
    expect((await sandbox.get('/contacts')).status).toBe(200);
  });

  test('match by pattern and by parameter, with the error key told', async () => {
    const sandbox = await openSandbox();
    await sandbox.control('POST', '/faults', {
      route: '/v3/contacts/{contact_id}',
      status: 429,
      error_key: 'quota_exceeded',
      times: 1,
    });
    const [person] = await sandbox.walk('limit=500');
    expect((await sandbox.get(`/contacts/${person.contact_id}`)).body).toEqual({
      error_key: 'quota_exceeded',
      error_message: 'Limit Exceeded',
    });
    await sandbox.control('POST', '/faults', { route: 'POST /activities/*', status: 500 });
    expect((await sandbox.call('POST', '/activities/list_delete', {})).status).toBe(500);
    await sandbox.control('DELETE', '/faults');
    expect((await sandbox.call('POST', '/activities/list_delete', {})).status).toBe(400);
  });

  test('cut the connection before the request is processed, or only its answer', async () => {
    const sandbox = await openSandbox({ contacts: 0 });
    const post = () => sandbox.call('POST', '/contacts', { first_name: 'A', create_source: 'Account' });
    await sandbox.control('POST', '/faults', { route: 'POST /contacts', disconnect: true, times: 1 });
    await expect(post()).rejects.toThrow();
    expect(await sandbox.walk('limit=5')).toHaveLength(0);
    await sandbox.control('POST', '/faults', { route: 'POST /contacts', disconnect: 'after', times: 1 });
    await expect(post()).rejects.toThrow();
    expect(await sandbox.walk('limit=5')).toHaveLength(1);
    await sandbox.control('POST', '/faults', { route: 'POST /contacts', status: 500, when: 'after', times: 1 });
    expect((await post()).status).toBe(500);
    expect(await sandbox.walk('limit=5')).toHaveLength(2);
  });

  test('break the JSON, or the body half-way', async () => {
    const sandbox = await openSandbox();
    const get = () => request(`${sandbox.url}/v3/contacts`, { headers: { authorization: 'Bearer sandbox' } });
    await sandbox.control('POST', '/faults', { route: 'GET /contacts', malformed: true, times: 1 });
    const malformed = await get();
    expect(malformed.statusCode).toBe(200);
    await expect(malformed.body.json()).rejects.toThrow(SyntaxError);
    await sandbox.control('POST', '/faults', { route: 'GET /contacts', truncate: true, times: 1 });
    await expect(get().then((response) => response.body.text())).rejects.toThrow();
  });

  test('delay, but not for a client that has gone; a draw decides where a probability is told', async () => {
    const sandbox = await openSandbox();
    await sandbox.control('POST', '/faults', { route: '*', delayMs: 600_000, times: 1 });
    const gone = fetch(`${sandbox.url}/v3/contacts`, { signal: AbortSignal.timeout(50) });
    await expect(gone).rejects.toThrow('timeout');
    await sandbox.control('POST', '/faults', { route: '*', status: 500, probability: 0.5 });
    const replies = await statuses(sandbox, 60);
    expect(new Set(replies)).toEqual(new Set([200, 500]));
    await expect(sandbox.control('POST', '/faults', { route: '*', satus: 500 })).rejects.toThrow('400');
  });
});

describe('quirks of pages', () => {
  test('a contact comes twice, on two pages', async () => {
    const sandbox = await openSandbox({ contacts: 40 });
    const once = await sandbox.walk('limit=10&status=all');
    await sandbox.control('POST', '/quirks', { duplicateAcrossPages: true });
    const twice = await sandbox.walk('limit=10&status=all');
    expect(twice.length).toBeGreaterThan(once.length);
    expect(new Set(twice.map((contact) => contact.contact_id)).size).toBe(once.length);
    expect(twice[9].contact_id).toBe(twice[10].contact_id);
  });

  test('a cursor expires, once', async () => {
    const sandbox = await openSandbox();
    await sandbox.control('POST', '/quirks', { expireCursors: true });
    const { body } = await sandbox.get('/contacts?limit=10');
    const next = body._links.next.href.replace('/v3', '');
    expect((await sandbox.get(next)).status).toBe(400);
    expect((await sandbox.get(next)).status).toBe(200);
    await expect(sandbox.control('POST', '/quirks', { noSuchQuirk: true })).rejects.toThrow('400');
    expect(await sandbox.control('GET', '/quirks')).toMatchObject({ importResubscribes: true, expireCursors: 0 });
  });
});
