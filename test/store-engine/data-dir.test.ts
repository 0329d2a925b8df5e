import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MongoClient } from 'mongodb';
import { expect, test } from 'vitest';
import { silentLogger } from '../../src/logger.ts';
import { openStore } from '../../src/store/connect.ts';
import { startEngine } from '../../src/store/embedded/engine.ts';
import { expectLoss, startCommand, tempDir } from './engine-process.ts';

const run = promisify(execFile);
const logger = silentLogger;

test('a second start finds what the first one stored', async () => {
  await using dir = await tempDir();
  {
    await using store = await openStore({ uri: undefined, dataDir: dir.path, logger });
    expect(store.info).toMatchObject({ kind: 'EMBEDDED', changeStreams: false });
    expect(store.db.databaseName).toBe('contacts');
    await store.db.collection('people').insertOne({ name: 'Ada' });
  }
  await using again = await openStore({ uri: undefined, dataDir: dir.path, logger });
  expect(await again.db.collection('people').countDocuments({ name: 'Ada' })).toBe(1);
});

test('makes the folder, however deep and long its path is', async () => {
  await using dir = await tempDir();
  const dataDir = join(dir.path, 'folder '.repeat(20), 'ü'.repeat(60));
  const engine = await startEngine({ dataDir, logger });
  const client = await new MongoClient(engine.uri).connect();
  await client.db('test').command({ ping: 1 });
  await client.close();
  await engine.close();
});

test('a folder in use by another engine is refused, and that engine goes on', async () => {
  await using dir = await tempDir();
  await using command = await startCommand(dir.path);
  await expect(startEngine({ dataDir: dir.path, logger })).rejects.toMatchObject({
    code: 'STORE_IN_USE',
    message: expect.stringContaining(dir.path),
  });
  const client = await new MongoClient(command.uri).connect();
  await client.db('test').collection('writes').insertOne({});
  await client.close();
});

test('of two starts at once on one folder one runs and the other is told that it is in use', async () => {
  await using dir = await tempDir();
  const starts = await Promise.allSettled([
    startEngine({ dataDir: dir.path, logger }),
    startEngine({ dataDir: dir.path, logger }),
  ]);
  for (const start of starts) if (start.status === 'fulfilled') await start.value.close();
  expect(starts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(starts.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'STORE_IN_USE' } });
});

test('a folder that cannot be one is refused by its name', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'file');
  await writeFile(file, '');
  for (const dataDir of [file, join(file, 'below'), '/proc/contact-sync-gateway']) {
    await expect(startEngine({ dataDir, logger })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(dataDir),
    });
  }
});

test('a full disk is told before and while the engine runs', async (context) => {
  await using dir = await tempDir();
  const disk = join(dir.path, 'disk');
  await mkdir(disk);
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', disk]);
  } catch {
    context.skip('a small disk needs the right to mount one');
  }
  try {
    const dataDir = join(disk, 'data');
    const loss = expectLoss();
    const store = await openStore({ uri: undefined, dataDir, logger, onLost: loss.onLost });
    await writeFile(join(disk, 'ballast'), Buffer.alloc(80 * 1024 * 1024));
    const fill = async () => {
      for (let batch = 0; batch < 1_000; batch += 1) {
        await store.db.collection('fill').insertMany(Array.from({ length: 200 }, () => ({ pad: noise(2_000) })));
      }
    };
    await expect(fill()).rejects.toThrow();
    expect(await loss.error).toMatchObject({ code: 'STORE_FULL', message: expect.stringContaining(dataDir) });
    await store.close();
    await expect(startEngine({ dataDir, logger })).rejects.toMatchObject({ code: 'STORE_FULL' });
  } finally {
    await run('umount', [disk]);
  }
});

test.each([0, 50, 150, 300])(
  'a start that is aborted after %i ms ends with the reason and frees the folder',
  async (delayMs) => {
    await using dir = await tempDir();
    const reason = new Error('changed my mind');
    const abort = new AbortController();
    const start = startEngine({ dataDir: dir.path, logger, signal: abort.signal });
    const timer = setTimeout(() => abort.abort(reason), delayMs);
    // A quick machine may have started it by then; both ends of that race must leave the folder free.
    const engine = await start.catch((error: unknown) => error);
    clearTimeout(timer);
    if (engine instanceof Error) expect(engine).toBe(reason);
    else await (await start).close();
    const again = await startEngine({ dataDir: dir.path, logger });
    await again.close();
  },
);

/** Text that the engine cannot compress away. */
function noise(length: number): string {
  return Array.from({ length }, () => String.fromCharCode(33 + Math.floor(Math.random() * 90))).join('');
}
