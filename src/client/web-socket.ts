import { type Client, CloseCode, createClient } from 'graphql-ws';
import { type AnsweredError, ConnectionLost, dataOf, failureOf, GatewayError } from './gateway-error.ts';
import type { Subscribe, SubscriptionRequest, TransportOptions } from './subscription-transport.ts';

/** The `WebSocket` of the platform, or one that can take its place, such as that of the package `ws`. */
export type WebSocketClass = new (url: string, protocol: string) => object;

interface WebSocketOptions extends TransportOptions {
  readonly webSocket: WebSocketClass | undefined;
}

/** Closed by the gateway because of what the client said or is: the same again would be answered the same. */
const REFUSALS: Readonly<Record<number, string | undefined>> = {
  [CloseCode.BadRequest]: undefined,
  [CloseCode.Unauthorized]: 'UNAUTHENTICATED',
  [CloseCode.Forbidden]: 'UNAUTHENTICATED',
  [CloseCode.SubprotocolNotAcceptable]: undefined,
};

/** Subscriptions over one WebSocket for all, which is opened for the first and closed after the last. */
export function overWebSocket({ url, headers, silenceMs, webSocket }: WebSocketOptions): Subscribe {
  const client = openLazily({ url, headers, silenceMs, webSocket });
  return async function* subscribe<T>({
    query,
    variables,
    signal,
  }: SubscriptionRequest): AsyncGenerator<T, void, undefined> {
    signal.throwIfAborted();
    const answers = client.iterate<T>({ query, variables });
    const leave = () => void answers.return?.();
    signal.addEventListener('abort', leave, { once: true });
    try {
      for await (const { data, errors } of answers) yield dataOf<T>({ data: data ?? null, errors: errors ?? [] });
    } catch (error) {
      signal.throwIfAborted();
      throw lossOf(error);
    } finally {
      signal.removeEventListener('abort', leave);
      leave();
    }
    signal.throwIfAborted();
  };
}

function openLazily({ url, headers, silenceMs, webSocket }: WebSocketOptions): Client {
  let silence: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    ...(webSocket === undefined ? {} : { webSocketImpl: webSocket }),
    // A browser cannot set headers on a WebSocket: they go with the first message.
    connectionParams: async () => ({ ...(await headers()) }),
    // Subscriptions are opened again by their readers, behind the last event that each has seen.
    retryAttempts: 0,
    connectionAckWaitTimeout: silenceMs,
    keepAlive: silenceMs / 2,
    on: {
      ping(received) {
        if (!received) silence = setTimeout(() => client.terminate(), silenceMs / 2);
      },
      pong(received) {
        if (received) clearTimeout(silence);
      },
      closed: () => clearTimeout(silence),
    },
  });
  return client;
}

/** graphql-ws throws the errors of an answer, the event that closed the socket, or what the platform threw. */
function lossOf(error: unknown): GatewayError | ConnectionLost {
  if (error instanceof GatewayError || error instanceof ConnectionLost) return error;
  if (Array.isArray(error)) return failureOf(error as readonly AnsweredError[]);
  if (typeof error === 'object' && error !== null && 'code' in error && 'reason' in error) {
    const { code, reason } = error;
    const message = `the gateway closed the WebSocket: ${String(reason) || String(code)}`;
    if (typeof code === 'number' && code in REFUSALS) return new GatewayError(message, REFUSALS[code]);
    return new ConnectionLost(message, { cause: error });
  }
  return new ConnectionLost('the connection to the gateway broke', { cause: error });
}
