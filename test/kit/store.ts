import { randomUUID } from 'node:crypto';
import { type Db, MongoClient } from 'mongodb';
import { inject } from 'vitest';
import { clientOptions } from '../../src/store/connect.ts';

export interface TestStore {
  readonly db: Db;
  readonly client: MongoClient;
  /** Names this store's database in its path: what a gateway process of its own takes as MONGODB_URI. */
  readonly uri: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** An empty database of the run's MongoDB, dropped when disposed: `await using store = await openTestStore()`. */
export async function openTestStore(): Promise<TestStore> {
  const uri = databaseUri({ serverUri: inject('mongodbUri'), database: `test-${randomUUID()}` });
  const client = await new MongoClient(uri, clientOptions(uri)).connect();
  const db = client.db();
  return {
    db,
    client,
    uri,
    async [Symbol.asyncDispose]() {
      try {
        await db.dropDatabase();
      } finally {
        await client.close();
      }
    },
  };
}

function databaseUri({ serverUri, database }: { serverUri: string; database: string }): string {
  const [, server, query = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(serverUri) ?? [];
  if (server === undefined) throw new Error('the MongoDB of the test run has no usable URI');
  return `${server}/${database}${query}`;
}
