// `contacts(first: 50)` with 12 fields and lists over 32 connections, beside a bare node:http server that does the same;
// and page 1,000 of a deep walk beside page 1.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { MongoClient, ObjectId } from 'mongodb';
import { graphql } from './kit/graphql.ts';
import { requestsPerSecond } from './kit/load.ts';
import { databaseUri, startGatewayProcess, startMongoProcess, startNodeProcess } from './kit/processes.ts';
import { median } from './kit/run-floor.ts';
import { seedContacts } from './kit/seed-contacts.ts';

const CONTACTS = 100_000;
const LISTS = 12;
const CONNECTIONS = 32;
const WARM_UP_MS = 4_000;
const ROUND_MS = 3_000;
const ROUNDS = 5;
const DEEP_PAGE = 1_000;
const DEEP_SAMPLES = 200;
const TARGET = 0.55;
const DEEP_TARGET = 1.3;

const QUERY = `query ($first: Int!, $after: String) {
  contacts(first: $first, after: $after) {
    nodes {
      id contactId email firstName lastName jobTitle companyName anniversary status syncState createdAt updatedAt
      lists { listId name }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

async function seed(uri: string): Promise<void> {
  const client = await new MongoClient(uri).connect();
  const listIds = Array.from({ length: LISTS }, () => randomUUID());
  await client
    .db()
    .collection('lists')
    .insertMany(
      listIds.map((listId, index) => ({ _id: new ObjectId(), listId, name: `List ${index + 1}`, goneAt: null })),
    );
  await seedContacts(client.db(), CONTACTS, (index) => ({
    profile: {
      email: `person.${index}@example.com`,
      firstName: `First ${index}`,
      lastName: `Last ${index % 997}`,
      jobTitle: 'Buyer',
      companyName: `Company ${index % 101}`,
      anniversary: '2020-02-29',
    },
    lists: listIds.filter((_id, list) => (index + list) % 4 === 0),
  }));
  await client.close();
}

interface Page {
  readonly contacts: { readonly pageInfo: { readonly endCursor: string | null } };
}

async function pageDurationMs(url: string, after: string | null): Promise<number> {
  const startedAt = performance.now();
  await graphql<Page>(url, QUERY, { first: 50, after });
  return performance.now() - startedAt;
}

async function deepRatio(url: string): Promise<number> {
  let after: string | null = null;
  for (let page = 1; page < DEEP_PAGE; page++) {
    after = (await graphql<Page>(url, QUERY, { first: 50, after })).contacts.pageInfo.endCursor;
  }
  const first: number[] = [];
  const deep: number[] = [];
  for (let sample = 0; sample < DEEP_SAMPLES; sample++) {
    first.push(await pageDurationMs(url, null));
    deep.push(await pageDurationMs(url, after));
  }
  return median(deep) / median(first);
}

const mongo = await startMongoProcess();
try {
  const mongodbUri = databaseUri(mongo.uri, 'query');
  // The gateway creates the indexes; there is no Constant Contact behind it, and nothing asks for it.
  const gateway = await startGatewayProcess({ sandboxUrl: 'http://127.0.0.1:9', mongodbUri, requestsPerSecond: 4 });
  await seed(mongodbUri);
  const floor = await startNodeProcess(join(import.meta.dirname, 'kit', 'query-floor.ts'), [mongodbUri]);
  const body = JSON.stringify({ query: QUERY, variables: { first: 50 } });
  const measure = (url: string, durationMs: number) =>
    requestsPerSecond({ url, path: '/graphql', body, connections: CONNECTIONS, durationMs });

  await measure(floor.url, WARM_UP_MS);
  await measure(gateway.url, WARM_UP_MS);
  const floorRates: number[] = [];
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    floorRates.push(await measure(floor.url, ROUND_MS));
    rates.push(await measure(gateway.url, ROUND_MS));
    process.stderr.write(`floor ${floorRates.at(-1)?.toFixed(0)}/s, gateway ${rates.at(-1)?.toFixed(0)}/s\n`);
  }
  const ratio = median(rates) / median(floorRates);
  const deep = await deepRatio(gateway.url);
  await gateway.stop();
  await floor.stop();
  process.stdout.write(
    `${JSON.stringify({
      bench: 'query',
      contacts: CONTACTS,
      connections: CONNECTIONS,
      requestsPerSecond: Math.round(median(rates)),
      floorRequestsPerSecond: Math.round(median(floorRates)),
      ratio,
      target: TARGET,
      deepPageRatio: deep,
      deepPageTarget: DEEP_TARGET,
      met: ratio >= TARGET && deep <= DEEP_TARGET,
    })}\n`,
  );
} finally {
  await mongo.stop();
}
