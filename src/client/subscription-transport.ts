export interface SubscriptionRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}

/**
 * One subscription over one connection, until the gateway completes it.
 * @throws GatewayError, ConnectionLost, or the signal's reason.
 */
export type Subscribe = <T>(request: SubscriptionRequest) => AsyncGenerator<T, void, undefined>;

/** What the transports share; `headers` is asked for each connection anew. */
export interface TransportOptions {
  readonly url: string;
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  /** Without any sign of the gateway for so long its connection is lost. */
  readonly silenceMs: number;
}
