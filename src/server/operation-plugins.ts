import { type ExecutionResult, Kind, type OperationDefinitionNode } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Logger } from '../logger.ts';
import { maskError } from './error-masking.ts';
import type { Metrics, OperationOutcome, OperationType } from './metrics.ts';
import type { OperationContext } from './operation-context.ts';

export function operationOf(
  document: { definitions: readonly { kind: string }[] },
  operationName: unknown,
): { type: OperationType; name: string | null } {
  const operations = document.definitions.filter(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const executed = operations.find(({ name }) => name?.value === operationName) ?? operations[0];
  return { type: executed?.operation ?? 'query', name: executed?.name?.value ?? null };
}

/** Masks the errors of a result, wherever it goes: HTTP, SSE or WebSocket. */
export function maskResult(
  result: ExecutionResult,
  { requestId, signal }: OperationContext,
  logger: Logger,
): OperationOutcome {
  if (result.errors === undefined || result.errors.length === 0) return 'ok';
  const masked = result.errors.map((error) => maskError({ error, requestId, logger, signal }));
  // In place: the compiled executor's result carries a serialiser of its own, which a copy would lose.
  Object.assign(result, { errors: masked.map(({ error }) => error) });
  return masked.some(({ outcome }) => outcome === 'failed') ? 'failed' : 'refused';
}

/** Counts each query and mutation and masks its errors. */
export function useOperationOutcomes({
  metrics,
  logger,
}: {
  metrics: Metrics;
  logger: Logger;
}): Plugin<OperationContext> {
  return {
    onExecute({ args }) {
      const startedAt = performance.now();
      const { type, name } = operationOf(args.document, args.operationName);
      const context: OperationContext = args.contextValue;
      return {
        onExecuteDone(payload) {
          if (!isAsyncIterable(payload.result)) {
            const outcome = maskResult(payload.result, context, logger);
            metrics.operationEnded(type, outcome, (performance.now() - startedAt) / 1000, name);
            return undefined;
          }
          let worst: OperationOutcome = 'ok';
          return {
            onNext({ result }: { result: ExecutionResult & { incremental?: readonly ExecutionResult[] } }) {
              for (const part of [result, ...(result.incremental ?? [])]) {
                const outcome = maskResult(part, context, logger);
                if (outcome === 'failed' || worst === 'ok') worst = outcome;
              }
            },
            onEnd: () => metrics.operationEnded(type, worst, (performance.now() - startedAt) / 1000, name),
          };
        },
      };
    },
  };
}
