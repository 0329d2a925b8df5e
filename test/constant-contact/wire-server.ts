import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from '../../src/clock.ts';
import {
  type ApiClient,
  type CallContext,
  createApiClient,
  type RequestBudget,
  type RequestOutcome,
  type TokenSource,
} from '../../src/constant-contact/api-client.ts';
import type { ApiLimits } from '../../src/constant-contact/api-limits.ts';
import { createStaticTokenSource } from '../../src/constant-contact/static-token.ts';
import type { Logger } from '../../src/logger.ts';
import { silentLogger } from '../../src/logger.ts';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answer = (response: ServerResponse, request: SeenRequest) => void;

/** Answers JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** Ends the connection without an answer. */
export const cut: Answer = (response) => {
  response.socket?.destroy();
};

/** Takes the request and never answers. */
export const silence: Answer = () => {};

/**
 * A server that gives the listed answers one after the other, the last one for ever, and a client of it whose waits take
 * no time and are noted.
 */
export async function openWire(
  answers: readonly Answer[],
  options: {
    limits?: Partial<ApiLimits>;
    tokens?: TokenSource;
    credentialHeaders?: (token: string) => Readonly<Record<string, string>>;
    clock?: Clock;
    logger?: Logger;
    random?: () => number;
  } = {},
) {
  const requests: SeenRequest[] = [];
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      const { method = '', url = '', headers } = message;
      const request = { method, url, headers, body: Buffer.concat(chunks).toString() };
      requests.push(request);
      answers[Math.min(requests.length, answers.length) - 1]?.(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A TCP server that listens always has such an address.
  const { port } = server.address() as AddressInfo;

  const waits: number[] = [];
  const noWait: Clock = {
    now: systemClock.now,
    async sleep(ms, signal) {
      waits.push(ms);
      signal?.throwIfAborted();
    },
  };
  const taken: string[] = [];
  const penalties: string[] = [];
  const delays: number[] = [];
  const budget: RequestBudget = {
    async take(priority, signal) {
      signal.throwIfAborted();
      taken.push(priority);
    },
    async penalize(kind) {
      penalties.push(kind);
    },
    async sentLate(delayMs) {
      delays.push(delayMs);
    },
  };
  const outcomes: RequestOutcome[] = [];
  const client: ApiClient = createApiClient({
    apiUrl: `http://127.0.0.1:${port}/v3`,
    tokens: options.tokens ?? createStaticTokenSource(TOKEN),
    budget,
    clock: options.clock ?? noWait,
    random: options.random ?? (() => 0.5),
    logger: options.logger ?? silentLogger,
    limits: options.limits ?? {},
    ...(options.credentialHeaders === undefined ? {} : { credentialHeaders: options.credentialHeaders }),
    onOutcome: (outcome) => outcomes.push(outcome),
  });
  const stopListening = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  let sent = 0;
  const context: CallContext = {
    signal: new AbortController().signal,
    priority: 'BACKGROUND',
    onRequest() {
      sent += 1;
    },
  };
  return {
    client,
    context,
    requests,
    /** Backoffs, in milliseconds. */
    waits,
    taken,
    penalties,
    /** Late requests that the budget was told of, in milliseconds. */
    delays,
    outcomes,
    sent: () => sent,
    stopListening,
    async [Symbol.asyncDispose]() {
      await client.close();
      await stopListening();
    },
  };
}

export const TOKEN = 'secret-token-of-the-account';

/** What a rejected promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('expected a rejection');
}
