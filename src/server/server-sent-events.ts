import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import { z } from 'zod';
import type { Logger } from '../logger.ts';
import { maskError } from './error-masking.ts';
import type { GraphQLServer } from './graphql.ts';
import type { OperationContext } from './operation-context.ts';
import type { OperationList } from './operation-list.ts';
import { operationOf } from './operation-plugins.ts';

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
   * Answers a subscription until it ends. False for anything else, and for one that is not valid: nothing is written then.
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
  operations,
  logger,
}: {
  graphql: GraphQLServer;
  operations: OperationList;
  logger: Logger;
}): ServerSentEvents {
  const streams = new Set<ServerResponse>();
  const pinging = setInterval(() => {
    for (const stream of streams) if (!stream.writableNeedDrain) stream.write(COMMENT);
  }, PING_MS);

  /** Who does not read is told no more. */
  async function write(response: ServerResponse, result: unknown, signal: AbortSignal): Promise<void> {
    if (response.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`)) return;
    await once(response, 'drain', { signal }).catch(() => {});
  }

  async function stream(response: ServerResponse, events: AsyncIterable<unknown>, signal: AbortSignal): Promise<void> {
    // Some browsers take no headers for an answer until something follows them.
    response.write(COMMENT);
    streams.add(response);
    try {
      for await (const event of events) {
        if (signal.aborted) break;
        await write(response, event, signal);
      }
    } finally {
      streams.delete(response);
    }
  }

  return {
    async serve(response, params, { caller, requestId }) {
      const given = paramsOfSubscription.safeParse(params).data;
      if (given === undefined) return false;
      const connection = new AbortController();
      const { signal } = connection;
      const operation: OperationContext = { caller, requestId, transport: 'http', signal };
      const enveloped = graphql.getEnveloped({ ...operation, params: given });
      const variableValues = given.variables ?? undefined;
      const operationName = given.operationName ?? undefined;
      const document = parsed(() => enveloped.parse(operations.textOf(given)));
      if (document === null || operationOf(document, operationName).type !== 'subscription') return false;
      const { schema } = enveloped;
      if (enveloped.validate(schema, document).length > 0) return false;

      // It may have closed while its caller was asked who that is: then it says so no more.
      if (response.destroyed) connection.abort();
      response.once('close', () => connection.abort());
      // It closes then.
      response.on('error', (error) => logger.debug({ error, requestId }, 'a stream of events failed'));
      let result: AsyncIterable<unknown> | ExecutionResult;
      try {
        const contextValue = await enveloped.contextFactory();
        result = await enveloped.subscribe({ schema, document, contextValue, variableValues, operationName });
      } catch (error) {
        result = { errors: [maskError({ error, requestId, logger, signal }).error] };
      }
      response.writeHead(200, HEADERS);
      try {
        if (isAsyncIterable(result)) await stream(response, result, signal);
        else await write(response, result, signal);
        response.end('event: complete\ndata:\n\n');
      } catch (error) {
        logger.error({ error, requestId }, 'a subscription broke off');
        // Without completion: the reader may come back, behind the last event that it has seen.
        response.end();
      }
      return true;
    },
    close() {
      clearInterval(pinging);
    },
  };
}

/** Null for what is no GraphQL, or not on the list: it is told by whoever answers all other operations. */
function parsed<Document>(parse: () => Document): Document | null {
  try {
    return parse();
  } catch (error) {
    if (error instanceof GraphQLError) return null;
    throw error;
  }
}
