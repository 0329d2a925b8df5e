import type { ExecutionResult } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Span, Tracing } from '../tracing.ts';
import type { OperationContext } from './operation-context.ts';
import { operationOf } from './operation-plugins.ts';
import type { Subscribe } from './subscribe.ts';

type OperationArgs = { document: Parameters<typeof operationOf>[0]; operationName?: unknown };

/** Named as its caller named it. Documents and variables are not told. */
function start(
  tracing: Tracing,
  args: OperationArgs,
  { requestId, transport }: Pick<OperationContext, 'requestId' | 'transport'>,
): Span {
  const { type, name } = operationOf(args.document, args.operationName);
  return tracing.start({
    name: name === null ? type : `${type} ${name}`,
    kind: 'SERVER',
    attributes: {
      'graphql.operation.type': type,
      ...(name === null ? {} : { 'graphql.operation.name': name }),
      'csg.request.id': requestId,
      'csg.transport': transport,
    },
  });
}

/** A span for each query and mutation. Stands behind the plugin that compiles queries, which puts another executor in place. */
export function useTracedOperations(tracing: Tracing): Plugin<OperationContext> {
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const span = start(tracing, args, args.contextValue);
      setExecuteFn((given) => endOnThrow(span, () => executeFn(given)));
      return {
        onExecuteDone({ result }) {
          if (isAsyncIterable(result)) return { onEnd: () => span.end() };
          endWithResult(span, result);
          return undefined;
        },
      };
    },
  };
}

/** A span for the beginning of each subscription. */
export function tracedSubscribe(tracing: Tracing, subscribe: Subscribe): Subscribe {
  return async (args, operation, lifetime) => {
    const span = start(tracing, args, operation);
    const result = await endOnThrow(span, () => subscribe(args, operation, lifetime));
    if (isAsyncIterable(result)) span.end();
    else endWithResult(span, result);
    return result;
  };
}

async function endOnThrow<T>(span: Span, work: () => T | Promise<T>): Promise<T> {
  try {
    return await span.run(work);
  } catch (error) {
    span.fail(error);
    span.end();
    throw error;
  }
}

/** By the code that the caller is told: errors are masked by then. */
function endWithResult(span: Span, { errors }: ExecutionResult): void {
  const [error] = errors ?? [];
  const code = error?.extensions?.['code'];
  if (error !== undefined) span.fail(typeof code === 'string' ? code : 'GRAPHQL_ERROR');
  span.end();
}
