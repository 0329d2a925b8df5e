import type { Db } from 'mongodb';
import type { Clock } from '../clock.ts';
import { DomainError } from '../domain-error.ts';
import type { Logger } from '../logger.ts';

/** Whoever dies while it migrates leaves it to the next after this time. */
const CLAIM_MS = 15_000;
const RENEW_MS = 3_000;
const LOOK_MS = 200;

/**
 * Brings the data from the version before to this one. It may be cut off at any point and done again, by itself or by
 * another instance, and instances of the version before may still write meanwhile.
 */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly run: (db: Db, signal: AbortSignal) => Promise<void>;
}

/** In order, without a gap: never change one that was released, add the next. */
export const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: 'collections of the first version: indexes make them', run: async () => {} },
  {
    version: 2,
    name: 'contacts say whether the stores differ on them',
    run: async (db) => {
      await db.collection('contacts').updateMany(
        {
          syncState: { $ne: 'IN_SYNC' },
          differs: { $exists: false },
          $or: [
            { syncState: { $ne: 'DELETED_IN_PRIMARY' } },
            { local: { $ne: {} } },
            { 'localLists.add.0': { $exists: true } },
            { 'localLists.remove.0': { $exists: true } },
            { deletion: { $ne: null } },
          ],
        },
        { $set: { differs: true } },
      );
    },
  },
  {
    version: 3,
    name: 'indexes that nothing reads any more are gone',
    run: async (db) => {
      await dropIndex(db, 'webhookDeliveries', 'receivedAt');
      await dropIndex(db, 'pushBatches', 'state');
      await dropIndex(db, 'pushBatches', 'runId_order');
    },
  },
];

/** One that is there no more, or never was, is no error. */
async function dropIndex(db: Db, collection: string, name: string): Promise<void> {
  const isKnown = (await db.listCollections({ name: collection }).toArray()).length > 0;
  if (isKnown && (await db.collection(collection).indexExists(name))) await db.collection(collection).dropIndex(name);
}

interface SchemaDocument {
  readonly _id: 'schema';
  readonly version: number;
  readonly claim: { readonly owner: string; readonly expiresAt: Date } | null;
}

const collectionOf = (db: Db) => db.collection<SchemaDocument>('schemaVersion');

/** The version of what is stored; 0 where nobody has said one. */
export async function schemaVersion(db: Db): Promise<number> {
  return (await collectionOf(db).findOne({ _id: 'schema' }))?.version ?? 0;
}

/**
 * Brings what is stored to the newest version. With several instances at once one of them works, the others wait.
 * @throws DomainError STORE_UNSUPPORTED where a newer gateway has written; the signal's reason.
 */
export async function migrateStore({
  db,
  instanceId,
  clock,
  logger,
  signal,
  migrations = MIGRATIONS,
}: {
  db: Db;
  instanceId: string;
  clock: Clock;
  logger: Logger;
  signal: AbortSignal;
  migrations?: readonly Migration[];
}): Promise<void> {
  const collection = collectionOf(db);
  const newest = migrations.at(-1)?.version ?? 0;

  const claim = async () =>
    collection.findOneAndUpdate(
      {
        _id: 'schema',
        $or: [{ claim: null }, { 'claim.owner': instanceId }, { $expr: { $lt: ['$claim.expiresAt', '$$NOW'] } }],
      },
      [{ $set: { claim: { owner: { $literal: instanceId }, expiresAt: { $add: ['$$NOW', CLAIM_MS] } } } }],
      { returnDocument: 'after' },
    );

  async function migrate(migration: Migration): Promise<void> {
    const lost = new AbortController();
    const ended = new AbortController();
    const renewing = (async () => {
      while (!ended.signal.aborted) {
        await clock.sleep(RENEW_MS, ended.signal);
        if ((await claim()) === null) lost.abort(new DomainError('LEASE_LOST', 'Another instance migrates the store.'));
      }
    })().catch((error: unknown) => {
      if (!ended.signal.aborted) lost.abort(error);
    });
    const settle = (change: object) =>
      collection.updateOne({ _id: 'schema', 'claim.owner': instanceId }, { $set: { claim: null }, ...change });
    try {
      logger.info({ version: migration.version, migration: migration.name }, 'migrating the store');
      await migration.run(db, AbortSignal.any([signal, lost.signal]));
      lost.signal.throwIfAborted();
    } catch (error) {
      await settle({});
      throw error;
    } finally {
      ended.abort();
      await renewing;
    }
    await settle({ $max: { version: migration.version } });
  }

  await collection.updateOne({ _id: 'schema' }, { $setOnInsert: { version: 0, claim: null } }, { upsert: true });
  for (;;) {
    signal.throwIfAborted();
    const version = await schemaVersion(db);
    if (version > newest) {
      throw new DomainError(
        'STORE_UNSUPPORTED',
        `The store has version ${version}, written by a newer gateway; this one knows ${newest}: start the newer one, or restore a backup.`,
      );
    }
    if (version === newest) return;
    const claimed = await claim();
    const next = migrations.find((migration) => migration.version === (claimed?.version ?? newest) + 1);
    if (next === undefined) await clock.sleep(LOOK_MS, signal);
    else await migrate(next);
  }
}
