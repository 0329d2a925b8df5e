import { once } from 'node:events';
import { connect } from 'node:net';
import { createClient } from 'graphql-ws';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import type { HttpServer } from '../../src/server/http-server.ts';
import { eventually, FLOOD_BYTES, openTestServer, operationsEnded, post, type Witness } from './test-server.ts';
import { webSocketOutcome } from './web-socket.ts';

let server: HttpServer;
let witness: Witness;

beforeEach(async () => {
  ({ server, witness } = await openTestServer());
});
afterEach(() => server.close());

const sse = (query: string, signal?: AbortSignal) =>
  fetch(`${server.url}/graphql?query=${encodeURIComponent(query)}`, {
    headers: { accept: 'text/event-stream' },
    ...(signal === undefined ? {} : { signal }),
  });

/** The events of a stream's text: name and decoded data. */
function events(text: string): unknown[] {
  return text
    .split('\n\n')
    .filter((block) => block.startsWith('event:'))
    .map((block) => {
      const [, name, data] = /^event: (\w+)\ndata:(.*)$/s.exec(block) ?? [];
      return data?.trim() ? [name, JSON.parse(data)] : [name];
    });
}

const webSocketUrl = () => `${server.url.replace('http', 'ws')}/graphql`;

function client() {
  return createClient({ url: webSocketUrl(), webSocketImpl: WebSocket, retryAttempts: 0, lazy: true });
}

async function activeSubscriptions(): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return [...text.matchAll(/^csg_graphql_subscriptions_count\{.*\} (\d+)$/gm)].reduce(
    (sum, [, n]) => sum + Number(n),
    0,
  );
}

describe('over server-sent events', () => {
  test('events come one by one, then the completion', async () => {
    const response = await sse('subscription { ticks(to: 3) }');
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(events(await response.text())).toEqual([
      ['next', { data: { ticks: 1 } }],
      ['next', { data: { ticks: 2 } }],
      ['next', { data: { ticks: 3 } }],
      ['complete'],
    ]);
  });

  test('POST works as well', async () => {
    const response = await post(
      server.url,
      { query: 'subscription { ticks(to: 1) }' },
      { accept: 'text/event-stream' },
    );
    expect(events(await response.text())).toEqual([['next', { data: { ticks: 1 } }], ['complete']]);
  });

  test('a reader who leaves ends the subscription at its source', async () => {
    const leave = new AbortController();
    const response = await sse('subscription { forever }', leave.signal);
    await response.body?.getReader().read();
    await eventually(async () => (await activeSubscriptions()) === 1);
    leave.abort();
    await eventually(() => witness.endedSubscriptions === 1);
    expect(await activeSubscriptions()).toBe(0);
  });

  test('a source that fails shows no internal message', async () => {
    const text = await (await sse('subscription { failing }')).text();
    // No completion: whoever reads may come back.
    expect(events(text)).toEqual([['next', { data: { failing: 1 } }]]);
    expect(text).not.toContain('secret of the house');
    expect(await operationsEnded(server.url, { type: 'subscription', outcome: 'failed' })).toBe(1);
  });

  test('a stop of the server completes also what does not listen', async () => {
    const response = await sse('subscription { deaf }');
    await eventually(async () => (await activeSubscriptions()) === 1);
    const [text] = await Promise.all([response.text(), server.close()]);
    expect(events(text).at(-1)).toEqual(['complete']);
  });

  test('a stop of the server completes it', async () => {
    const response = await sse('subscription { forever }');
    await eventually(async () => (await activeSubscriptions()) === 1);
    const startedAt = Date.now();
    const [text] = await Promise.all([response.text(), server.close()]);
    expect(events(text).at(-1)).toEqual(['complete']);
    expect(witness.endedSubscriptions).toBe(1);
    expect(Date.now() - startedAt).toBeLessThan(4_000);
  });
});

describe('over WebSocket (graphql-transport-ws)', () => {
  test('queries, events and completion', async () => {
    const ws = client();
    const results: unknown[] = [];
    for await (const result of ws.iterate({ query: 'subscription { ticks(to: 3) }' })) results.push(result.data);
    expect(results).toEqual([{ ticks: 1 }, { ticks: 2 }, { ticks: 3 }]);
    for await (const result of ws.iterate({ query: '{ hello }' })) expect(result).toEqual({ data: { hello: 'world' } });
    await ws.dispose();
  });

  test('a subscriber who leaves, or whose connection breaks, ends the subscription at its source', async () => {
    const ws = client();
    const subscription = ws.iterate({ query: 'subscription { forever }' });
    await subscription.next();
    await subscription.return?.();
    await eventually(() => witness.endedSubscriptions === 1);
    await ws.iterate({ query: 'subscription { forever }' }).next();
    ws.terminate();
    await eventually(() => witness.endedSubscriptions === 2);
    expect(await activeSubscriptions()).toBe(0);
  });

  test('mistakes and defects are told like over HTTP', async () => {
    const ws = client();
    const first = async (query: string) => {
      for await (const result of ws.iterate({ query })) return result;
      return undefined;
    };
    await expect(first('{')).rejects.toMatchObject([{ message: expect.stringContaining('Syntax Error') }]);
    await expect(first('{ nothing }')).rejects.toMatchObject([{ message: expect.stringContaining('nothing') }]);
    expect(await first('{ refused }')).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    const broken = await first('{ broken }');
    expect(broken).toMatchObject({ errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
    expect(JSON.stringify(broken)).not.toContain('hunter2');
    const failing = ws.iterate({ query: 'subscription { failing }' });
    expect((await failing.next()).value).toEqual({ data: { failing: 1 } });
    await expect(failing.next()).rejects.toMatchObject([{ message: expect.stringContaining('on our side') }]);
    await ws.dispose();
  });

  test('a stop of the server completes it', async () => {
    const ws = client();
    const subscription = ws.iterate({ query: 'subscription { forever }' });
    expect(await subscription.next()).toMatchObject({ done: false });
    const next = subscription.next();
    await server.close();
    expect(await next).toMatchObject({ done: true });
    expect(witness.endedSubscriptions).toBe(1);
  });

  test('pages of another site, other paths and other protocols get no connection', async () => {
    expect(await webSocketOutcome(server.url, { origin: 'https://evil.example' })).toBe(403);
    expect(await webSocketOutcome(server.url, { path: '/other' })).toBe(404);
    expect(await webSocketOutcome(server.url, { origin: server.url })).toBe('open');
    expect(await webSocketOutcome(server.url, { protocol: 'graphql-ws' })).not.toBe('open');
  });
});

async function hasNoWebSockets(): Promise<boolean> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return text.includes('\ncsg_websocket_connections_count 0\n');
}

/** Connected, and from now on deaf. A stranger has not said who it is. */
async function stalledWebSocket({ stranger = false } = {}): Promise<WebSocket> {
  const socket = new WebSocket(webSocketUrl(), 'graphql-transport-ws').on('error', () => {});
  await once(socket, 'open');
  if (!stranger) {
    socket.send('{"type":"connection_init"}');
    await once(socket, 'message');
  }
  socket.pause();
  return socket;
}

describe('a WebSocket client that stops reading', () => {
  test('is told no more than its connection holds', async () => {
    const stalled = await stalledWebSocket();
    stalled.send('{"id":"1","type":"subscribe","payload":{"query":"subscription { flood }"}}');
    await eventually(() => witness.floods > 0);
    const reader = (await sse('subscription { flood }')).body?.getReader();
    let readBytes = 0;
    while (readBytes < 800 * FLOOD_BYTES) readBytes += (await reader?.read())?.value?.length ?? 0;
    await reader?.cancel();
    await eventually(() => witness.endedSubscriptions === 1);
    // What both connections hold: the kernel keeps some megabytes for each.
    expect(witness.floods - readBytes / FLOOD_BYTES).toBeLessThan(300);
    const startedAt = Date.now();
    await server.close();
    expect(Date.now() - startedAt).toBeLessThan(4_000);
    expect(witness.endedSubscriptions).toBe(2);
    stalled.terminate();
  });

  test('and goes on asking is cut off', async () => {
    const stalled = await stalledWebSocket();
    const query = `{ people(names: ["${'x'.repeat(100_000)}"]) { name } }`;
    for (let id = 0; id < 300; id++)
      stalled.send(JSON.stringify({ id: String(id), type: 'subscribe', payload: { query } }));
    await eventually(hasNoWebSockets);
    stalled.terminate();
  });

  test('and only pings, without ever saying who it is, is cut off', async () => {
    const stalled = await stalledWebSocket({ stranger: true });
    const ping = JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(100_000) } });
    for (let count = 0; count < 300; count++) stalled.send(ping);
    await eventually(hasNoWebSockets);
    stalled.terminate();
  });
});

test('a reader who stops reading holds up nobody, not even the stop', async () => {
  const { port, hostname } = new URL(server.url);
  const stalled = connect(Number(port), hostname);
  stalled.pause();
  stalled.on('error', () => {});
  const query = encodeURIComponent('subscription { flood }');
  stalled.write(`GET /graphql?query=${query} HTTP/1.1\r\nhost: ${hostname}\r\naccept: text/event-stream\r\n\r\n`);
  await eventually(async () => (await activeSubscriptions()) === 1);
  const before = process.memoryUsage().rss;
  for (let round = 0; round < 20; round++) {
    expect(events(await (await sse('subscription { ticks(to: 2) }')).text())).toHaveLength(3);
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  const startedAt = Date.now();
  await server.close();
  expect(Date.now() - startedAt).toBeLessThan(4_000);
  stalled.destroy();
});
