import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { HttpServer } from '../../src/server/http-server.ts';
import { openTestServer, post, type Witness } from './test-server.ts';
import { webSocketOutcome } from './web-socket.ts';

let server: HttpServer;
let witness: Witness;
let lagMs = 0;

beforeAll(async () => {
  ({ server, witness } = await openTestServer({
    overloadLagMs: 200,
    eventLoopLag: () => lagMs,
    corsOrigins: ['https://app.example.com'],
  }));
});
beforeEach(() => {
  lagMs = 0;
});
afterAll(() => server.close());

test('an overloaded gateway turns operations away before it reads them, and says when to come again', async () => {
  lagMs = 201;
  const before = witness.mutations;
  const answer = await post(server.url, { query: 'mutation { count }' }, { origin: 'https://app.example.com' });
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('5');
  expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'OVERLOADED' } }] });
  expect((await fetch(`${server.url}/graphql?query={hello}`)).status).toBe(503);
  expect(witness.mutations).toBe(before);

  lagMs = 200;
  expect((await post(server.url, { query: 'mutation { count }' })).status).toBe(200);
  expect(witness.mutations).toBe(before + 1);
});

test('health and metrics are answered all the same', async () => {
  lagMs = 10_000;
  for (const path of ['/health/live', '/health/ready', '/metrics'])
    expect((await fetch(`${server.url}${path}`)).status, path).toBe(200);
});

test('over WebSocket new connections and operations are turned away, what runs goes on', async () => {
  const client = createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    lazy: false,
    retryAttempts: 0,
  });
  const running = client.iterate({ query: 'subscription { forever }' });
  expect(await running.next()).toMatchObject({ value: { data: { forever: 1 } } });
  lagMs = 201;
  expect(await webSocketOutcome(server.url)).toBe(503);
  await expect(client.iterate({ query: '{ hello }' }).next()).rejects.toMatchObject([
    { extensions: { code: 'OVERLOADED' } },
  ]);
  lagMs = 0;
  expect(await client.iterate({ query: '{ hello }' }).next()).toMatchObject({ value: { data: { hello: 'world' } } });
  await running.return?.();
  await client.dispose();
});

test('without a limit nothing is turned away; the lag is measured where it is not given', async () => {
  const { server: patient } = await openTestServer({ eventLoopLag: () => Number.POSITIVE_INFINITY });
  expect((await post(patient.url, { query: '{ hello }' })).status).toBe(200);
  await patient.close();
  const { server: measuring } = await openTestServer({ overloadLagMs: 60_000 });
  expect((await post(measuring.url, { query: '{ hello }' })).status).toBe(200);
  await measuring.close();
});
