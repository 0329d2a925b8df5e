import { ClientError, GraphQLClient } from 'graphql-request';
import { ConnectionLost } from './gateway-error.ts';
import {
  getSdk,
  type Sdk,
  SyncProgressDocument,
  type SyncProgressSubscription,
  type SyncProgressSubscriptionVariables,
  SyncRunChangedDocument,
  type SyncRunChangedSubscription,
  type SyncRunChangedSubscriptionVariables,
  WebhookReceivedDocument,
  type WebhookReceivedSubscription,
} from './generated.ts';
import { type ReconnectOptions, reconnecting } from './reconnect.ts';
import { overServerSentEvents } from './server-sent-events.ts';
import type { Subscribe } from './subscription-transport.ts';
import type { WebSocketClass } from './web-socket.ts';

export { ConnectionLost, GatewayError } from './gateway-error.ts';
export type * from './generated.ts';
export type { ReconnectOptions } from './reconnect.ts';
export type { WebSocketClass } from './web-socket.ts';

/** Those without a value are not sent. */
type Headers = Readonly<Record<string, string | undefined>>;

export interface GatewayClientOptions {
  /** Sent with every request, for example `authorization`; a function is asked for each request anew. */
  readonly headers?: Headers | (() => Headers | Promise<Headers>);
  /** @default the global `fetch` */
  readonly fetch?: typeof fetch;
  /** How subscriptions come: by a request each, or over one WebSocket for all. @default 'server-sent-events' */
  readonly subscriptions?: 'server-sent-events' | 'websocket';
  /** For `subscriptions: 'websocket'` where there is no global `WebSocket`, as in Node.js 20: that of the package `ws`. */
  readonly webSocket?: WebSocketClass;
  readonly reconnect?: ReconnectOptions;
}

export interface SubscriptionOptions {
  readonly signal?: AbortSignal;
}

type SyncEvent = SyncProgressSubscription['syncProgress'];
type ChangedRun = SyncRunChangedSubscription['syncRunChanged'];
type ReceivedWebhook = WebhookReceivedSubscription['webhookReceived'];

/** Each operation as a function, named as in the schema. Subscriptions come back by themselves after a lost connection. */
export interface GatewayClient extends Omit<Sdk, 'syncProgress' | 'syncRunChanged' | 'webhookReceived'> {
  /**
   * Events of a run to its end, each once and in order: after a lost connection it goes on behind the last one seen.
   * Ends with the run, and throws the signal's reason when that aborts.
   */
  syncProgress(
    variables: SyncProgressSubscriptionVariables,
    options?: SubscriptionOptions,
  ): AsyncGenerator<SyncEvent, void, undefined>;
  /** Runs as they start, move and end, until the signal aborts or the reader leaves. */
  syncRunChanged(
    variables?: SyncRunChangedSubscriptionVariables,
    options?: SubscriptionOptions,
  ): AsyncGenerator<ChangedRun, void, undefined>;
  /** Webhooks as they come; what came while the connection was lost is in `webhookDeliveries` alone. */
  webhookReceived(
    variables?: Record<string, never>,
    options?: SubscriptionOptions,
  ): AsyncGenerator<ReceivedWebhook, void, undefined>;
}

const SILENCE_MS = 30_000;

/** The operations of `operations/*.graphql` on a gateway: `createGatewayClient('http://127.0.0.1:4000/graphql')`. */
export function createGatewayClient(url: string, options: GatewayClientOptions = {}): GatewayClient {
  const { headers: given = {}, fetch: ownFetch = fetch, reconnect = {} } = options;
  const headers = async () => withValues(typeof given === 'function' ? await given() : given);
  const endpoint = new URL(url, addressOfPage()).href;
  const sdk = getSdk(new GraphQLClient(endpoint, { fetch: ownFetch }), async (request) => request(await headers()));
  const subscribe = createTransport({ ...options, url: endpoint, headers, fetch: ownFetch });

  async function* syncProgress(
    { runId, afterSequence }: SyncProgressSubscriptionVariables,
    { signal = never() }: SubscriptionOptions = {},
  ): AsyncGenerator<SyncEvent, void, undefined> {
    let sequence = afterSequence ?? 0;
    const open = () => {
      const variables = { runId, afterSequence: sequence };
      return subscribe<SyncProgressSubscription>({ query: SyncProgressDocument, variables, signal });
    };
    // A gateway that stops completes its streams, too: only the run itself says whether it has ended.
    const isOver = async () => {
      const { syncRun } = await lostWhenUnreachable(sdk.syncRun({ id: runId }, undefined, signal));
      return syncRun?.finishedAt !== null;
    };
    for await (const { syncProgress: event } of reconnecting({ open, isOver, signal, reconnect })) {
      if (event.sequence <= sequence) continue;
      sequence = event.sequence;
      yield event;
    }
  }

  /** Of a subscription that has no end and no memory. */
  const follow = <T>(query: string, variables: object, signal: AbortSignal) =>
    reconnecting({
      open: () => subscribe<T>({ query, variables: { ...variables }, signal }),
      isOver: async () => false,
      signal,
      reconnect,
    });

  async function* syncRunChanged(
    variables: SyncRunChangedSubscriptionVariables = {},
    { signal = never() }: SubscriptionOptions = {},
  ): AsyncGenerator<ChangedRun, void, undefined> {
    const answers = follow<SyncRunChangedSubscription>(SyncRunChangedDocument, variables, signal);
    for await (const { syncRunChanged: run } of answers) yield run;
  }

  async function* webhookReceived(
    variables: Record<string, never> = {},
    { signal = never() }: SubscriptionOptions = {},
  ): AsyncGenerator<ReceivedWebhook, void, undefined> {
    const answers = follow<WebhookReceivedSubscription>(WebhookReceivedDocument, variables, signal);
    for await (const { webhookReceived: delivery } of answers) yield delivery;
  }

  return Object.assign(sdk, { syncProgress, syncRunChanged, webhookReceived });
}

const never = (): AbortSignal => new AbortController().signal;

const withValues = (headers: Headers): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

/** A page may name its gateway by a path. Only browsers have it, and the types are those of Node.js. */
const addressOfPage = (): string | undefined => (globalThis as { location?: { href: string } }).location?.href;

function createTransport({
  url,
  headers,
  fetch,
  reconnect: { silenceMs = SILENCE_MS } = {},
  subscriptions = 'server-sent-events',
  webSocket,
}: Omit<GatewayClientOptions, 'headers' | 'fetch'> & {
  url: string;
  headers: () => Promise<Readonly<Record<string, string>>>;
  fetch: typeof globalThis.fetch;
}): Subscribe {
  if (subscriptions === 'server-sent-events') return overServerSentEvents({ url, headers, fetch, silenceMs });
  // Loaded by those who ask for it, with the first subscription.
  let loading: Promise<Subscribe> | undefined;
  return async function* subscribe(request) {
    loading ??= import('./web-socket.ts').then(({ overWebSocket }) =>
      overWebSocket({ url, headers, silenceMs, webSocket }),
    );
    yield* (await loading)(request);
  };
}

async function lostWhenUnreachable<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ClientError && error.response.status < 500) throw error;
    throw new ConnectionLost('the gateway cannot be reached', { cause: error });
  }
}
