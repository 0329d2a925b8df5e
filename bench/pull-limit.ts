// A pull of 20,000 contacts at 4 requests a second, beside the time that as many requests must take.
import { durationMs, runSync } from './kit/graphql.ts';
import { databaseUri, startGatewayProcess, startMongoProcess, startSandboxProcess } from './kit/processes.ts';

const CONTACTS = 20_000;
const PER_SECOND = 4;
const TARGET = 1.05;

const sandbox = await startSandboxProcess({ contacts: CONTACTS, rateLimit: true });
const mongo = await startMongoProcess();
try {
  const gateway = await startGatewayProcess({
    sandboxUrl: sandbox.url,
    mongodbUri: databaseUri(mongo.uri, 'limit'),
    requestsPerSecond: PER_SECOND,
  });
  const run = await runSync(gateway.url, { kind: 'CONTACTS', mode: 'FULL' });
  await gateway.stop();
  const stats = (await (await fetch(`${sandbox.url}/__sandbox/stats`)).json()) as {
    requests: number;
    throttled: number;
    maxInAnySecond: number;
  };
  const floorMs = (run.apiRequests / PER_SECOND) * 1_000;
  const ratio = durationMs(run) / floorMs;
  process.stdout.write(
    `${JSON.stringify({
      bench: 'pull-limit',
      contacts: CONTACTS,
      apiRequests: run.apiRequests,
      durationMs: durationMs(run),
      floorMs,
      ratio,
      throttled: stats.throttled,
      maxInAnySecond: stats.maxInAnySecond,
      target: TARGET,
      met: ratio <= TARGET && stats.throttled === 0 && stats.maxInAnySecond <= PER_SECOND,
    })}\n`,
  );
} finally {
  await mongo.stop();
  await sandbox.stop();
}
