import { readServerEvents } from './event-stream.ts';

/** The gateway refused an operation, or answered it with errors; asking the same again does not help. */
export class GatewayError extends Error {
  /** `extensions.code` of the first error, such as INVALID_INPUT. */
  readonly code: string | undefined;

  constructor(message: string, code: string | undefined) {
    super(message);
    this.name = 'GatewayError';
    this.code = code;
  }
}

/** The connection broke before the subscription was complete: subscribe again, from where it broke. */
export class ConnectionLost extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConnectionLost';
  }
}

export interface SubscribeOptions {
  readonly url: string;
  readonly query: string;
  readonly variables: object;
  readonly headers: () => Readonly<Record<string, string>>;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
}

interface Answer<T> {
  readonly data?: T | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/**
 * One subscription over server-sent events, until the gateway completes it.
 * @throws GatewayError, ConnectionLost, or the signal's reason.
 */
export async function* subscribe<T>(options: SubscribeOptions): AsyncGenerator<T, void, undefined> {
  const body = await open(options);
  try {
    for await (const { event, data } of readServerEvents(body)) {
      if (event === 'complete') return;
      if (event === 'next') yield dataOf(JSON.parse(data) as Answer<T>);
    }
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof GatewayError) throw error;
    throw new ConnectionLost('the connection to the gateway broke', { cause: error });
  }
  throw new ConnectionLost('the gateway ended the stream before it was complete');
}

async function open({ url, query, variables, headers, fetch, signal }: SubscribeOptions) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers() },
    body: JSON.stringify({ query, variables }),
    signal,
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new ConnectionLost('the gateway cannot be reached', { cause: error });
  });
  if (response.ok && response.body !== null && isEventStream(response)) return response.body;
  const text = await response.text().catch(() => '');
  if (response.status >= 500) throw new ConnectionLost(`the gateway answered ${response.status}`);
  // What cannot even be subscribed to is answered as JSON.
  const answer = parseAnswer(text);
  if (answer !== undefined) dataOf(answer);
  throw new GatewayError(`the gateway answered ${response.status} and no event stream`, undefined);
}

const isEventStream = (response: Response) =>
  response.headers.get('content-type')?.startsWith('text/event-stream') === true;

function parseAnswer(text: string): Answer<never> | undefined {
  try {
    return JSON.parse(text) as Answer<never>;
  } catch {
    return undefined;
  }
}

function dataOf<T>({ data, errors }: Answer<T>): T {
  const [error] = errors ?? [];
  if (error !== undefined) throw new GatewayError(error.message, error.extensions?.code);
  if (data === null || data === undefined) throw new GatewayError('the gateway answered without data', undefined);
  return data;
}
