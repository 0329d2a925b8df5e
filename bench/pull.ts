// An initial pull of 100,000 contacts without a rate limit, beside the least that any pull must do.
import { durationMs, runSync } from './kit/graphql.ts';
import { databaseUri, startGatewayProcess, startMongoProcess, startSandboxProcess } from './kit/processes.ts';
import { type FloorResult, median, runFloor } from './kit/run-floor.ts';

const CONTACTS = 100_000;
const ROUNDS = 3;
const TARGET = 0.5;

const sandbox = await startSandboxProcess({ contacts: CONTACTS, rateLimit: false });
const mongo = await startMongoProcess();
const rounds: { pullPerSecond: number; floorPerSecond: number; ratio: number }[] = [];
try {
  for (let round = 1; round <= ROUNDS; round++) {
    const floor: FloorResult = await runFloor(sandbox.url, databaseUri(mongo.uri, `floor-${round}`));
    const gateway = await startGatewayProcess({
      sandboxUrl: sandbox.url,
      mongodbUri: databaseUri(mongo.uri, `pull-${round}`),
      requestsPerSecond: 10_000,
    });
    const run = await runSync(gateway.url, { kind: 'CONTACTS', mode: 'FULL' });
    await gateway.stop();
    if (run.counts.created !== CONTACTS) throw new Error(`created ${run.counts.created} of ${CONTACTS}`);
    const pullPerSecond = Math.round((CONTACTS / durationMs(run)) * 1_000);
    const floorPerSecond = Math.round((floor.rows / floor.durationMs) * 1_000);
    const ratio = pullPerSecond / floorPerSecond;
    rounds.push({ pullPerSecond, floorPerSecond, ratio });
    process.stderr.write(
      `round ${round}: pull ${pullPerSecond}/s, floor ${floorPerSecond}/s, ratio ${ratio.toFixed(2)}\n`,
    );
  }
} finally {
  await mongo.stop();
  await sandbox.stop();
}
const ratio = median(rounds.map((round) => round.ratio));
process.stdout.write(
  `${JSON.stringify({ bench: 'pull', contacts: CONTACTS, rounds, ratio, target: TARGET, met: ratio >= TARGET })}\n`,
);
