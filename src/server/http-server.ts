import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Registry } from 'prom-client';
import { type Authenticate, assertScopes, LOCAL_CALLER } from '../auth/caller.ts';
import { isLoopback } from '../config.ts';
import { DomainError, isDomainError } from '../domain-error.ts';
import type { Logger } from '../logger.ts';
import { NO_TRACING, type Tracing } from '../tracing.ts';
import { createCallerLimit } from './caller-limit.ts';
import { CONSOLE_METHODS, serveConsole } from './console.ts';
import { createGraphQLServer, GRAPHQL_PATH } from './graphql.ts';
import { serveGraphQLOverHttp } from './graphql-http.ts';
import { serveGraphQLOverWebSocket } from './graphql-websocket.ts';
import { checkReadiness, type ReadinessChecks } from './health.ts';
import { createMetrics } from './metrics.ts';
import type { ContextFactory } from './operation-context.ts';
import { createOperationList, type OperationList } from './operation-list.ts';
import { isForeignHost } from './origin-check.ts';
import { createOverload, measureEventLoopLag, type ReadEventLoopLag } from './overload.ts';
import type { RouteGroup } from './route-group.ts';
import { createServerSentEvents } from './server-sent-events.ts';

const MAX_HEADER_BYTES = 16 * 1024;
/** Longer than the idle time of common load balancers (60 s), so that the gateway is not the one to hang up. */
const KEEP_ALIVE_MS = 72_000;
/** Time for subscriptions and requests under way to end by themselves when the server closes. */
const DRAIN_LIMIT_MS = 1_500;

const ROUTE_METHODS: ReadonlyMap<string, string> = new Map([
  [GRAPHQL_PATH, 'GET, POST, OPTIONS'],
  ...CONSOLE_METHODS,
  ['/health/live', 'GET, HEAD'],
  ['/health/ready', 'GET, HEAD'],
  ['/metrics', 'GET, HEAD'],
]);

const REFUSALS: Readonly<Record<string, number>> = { UNAUTHENTICATED: 401, FORBIDDEN: 403, AUTH_UNAVAILABLE: 503 };

/** How long a client may take, in milliseconds: it is answered 408 and cut off. */
export interface TimeLimits {
  /** From the connection on, or the first byte of a further request, to the end of its headers. */
  readonly headersMs: number;
  /** To the end of its body. An answer (a subscription) may take as long as it likes. */
  readonly requestMs: number;
  /** How often connections are looked at: so much later than its limit one is cut off at most. */
  readonly checkMs: number;
}

const TIME_LIMITS: TimeLimits = { headersMs: 10_000, requestMs: 30_000, checkMs: 5_000 };

export interface HttpServer {
  /** Where it listens, such as `http://127.0.0.1:4000`. */
  readonly url: string;
  /** From here on `/health/ready` says no, so that a load balancer turns elsewhere before the server closes. */
  stopAccepting(): void;
  /** Completes the subscriptions, ends requests under way within a second and a half, closes. Idempotent. */
  close(): Promise<void>;
}

function sendError(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).send({ error: { code, message } });
}

function addSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.raw.setHeader('x-content-type-options', 'nosniff');
    reply.raw.setHeader('referrer-policy', 'no-referrer');
    reply.raw.setHeader('x-frame-options', 'DENY');
    reply.raw.setHeader('cross-origin-resource-policy', 'same-origin');
    done();
  });
}

/** Node.js would read the rest of a body that nobody wants, whatever its size, to use the connection again. */
function closeOnUnreadBody(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, _payload, done) => {
    const { headers, complete } = request.raw;
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
    if (hasBody && !complete) reply.header('connection', 'close');
    done();
  });
}

function addErrorAnswers(app: FastifyInstance, routes: readonly RouteGroup[], logger: Logger): void {
  const routeMethods = new Map([...ROUTE_METHODS, ...routes.flatMap(({ methods }) => [...methods])]);
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const allowed = routeMethods.get(path);
    if (allowed === undefined) return sendError(reply, 404, 'NOT_FOUND', 'There is nothing at this address.');
    return sendError(reply.header('allow', allowed), 405, 'METHOD_NOT_ALLOWED', `Allowed here: ${allowed}.`);
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (isDomainError(error) && error.code in REFUSALS)
      return sendError(reply, REFUSALS[error.code] ?? 403, error.code, error.message);
    if (status < 500) return sendError(reply, status, 'BAD_REQUEST', error.message);
    logger.error({ requestId: request.id, path: request.routeOptions.url, error }, 'a request failed');
    return sendError(reply, 500, 'INTERNAL_SERVER_ERROR', `Something went wrong on our side (request ${request.id}).`);
  });
}

function rejectForeignHosts(app: FastifyInstance): void {
  app.addHook('onRequest', (request: FastifyRequest, reply, done) => {
    if (!isForeignHost(request.headers)) return done();
    sendError(reply, 421, 'MISDIRECTED_REQUEST', 'Without authentication this gateway answers under localhost only.');
  });
}

function createRequestIds(): () => string {
  const start = Date.now().toString(36);
  let count = 0;
  return () => `${start}-${(count++).toString(36)}`;
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const reason = /EADDRINUSE/.test(said)
      ? 'another program has this port. Set another PORT, or stop that one.'
      : said;
    throw new DomainError('CONFIG_INVALID', `Cannot listen on HOST ${host}, PORT ${port}: ${reason}`, { cause: error });
  }
  // A server that listens on a host and a port has such an address.
  const { port: actualPort } = app.server.address() as AddressInfo;
  return `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${actualPort}`;
}

/**
 * Serves everything that comes by HTTP. `authenticated` tells that callers are asked who they are: without it only names of
 * this machine are answered.
 * @throws DomainError CONFIG_INVALID where it cannot listen.
 */
export async function openHttpServer({
  host,
  port,
  schema,
  createContext,
  readinessChecks,
  connection,
  routes = [],
  operations = createOperationList({ required: false, manifests: [] }),
  introspection = true,
  corsOrigins = [],
  overloadLagMs = null,
  eventLoopLag,
  authenticated,
  authenticate = async () => LOCAL_CALLER,
  callerRequestsPerMinute = 6_000,
  timeLimits = TIME_LIMITS,
  operationTimeLimitMs = 300_000,
  registries = [],
  tracing = NO_TRACING,
  logger,
}: {
  host: string;
  port: number;
  schema: GraphQLSchema;
  createContext: ContextFactory;
  readinessChecks: ReadinessChecks;
  /** How the gateway stands to its primary: told by `/health/ready`. Not a reason to be unready: it still serves what it has. */
  connection?: () => Promise<string>;
  /** What is served beside GraphQL. */
  routes?: readonly RouteGroup[];
  /** What may be asked for by id. */
  operations?: OperationList;
  /** Whether callers may read the schema. */
  introspection?: boolean;
  /** Origins of other sites whose pages may use GraphQL. */
  corsOrigins?: readonly string[];
  /** Lag of the event loop from which on operations are turned away. */
  overloadLagMs?: number | null;
  /** Measured where it is not given. */
  eventLoopLag?: ReadEventLoopLag;
  authenticated: boolean;
  authenticate?: Authenticate;
  /** Of each caller that was asked who it is. */
  callerRequestsPerMinute?: number;
  timeLimits?: TimeLimits;
  /** Of a query or mutation. */
  operationTimeLimitMs?: number;
  /** Metrics of other parts, told by `/metrics` with the server's own. */
  registries?: readonly Registry[];
  tracing?: Tracing;
  logger: Logger;
}): Promise<HttpServer> {
  const createRequestId = createRequestIds();
  const metrics = createMetrics(registries);
  const stopping = new AbortController();
  let accepting = true;

  const app = Fastify({
    genReqId: createRequestId,
    requestTimeout: timeLimits.requestMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: timeLimits.headersMs,
      connectionsCheckingInterval: timeLimits.checkMs,
    },
  });
  // A body is read where one is expected, and nowhere else: each group of routes says which it takes.
  app.removeAllContentTypeParsers();
  const loopbackOnly = isLoopback(host) && !authenticated;
  addSecurityHeaders(app);
  closeOnUnreadBody(app);
  addErrorAnswers(app, routes, logger);
  if (loopbackOnly) rejectForeignHosts(app);
  await serveConsole(app);

  app.get('/health/live', (_request, reply) => reply.header('cache-control', 'no-store').send({ live: true }));
  app.get('/health/ready', async (_request, reply) => {
    const { ready, checks } = await checkReadiness(readinessChecks, logger);
    const state = connection === undefined || !ready ? {} : { connection: await connection() };
    return reply
      .code(ready && accepting ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ ready: ready && accepting, stopping: !accepting, checks, ...state });
  });
  app.get('/metrics', async (request, reply) => {
    assertScopes(await authenticate(request.headers.authorization), ['sync:read']);
    return reply.type(metrics.contentType).send(await metrics.read());
  });

  for (const { plugin } of routes) await app.register(plugin);
  const limitCaller = createCallerLimit({ perMinute: callerRequestsPerMinute });
  const graphql = createGraphQLServer({
    schema,
    createContext,
    metrics,
    logger,
    stopping: stopping.signal,
    operations,
    introspection: introspection && !operations.required,
    operationTimeLimitMs,
    tracing,
  });
  const allowedOrigins = new Set(corsOrigins);
  const overload = createOverload({ limitMs: overloadLagMs, lagMs: eventLoopLag ?? (await measureEventLoopLag(app)) });
  const events = createServerSentEvents({ graphql, logger });
  await app.register(
    serveGraphQLOverHttp({
      graphql,
      events,
      graphiql: introspection && !operations.required,
      allowedOrigins,
      overload,
      authenticate,
      limitCaller,
    }),
  );
  const closeWebSockets = serveGraphQLOverWebSocket({
    server: app.server,
    graphql,
    metrics,
    logger,
    loopbackOnly,
    allowedOrigins,
    overload,
    authenticate,
    limitCaller,
    createRequestId,
  });

  const close = async () => {
    accepting = false;
    stopping.abort();
    const cut = setTimeout(() => app.server.closeAllConnections(), DRAIN_LIMIT_MS);
    const closed = app.close();
    await closeWebSockets();
    await closed;
    events.close();
    clearTimeout(cut);
    await graphql.yoga.dispose();
  };
  let closing: Promise<void> | undefined;

  const url = await listen(app, host, port).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    url,
    stopAccepting() {
      accepting = false;
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}
