import { readServerEvents } from './event-stream.ts';
import { type Answer, ConnectionLost, dataOf, failureOf, GatewayError } from './gateway-error.ts';
import type { Subscribe, SubscriptionRequest, TransportOptions } from './subscription-transport.ts';

interface ServerSentEventsOptions extends TransportOptions {
  readonly fetch: typeof fetch;
}

/** Subscriptions over server-sent events: a request each, which every proxy lets through. */
export function overServerSentEvents(options: ServerSentEventsOptions): Subscribe {
  return async function* subscribe<T>(request: SubscriptionRequest): AsyncGenerator<T, void, undefined> {
    const body = await open(options, request);
    try {
      for await (const { event, data } of readServerEvents(body, options.silenceMs)) {
        if (event === 'complete') return;
        if (event === 'next') yield dataOf(JSON.parse(data) as Answer<T>);
      }
    } catch (error) {
      request.signal.throwIfAborted();
      if (error instanceof GatewayError) throw error;
      throw new ConnectionLost('the connection to the gateway broke', { cause: error });
    }
    throw new ConnectionLost('the gateway ended the stream before it was complete');
  };
}

async function open(
  { url, headers, fetch, silenceMs }: ServerSentEventsOptions,
  { query, variables, signal }: SubscriptionRequest,
): Promise<ReadableStream<Uint8Array>> {
  const own = await headers();
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error('the gateway does not answer')), silenceMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...own },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (response.ok && response.body !== null && isEventStream(response)) return response.body;
    throw await refusalOf(response);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof GatewayError || error instanceof ConnectionLost) throw error;
    throw new ConnectionLost('the gateway cannot be reached', { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

const isEventStream = (response: Response) =>
  response.headers.get('content-type')?.startsWith('text/event-stream') === true;

/** What cannot even be subscribed to is answered as JSON. */
async function refusalOf(response: Response): Promise<GatewayError | ConnectionLost> {
  const said = `the gateway answered ${response.status}`;
  const { errors = [] } = parseAnswer(await response.text());
  if (response.status >= 500 || response.status === 429) return new ConnectionLost(said);
  return errors.length > 0 ? failureOf(errors) : new GatewayError(`${said} and no event stream`, undefined);
}

function parseAnswer(text: string): Answer<never> {
  try {
    return JSON.parse(text) as Answer<never>;
  } catch {
    return {};
  }
}
