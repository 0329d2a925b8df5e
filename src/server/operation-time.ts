import { GraphQLError } from 'graphql';
import { isAsyncIterable, isPromise, type Plugin } from 'graphql-yoga';
import type { OperationContext } from './operation-context.ts';

/**
 * Ends a query or mutation that takes longer than `limitMs`: its signal aborts, so that what it waits for is let go, and its
 * caller is answered. What a mutation had done by then stays done. Of a deferred answer the parts that are still to come
 * end by the signal alone. Subscriptions last as long as they are read.
 */
export function useOperationTime({ limitMs }: { limitMs: number }): Plugin<OperationContext> {
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const context: OperationContext = args.contextValue;
      setExecuteFn((given) => {
        const connection = context.signal;
        const limited = new AbortController();
        const end = () => limited.abort(connection.reason);
        if (connection.aborted) end();
        else connection.addEventListener('abort', end, { once: true });
        context.signal = limited.signal;
        const result = executeFn(given);
        if (!isPromise(result)) {
          connection.removeEventListener('abort', end);
          return result;
        }
        return new Promise((resolve, reject) => {
          const timer = setTimeout(() => {
            const error = timeUp(limitMs);
            limited.abort(error);
            connection.removeEventListener('abort', end);
            resolve({ data: null, errors: [error] });
          }, limitMs);
          const done = () => {
            clearTimeout(timer);
            connection.removeEventListener('abort', end);
          };
          result.then(
            (value) => {
              // The rest of it is still under way, under the same limit.
              if (isAsyncIterable(value)) timer.unref();
              else done();
              resolve(value);
            },
            (error: unknown) => {
              done();
              reject(error);
            },
          );
        });
      });
    },
  };
}

function timeUp(limitMs: number): GraphQLError {
  return new GraphQLError(
    `The operation was ended after ${limitMs / 1_000} seconds. What a mutation had done by then stays done.`,
    { extensions: { code: 'OPERATION_TIMED_OUT' } },
  );
}
