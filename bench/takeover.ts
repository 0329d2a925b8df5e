// From kill -9 of the gateway that works on a pull to the next page stored by another: the worst of five.
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { graphql } from './kit/graphql.ts';
import { databaseUri, startGatewayProcess, startMongoProcess, startSandboxProcess } from './kit/processes.ts';

const TRIALS = 5;
const TARGET_SECONDS = 15;
const WAIT_LIMIT_MS = 60_000;

const sandbox = await startSandboxProcess({ contacts: 100_000, rateLimit: false });
const mongo = await startMongoProcess();
const uri = databaseUri(mongo.uri, 'takeover');
const client = await new MongoClient(uri).connect();
const runs = client.db().collection<{ counts: { fetched: number }; status: string }>('syncRuns');
const fault = { route: 'GET /v3/contacts', delayMs: 250 };
const faulted = await fetch(`${sandbox.url}/__sandbox/faults`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(fault),
});
if (!faulted.ok) throw new Error(`the sandbox takes no fault: ${faulted.status}`);

async function fetchedMoreThan(count: number): Promise<number> {
  for (const deadline = performance.now() + WAIT_LIMIT_MS; performance.now() < deadline; await delay(10)) {
    const run = await runs.findOne({}, { sort: { _id: -1 } });
    if (run !== null && run.counts.fetched > count) return run.counts.fetched;
  }
  throw new Error('no page was stored within a minute');
}

const seconds: number[] = [];
let gateway = await startGatewayProcess({ sandboxUrl: sandbox.url, mongodbUri: uri, requestsPerSecond: 1_000 });
let failure: unknown;
try {
  await graphql(gateway.url, 'mutation { startSync(input: { kind: CONTACTS, mode: FULL }) { __typename } }');
  for (let trial = 0; trial < TRIALS; trial++) {
    await fetchedMoreThan((await runs.findOne({}, { sort: { _id: -1 } }))?.counts.fetched ?? 0);
    const standby = await startGatewayProcess({ sandboxUrl: sandbox.url, mongodbUri: uri, requestsPerSecond: 1_000 });
    gateway.child.kill('SIGKILL');
    const killedAt = performance.now();
    const stored = (await runs.findOne({}, { sort: { _id: -1 } }))?.counts.fetched ?? 0;
    await fetchedMoreThan(stored);
    seconds.push((performance.now() - killedAt) / 1_000);
    process.stderr.write(`trial ${trial + 1}: ${seconds.at(-1)?.toFixed(1)} s\n`);
    gateway = standby;
  }
} catch (error) {
  failure = error;
}
gateway.child.kill('SIGKILL');
await client.close();
await mongo.stop();
await sandbox.stop();
if (failure !== undefined) throw failure;

const worst = Math.max(...seconds);
process.stdout.write(
  `${JSON.stringify({ bench: 'takeover', trials: TRIALS, seconds, worst, targetSeconds: TARGET_SECONDS, met: worst <= TARGET_SECONDS })}\n`,
);
