// 500 scheduled runs, pulls and pushes, with random edits on both sides: memory, handles and MongoDB connections do not grow.
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { graphql } from './kit/graphql.ts';
import { databaseUri, startGatewayProcess, startMongoProcess, startSandboxProcess } from './kit/processes.ts';

/** `npm run bench -- soak 100` is a quick look. */
const RUNS = Number(process.argv[2] ?? 500);
const WARM_RUNS = Math.min(50, Math.floor(RUNS / 2));
const LIMIT_MS = 30 * 60_000;
const TARGET_GROWTH = 1.1;
/** Sockets that come and go while it is looked at. */
const HANDLES_SLACK = 8;
/** As in /proc/net/unix. */
const CONNECTED = '03';

const sandbox = await startSandboxProcess({ contacts: 2_000, rateLimit: false });
const mongo = await startMongoProcess();
const uri = databaseUri(mongo.uri, 'soak');
const socketPath = decodeURIComponent(new URL(uri).host);
const client = await new MongoClient(uri).connect();
const runs = client.db().collection('syncRuns');
const gateway = await startGatewayProcess({
  sandboxUrl: sandbox.url,
  mongodbUri: uri,
  requestsPerSecond: 1_000,
  env: { SYNC_SCHEDULE: '* * * * * *', PUSH_SCHEDULE: '*/2 * * * * *' },
});

async function control<T>(method: string, path: string, body?: object): Promise<T> {
  const answer = await fetch(`${sandbox.url}/__sandbox${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (!answer.ok) throw new Error(`sandbox ${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** The engine does not count its connections: the kernel does, which names its end of each by the path of the socket. */
async function connectionsTo(socketPath: string): Promise<number> {
  const lines = (await readFile('/proc/net/unix', 'utf8')).split('\n').map((line) => line.trim().split(/\s+/));
  return lines.filter(([, , , , , state, , path]) => path === socketPath && state === CONNECTED).length;
}

async function look() {
  return {
    rssBytes: (await gateway.memory()).rssBytes,
    handles: (await readdir(`/proc/${gateway.child.pid}/fd`)).length,
    mongodbConnections: await connectionsTo(socketPath),
  };
}

let failure: unknown;
let result: object = {};
try {
  const { contacts } = await control<{ contacts: { contact_id: string }[] }>('GET', '/contacts?limit=500');
  const someone = () => contacts[Math.floor(Math.random() * contacts.length)]?.contact_id ?? '';
  const ended = () => runs.countDocuments({ status: 'SUCCEEDED' });
  const save = 'mutation ($input: SaveContactInput!) { saveContact(input: $input) { __typename } }';
  const deadline = Date.now() + LIMIT_MS;
  let warm: Awaited<ReturnType<typeof look>> | undefined;
  let edits = 0;
  for (let done = 0; done < RUNS; done = await ended()) {
    if (Date.now() > deadline) throw new Error(`${done} runs within ${LIMIT_MS / 60_000} minutes`);
    await graphql(gateway.url, save, { input: { contact: { contactId: someone() }, firstName: `Soaked ${edits}` } });
    await control('PATCH', `/contacts/${someone()}`, { last_name: `Rain ${edits}` });
    edits += 2;
    if (warm === undefined && done >= WARM_RUNS) warm = await look();
    await delay(200);
  }
  const last = await look();
  if (warm === undefined) throw new Error('no look after the first runs');
  const failed = await runs.countDocuments({ status: 'FAILED' });
  const growth = last.rssBytes / warm.rssBytes;
  const met =
    failed === 0 &&
    growth <= TARGET_GROWTH &&
    last.handles <= warm.handles + HANDLES_SLACK &&
    last.mongodbConnections <= warm.mongodbConnections + HANDLES_SLACK;
  result = { bench: 'soak', runs: RUNS, edits, failed, afterFirst: { runs: WARM_RUNS, ...warm }, last, growth, met };
} catch (error) {
  failure = error;
}
await client.close();
await gateway.stop();
await mongo.stop();
await sandbox.stop();
if (failure !== undefined) throw failure;
process.stdout.write(`${JSON.stringify(result)}\n`);
