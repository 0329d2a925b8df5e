import { useDeferStream } from '@graphql-yoga/plugin-defer-stream';
import type { GraphQLSchema } from 'graphql';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { Logger } from '../logger.ts';
import type { Tracing } from '../tracing.ts';
import { useCompiledQueries } from './compiled-queries.ts';
import { maskError } from './error-masking.ts';
import { useHiddenSchema } from './introspection.ts';
import type { Metrics } from './metrics.ts';
import type { ContextFactory, OperationContext } from './operation-context.ts';
import { operationLimits } from './operation-limits.ts';
import { type OperationList, useOperationList } from './operation-list.ts';
import { useOperationOutcomes, useSubscriptionLifetime } from './operation-plugins.ts';
import { useOperationTime } from './operation-time.ts';
import { useTracedOperations } from './traced-operations.ts';

export const GRAPHQL_PATH = '/graphql';

export type GraphQLServer = YogaServerInstance<OperationContext, object>;

/** GraphQL without a transport of its own: `http-server.ts` and `graphql-websocket.ts` hand operations in. */
export function createGraphQLServer({
  schema,
  createContext,
  metrics,
  logger,
  stopping,
  operations,
  introspection,
  operationTimeLimitMs,
  tracing,
}: {
  schema: GraphQLSchema;
  createContext: ContextFactory;
  metrics: Metrics;
  logger: Logger;
  /** Aborted when the server stops: subscriptions complete. */
  stopping: AbortSignal;
  operations: OperationList;
  introspection: boolean;
  operationTimeLimitMs: number;
  tracing: Tracing;
}): GraphQLServer {
  return createYoga<OperationContext, object>({
    schema,
    graphqlEndpoint: GRAPHQL_PATH,
    context: ({ requestId, transport, caller, signal, request }) =>
      createContext({ requestId, transport, caller, signal: signal ?? request.signal }),
    // What is thrown outside of an execution (the context, a parser); executions are masked by useOperationOutcomes.
    maskedErrors: { maskError: (error) => maskError({ error, requestId: 'none', logger }).error },
    logging: false,
    landingPage: false,
    graphiql: false,
    cors: false,
    multipart: false,
    batching: false,
    // The HTTP server reads the body under a limit of its own and hands it over as text.
    maxRequestBodySize: false,
    plugins: [
      useOperationList(operations),
      ...(introspection ? [] : [useHiddenSchema()]),
      useDeferStream(),
      ...operationLimits(),
      useCompiledQueries(),
      useOperationTime({ limitMs: operationTimeLimitMs }),
      useOperationOutcomes({ metrics, logger }),
      useSubscriptionLifetime({ metrics, stopping, logger }),
      ...(tracing.isOn ? [useTracedOperations(tracing)] : []),
    ],
  });
}
