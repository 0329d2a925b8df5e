// 2,000 SSE and 2,000 WebSocket subscribers of one run on one gateway: every event to each, how late, and memory.
import { setMaxListeners } from 'node:events';
import { performance } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { Agent, request } from 'undici';
import { WebSocket } from 'ws';
import { readServerEvents } from '../src/client/event-stream.ts';
import { graphql } from './kit/graphql.ts';
import { databaseUri, startGatewayProcess, startMongoProcess, startSandboxProcess } from './kit/processes.ts';

const SUBSCRIBERS = Number(process.argv[2] ?? 2_000);
const TARGET = { slowestSeconds: 1, rssKiBEach: 30 };
const PAGES = 20;

const sandbox = await startSandboxProcess({ contacts: PAGES * 500, rateLimit: false });
const mongo = await startMongoProcess();
const gateway = await startGatewayProcess({
  sandboxUrl: sandbox.url,
  mongodbUri: databaseUri(mongo.uri, 'subscribers'),
  requestsPerSecond: 1_000,
});
async function control(path: string, method: string, body?: object): Promise<void> {
  const answer = await fetch(`${sandbox.url}/__sandbox${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (!answer.ok) throw new Error(`sandbox ${method} ${path}: ${answer.status} ${await answer.text()}`);
}

/** When each subscriber got each event, by sequence. */
const arrivals: Map<number, number>[] = [];
const agent = new Agent({ connections: SUBSCRIBERS, pipelining: 1, bodyTimeout: 0, headersTimeout: 120_000 });
const gone = new AbortController();
// One listener per request.
setMaxListeners(0, gone.signal);

function reader(): (sequence: number) => void {
  const seen = new Map<number, number>();
  arrivals.push(seen);
  return (sequence) => seen.set(sequence, performance.now());
}

async function followOverSse(query: string, opened: () => void): Promise<void> {
  const arrived = reader();
  const { body } = await request(`${gateway.url}/graphql?query=${encodeURIComponent(query)}`, {
    dispatcher: agent,
    headers: { accept: 'text/event-stream' },
    signal: gone.signal,
  });
  opened();
  for await (const { event, data } of readServerEvents(Readable.toWeb(body) as ReadableStream<Uint8Array>)) {
    if (event === 'next') arrived(JSON.parse(data).data.syncProgress.sequence);
    if (event === 'complete') return;
  }
}

function followOverWebSocket(query: string, opened: () => void): Promise<void> {
  const arrived = reader();
  const client = createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    lazy: false,
    retryAttempts: 0,
    on: { connected: opened },
  });
  return new Promise((resolve, reject) => {
    client.subscribe<{ syncProgress: { sequence: number } }>(
      { query },
      {
        next: ({ data }) => data && arrived(data.syncProgress.sequence),
        error: reject,
        complete: () => void Promise.resolve(client.dispose()).then(() => resolve()),
      },
    );
  });
}

/** Once it has not changed by more than a hundredth for five seconds, or after a minute. */
async function atRest(measure: () => Promise<number>): Promise<number> {
  let reading = await measure();
  let steadySeconds = 0;
  for (let seconds = 0; seconds < 60 && steadySeconds < 5; seconds++) {
    await delay(1_000);
    const next = await measure();
    steadySeconds = Math.abs(next - reading) <= reading / 100 ? steadySeconds + 1 : 0;
    reading = next;
  }
  return reading;
}

let failure: unknown;
let result: object = {};
try {
  // The run is paused, as without a valid token, until everybody is there.
  await control('/faults', 'POST', { route: 'GET /v3/contact_lists', status: 401, error_key: 'unauthorized' });
  const { startSync } = await graphql<{ startSync: { run: { id: string } } }>(
    gateway.url,
    'mutation { startSync(input: { kind: CONTACTS }) { ... on StartSyncSuccess { run { id } } } }',
  );
  const before = (await gateway.memory()).rssBytes;
  const query = `subscription { syncProgress(runId: ${JSON.stringify(startSync.run.id)}) { sequence type } }`;
  let there = 0;
  const following: Promise<void>[] = [];
  const connectedAt = performance.now();
  // In groups: opening thousands of connections at one moment measures the listen queue.
  for (let opened = 0; opened < SUBSCRIBERS; opened += 100) {
    await new Promise<void>((resolve) => {
      const target = Math.min(opened + 100, SUBSCRIBERS) * 2;
      const arrive = () => {
        there += 1;
        if (there === target) resolve();
      };
      for (let index = opened; index < Math.min(opened + 100, SUBSCRIBERS); index++) {
        following.push(followOverSse(query, arrive), followOverWebSocket(query, arrive));
      }
      // A subscriber that fails is told at the end.
      for (const each of following) each.catch(() => {});
    });
  }
  const connectSeconds = (performance.now() - connectedAt) / 1_000;
  const kiBEach = async () => ((await gateway.memory()).rssBytes - before) / 1_024 / (SUBSCRIBERS * 2);
  const rssKiBEachAtOnce = await kiBEach();
  const rssKiBEach = await atRest(kiBEach);
  process.stderr.write(
    `${there} subscribers after ${connectSeconds.toFixed(1)} s, ${rssKiBEach.toFixed(1)} KiB each at rest, ${rssKiBEachAtOnce.toFixed(1)} KiB with what connecting them has left\n`,
  );
  const eventsBefore = Math.max(...arrivals.map((seen) => seen.size));
  await control('/faults', 'DELETE');
  await control('/faults', 'POST', { route: 'GET /v3/contacts', delayMs: 1_000 });
  await Promise.all(following);

  const counts = arrivals.map((seen) => seen.size);
  const events = Math.max(...counts);
  // How far the slowest is behind the first, per event; events from before everybody was there are left out.
  const behind = [...(arrivals[0]?.keys() ?? [])]
    .filter((sequence) => sequence > eventsBefore)
    .map((sequence) => {
      const times = arrivals.flatMap((seen) => seen.get(sequence) ?? []);
      return (
        (times.reduce((latest, at) => Math.max(latest, at), 0) -
          times.reduce((first, at) => Math.min(first, at), Number.POSITIVE_INFINITY)) /
        1_000
      );
    });
  const slowestSeconds = Math.max(...behind);
  const complete = counts.every((count) => count === events);
  result = {
    bench: 'subscribers',
    subscribers: SUBSCRIBERS * 2,
    events,
    complete,
    slowestSeconds,
    connectSeconds,
    rssKiBEach,
    rssKiBEachAtOnce,
    target: TARGET,
    met: complete && slowestSeconds <= TARGET.slowestSeconds && rssKiBEach <= TARGET.rssKiBEach,
  };
} catch (error) {
  failure = error;
}
gone.abort();
await agent.destroy();
await gateway.stop();
await mongo.stop();
await sandbox.stop();
if (failure !== undefined) throw failure;
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit();
