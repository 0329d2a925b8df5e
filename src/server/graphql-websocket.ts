import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type ExecutionArgs, GraphQLError } from 'graphql';
import { type Context, GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { type Authenticate, type Caller, hasExpired } from '../auth/caller.ts';
import { isDomainError } from '../domain-error.ts';
import type { Logger } from '../logger.ts';
import type { LimitCaller } from './caller-limit.ts';
import { GRAPHQL_PATH, type GraphQLServer } from './graphql.ts';
import type { Metrics } from './metrics.ts';
import type { OperationContext } from './operation-context.ts';
import type { OperationList } from './operation-list.ts';
import { type AllowedOrigins, isForeignHost, isForeignOrigin } from './origin-check.ts';
import { OVERLOAD_MESSAGE, OVERLOAD_RETRY_SECONDS, type Overload } from './overload.ts';
import { connectWebSockets, type WebSocketExtra } from './web-socket-connections.ts';

const COMPLETION_LIMIT_MS = 500;
const MAX_MESSAGE_BYTES = 256 * 1024;

const RETRY_LATER = [`Retry-After: ${OVERLOAD_RETRY_SECONDS}`];

/** Of `connection_init`, as a client sends them. */
type WebSocketParams = Record<string, unknown> | undefined;

type Enveloped = ReturnType<GraphQLServer['getEnveloped']>;

function refuse(socket: Duplex, status: string, headers: readonly string[] = []): void {
  const lines = [`HTTP/1.1 ${status}`, ...headers, 'Connection: close', 'Content-Length: 0', '', ''];
  socket.end(lines.join('\r\n'));
}

function isEnveloped(value: unknown): value is Pick<Enveloped, 'execute' | 'subscribe'> {
  return typeof value === 'object' && value !== null && 'execute' in value && 'subscribe' in value;
}

function envelopedOf(args: ExecutionArgs): Pick<Enveloped, 'execute' | 'subscribe'> {
  if (!isEnveloped(args.rootValue)) throw new Error('the operation was not prepared by onSubscribe');
  return args.rootValue;
}

/** In `connection_init`, under any spelling of the header's name. */
function authorizationIn(params: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const [, value] = Object.entries(params ?? {}).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
  return typeof value === 'string' ? value : undefined;
}

/** Serves `graphql-transport-ws` on the GraphQL path of `server`. The returned function closes every connection. */
export function serveGraphQLOverWebSocket({
  server,
  graphql,
  operations,
  metrics,
  logger,
  loopbackOnly,
  allowedOrigins,
  overload,
  authenticate,
  limitCaller,
  createRequestId,
}: {
  server: Server;
  graphql: GraphQLServer;
  operations: OperationList;
  metrics: Metrics;
  logger: Logger;
  loopbackOnly: boolean;
  allowedOrigins: AllowedOrigins;
  overload: Overload;
  authenticate: Authenticate;
  limitCaller: LimitCaller;
  createRequestId: () => string;
}): () => Promise<void> {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (protocols) =>
      protocols.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? GRAPHQL_TRANSPORT_WS_PROTOCOL : false,
  });

  const connectionSignals = new WeakMap<object, AbortSignal>();
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', (error) => logger.debug({ error }, 'a connection failed while it became a WebSocket'));
    const path = request.url?.split('?', 1)[0];
    if (path !== GRAPHQL_PATH) return refuse(socket, '404 Not Found');
    if (isForeignOrigin(request.headers, allowedOrigins) || (loopbackOnly && isForeignHost(request.headers))) {
      return refuse(socket, '403 Forbidden');
    }
    if (overload.isOverloaded()) return refuse(socket, '503 Service Unavailable', RETRY_LATER);
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const signal = new AbortController();
      connectionSignals.set(webSocket, signal.signal);
      metrics.webSocketOpened();
      webSocket.once('close', () => {
        metrics.webSocketClosed();
        signal.abort();
      });
      sockets.emit('connection', webSocket, request);
    });
  };
  const callers = new WeakMap<object, Caller>();
  const contexts = new Set<Context<WebSocketParams, WebSocketExtra>>();
  const protocol = makeServer<WebSocketParams, WebSocketExtra>({
    async onConnect(context) {
      const { connectionParams, extra } = context;
      // A browser cannot set headers on a WebSocket: it sends them with its first message.
      const authorization = authorizationIn(connectionParams) ?? extra.request.headers.authorization;
      try {
        callers.set(extra.socket, await authenticate(authorization));
      } catch (error) {
        if (isDomainError(error)) return false;
        throw error;
      }
      contexts.add(context);
      return true;
    },
    onClose: (context) => {
      contexts.delete(context);
    },
    execute: (args) => envelopedOf(args).execute(args),
    subscribe: (args) => envelopedOf(args).subscribe(args),
    async onSubscribe({ extra }, _id, params) {
      const caller = callers.get(extra.socket);
      if (caller === undefined || hasExpired(caller, new Date())) {
        return [new GraphQLError('The token has expired.', { extensions: { code: 'UNAUTHENTICATED' } })];
      }
      if (overload.isOverloaded()) {
        return [new GraphQLError(OVERLOAD_MESSAGE, { extensions: { code: 'OVERLOADED' } })];
      }
      if ((await limitCaller(caller)) > 0) {
        return [new GraphQLError('Too many operations.', { extensions: { code: 'RATE_LIMITED' } })];
      }
      const operation: OperationContext = {
        caller,
        requestId: createRequestId(),
        transport: 'websocket',
        signal: connectionSignals.get(extra.socket) ?? AbortSignal.abort(),
      };
      const enveloped = graphql.getEnveloped({ ...operation, params });
      try {
        // The protocol wants a text: an id comes with an empty one.
        const document = enveloped.parse(operations.textOf(params) ?? params.query);
        const errors = enveloped.validate(enveloped.schema, document);
        if (errors.length > 0) return errors;
        return {
          schema: enveloped.schema,
          operationName: params.operationName,
          document,
          variableValues: params.variables,
          contextValue: await enveloped.contextFactory(),
          rootValue: { execute: enveloped.execute, subscribe: enveloped.subscribe },
        };
      } catch (error) {
        if (error instanceof GraphQLError) return [error];
        throw error;
      }
    },
  });
  const closeConnections = connectWebSockets({ sockets, server: protocol, logger });

  server.on('upgrade', upgrade);
  return async () => {
    server.off('upgrade', upgrade);
    // The completions of the subscriptions that the stop has ended go out before the connections close.
    const deadline = performance.now() + COMPLETION_LIMIT_MS;
    const isBusy = ({ subscriptions }: Pick<Context, 'subscriptions'>) => Object.keys(subscriptions).length > 0;
    while ([...contexts].some(isBusy) && performance.now() < deadline) await delay(5);
    await closeConnections();
  };
}
