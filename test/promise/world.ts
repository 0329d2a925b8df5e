import { type Db, MongoClient } from 'mongodb';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { clientOptions } from '../../src/store/connect.ts';
import { createStore, ensureIndexes, type Store } from '../../src/store/store.ts';
import { controlSandbox, type TestSandbox, type TrueContact } from '../kit/sandbox.ts';
import { openTestStore } from '../kit/store.ts';
import { createWorldTime, type WorldTime } from './time.ts';

const DAY_MS = 86_400_000;

export interface ReturnRecord {
  readonly contact_id: string;
  readonly subscribed: boolean;
  readonly list_ids: readonly string[];
  readonly revived: boolean;
}

export interface WorldStats {
  readonly requests: number;
  readonly returns: readonly ReturnRecord[];
}

/** One sandbox and one database, used by one history after the other. */
export interface World {
  readonly sandbox: TestSandbox;
  readonly db: Db;
  /** As the observer sees it: no gate. */
  readonly store: Store;
  readonly time: WorldTime;
  readonly listIds: readonly string[];
  /** A custom field of texts. */
  readonly hobbyId: string;
  /** An empty account with three lists, an empty store. */
  reset(): Promise<void>;
  stats(): Promise<WorldStats>;
  truthOf(contactId: string): Promise<TrueContact>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function openWorld(): Promise<World> {
  const time = createWorldTime();
  const server: Sandbox = await startSandbox({
    contacts: 0,
    lists: 3,
    seed: 1,
    rateLimit: false,
    now: () => new Date(time.nowMs),
  });
  const sandbox = controlSandbox(server);
  const testStore = await openTestStore();
  // No history ends the server itself: its writes need not wait for the disk.
  const client = await new MongoClient(testStore.uri, {
    ...clientOptions(testStore.uri),
    writeConcern: { w: 1, journal: false },
  }).connect();
  const db = client.db();
  await ensureIndexes(db);
  async function read<Answer>(path: string): Promise<Answer> {
    const response = await fetch(`${sandbox.apiUrl}/${path}`, { headers: { authorization: 'Bearer sandbox' } });
    return (await response.json()) as Answer;
  }
  const { lists } = await read<{ lists: { list_id: string }[] }>('contact_lists');
  const { custom_fields: fields } = await read<{ custom_fields: { custom_field_id: string; type: string }[] }>(
    'contact_custom_fields?limit=100',
  );
  const hobby = fields.find(({ type }) => type === 'string' || type === 'text_area');
  if (hobby === undefined) throw new Error('the account has no custom field of texts');
  return {
    sandbox,
    db,
    store: createStore({ db, info: { kind: 'EMBEDDED', version: 'test', changeStreams: false } }),
    time,
    listIds: lists.map(({ list_id }) => list_id).sort(),
    hobbyId: hobby.custom_field_id,
    async reset() {
      // A day that ends in the midst of a history is a long one, at whatever hour the test is run.
      time.nowMs = (Math.floor(Date.now() / DAY_MS) + 0.5) * DAY_MS;
      await sandbox.control('POST', '/reset', { contacts: 0, lists: 3, seed: 1, rateLimit: false });
      await sandbox.control('DELETE', '/quirks');
      const collections = await db.collections();
      await Promise.all(collections.map((collection) => collection.deleteMany({})));
    },
    stats: () => sandbox.control('GET', '/stats'),
    truthOf: (contactId) => sandbox.control('GET', `/contacts/${contactId}`),
    async [Symbol.asyncDispose]() {
      await sandbox[Symbol.asyncDispose]();
      await client.close();
      await testStore[Symbol.asyncDispose]();
    },
  };
}
