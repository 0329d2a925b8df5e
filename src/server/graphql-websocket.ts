import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type ExecutionArgs, GraphQLError } from 'graphql';
import { type Context, GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { type Authenticate, hasExpired } from '../auth/caller.ts';
import { isDomainError } from '../domain-error.ts';
import type { Logger } from '../logger.ts';
import type { LimitCaller } from './caller-limit.ts';
import { GRAPHQL_PATH, type GraphQLServer } from './graphql.ts';
import type { Metrics } from './metrics.ts';
import type { OperationContext } from './operation-context.ts';
import { type AllowedOrigins, isForeignHost, isForeignOrigin } from './origin-check.ts';
import { OVERLOAD_MESSAGE, OVERLOAD_RETRY_SECONDS, type Overload } from './overload.ts';
import { connectWebSockets, type WebSocketExtra } from './web-socket-connections.ts';

const COMPLETION_LIMIT_MS = 500;
const MAX_MESSAGE_BYTES = 256 * 1024;

const RETRY_LATER = [`Retry-After: ${OVERLOAD_RETRY_SECONDS}`];

/** Of `connection_init`, as a client sends them. */
type WebSocketParams = Record<string, unknown> | undefined;

function refuse(socket: Duplex, status: string, headers: readonly string[] = []): void {
  const lines = [`HTTP/1.1 ${status}`, ...headers, 'Connection: close', 'Content-Length: 0', '', ''];
  socket.end(lines.join('\r\n'));
}

/** What `onSubscribe` hands on. The signal of its connection is made for queries and mutations alone: few need it. */
interface SocketOperation extends Omit<OperationContext, 'signal'> {
  readonly extra: WebSocketExtra;
}

function isSocketOperation(value: unknown): value is SocketOperation {
  return typeof value === 'object' && value !== null && 'requestId' in value && 'extra' in value;
}

function operationOf({ contextValue }: ExecutionArgs): SocketOperation {
  if (!isSocketOperation(contextValue)) throw new Error('the operation was not prepared by onSubscribe');
  return contextValue;
}

/** Aborts when the connection closes. */
function endOf(extra: WebSocketExtra): AbortSignal {
  if (extra.end === null) {
    const end = new AbortController();
    if (extra.socket.readyState >= extra.socket.CLOSING) end.abort();
    else extra.socket.once('close', () => end.abort());
    extra.end = end.signal;
  }
  return extra.end;
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

  // One for all: a listener made in `upgrade` would keep its request for as long as the connection stands.
  const tellFailure = (error: unknown) => logger.debug({ error }, 'a connection failed while it became a WebSocket');
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', tellFailure);
    const path = request.url?.split('?', 1)[0];
    if (path !== GRAPHQL_PATH) return refuse(socket, '404 Not Found');
    if (isForeignOrigin(request.headers, allowedOrigins) || (loopbackOnly && isForeignHost(request.headers))) {
      return refuse(socket, '403 Forbidden');
    }
    if (overload.isOverloaded()) return refuse(socket, '503 Service Unavailable', RETRY_LATER);
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      metrics.webSocketOpened();
      webSocket.once('close', metrics.webSocketClosed);
      sockets.emit('connection', webSocket, request);
    });
  };
  const contexts = new Set<Context<WebSocketParams, WebSocketExtra>>();
  const protocol = makeServer<WebSocketParams, WebSocketExtra>({
    async onConnect(context) {
      const { connectionParams, extra } = context;
      // A browser cannot set headers on a WebSocket: it sends them with its first message.
      const authorization = authorizationIn(connectionParams) ?? extra.authorization;
      try {
        extra.caller = await authenticate(authorization);
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
    execute(args) {
      const { extra, ...operation } = operationOf(args);
      return graphql.execute(args, { ...operation, signal: endOf(extra) });
    },
    // When the connection closes, the protocol leaves what it reads.
    subscribe: (args) => graphql.subscribe(args, operationOf(args), new AbortController()),
    async onSubscribe({ extra }, _id, params) {
      const { caller } = extra;
      if (caller === null || hasExpired(caller, new Date())) {
        return [new GraphQLError('The token has expired.', { extensions: { code: 'UNAUTHENTICATED' } })];
      }
      if (overload.isOverloaded()) {
        return [new GraphQLError(OVERLOAD_MESSAGE, { extensions: { code: 'OVERLOADED' } })];
      }
      if ((await limitCaller(caller)) > 0) {
        return [new GraphQLError('Too many operations.', { extensions: { code: 'RATE_LIMITED' } })];
      }
      const prepared = graphql.prepare(params);
      if (!('args' in prepared)) return [...prepared];
      const context: SocketOperation = { caller, requestId: createRequestId(), transport: 'websocket', extra };
      return { ...prepared.args, contextValue: context };
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
