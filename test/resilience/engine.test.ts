import { setTimeout as delay } from 'node:timers/promises';
import { type Db, MongoClient } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { silentLogger } from '../../src/logger.ts';
import { clientOptions, openStore } from '../../src/store/connect.ts';
import { createStore } from '../../src/store/store.ts';
import { openTestSandbox } from '../kit/sandbox.ts';
import { allEnded, startGateway } from '../start/gateway-process.ts';
import { startCommand, tempDir } from '../store-engine/engine-process.ts';
import { expectWhole, openWorld, peopleAct, startPull } from './world.ts';

/** `RESILIENCE_ENGINE_KILLS=20 npx vitest run test/resilience` kills more often. */
const KILLS = Number(process.env['RESILIENCE_ENGINE_KILLS'] ?? 3);
const STOPPED_MS = 4_000;

describe('the store', () => {
  test(`killed at ${KILLS} random moments of pulls, loses nothing that was kept`, {
    timeout: 60_000 + KILLS * 15_000,
  }, async () => {
    await using dir = await tempDir();
    await using sandbox = await openTestSandbox({ contacts: 3_000 });
    await sandbox.control('POST', '/faults', { route: 'GET /v3/contacts', delayMs: 60 });
    const settings = {
      DATA_DIR: dir.path,
      CC_ACCESS_TOKEN: 'sandbox',
      CC_API_URL: sandbox.apiUrl,
      CC_REQUESTS_PER_SECOND: '1000',
      SYNC_SCHEDULE: 'off',
      FULL_SYNC_SCHEDULE: 'off',
    };
    const open = () => openStore({ uri: undefined, dataDir: dir.path, logger: silentLogger });
    const expireLeases = (db: Db) =>
      db.collection('syncRuns').updateMany({ lease: { $ne: null } }, { $set: { 'lease.expiresAt': new Date(0) } });

    for (let round = 0; round < KILLS; round++) {
      await using gateway = startGateway({ cwd: dir.path, settings });
      const [, url = ''] = await gateway.says(/GraphQL\s+(http:\S+)\/graphql/);
      await startPull({ url }, 'FULL');
      await peopleAct(sandbox, round);
      await delay(Math.random() * 500);
      const pids = await gateway.processIds();
      // Its engine, and whatever that runs in.
      for (const pid of pids.slice(1)) process.kill(pid, 'SIGKILL');
      expect((await gateway.ended()).code).toBe(1);
      await allEnded(pids);
      await using connection = await open();
      await expireLeases(connection.db);
    }

    await sandbox.control('DELETE', '/faults');
    {
      await using gateway = startGateway({ cwd: dir.path, settings });
      const [, url = ''] = await gateway.says(/GraphQL\s+(http:\S+)\/graphql/);
      const ask = async (query: string) => {
        const body = JSON.stringify({ query });
        const response = await fetch(`${url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        });
        return ((await response.json()) as { data: { syncStatus: { active: { id: string }[] } } }).data.syncStatus;
      };
      const idle = async () => {
        while ((await ask('{ syncStatus { active { id } } }')).active.length > 0) await delay(50);
      };
      await idle();
      await startPull({ url }, 'FULL');
      await idle();
      gateway.child.kill('SIGTERM');
      expect((await gateway.ended()).code).toBe(0);
    }
    await using connection = await open();
    await expectWhole({ sandbox, store: createStore(connection) });
  });

  test('out of reach for some seconds, makes the gateway wait and say so, and the run goes on', {
    timeout: 90_000,
  }, async () => {
    await using dir = await tempDir();
    await using engine = await startCommand(dir.path);
    const client = await new MongoClient(engine.uri, clientOptions(engine.uri)).connect();
    await using world = await openWorld({
      testStore: { db: client.db('contacts'), client, uri: engine.uri, [Symbol.asyncDispose]: () => client.close() },
    });
    const gateway = await world.gateway();
    await world.sandbox.control('POST', '/faults', { route: 'GET /v3/contacts', delayMs: 150 });
    await startPull(gateway);
    await world.firstPage();
    process.kill(engine.hostPid, 'SIGSTOP');
    try {
      await delay(STOPPED_MS);
      expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(503);
      expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
    } finally {
      process.kill(engine.hostPid, 'SIGCONT');
    }
    expect(await world.lastRunEnded()).toMatchObject({ status: 'SUCCEEDED', counts: { created: 4_000 } });
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
    await expectWhole(world);
  });
});
