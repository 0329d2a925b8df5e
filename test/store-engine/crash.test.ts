import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { MongoClient } from 'mongodb';
import { expect, test } from 'vitest';
import { silentLogger } from '../../src/logger.ts';
import { openStore } from '../../src/store/connect.ts';
import { startEngine } from '../../src/store/embedded/engine.ts';
import { isStoreUnreachable, mapStoreError } from '../../src/store/errors.ts';
import { expectLoss, socketPath, spawnMain, startCommand, tempDir, untilEnded } from './engine-process.ts';

/** Inserts batches until the engine is gone; returns the ids of the batches that were acknowledged, and what ended it. */
async function writeUntilLost(
  store: Awaited<ReturnType<typeof openStore>>,
  onAcknowledged: (count: number) => void,
): Promise<{ acknowledged: number; error: unknown }> {
  let acknowledged = 0;
  for (;;) {
    try {
      await store.db
        .collection<{ batch: number }>('writes')
        .insertMany(Array.from({ length: 20 }, () => ({ batch: acknowledged })));
      acknowledged += 1;
      onAcknowledged(acknowledged);
    } catch (error) {
      return { acknowledged, error };
    }
  }
}

test('keeps every acknowledged write when its process is killed, says that it is gone, and starts again on the same folder', async () => {
  await using dir = await tempDir();
  const loss = expectLoss();
  const store = await openStore({ uri: undefined, dataDir: dir.path, logger: silentLogger, onLost: loss.onLost });
  const { pid } = await store.db.admin().command({ serverStatus: 1 });
  const { acknowledged, error } = await writeUntilLost(store, (count) => {
    if (count === 50) process.kill(Number(pid), 'SIGKILL');
  });
  expect(acknowledged).toBeGreaterThanOrEqual(50);
  expect(isStoreUnreachable(error)).toBe(true);
  expect(mapStoreError(error)).toMatchObject({ code: 'STORE_UNREACHABLE', retryable: true });
  expect(await loss.error).toMatchObject({ code: 'STORE_UNREACHABLE', message: expect.stringContaining('SIGKILL') });
  await store.close();

  await using again = await openStore({ uri: undefined, dataDir: dir.path, logger: silentLogger });
  const batches = await again.db
    .collection('writes')
    .aggregate([{ $group: { _id: '$batch', count: { $sum: 1 } } }, { $match: { _id: { $lt: acknowledged } } }])
    .toArray();
  expect(batches).toHaveLength(acknowledged);
  expect(batches.every(({ count }) => count === 20)).toBe(true);
});

test('ends within moments when its parent is killed, and leaves the folder and no socket behind', async () => {
  await using dir = await tempDir();
  {
    await using command = await startCommand(dir.path);
    const client = await new MongoClient(command.uri).connect();
    await client
      .db('kept')
      .collection('writes')
      .insertOne({ kept: true }, { writeConcern: { journal: true } });
    process.kill(command.pid, 'SIGKILL');
    await untilEnded(command.hostPid);
    expect(existsSync(socketPath(command.uri))).toBe(false);
    await client.close();
  }
  const engine = await startEngine({ dataDir: dir.path, logger: silentLogger });
  const client = await new MongoClient(engine.uri).connect();
  expect(await client.db('kept').collection('writes').countDocuments()).toBe(1);
  await client.close();
  await engine.close();
});

test('a start right after its predecessor was killed takes the folder over', async () => {
  await using dir = await tempDir();
  await using command = await startCommand(dir.path);
  process.kill(command.pid, 'SIGKILL');
  const engine = await startEngine({ dataDir: dir.path, logger: silentLogger });
  await engine.close();
});

test.each([30, 100, 200, 400])(
  'a parent that is killed %i ms after its own start leaves no engine behind',
  async (delayMs) => {
    await using dir = await tempDir();
    const child = spawnMain(['--data-dir', dir.path]);
    await once(child, 'spawn');
    setTimeout(() => child.kill('SIGKILL'), delayMs);
    await once(child, 'exit');
    // Whatever the kill interrupted, the folder is free within moments.
    const engine = await startEngine({ dataDir: dir.path, logger: silentLogger });
    await engine.close();
  },
);

test('a parent that is killed while the engine is under load takes it along', async () => {
  await using dir = await tempDir();
  await using command = await startCommand(dir.path);
  const client = await new MongoClient(command.uri, { serverSelectionTimeoutMS: 500 }).connect();
  const writes = client.db('load').collection('writes');
  const writeOn = async () => {
    for (let batch = 0; batch < 1_000; batch += 1) {
      await writes.insertMany(Array.from({ length: 200 }, () => ({ pad: 'x'.repeat(1_000) })));
    }
  };
  const load = Array.from({ length: 8 }, () => writeOn().then(() => undefined, mapStoreError));
  await expect.poll(() => writes.estimatedDocumentCount()).toBeGreaterThan(0);
  process.kill(command.pid, 'SIGKILL');
  await untilEnded(command.hostPid);
  for (const error of await Promise.all(load)) expect(error).toMatchObject({ code: 'STORE_UNREACHABLE' });
  await client.close();
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s to the whole process group closes the engine cleanly', async (signal) => {
  await using dir = await tempDir();
  await using command = await startCommand(dir.path);
  const exited = once(command.child, 'exit');
  process.kill(-command.pid, signal);
  expect(await exited).toEqual([0, null]);
  await untilEnded(command.hostPid);
  expect(existsSync(socketPath(command.uri))).toBe(false);
});
