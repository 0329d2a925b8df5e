// The first page of contactDiffs at 1,000,000 contacts of which 1,000 differ, beside the same at 10,000 contacts.
import { MongoClient } from 'mongodb';
import { graphql, runSync } from './kit/graphql.ts';
import { databaseUri, startGatewayProcess, startMongoProcess, startSandboxProcess } from './kit/processes.ts';
import { median } from './kit/run-floor.ts';
import { seedLocalContacts } from './kit/seed-local-contacts.ts';

const DIFFERING = 1_000;
const ROUNDS = 50;
const TARGET = 2;
const QUERY = `{ contactDiffs(first: 50) { edges { node { kind fields { field base primary secondary winner reason }
  listsOnlyInPrimary { name } listsOnlyInSecondary { name } contact { id email } } } } }`;

async function pageMs(contacts: number): Promise<number> {
  const sandbox = await startSandboxProcess({ contacts, rateLimit: false });
  const mongo = await startMongoProcess();
  const client = new MongoClient(databaseUri(mongo.uri, 'diff'));
  try {
    const gateway = await startGatewayProcess({
      sandboxUrl: sandbox.url,
      mongodbUri: databaseUri(mongo.uri, 'diff'),
      requestsPerSecond: 10_000,
    });
    await runSync(gateway.url, { kind: 'CONTACTS', mode: 'FULL' });
    const db = (await client.connect()).db('diff');
    const lists = await db.collection<{ listId: string }>('lists').find().toArray();
    await seedLocalContacts(
      db,
      DIFFERING,
      lists.map((list) => list.listId),
    );
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const startedAt = performance.now();
      const { contactDiffs } = await graphql<{ contactDiffs: { edges: unknown[] } }>(gateway.url, QUERY);
      times.push(performance.now() - startedAt);
      if (contactDiffs.edges.length !== 50) throw new Error(`a page of ${contactDiffs.edges.length}`);
    }
    await gateway.stop();
    process.stderr.write(`${contacts} contacts: ${median(times).toFixed(1)} ms\n`);
    return median(times);
  } finally {
    await client.close();
    await mongo.stop();
    await sandbox.stop();
  }
}

const small = await pageMs(10_000);
const large = await pageMs(1_000_000);
const ratio = large / small;
process.stdout.write(
  `${JSON.stringify({ bench: 'diff-page', ms: { '10000': small, '1000000': large }, ratio, target: TARGET, met: ratio <= TARGET })}\n`,
);
