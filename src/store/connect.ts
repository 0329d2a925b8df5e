import { type Db, MongoClient, type MongoClientOptions, type WriteConcernSettings } from 'mongodb';
import { DomainError } from '../domain-error.ts';
import type { Logger } from '../logger.ts';
import { NO_TRACING, type Tracing } from '../tracing.ts';
import { type Engine, startEngine } from './embedded/engine.ts';
import { mapStoreError } from './errors.ts';
import { traceCommands } from './trace-commands.ts';

export interface StoreInfo {
  readonly kind: 'EMBEDDED' | 'SERVER' | 'DOWNLOADED';
  /** Version of the MongoDB server or engine. */
  readonly version: string;
  /** False on a standalone server and on the embedded engine. */
  readonly changeStreams: boolean;
}

export interface StoreConnection {
  /** Writes through it are acknowledged when they are kept: see the write concern below. */
  readonly db: Db;
  readonly client: MongoClient;
  readonly info: StoreInfo;
  /** Closes the connection, then the engine if it was started here. Idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const DEFAULT_DATABASE = 'contacts';

const CLIENT_OPTIONS = {
  appName: 'contact-sync-gateway',
  serverSelectionTimeoutMS: 5_000,
  connectTimeoutMS: 5_000,
  // Above the longest single operation we know (an index build over a million contacts).
  socketTimeoutMS: 120_000,
  waitQueueTimeoutMS: 10_000,
  maxPoolSize: 32,
  // Used where the deployment supports them; the driver leaves them out on a standalone server.
  retryReads: true,
  retryWrites: true,
  ignoreUndefined: true,
} satisfies MongoClientOptions;

/**
 * Acknowledged means kept: in the journal, and on a replica set by a majority. Without `journal` a server acknowledges
 * up to 100 ms before it writes. Not `majority` everywhere: the embedded engine then does not always wait for its
 * journal, not even with `journal` set, and a kill -9 loses what it acknowledged (in 4 of 20 trials; with this: 0 of
 * 70). So no collection sets a write concern of its own without need.
 */
const WRITE_CONCERN: WriteConcernSettings = { w: 1, journal: true };
const REPLICATED_WRITE_CONCERN: WriteConcernSettings = { w: 'majority', journal: true, wtimeoutMS: 30_000 };

/** The database a connection string names in its path, or `contacts`. */
export function databaseName(uri: string): string {
  const [, path] = /^mongodb(?:\+srv)?:\/\/[^/?]+\/([^?]*)/.exec(uri) ?? [];
  return path === undefined || path === '' ? DEFAULT_DATABASE : decodeURIComponent(path);
}

/** Options of the connection; what the URI says for itself wins. */
export function clientOptions(uri: string): MongoClientOptions {
  const said = optionsSaidBy(uri);
  const own = Object.entries(CLIENT_OPTIONS).filter(([name]) => !said.has(name.toLowerCase()));
  return { ...Object.fromEntries(own), ...(saysWriteConcern(uri) ? {} : { writeConcern: WRITE_CONCERN }) };
}

function optionsSaidBy(uri: string): ReadonlySet<string> {
  return new Set([...uri.matchAll(/[?&]([^=&]+)=/g)].flatMap(([, name]) => name?.toLowerCase() ?? []));
}

function saysWriteConcern(uri: string): boolean {
  const said = optionsSaidBy(uri);
  return ['w', 'journal', 'j', 'wtimeoutms', 'wtimeout'].some((name) => said.has(name));
}

/**
 * Opens the store: the deployment that `uri` names, or without one the engine in `dataDir`.
 * `onLost` is called once if an engine started here ends by itself.
 * @throws DomainError CONFIG_INVALID, STORE_UNREACHABLE, STORE_IN_USE, STORE_FULL or STORE_UNSUPPORTED; the signal's reason.
 */
export async function openStore({
  uri,
  dataDir,
  logger,
  signal,
  onLost,
  tracing = NO_TRACING,
}: {
  uri: string | undefined;
  dataDir: string;
  logger: Logger;
  signal?: AbortSignal | undefined;
  onLost?: ((error: DomainError) => void) | undefined;
  tracing?: Tracing;
}): Promise<StoreConnection> {
  signal?.throwIfAborted();
  if (uri !== undefined) return connect({ uri, logger, signal, tracing });
  const engine = await startEngine({ dataDir, logger, signal, onLost });
  try {
    return await connect({ uri: engine.uri, engine, logger, signal, tracing });
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function connect({
  uri,
  engine,
  logger,
  signal,
  tracing,
}: {
  uri: string;
  engine?: Engine;
  logger: Logger;
  signal: AbortSignal | undefined;
  tracing: Tracing;
}): Promise<StoreConnection> {
  const client = createClient(uri, tracing);
  // The driver's connect takes no signal; closing the client is what ends its wait.
  const onAbort = () => void client.close().catch(() => {});
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const info = await readInfo({ client: await client.connect(), engine });
    signal?.throwIfAborted();
    logger.info({ ...info }, 'connected to MongoDB');
    const replicated = info.changeStreams && !saysWriteConcern(uri);
    const db = client.db(databaseName(uri), replicated ? { writeConcern: REPLICATED_WRITE_CONCERN } : {});
    return connection({ client, db, info, engine });
  } catch (error) {
    await client.close();
    signal?.throwIfAborted();
    throw mapStoreError(error);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

function createClient(uri: string, tracing: Tracing): MongoClient {
  try {
    const client = new MongoClient(uri, { ...clientOptions(uri), monitorCommands: tracing.isOn });
    if (tracing.isOn) traceCommands(client, tracing);
    return client;
  } catch (error) {
    const mapped = mapStoreError(error);
    if (mapped instanceof DomainError) throw mapped;
    throw new DomainError('CONFIG_INVALID', 'MONGODB_URI cannot be read as a MongoDB connection string.', {
      cause: error,
    });
  }
}

async function readInfo({ client, engine }: { client: MongoClient; engine: Engine | undefined }): Promise<StoreInfo> {
  const admin = client.db('admin');
  const { version } = await admin.command({ buildInfo: 1 });
  const hello = await admin.command({ hello: 1 });
  return {
    kind: engine?.kind ?? 'SERVER',
    version: String(version),
    // Replica set members carry their set's name; `isdbgrid` is how a router of a sharded cluster names itself.
    changeStreams: typeof hello['setName'] === 'string' || hello['msg'] === 'isdbgrid',
  };
}

function connection({
  client,
  db,
  info,
  engine,
}: {
  client: MongoClient;
  db: Db;
  info: StoreInfo;
  engine: Engine | undefined;
}): StoreConnection {
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= (async () => {
      try {
        await client.close();
      } finally {
        await engine?.close();
      }
    })();
    return closing;
  };
  return { db, client, info, close, [Symbol.asyncDispose]: close };
}
