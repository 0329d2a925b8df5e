// A push of 100,000 new contacts without a rate limit, beside a script that serialises the same rows and posts them.
import { MongoClient } from 'mongodb';
import { durationMs, runSync } from './kit/graphql.ts';
import { databaseUri, startGatewayProcess, startMongoProcess, startSandboxProcess } from './kit/processes.ts';
import { seedLocalContacts } from './kit/seed-local-contacts.ts';

const CONTACTS = 100_000;
const LISTS = 4;
const TARGET = 0.5;

/** What must be done at least: the bodies, their requests, and the wait for the jobs. Reads nothing back. */
async function floorMs(sandboxUrl: string, listIds: readonly string[]): Promise<number> {
  const headers = { authorization: 'Bearer sandbox', 'content-type': 'application/json' };
  const startedAt = performance.now();
  for (const [position, listId] of listIds.entries()) {
    const rows: object[] = [];
    for (let index = position; index < CONTACTS; index += listIds.length) {
      rows.push({
        email: `floor.${index}@example.com`,
        first_name: `First ${index}`,
        last_name: `Last ${index}`,
        company_name: 'A company of some length',
      });
    }
    const body = JSON.stringify({ import_data: rows, list_ids: [listId] });
    const response = await fetch(`${sandboxUrl}/v3/activities/contacts_json_import`, { method: 'POST', headers, body });
    if (response.status !== 201) throw new Error(`floor: ${response.status} ${await response.text()}`);
    await response.text();
  }
  for (;;) {
    const response = await fetch(`${sandboxUrl}/v3/activities?limit=500`, { headers });
    const { activities } = (await response.json()) as { activities: { state: string }[] };
    if (activities.every(({ state }) => state === 'completed')) return performance.now() - startedAt;
  }
}

const sandbox = await startSandboxProcess({ contacts: 0, lists: LISTS, rateLimit: false });
const mongo = await startMongoProcess();
const client = new MongoClient(databaseUri(mongo.uri, 'push'));
try {
  const gateway = await startGatewayProcess({
    sandboxUrl: sandbox.url,
    mongodbUri: databaseUri(mongo.uri, 'push'),
    requestsPerSecond: 10_000,
  });
  await runSync(gateway.url, { kind: 'CONTACTS', mode: 'FULL' });
  const db = (await client.connect()).db('push');
  const lists = await db.collection<{ listId: string }>('lists').find().sort({ name: 1 }).toArray();
  const listIds = lists.map((list) => list.listId);
  await seedLocalContacts(db, CONTACTS, listIds);
  const run = await runSync(gateway.url, { kind: 'PUSH', mode: 'INCREMENTAL' });
  const pending = await db.collection('contacts').countDocuments({ syncState: { $ne: 'IN_SYNC' } });
  await gateway.stop();
  const floor = await floorMs(sandbox.url, listIds);
  const ratio = floor / durationMs(run);
  process.stdout.write(
    `${JSON.stringify({
      bench: 'push',
      contacts: CONTACTS,
      rowsPerSecond: Math.round((CONTACTS / durationMs(run)) * 1_000),
      floorRowsPerSecond: Math.round((CONTACTS / floor) * 1_000),
      apiRequests: run.apiRequests,
      stillPending: pending,
      ratio,
      target: TARGET,
      met: ratio >= TARGET && pending === 0,
    })}\n`,
  );
} finally {
  await client.close();
  await mongo.stop();
  await sandbox.stop();
}
