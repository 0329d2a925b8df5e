import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { MongoClient } from 'mongodb';
import { expect, inject, test } from 'vitest';
import { silentLogger } from '../../src/logger.ts';
import { clientOptions, databaseName, openStore } from '../../src/store/connect.ts';
import { isDuplicateKey, isStoreUnreachable, mapStoreError } from '../../src/store/errors.ts';
import { openTestStore } from '../kit/store.ts';
import { spawnMain, startCommand, tempDir } from './engine-process.ts';

const logger = silentLogger;

test.each([
  ['mongodb://localhost:27017', 'contacts'],
  ['mongodb://localhost:27017/', 'contacts'],
  ['mongodb://localhost/?replicaSet=rs', 'contacts'],
  ['mongodb://user:pa%2Fss@a:1,b:2/crm?w=1', 'crm'],
  ['mongodb+srv://cluster.example/my%20crm', 'my crm'],
  ['mongodb://%2Ftmp%2Fx%2Fmongodb.sock/crm', 'crm'],
])('%s names the database %s', (uri, name) => {
  expect(databaseName(uri)).toBe(name);
});

test('what the URI says for itself wins over our own options', () => {
  expect(clientOptions('mongodb://localhost')).toMatchObject({
    serverSelectionTimeoutMS: 5_000,
    writeConcern: { w: 1, journal: true },
  });
  const options = clientOptions('mongodb://localhost/?serverSelectionTimeoutMS=7&w=1&appname=other');
  expect(options).not.toHaveProperty('serverSelectionTimeoutMS');
  expect(options).not.toHaveProperty('writeConcern');
  expect(options).not.toHaveProperty('appName');
});

test('several gateways share one engine by its URI', async () => {
  await using dir = await tempDir();
  await using command = await startCommand(dir.path);
  const open = () => openStore({ uri: command.uri, dataDir: dir.path, logger });
  await using first = await open();
  await using second = await open();
  expect(first.info.kind).toBe('SERVER');
  await first.db.collection('people').insertOne({ name: 'Ada' });
  expect(await second.db.collection('people').countDocuments()).toBe(1);
});

test('a server that does not answer is STORE_UNREACHABLE, and worth another try', async () => {
  const uri = 'mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=200';
  await expect(openStore({ uri, dataDir: 'unused', logger })).rejects.toMatchObject({
    code: 'STORE_UNREACHABLE',
    retryable: true,
  });
});

test('a wait for a server ends with the signal', async () => {
  const abort = new AbortController();
  const reason = new Error('stopping');
  const opening = openStore({ uri: 'mongodb://127.0.0.1:9/', dataDir: 'unused', logger, signal: abort.signal });
  abort.abort(reason);
  await expect(opening).rejects.toBe(reason);
});

test.each(['nonsense', 'http://localhost', 'mongodb://', 'mongodb://a:b:c/'])(
  '%s is refused as a connection string',
  async (uri) => {
    await expect(openStore({ uri, dataDir: 'unused', logger })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  },
);

test('a refused duplicate is told from other failures, alone and within a batch', async () => {
  await using store = await openTestStore();
  const people = store.db.collection<{ _id: number }>('people');
  await people.insertOne({ _id: 1 });
  const alone = await people.insertOne({ _id: 1 }).catch((error: unknown) => error);
  const inBatch = await people
    .insertMany([{ _id: 2 }, { _id: 1 }, { _id: 3 }], { ordered: false })
    .catch((error: unknown) => error);
  for (const error of [alone, inBatch]) {
    expect(isDuplicateKey(error)).toBe(true);
    expect(isStoreUnreachable(error)).toBe(false);
    expect(mapStoreError(error)).toBe(error);
  }
  expect(isDuplicateKey(new Error('other'))).toBe(false);
});

test('each test store is empty, apart from the others, and gone when disposed', async () => {
  let name: string;
  {
    await using store = await openTestStore();
    await using other = await openTestStore();
    name = store.db.databaseName;
    await store.db.collection('people').insertOne({});
    expect(await other.db.collection('people').countDocuments()).toBe(0);
    expect(databaseName(store.uri)).toBe(name);
  }
  const client = await new MongoClient(inject('mongodbUri')).connect();
  const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
  await client.close();
  expect(databases.map((database) => database.name)).not.toContain(name);
});

test.each([[[]], [['--data-dir']], [['--data-dir', '']], [['--data', 'x']], [['x']]])(
  'the command answers %j with its usage and exit code 2',
  async (args) => {
    const child = spawnMain(args);
    const { stderr } = child;
    if (stderr === null) throw new Error('no stderr');
    const [said, [code]] = await Promise.all([text(stderr), once(child, 'exit')]);
    expect(code).toBe(2);
    expect(said).toContain('--data-dir DIR');
  },
);
