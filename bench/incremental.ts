// An incremental pull when nothing has changed: its API requests, at two sizes of the account.
import { runSync } from './kit/graphql.ts';
import { databaseUri, startGatewayProcess, startMongoProcess, startSandboxProcess } from './kit/processes.ts';

const TARGET = 5;

async function requestsAt(contacts: number): Promise<number> {
  const sandbox = await startSandboxProcess({ contacts, rateLimit: false });
  const mongo = await startMongoProcess();
  try {
    const gateway = await startGatewayProcess({
      sandboxUrl: sandbox.url,
      mongodbUri: databaseUri(mongo.uri, 'incremental'),
      requestsPerSecond: 10_000,
    });
    await runSync(gateway.url, { kind: 'CONTACTS', mode: 'FULL' });
    const run = await runSync(gateway.url, { kind: 'CONTACTS', mode: 'INCREMENTAL' });
    await gateway.stop();
    process.stderr.write(`${contacts} contacts: ${run.apiRequests} requests\n`);
    return run.apiRequests;
  } finally {
    await mongo.stop();
    await sandbox.stop();
  }
}

const requests = { '1000': await requestsAt(1_000), '100000': await requestsAt(100_000) };
process.stdout.write(
  `${JSON.stringify({ bench: 'incremental', requests, target: TARGET, met: Object.values(requests).every((count) => count <= TARGET) })}\n`,
);
