import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { HttpServer } from '../../src/server/http-server.ts';
import { eventually, openTestServer, operationsEnded, post, type Witness } from './test-server.ts';

let server: HttpServer;
let witness: Witness;
beforeAll(async () => {
  ({ server, witness } = await openTestServer({ operationTimeLimitMs: 100 }));
});
afterAll(() => server.close());

const TIMED_OUT = { data: null, errors: [{ extensions: { code: 'OPERATION_TIMED_OUT' } }] };

// One document is executed as compiled, one of several operations is not.
test.each(['{ waiting }', 'query A { waiting } query B { hello }'])(
  'an operation that takes too long is ended and says so: %s',
  async (query) => {
    const before = witness.endedWaits;
    const answer = await post(server.url, { query, operationName: query.startsWith('query') ? 'A' : undefined });
    expect(await answer.json()).toMatchObject(TIMED_OUT);
    await eventually(() => witness.endedWaits === before + 1);
    expect(await (await post(server.url, { query: '{ hello }' })).json()).toEqual({ data: { hello: 'world' } });
  },
);

test('over WebSocket, too, where a subscription beside it goes on', async () => {
  const url = `${server.url.replace('http', 'ws')}/graphql`;
  const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
  const running = client.iterate({ query: 'subscription { forever }' });
  expect(await running.next()).toMatchObject({ value: { data: { forever: 1 } } });
  const ended = witness.endedSubscriptions;
  expect(await client.iterate({ query: '{ waiting }' }).next()).toMatchObject({ value: TIMED_OUT });
  expect(witness.endedSubscriptions).toBe(ended);
  await running.return?.();
  await client.dispose();
});

test('a caller that leaves ends its operation at once, which is no failure of ours', async () => {
  const stop = new AbortController();
  const { server: patient, witness: other } = await openTestServer();
  const asked = fetch(`${patient.url}/graphql?query={waiting}`, { signal: stop.signal }).catch(() => 'gone');
  await eventually(() => other.startedWaits === 1);
  stop.abort();
  expect(await asked).toBe('gone');
  await eventually(() => other.endedWaits === 1);
  const ended = (outcome: string) => operationsEnded(patient.url, { type: 'query', outcome });
  await eventually(async () => (await ended('refused')) + (await ended('failed')) === 1);
  expect(await ended('failed')).toBe(0);
  await patient.close();
});
