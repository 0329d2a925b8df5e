import { ClientError, GraphQLClient } from 'graphql-request';
import {
  getSdk,
  type Sdk,
  SyncProgressDocument,
  type SyncProgressSubscription,
  type SyncProgressSubscriptionVariables,
  SyncRunChangedDocument,
  type SyncRunChangedSubscription,
  type SyncRunChangedSubscriptionVariables,
} from './generated.ts';
import { type ReconnectOptions, reconnecting } from './reconnect.ts';
import { ConnectionLost, subscribe } from './subscribe.ts';

export type * from './generated.ts';
export { ConnectionLost, GatewayError } from './subscribe.ts';

export interface GatewayClientOptions {
  /** Sent with every request, for example `authorization`; a function is asked for each request anew. */
  readonly headers?: Readonly<Record<string, string>> | (() => Readonly<Record<string, string>>);
  /** @default the global `fetch` */
  readonly fetch?: typeof fetch;
  readonly reconnect?: ReconnectOptions;
}

type SyncEvent = SyncProgressSubscription['syncProgress'];
type ChangedRun = SyncRunChangedSubscription['syncRunChanged'];

export interface GatewayClient extends Omit<Sdk, 'syncProgress' | 'syncRunChanged'> {
  /**
   * Events of a run to its end, each once and in order: after a lost connection it goes on behind the last one seen.
   * Ends with the run, and throws the signal's reason when that aborts.
   */
  syncProgress(
    variables: SyncProgressSubscriptionVariables,
    options?: { signal?: AbortSignal },
  ): AsyncGenerator<SyncEvent, void, undefined>;
  /** Runs as they start, move and end, until the signal aborts or the reader leaves. */
  syncRunChanged(
    variables?: SyncRunChangedSubscriptionVariables,
    options?: { signal?: AbortSignal },
  ): AsyncGenerator<ChangedRun, void, undefined>;
}

const never = (): AbortSignal => new AbortController().signal;

/** The typed operations of `operations/*.graphql` on a gateway: `createGatewayClient('http://127.0.0.1:4000/graphql')`. */
export function createGatewayClient(url: string, options: GatewayClientOptions = {}): GatewayClient {
  const { headers: given = {}, fetch: ownFetch = fetch, reconnect = {} } = options;
  const headers = () => (typeof given === 'function' ? given() : given);
  const sdk = getSdk(new GraphQLClient(url, { headers: () => ({ ...headers() }), fetch: ownFetch }));

  async function* syncProgress(
    { runId, afterSequence }: SyncProgressSubscriptionVariables,
    { signal = never() }: { signal?: AbortSignal } = {},
  ): AsyncGenerator<SyncEvent, void, undefined> {
    let sequence = afterSequence ?? 0;
    const open = () =>
      subscribe<SyncProgressSubscription>({
        url,
        query: SyncProgressDocument,
        variables: { runId, afterSequence: sequence },
        headers,
        fetch: ownFetch,
        signal,
      });
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

  async function* syncRunChanged(
    variables: SyncRunChangedSubscriptionVariables = {},
    { signal = never() }: { signal?: AbortSignal } = {},
  ): AsyncGenerator<ChangedRun, void, undefined> {
    const open = () =>
      subscribe<SyncRunChangedSubscription>({
        url,
        query: SyncRunChangedDocument,
        variables,
        headers,
        fetch: ownFetch,
        signal,
      });
    const isOver = async () => false;
    for await (const { syncRunChanged: run } of reconnecting({ open, isOver, signal, reconnect })) yield run;
  }

  return Object.assign(sdk, { syncProgress, syncRunChanged });
}

async function lostWhenUnreachable<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ClientError && error.response.status < 500) throw error;
    throw new ConnectionLost('the gateway cannot be reached', { cause: error });
  }
}
