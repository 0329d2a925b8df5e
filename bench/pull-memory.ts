// The gateway's resident memory while it pulls 1,000,000 contacts, and while it pulls 100,000.
import { runSync } from './kit/graphql.ts';
import { databaseUri, startGatewayProcess, startMongoProcess, startSandboxProcess } from './kit/processes.ts';

const TARGET_MIB = 256;
const TARGET_GROWTH = 1.2;

async function peakMiB(contacts: number): Promise<number> {
  const sandbox = await startSandboxProcess({ contacts, rateLimit: false });
  const mongo = await startMongoProcess();
  try {
    const gateway = await startGatewayProcess({
      sandboxUrl: sandbox.url,
      mongodbUri: databaseUri(mongo.uri, 'memory'),
      requestsPerSecond: 10_000,
    });
    const run = await runSync(gateway.url, { kind: 'CONTACTS', mode: 'FULL' });
    if (run.counts.created !== contacts) throw new Error(`created ${run.counts.created} of ${contacts}`);
    const { peakRssBytes } = await gateway.memory();
    await gateway.stop();
    const mib = Math.round(peakRssBytes / 1_024 / 1_024);
    process.stderr.write(`${contacts} contacts: peak ${mib} MiB\n`);
    return mib;
  } finally {
    await mongo.stop();
    await sandbox.stop();
  }
}

const small = await peakMiB(100_000);
const large = await peakMiB(1_000_000);
const growth = large / small;
process.stdout.write(
  `${JSON.stringify({
    bench: 'pull-memory',
    peakMiB: { '100000': small, '1000000': large },
    growth,
    target: { peakMiB: TARGET_MIB, growth: TARGET_GROWTH },
    met: large <= TARGET_MIB && growth <= TARGET_GROWTH,
  })}\n`,
);
