import { execFile } from 'node:child_process';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Db, MongoClient } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { silentLogger } from '../../src/logger.ts';
import { clientOptions, openStore } from '../../src/store/connect.ts';
import { createStore } from '../../src/store/store.ts';
import { openTestSandbox, type TestSandbox } from '../kit/sandbox.ts';
import { allEnded, startGateway } from '../start/gateway-process.ts';
import { startCommand, tempDir } from '../store-engine/engine-process.ts';
import { expectWhole, openWorld, peopleAct, startPull, untilIdle } from './world.ts';

/** `RESILIENCE_ENGINE_KILLS=20 npx vitest run test/resilience` kills more often. */
const KILLS = Number(process.env['RESILIENCE_ENGINE_KILLS'] ?? 2);
const STOPPED_MS = 10_000;

const run = promisify(execFile);

const settingsFor = (sandbox: TestSandbox, dataDir: string) => ({
  DATA_DIR: dataDir,
  CC_ACCESS_TOKEN: 'sandbox',
  CC_API_URL: sandbox.apiUrl,
  CC_REQUESTS_PER_SECOND: '1000',
  SYNC_SCHEDULE: 'off',
  FULL_SYNC_SCHEDULE: 'off',
});

// At once: the engine notices a full disk only at its next checkpoint, up to a minute later.
describe.concurrent('the store', () => {
  test(`killed at ${KILLS} random moments of pulls, loses nothing that was kept`, {
    timeout: 120_000 + KILLS * 30_000,
  }, async () => {
    await using dir = await tempDir();
    await using sandbox = await openTestSandbox({ contacts: 3_000 });
    await sandbox.control('POST', '/faults', { route: 'GET /v3/contacts', delayMs: 60 });
    const settings = settingsFor(sandbox, dir.path);
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
      await untilIdle({ url });
      await startPull({ url }, 'FULL');
      await untilIdle({ url });
      gateway.child.kill('SIGTERM');
      expect((await gateway.ended()).code).toBe(0);
    }
    await using connection = await open();
    await expectWhole({ sandbox, store: createStore(connection) });
  });

  test('whose disk is full, ends its gateway with that word; with room again, the run goes on where it stood', {
    timeout: 240_000,
  }, async (context) => {
    await using dir = await tempDir();
    const disk = join(dir.path, 'disk');
    await mkdir(disk);
    try {
      await run('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', disk]);
    } catch {
      context.skip('a small disk needs the right to mount one');
    }
    try {
      await using sandbox = await openTestSandbox({ contacts: 3_000 });
      const settings = settingsFor(sandbox, join(disk, 'data'));
      const ballast = join(disk, 'ballast');
      {
        await using gateway = startGateway({ cwd: dir.path, settings });
        const [, url = ''] = await gateway.says(/GraphQL\s+(http:\S+)\/graphql/);
        const { bavail, bsize } = await statfs(disk);
        await writeFile(ballast, Buffer.alloc(bavail * bsize - 1024 * 1024));
        await startPull({ url });
        expect((await gateway.ended()).code).toBe(1);
        expect(gateway.output()).toContain('STORE_FULL');
      }
      await rm(ballast);
      await using gateway = startGateway({ cwd: dir.path, settings });
      const [, url = ''] = await gateway.says(/GraphQL\s+(http:\S+)\/graphql/);
      await untilIdle({ url });
      gateway.child.kill('SIGTERM');
      expect((await gateway.ended()).code).toBe(0);
      await using connection = await openStore({ uri: undefined, dataDir: join(disk, 'data'), logger: silentLogger });
      const store = createStore(connection);
      expect(await store.syncRuns.collection.countDocuments()).toBe(1);
      await expectWhole({ sandbox, store });
    } finally {
      await run('umount', [disk]);
    }
  });

  test('out of reach for 10 seconds, makes the gateway wait and say so, and the run goes on', {
    timeout: 240_000,
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
