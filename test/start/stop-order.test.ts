import { createClient } from 'graphql-ws';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Logger, silentLogger } from '../../src/logger.ts';
import { openTestGateway } from '../kit/gateway.ts';
import { openProxiedStore } from '../kit/proxied-store.ts';
import { openTestSandbox } from '../kit/sandbox.ts';

const RUNS = 'subscription { syncRunChanged { id status } }';
const START = 'mutation ($kind: SyncKind!) { startSync(input: { kind: $kind }) { __typename } }';

function openPromise<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Names the parts of the gateway as they have stopped. */
function logOfSteps(steps: string[]): Logger {
  return {
    info() {},
    warn() {},
    error() {},
    child: () => silentLogger,
    debug(fields, message) {
      if (message === 'stopped' && 'step' in fields) steps.push(String(fields.step));
    },
  };
}

test('a stop: unready, no new work, runs stand where they are, subscribers are told the end, and all closes', async () => {
  await using sandbox = await openTestSandbox({ contacts: 10 });
  const release = openPromise<void>();
  const releasing = openPromise<void>();
  await using testStore = await openProxiedStore({
    // What gives up a run is the one update of its kind.
    async before({ name, collection }) {
      if (name !== 'update' || collection !== 'syncRuns') return;
      releasing.resolve();
      await release.promise;
    },
  });
  const steps: string[] = [];
  await using gateway = await openTestGateway({
    store: testStore,
    settings: { CC_ACCESS_TOKEN: 'sandbox', CC_API_URL: sandbox.apiUrl },
    logger: logOfSteps(steps),
  });
  // Whatever fails: a stop that is held up ends.
  await using _ = { [Symbol.asyncDispose]: async () => release.resolve() };
  const runs = testStore.direct.db.collection('syncRuns');
  // A run in progress: its page is a minute away.
  await sandbox.control('POST', '/faults', { route: 'GET /contacts', delayMs: 60_000 });
  expect(await gateway.graphql(START, { variables: { kind: 'CONTACTS' } })).not.toHaveProperty('errors');
  await expect.poll(() => runs.countDocuments({ phase: 'CONTACTS', 'lease.token': 1 }), { timeout: 30_000 }).toBe(1);

  const told: string[] = [];
  const begun = { sse: openPromise<void>(), webSocket: openPromise<void>() };
  async function readEvents(): Promise<string> {
    const headers = { accept: 'text/event-stream' };
    const response = await fetch(`${gateway.url}/graphql?query=${encodeURIComponent(RUNS)}`, { headers });
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes('event: next')) begun.sse.resolve();
    }
    told.push('sse');
    return text;
  }
  const events = readEvents();
  const closed = openPromise<number>();
  const client = createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    lazy: false,
    onNonLazyError: () => {},
    retryAttempts: 0,
    on: { closed: (event) => closed.resolve((event as { code: number }).code) },
  });
  const completed = new Promise<void>((resolve, reject) => {
    client.subscribe(
      { query: RUNS },
      {
        next: () => begun.webSocket.resolve(),
        error: reject,
        complete() {
          told.push('webSocket');
          resolve();
        },
      },
    );
  });
  await Promise.all([begun.sse.promise, begun.webSocket.promise]);

  const closing = gateway.close();
  await releasing.promise;
  const ready = await fetch(`${gateway.url}/health/ready`);
  expect([ready.status, await ready.json()]).toMatchObject([503, { ready: false, stopping: true }]);
  const { errors } = await gateway.graphql(START, { variables: { kind: 'LISTS' } });
  expect(errors).toHaveLength(1);
  expect(told).toEqual([]);

  release.resolve();
  expect(await events).toMatch(/event: complete\s*(data:\s*)?$/);
  await completed;
  expect(await closed.promise).toBe(1001);
  expect(await closing).toBe(true);
  expect(await runs.find().toArray()).toMatchObject([{ kind: 'CONTACTS', status: 'RUNNING', lease: null }]);
  await expect(fetch(`${gateway.url}/health/live`)).rejects.toThrow();
  const order = ['readiness', 'schedule', 'engine', 'server', 'client', 'store'];
  expect(steps.filter((step) => order.includes(step))).toEqual(order);
});
