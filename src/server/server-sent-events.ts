import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import { z } from 'zod';
import type { Logger } from '../logger.ts';
import type { GraphQLServer } from './graphql.ts';
import type { OperationContext } from './operation-context.ts';

/** Keeps connections alive that go through proxies, and finds those that are gone. */
const PING_MS = 12_000;
const COMMENT = ':\n\n';
const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store, no-transform',
  // Some proxies would hold events back until a buffer is full.
  'x-accel-buffering': 'no',
};

const paramsOfSubscription = z.object({
  query: z.string().nullish(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  extensions: z.unknown().optional(),
});

export interface ServerSentEvents {
  /**
   * Begins to answer a subscription, which goes on until it ends. False for anything else, and for one that is not valid:
   * nothing is written then.
   * @param params as they came, decoded from JSON
   */
  serve(
    response: ServerResponse,
    params: unknown,
    operation: Pick<OperationContext, 'caller' | 'requestId'>,
  ): Promise<boolean>;
  /** No more pings. Subscriptions end by the signal of the server. */
  close(): void;
}

/**
 * Subscriptions over server-sent events, written to the connection as they come. Yoga would answer by objects of the Fetch
 * API for each, which stay for as long as the reader does.
 */
export function createServerSentEvents({
  graphql,
  logger,
}: {
  graphql: Pick<GraphQLServer, 'prepare' | 'subscribe'>;
  logger: Logger;
}): ServerSentEvents {
  const streams = new Set<ServerResponse>();
  const pinging = setInterval(() => {
    for (const stream of streams) if (!stream.writableNeedDrain) stream.write(COMMENT);
  }, PING_MS);

  return {
    async serve(response, given, operation) {
      const params = paramsOfSubscription.safeParse(given).data;
      if (params === undefined) return false;
      const prepared = graphql.prepare(params);
      if (!('type' in prepared) || prepared.type !== 'subscription') return false;
      const { caller, requestId } = operation;
      const lifetime = new AbortController();
      // It may have closed while its caller was asked who that is: then it says so no more.
      if (response.destroyed) lifetime.abort();
      response.once('close', () => lifetime.abort());
      // It closes then.
      response.on('error', (error) => logger.debug({ error, requestId }, 'a stream of events failed'));
      const result = await graphql.subscribe(prepared.args, { caller, requestId, transport: 'http' }, lifetime);
      response.writeHead(200, HEADERS);
      // Not waited for: what its beginning took is let go.
      void stream(response, result, lifetime.signal, streams);
      return true;
    },
    close() {
      clearInterval(pinging);
    },
  };
}

async function stream(
  response: ServerResponse,
  result: AsyncIterable<ExecutionResult> | ExecutionResult,
  signal: AbortSignal,
  streams: Set<ServerResponse>,
): Promise<void> {
  streams.add(response);
  try {
    if (isAsyncIterable(result)) {
      // Some browsers take no headers for an answer until something follows them.
      response.write(COMMENT);
      for await (const event of result) {
        if (signal.aborted) break;
        await write(response, event, signal);
      }
    } else await write(response, result, signal);
    response.end('event: complete\ndata:\n\n');
  } catch {
    // Logged where it was masked. Without completion: the reader may come back, behind the last event that it has seen.
    response.end();
  } finally {
    streams.delete(response);
  }
}

/** Who does not read is told no more. */
async function write(response: ServerResponse, result: ExecutionResult, signal: AbortSignal): Promise<void> {
  if (response.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`)) return;
  await once(response, 'drain', { signal }).catch(() => {});
}
