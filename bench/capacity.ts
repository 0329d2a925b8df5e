// What contacts take in MongoDB after a full pull: documents, bytes, each index; and what 1, 5 and 20 million need.
import { MongoClient } from 'mongodb';
import { runSync } from './kit/graphql.ts';
import { databaseUri, startGatewayProcess, startMongoProcess, startSandboxProcess } from './kit/processes.ts';

/** `npm run bench -- capacity 100000` is a quick look. */
const CONTACTS = Number(process.argv[2] ?? 1_000_000);
const ROWS_PER_REQUEST = 500;
const REQUESTS_PER_DAY = 10_000;
const REQUESTS_PER_SECOND = 4;
const GIB = 1_024 ** 3;

const sandbox = await startSandboxProcess({ contacts: CONTACTS, rateLimit: false });
const mongo = await startMongoProcess();
const uri = databaseUri(mongo.uri, 'capacity');
const client = await new MongoClient(uri).connect();
let result: object;
try {
  const gateway = await startGatewayProcess({ sandboxUrl: sandbox.url, mongodbUri: uri, requestsPerSecond: 10_000 });
  const run = await runSync(gateway.url, { kind: 'CONTACTS', mode: 'FULL' });
  await gateway.stop();
  if (run.counts.created !== CONTACTS) throw new Error(`created ${run.counts.created} of ${CONTACTS}`);
  // What is not on disk yet is not in the sizes.
  await client.db('admin').command({ fsync: 1 });
  const stats = await client.db().command({ collStats: 'contacts' });
  const indexBytes: Record<string, number> = stats['indexSizes'];
  const each = {
    documentBytes: stats['avgObjSize'],
    storedBytes: Math.round(stats['storageSize'] / CONTACTS),
    indexBytes: Math.round(stats['totalIndexSize'] / CONTACTS),
  };
  const table = [1, 5, 20].map((millions) => {
    const contacts = millions * 1_000_000;
    const requests = Math.ceil(contacts / ROWS_PER_REQUEST);
    return {
      contacts,
      uncompressedGiB: Number(((contacts * each.documentBytes) / GIB).toFixed(1)),
      storedGiB: Number(((contacts * each.storedBytes) / GIB).toFixed(1)),
      indexGiB: Number(((contacts * each.indexBytes) / GIB).toFixed(1)),
      fullPullRequests: requests,
      fullPullMinutes: Math.ceil(requests / REQUESTS_PER_SECOND / 60),
      fullPullDays: Number((requests / REQUESTS_PER_DAY).toFixed(1)),
    };
  });
  result = {
    bench: 'capacity',
    measuredAt: CONTACTS,
    apiRequests: run.apiRequests,
    each,
    indexBytesEach: Object.fromEntries(
      Object.entries(indexBytes).map(([name, bytes]) => [name, Math.round(bytes / CONTACTS)]),
    ),
    table,
  };
} finally {
  await client.close();
  await mongo.stop();
  await sandbox.stop();
}
process.stdout.write(`${JSON.stringify(result)}\n`);
