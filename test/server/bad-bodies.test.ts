import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HttpServer } from '../../src/server/http-server.ts';
import { openTestGateway, type TestGateway } from '../kit/gateway.ts';
import { openTestStore, type TestStore } from '../kit/store.ts';
import { openTestServer, post, type Witness } from './test-server.ts';

/** A connection to a server, with all that has come back on it. */
async function open(url: string): Promise<{ socket: Socket; received: () => string }> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString();
  });
  // Whoever is cut off while it writes is told so; what counts is what came back before.
  socket.on('error', () => {});
  await once(socket, 'connect');
  return { socket, received: () => text };
}

const head = (requestLine: string, ...headers: string[]) =>
  [`${requestLine} HTTP/1.1`, 'host: localhost', ...headers, '', ''].join('\r\n');

describe('a client that takes its time', () => {
  let server: HttpServer;
  let witness: Witness;
  beforeAll(async () => {
    const timeLimits = { headersMs: 100, requestMs: 200, checkMs: 20 };
    ({ server, witness } = await openTestServer({ timeLimits }));
  });
  afterAll(() => server.close());

  test.each([
    ['that says nothing', '', ''],
    ['whose headers drip', 'GET /health/live HTTP/1.1\r\nhost: localhost\r\nx-pad: ', 'x'],
    ['whose body drips', head('POST /graphql', 'content-type: application/json', 'content-length: 1000000'), ' '],
    [
      'whose chunks drip',
      head('POST /graphql', 'content-type: application/json', 'transfer-encoding: chunked'),
      '1\r\n \r\n',
    ],
  ])('%s is cut off with 408', async (_what, begin, drop) => {
    const { socket, received } = await open(server.url);
    socket.write(begin);
    const dripping = setInterval(() => socket.write(drop), 10);
    await once(socket, 'close');
    clearInterval(dripping);
    expect(received()).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('is cut off alone: what others ask is answered, and an answer that takes long goes on', async () => {
    const stop = new AbortController();
    const stream = await fetch(`${server.url}/graphql?query=subscription{forever}`, {
      headers: { accept: 'text/event-stream' },
      signal: stop.signal,
    });
    const ended = witness.endedSubscriptions;
    const { socket } = await open(server.url);
    await once(socket, 'close');
    expect((await post(server.url, { query: '{ hello }' })).status).toBe(200);
    expect([stream.status, witness.endedSubscriptions]).toEqual([200, ended]);
    stop.abort();
  });
});

describe('a body of 10 MB', () => {
  const SIZE = 10_000_000;
  const FORM = 'application/x-www-form-urlencoded';
  const JSON_TYPE = 'application/json';
  const DOORS = [
    ['POST /graphql', JSON_TYPE, 413],
    ['POST /webhooks/constant-contact', JSON_TYPE, 413],
    ['POST /webhooks/changes', JSON_TYPE, 413],
    ['POST /oauth/connect', FORM, 413],
    ['POST /oauth/connect', JSON_TYPE, 415],
    // Bodies are not for these: whatever comes, it is not read.
    ['GET /oauth/callback', FORM, 400],
    ['POST /oauth/callback', FORM, 405],
    ['POST /oauth/callback', JSON_TYPE, 405],
    ['POST /nowhere', JSON_TYPE, 404],
  ] as const;

  let store: TestStore;
  let gateway: TestGateway;
  beforeAll(async () => {
    store = await openTestStore();
    gateway = await openTestGateway({
      store,
      settings: {
        CC_CLIENT_ID: 'client',
        TOKEN_KEY: randomBytes(32).toString('base64'),
        WEBHOOK_SECRETS: `whsec_${randomBytes(32).toString('base64')}`,
      },
    });
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });

  test.each(DOORS)('to %s as %s is refused with %i before a byte of it has come', async (line, type, status) => {
    const { socket, received } = await open(gateway.url);
    socket.write(head(line, `content-type: ${type}`, `content-length: ${SIZE}`));
    // The server ends the connection: it reads no rest of a body that it does not want.
    await once(socket, 'close');
    expect(received()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  test.each(DOORS)(
    'to %s as %s that does not say its size is refused with %i before its end',
    async (line, type, status) => {
      const { socket, received } = await open(gateway.url);
      socket.write(head(line, `content-type: ${type}`, 'transfer-encoding: chunked'));
      const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`;
      const closed = once(socket, 'close');
      // Little more than the largest body that any door takes, and never an end.
      for (let sent = 0; sent < 1_200_000 && received() === '' && socket.writable; sent += 0x4000)
        await new Promise((resolve) => socket.write(chunk, resolve));
      await closed;
      expect(received()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    },
  );
});
