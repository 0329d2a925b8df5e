import { useDeferStream } from '@graphql-yoga/plugin-defer-stream';
import type { ExecutionArgs, ExecutionResult, GraphQLSchema } from 'graphql';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { Logger } from '../logger.ts';
import type { Tracing } from '../tracing.ts';
import { useCompiledQueries } from './compiled-queries.ts';
import { maskError } from './error-masking.ts';
import { refuseUnfitVariables, useHiddenSchema } from './introspection.ts';
import type { Metrics } from './metrics.ts';
import type { ContextFactory, OperationContext } from './operation-context.ts';
import { createCostLimit, documentLimits, useRefusals } from './operation-limits.ts';
import { type OperationList, useOperationList } from './operation-list.ts';
import { useOperationOutcomes } from './operation-plugins.ts';
import { useOperationTime } from './operation-time.ts';
import { createPrepareOperation, type PrepareOperation } from './prepare-operation.ts';
import { createSubscribe, type Subscribe, useSubscribe } from './subscribe.ts';
import { tracedSubscribe, useTracedOperations } from './traced-operations.ts';

export const GRAPHQL_PATH = '/graphql';

export interface GraphQLServer {
  /** Answers whole requests by HTTP. */
  readonly yoga: YogaServerInstance<OperationContext, object>;
  readonly prepare: PrepareOperation;
  /** A query or mutation that was prepared. */
  execute(args: ExecutionArgs, operation: OperationContext): Promise<ExecutionResult | AsyncIterable<ExecutionResult>>;
  readonly subscribe: Subscribe;
}

/** GraphQL without a transport of its own: `graphql-http.ts`, `server-sent-events.ts` and `graphql-websocket.ts` hand operations in. */
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
  const refusals = [...(introspection ? [] : [refuseUnfitVariables]), createCostLimit()];
  const untraced = createSubscribe({ createContext, refusals, metrics, stopping, logger });
  const subscribe = tracing.isOn ? tracedSubscribe(tracing, untraced) : untraced;
  const yoga = createYoga<OperationContext, object>({
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
      ...documentLimits(),
      useRefusals(refusals),
      useCompiledQueries(),
      useOperationTime({ limitMs: operationTimeLimitMs }),
      useOperationOutcomes({ metrics, logger }),
      useSubscribe(subscribe),
      ...(tracing.isOn ? [useTracedOperations(tracing)] : []),
    ],
  });
  return {
    yoga,
    prepare: createPrepareOperation(yoga, operations),
    async execute(args, operation) {
      const { contextFactory, execute } = yoga.getEnveloped(operation);
      return execute({ ...args, contextValue: await contextFactory() });
    },
    subscribe,
  };
}
