import { randomUUID } from 'node:crypto';
import { systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { type ApiClient, createApiClient, type TokenSource } from './constant-contact/api-client.ts';
import { createStaticTokenSource } from './constant-contact/static-token.ts';
import { DomainError } from './domain-error.ts';
import type { Logger } from './logger.ts';
import { startSandbox } from './sandbox/server.ts';
import { type ConnectionState, createContext, type GatewayStatus } from './schema/context.ts';
import { createDirectory } from './schema/directory.ts';
import { createSchema } from './schema/schema.ts';
import { openHttpServer } from './server/http-server.ts';
import { createShutdown } from './shutdown.ts';
import { openStore, type StoreInfo } from './store/connect.ts';
import { createRequestBudget, type SharedRequestBudget } from './store/request-budget.ts';
import { createStore, ensureIndexes } from './store/store.ts';
import { createLiveContacts } from './sync/live-contacts.ts';
import { startSyncEngine } from './sync/start-engine.ts';

export const DEMO_SIZE = { contacts: 5_000, lists: 12, seed: 1 } as const;

export interface Gateway {
  /** Where the HTTP server listens. */
  readonly url: string;
  /** Null outside of the demo. */
  readonly sandboxUrl: string | null;
  readonly storeInfo: StoreInfo;
  /** Stops everything, the newest part first; false where a part did not stop cleanly. Idempotent. */
  close(): Promise<boolean>;
}

interface Primary {
  readonly apiUrl: string;
  readonly tokens: TokenSource;
  readonly connection: () => ConnectionState;
}

/** Remembers that the primary refused the token: then only a new one helps, and `syncStatus` says so. */
function accountPrimary({ apiUrl, accessToken }: { apiUrl: string; accessToken: string | null }): Primary {
  if (accessToken === null) {
    const refuse = async (): Promise<never> => {
      throw new DomainError('NOT_CONNECTED', 'No Constant Contact account is connected: set CC_ACCESS_TOKEN.');
    };
    return { apiUrl, tokens: { accessToken: refuse, refresh: refuse }, connection: () => 'NOT_CONNECTED' };
  }
  const tokens = createStaticTokenSource(accessToken);
  let refused = false;
  return {
    apiUrl,
    tokens: {
      accessToken: tokens.accessToken,
      refresh(token, signal) {
        refused = true;
        return tokens.refresh(token, signal);
      },
    },
    connection: () => (refused ? 'RECONNECT_REQUIRED' : 'CONNECTED'),
  };
}

async function readStatus(primary: Primary, budget: SharedRequestBudget): Promise<GatewayStatus> {
  return { connection: primary.connection(), nextScheduledAt: null, budget: await budget.status() };
}

/** Whoever sets keys relies on them: a gateway that does not ask for them yet must not look as if it did. */
function refuseUnenforceable({ auth }: Config): void {
  if (auth.apiKeys.length === 0 && auth.jwt === null) return;
  throw new DomainError(
    'CONFIG_INVALID',
    'API_KEYS and JWT_JWKS_URL are set, but this version does not check callers yet: it serves 127.0.0.1 only, without them.',
  );
}

/**
 * Starts the gateway in order: store, Constant Contact (in the demo the sandbox), engine, HTTP. What has started is
 * stopped again when a later part fails or `signal` aborts.
 * @param onLost the embedded engine has ended by itself: the gateway cannot go on.
 * @throws DomainError, or the signal's reason.
 */
export async function openGateway({
  config,
  logger,
  signal,
  onLost,
}: {
  config: Config;
  logger: Logger;
  signal: AbortSignal;
  onLost: (error: DomainError) => void;
}): Promise<Gateway> {
  const shutdown = createShutdown({ logger });
  try {
    return await open({ config, logger, signal, onLost, shutdown });
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

async function open({
  config,
  logger,
  signal,
  onLost,
  shutdown,
}: Parameters<typeof openGateway>[0] & { shutdown: ReturnType<typeof createShutdown> }): Promise<Gateway> {
  refuseUnenforceable(config);
  const connection = await openStore({
    uri: config.store.uri ?? undefined,
    dataDir: config.store.dataDir,
    logger,
    signal,
    onLost,
  });
  shutdown.add('store', connection.close);
  await ensureIndexes(connection.db);
  signal.throwIfAborted();
  const store = createStore(connection);

  let sandboxUrl: string | null = null;
  let primary: Primary;
  if (config.primary.kind === 'sandbox') {
    const sandbox = await startSandbox({ ...DEMO_SIZE, host: '127.0.0.1', port: 0, rateLimit: true });
    shutdown.add('sandbox', sandbox.close);
    sandboxUrl = sandbox.url;
    primary = {
      apiUrl: `${sandbox.url}/v3`,
      tokens: createStaticTokenSource(sandbox.token),
      connection: () => 'SANDBOX',
    };
  } else {
    primary = accountPrimary(config.primary);
  }

  const { requestsPerSecond, requestsPerDay } = config.budget;
  const budget = createRequestBudget({
    db: connection.db,
    clock: systemClock,
    perSecond: requestsPerSecond,
    perDay: requestsPerDay,
    random: Math.random,
    logger,
  });
  const api: ApiClient = createApiClient({
    apiUrl: primary.apiUrl,
    tokens: primary.tokens,
    budget,
    clock: systemClock,
    random: Math.random,
    logger,
  });
  shutdown.add('client', api.close);

  const engine = startSyncEngine({
    store,
    api,
    clock: systemClock,
    logger,
    instanceId: randomUUID(),
    policy: { default: 'PRIMARY_WINS' },
    requestsPerSecond,
  });
  shutdown.add('engine', engine.stop);
  signal.throwIfAborted();

  const directory = createDirectory({ store });
  const live = createLiveContacts({ api });
  const status = () => readStatus(primary, budget);
  const startedBy = { trigger: 'MUTATION', triggeredBy: 'graphql' } as const;
  const server = await openHttpServer({
    ...config.server,
    schema: createSchema(),
    createContext: (operation) =>
      createContext({ store, engine, directory, live, status, startedBy, signal: operation.signal }),
    readinessChecks: {
      store: async () => {
        await connection.db.command({ ping: 1 });
      },
    },
    authenticated: false,
    logger,
  });
  shutdown.add('server', server.close);
  shutdown.add('readiness', server.stopAccepting);
  signal.throwIfAborted();

  if (config.primary.kind === 'sandbox') {
    const input = { kind: 'CONTACTS', mode: 'INCREMENTAL', listIds: null, dryRun: false, planHash: null } as const;
    await engine.start(input, { trigger: 'SCHEDULE', triggeredBy: 'demo' });
  }
  return { url: server.url, sandboxUrl, storeInfo: connection.info, close: shutdown.run };
}
