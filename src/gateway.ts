import { randomUUID } from 'node:crypto';
import { createAuthenticate, isAuthenticationConfigured } from './auth/authenticate.ts';
import { type Authenticate, hasScope } from './auth/caller.ts';
import { PERSISTED_OPERATIONS } from './client/persisted-operations.ts';
import { systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { type ApiClient, createApiClient } from './constant-contact/api-client.ts';
import { type DomainError, isDomainError } from './domain-error.ts';
import type { Logger } from './logger.ts';
import type { OpenTracing } from './open-tracing.ts';
import { openPartner, sandboxPartner } from './partner.ts';
import { openAccountPrimary, type Primary, sandboxPrimary } from './primary.ts';
import { startSandbox } from './sandbox/server.ts';
import { createContext, type GatewayStatus } from './schema/context.ts';
import { createDirectory } from './schema/directory.ts';
import { type SaveContactArgument, saveContactsHere } from './schema/save-contact.ts';
import { createSchema } from './schema/schema.ts';
import { CONSOLE_OPERATIONS } from './server/console-operations.ts';
import { createGatewayMetrics } from './server/gateway-metrics.ts';
import { type HttpServer, openHttpServer } from './server/http-server.ts';
import { readOperationFile } from './server/operation-file.ts';
import { createOperationList } from './server/operation-list.ts';
import { createShutdown } from './shutdown.ts';
import { openStore, type StoreInfo } from './store/connect.ts';
import { migrateStore } from './store/migrations.ts';
import { createRequestBudget, type SharedRequestBudget } from './store/request-budget.ts';
import { createScheduleStateStore } from './store/schedule-state.ts';
import { createStore, ensureIndexes } from './store/store.ts';
import { PUSH_LIMITS } from './sync/decide/push-limits.ts';
import { createLiveContacts } from './sync/live-contacts.ts';
import { createReadLivePage } from './sync/live-pages.ts';
import { createPrimaryCounts } from './sync/primary-counts.ts';
import { openSchedule, type RunningSchedule } from './sync/schedule.ts';
import { scheduledRuns } from './sync/scheduled-runs.ts';
import { startSyncEngine } from './sync/start-engine.ts';
import { storeCareJob } from './sync/store-care.ts';
import { NO_TRACING } from './tracing.ts';
import { openWebhookDoors } from './webhook-doors.ts';

export const DEMO_SIZE = { contacts: 5_000, lists: 12, seed: 1 } as const;

/** For what writes its last words to the store. Where that does not answer, subscribers are told the end nevertheless. */
const STANDING_STILL = { byMs: 2_500 };

export interface Gateway {
  /** Where the HTTP server listens. */
  readonly url: string;
  /** Null outside of the demo. */
  readonly sandboxUrl: string | null;
  readonly storeInfo: StoreInfo;
  status(): Promise<GatewayStatus>;
  /** As the mutation `saveContacts` by this caller, without the way over HTTP: for who opened the gateway in this process. */
  saveContacts(
    inputs: readonly SaveContactArgument[],
    options: { readonly dryRun: boolean; readonly callerName: string },
  ): ReturnType<typeof saveContactsHere>;
  /** Stops everything, the newest part first; false where a part did not stop cleanly. Idempotent. */
  close(): Promise<boolean>;
}

async function readStatus(
  primary: Primary,
  budget: SharedRequestBudget,
  schedule: RunningSchedule,
): Promise<GatewayStatus> {
  const [connection, budgetStatus, nextScheduledAt, schedulePause] = await Promise.all([
    primary.connection(),
    budget.status(),
    schedule.nextAt(),
    schedule.paused(),
  ]);
  return { connection, nextScheduledAt, schedulePause, budget: budgetStatus };
}

/** OpenTelemetry is loaded where traces are asked for, and only there. */
async function startTracing(endpoint: string | null, instanceId: string, logger: Logger): Promise<OpenTracing> {
  if (endpoint === null) return { ...NO_TRACING, close: async () => {} };
  const { openTracing } = await import('./open-tracing.ts');
  return openTracing({ endpoint, instanceId, logger });
}

/** @throws what hinders the check itself */
async function mayAdminister(authenticate: Authenticate, authorization: string | undefined): Promise<boolean> {
  try {
    return hasScope(await authenticate(authorization), 'admin');
  } catch (error) {
    if (isDomainError(error, 'UNAUTHENTICATED')) return false;
    throw error;
  }
}

/**
 * Starts the gateway in order: store, Constant Contact (in the demo the sandbox), engine, HTTP. What has started is
 * stopped again when a later part fails or `signal` aborts.
 * @param attended for one command of a person: nothing is done by the clock, and the demo starts no sync by itself.
 * @param onLost the embedded engine has ended by itself: the gateway cannot go on.
 * @throws DomainError, or the signal's reason.
 */
export async function openGateway({
  config,
  logger,
  signal,
  onLost,
  attended = false,
}: {
  config: Config;
  logger: Logger;
  signal: AbortSignal;
  onLost: (error: DomainError) => void;
  attended?: boolean;
}): Promise<Gateway> {
  const shutdown = createShutdown({ logger });
  try {
    return await open({ config, logger, signal, onLost, attended, shutdown });
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
  attended,
  shutdown,
}: Parameters<typeof openGateway>[0] & { shutdown: ReturnType<typeof createShutdown> }): Promise<Gateway> {
  const instanceId = randomUUID();
  const tracing = await startTracing(config.tracing.endpoint, instanceId, logger);
  shutdown.add('tracing', tracing.close);
  const connection = await openStore({
    uri: config.store.uri ?? undefined,
    dataDir: config.store.dataDir,
    logger,
    signal,
    onLost,
    tracing,
  });
  shutdown.add('store', connection.close);
  await migrateStore({ db: connection.db, instanceId, clock: systemClock, logger, signal });
  await ensureIndexes(connection.db);
  signal.throwIfAborted();
  const store = createStore(connection);

  const { requestsPerSecond, requestsPerDay } = config.budget;
  const budget = createRequestBudget({
    db: connection.db,
    clock: systemClock,
    perSecond: requestsPerSecond,
    perDay: requestsPerDay,
    random: Math.random,
    logger,
  });

  const authenticated = isAuthenticationConfigured(config.auth);
  const authenticate = createAuthenticate(config.auth);
  if (!authenticated)
    logger.info({ host: config.server.host }, 'no authentication is set up: only this machine is served');
  let ownUrl = '';
  let sandboxUrl: string | null = null;
  let primary: Primary;
  if (config.primary.kind === 'sandbox') {
    const sandbox = await startSandbox({ ...DEMO_SIZE, host: '127.0.0.1', port: 0, rateLimit: true });
    shutdown.add('sandbox', sandbox.close);
    sandboxUrl = sandbox.url;
    primary = sandboxPrimary({ apiUrl: `${sandbox.url}/v3`, token: sandbox.token });
  } else {
    primary = await openAccountPrimary({
      config: config.primary,
      tokenKeys: config.tokenKeys,
      store,
      budget,
      clock: systemClock,
      random: Math.random,
      logger,
      instanceId,
      ownUrl: () => ownUrl,
      mayConnect: async (authorization) => mayAdminister(authenticate, authorization),
    });
  }
  shutdown.add('connection', primary.close);

  const metrics = createGatewayMetrics({ budget, store, logger });
  const api: ApiClient = createApiClient({
    apiUrl: primary.apiUrl,
    tokens: primary.tokens,
    budget,
    clock: systemClock,
    random: Math.random,
    logger,
    onOutcome: metrics.requestEnded,
    tracing,
  });
  shutdown.add('client', api.close);
  const partner = openPartner({
    credentials: sandboxUrl === null ? config.partner : sandboxPartner(sandboxUrl),
    apiUrl: primary.apiUrl,
    budget,
    clock: systemClock,
    random: Math.random,
    logger,
    onOutcome: metrics.requestEnded,
    tracing,
  });
  shutdown.add('partner', partner.close);
  // Opened last, and yet closed after the runs stand still: until then it says that it is stopping, and tells subscribers.
  let server: HttpServer | null = null;
  shutdown.add('server', async () => server?.close());

  const pushLimits = PUSH_LIMITS[config.importFormat];
  const engine = startSyncEngine({
    store,
    api,
    clock: systemClock,
    logger,
    instanceId,
    policy: config.fieldPolicy,
    pushLimits,
    requestsPerSecond,
    onRunChanged: metrics.runChanged,
    tracing,
  });
  shutdown.add('engine', engine.stop, STANDING_STILL);
  signal.throwIfAborted();

  const isConnected = async () => !['NOT_CONNECTED', 'RECONNECT_REQUIRED'].includes(await primary.connection());
  const schedule = await openSchedule({
    jobs: attended
      ? []
      : [
          ...scheduledRuns({ schedule: config.schedule, engine, isConnected, logger }),
          storeCareJob({
            store,
            retention: config.retention,
            timezone: config.schedule.timezone,
            clock: systemClock,
            logger,
          }),
        ],
    state: createScheduleStateStore(connection.db),
    clock: systemClock,
    logger,
    instanceId,
    random: Math.random,
  });
  shutdown.add('schedule', schedule.stop, STANDING_STILL);
  signal.throwIfAborted();

  const webhooks = openWebhookDoors({
    config: config.webhooks,
    store,
    api,
    primary,
    engine,
    schedule,
    policy: config.fieldPolicy,
    clock: systemClock,
    random: Math.random,
    logger,
  });
  shutdown.add('webhooks', webhooks.stop, STANDING_STILL);

  const directory = createDirectory({ store });
  const live = createLiveContacts({ api });
  const readLivePage = createReadLivePage({ api });
  const primaryCounts = createPrimaryCounts({ api });
  const status = () => readStatus(primary, budget, schedule);
  const schema = createSchema();
  const { introspection, persistedOnly, operationFile } = config.graphql;
  const ownOperations = operationFile === null ? {} : await readOperationFile(operationFile, schema);
  server = await openHttpServer({
    ...config.server,
    schema,
    introspection,
    operations: createOperationList({
      required: persistedOnly,
      manifests: [PERSISTED_OPERATIONS, CONSOLE_OPERATIONS, ownOperations],
    }),
    createContext: (operation) =>
      createContext({
        store,
        engine,
        schedule,
        directory,
        policy: config.fieldPolicy,
        pushLimits,
        live,
        readLivePage,
        primaryCounts,
        status,
        caller: operation.caller,
        startedBy: { trigger: 'MUTATION', triggeredBy: operation.caller.name },
        disconnectAccount: primary.disconnect,
        webhookSubscriptions: partner.webhookSubscriptions,
        signal: operation.signal,
      }),
    readinessChecks: {
      store: async () => {
        await connection.db.command({ ping: 1 });
      },
      leases: async () => engine.assertAlive(),
    },
    connection: primary.connection,
    routes: [...primary.routes, webhooks.routes],
    authenticated,
    authenticate,
    callerRequestsPerMinute: config.auth.requestsPerMinute,
    registries: [metrics.registry],
    tracing,
    logger,
  });
  ownUrl = server.url;
  shutdown.add('readiness', server.stopAccepting);
  signal.throwIfAborted();

  if (config.primary.kind === 'sandbox' && !attended) {
    const input = { kind: 'CONTACTS', mode: 'INCREMENTAL', listIds: null, dryRun: false, planHash: null } as const;
    await engine.start(input, { trigger: 'SCHEDULE', triggeredBy: 'demo' });
  }
  return {
    url: server.url,
    sandboxUrl,
    storeInfo: connection.info,
    status,
    saveContacts: (inputs, { dryRun, callerName }) =>
      saveContactsHere(inputs, { store, dryRun, startedBy: { trigger: 'MUTATION', triggeredBy: callerName } }),
    close: shutdown.run,
  };
}
