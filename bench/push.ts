// A push of 100,000 new contacts without a rate limit, beside a script that posts the same rows, and one that reads them back, too.
import { type AnyBulkWriteOperation, type Db, MongoClient } from 'mongodb';
import { ensureContactIndexes } from '../src/store/contact-indexes.ts';
import { durationMs, runSync } from './kit/graphql.ts';
import { databaseUri, startGatewayProcess, startMongoProcess, startSandboxProcess } from './kit/processes.ts';
import { seedLocalContacts } from './kit/seed-local-contacts.ts';

const CONTACTS = Number(process.argv[2] ?? 100_000);
const LISTS = 4;
const TARGET = 0.5;
const HEADERS = { authorization: 'Bearer sandbox', 'content-type': 'application/json' };

/** What must be done at least: the bodies, their requests, and the wait for the jobs. Reads nothing back, stores nothing. */
async function postAll(apiUrl: string, listIds: readonly string[]): Promise<void> {
  for (const [position, listId] of listIds.entries()) {
    const rows: object[] = [];
    for (let index = position; index < CONTACTS; index += listIds.length) {
      rows.push({
        email: `bench.${index}@example.com`,
        first_name: `First ${index}`,
        last_name: `Last ${index}`,
        company_name: 'A company of some length',
      });
    }
    const body = JSON.stringify({ import_data: rows, list_ids: [listId] });
    const response = await fetch(`${apiUrl}/activities/contacts_json_import`, {
      method: 'POST',
      headers: HEADERS,
      body,
    });
    if (response.status !== 201) throw new Error(`floor: ${response.status} ${await response.text()}`);
    await response.text();
  }
  for (;;) {
    const { activities } = await getJson<{ activities: { state: string }[] }>(`${apiUrl}/activities?limit=500`);
    if (activities.every(({ state }) => state === 'completed')) return;
  }
}

interface ListPage {
  readonly contacts: readonly {
    readonly contact_id: string;
    readonly email_address: { readonly address: string };
    readonly list_memberships: readonly string[];
  }[];
  readonly _links?: { readonly next?: { readonly href?: string } };
}

/** What a push must do besides, to know what became of its rows: read them, and write into each contact what was read. */
async function readBack(apiUrl: string, db: Db, listIds: readonly string[]): Promise<number> {
  const contacts = db.collection('contacts');
  const include = 'custom_fields,list_memberships,taggings,notes,phone_numbers,street_addresses';
  let written = 0;
  for (const listId of listIds) {
    let path: string | undefined = `/v3/contacts?lists=${listId}&status=all&include=${include}&limit=500`;
    while (path !== undefined) {
      const page: ListPage = await getJson(new URL(path, apiUrl).href);
      const operations = page.contacts.map(
        (contact): AnyBulkWriteOperation => ({
          updateOne: {
            filter: { localOnly: true, emailKey: contact.email_address.address },
            update: {
              $set: {
                contactId: contact.contact_id,
                primary: contact,
                lists: contact.list_memberships,
                local: {},
                localLists: { add: [], remove: [] },
                localOnly: false,
                status: 'ACTIVE',
                syncState: 'IN_SYNC',
                differs: false,
                updatedAt: new Date(),
              },
            },
          },
        }),
      );
      if (operations.length > 0) written += (await contacts.bulkWrite(operations, { ordered: false })).modifiedCount;
      path = page._links?.next?.href;
    }
  }
  return written;
}

async function getJson<Body>(url: string): Promise<Body> {
  const response = await fetch(url, { headers: HEADERS });
  return (await response.json()) as Body;
}

/** In a sandbox and a database of its own, with the gateway's indexes. */
async function floors(db: Db): Promise<{ postMs: number; readBackMs: number }> {
  const sandbox = await startSandboxProcess({ contacts: 0, lists: LISTS, rateLimit: false });
  const apiUrl = `${sandbox.url}/v3`;
  try {
    const { lists } = await getJson<{ lists: { list_id: string }[] }>(`${apiUrl}/contact_lists`);
    const listIds = lists.map((list) => list.list_id);
    await ensureContactIndexes(db);
    await seedLocalContacts(db, CONTACTS, listIds);
    const startedAt = performance.now();
    await postAll(apiUrl, listIds);
    const postMs = performance.now() - startedAt;
    const written = await readBack(apiUrl, db, listIds);
    if (written !== CONTACTS) throw new Error(`floor: ${written} of ${CONTACTS} contacts were read back`);
    return { postMs, readBackMs: performance.now() - startedAt };
  } finally {
    await sandbox.stop();
  }
}

const perSecond = (ms: number): number => Math.round((CONTACTS / ms) * 1_000);

const sandbox = await startSandboxProcess({ contacts: 0, lists: LISTS, rateLimit: false });
const mongo = await startMongoProcess();
const client = new MongoClient(databaseUri(mongo.uri, 'push'), { writeConcern: { w: 1, journal: true } });
try {
  const gateway = await startGatewayProcess({
    sandboxUrl: sandbox.url,
    mongodbUri: databaseUri(mongo.uri, 'push'),
    requestsPerSecond: 10_000,
  });
  await runSync(gateway.url, { kind: 'CONTACTS', mode: 'FULL' });
  const db = (await client.connect()).db('push');
  const lists = await db.collection<{ listId: string }>('lists').find().sort({ name: 1 }).toArray();
  await seedLocalContacts(
    db,
    CONTACTS,
    lists.map((list) => list.listId),
  );
  const run = await runSync(gateway.url, { kind: 'PUSH', mode: 'INCREMENTAL' });
  const pending = await db.collection('contacts').countDocuments({ syncState: { $ne: 'IN_SYNC' } });
  await gateway.stop();
  await sandbox.stop();
  const { postMs, readBackMs } = await floors(client.db('floor'));
  const ratio = postMs / durationMs(run);
  process.stdout.write(
    `${JSON.stringify({
      bench: 'push',
      contacts: CONTACTS,
      rowsPerSecond: perSecond(durationMs(run)),
      floorRowsPerSecond: perSecond(postMs),
      readBackFloorRowsPerSecond: perSecond(readBackMs),
      apiRequests: run.apiRequests,
      stillPending: pending,
      ratio,
      readBackRatio: readBackMs / durationMs(run),
      target: TARGET,
      met: ratio >= TARGET && pending === 0,
    })}\n`,
  );
} finally {
  await client.close();
  await mongo.stop();
  await sandbox.stop();
}
