import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Logger } from '../logger.ts';
import { watchExpiry } from './caller-expiry.ts';
import { maskError } from './error-masking.ts';
import type { Metrics, OperationOutcome } from './metrics.ts';
import type { ContextFactory, OperationContext } from './operation-context.ts';
import type { Refuse } from './operation-limits.ts';
import { maskResult, operationOf } from './operation-plugins.ts';
import { Subscription, type SubscriptionHost } from './subscription.ts';

/**
 * Begins a subscription that was parsed and found valid. It ends when `lifetime` aborts, the reader leaves, the server stops or
 * the caller's token expires, and aborts `lifetime` with it. Whoever still reads gets a proper completion.
 */
export type Subscribe = (
  args: ExecutionArgs,
  operation: Omit<OperationContext, 'signal'>,
  lifetime: AbortController,
) => Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;

/** A subscription that is served. */
interface Served extends OperationContext {
  readonly name: string | null;
  readonly lifetime: AbortController;
  readonly stopWatching: () => void;
}

/** Every subscription goes through it, whichever transport it came by: it is counted, and its errors are masked. */
export function createSubscribe({
  createContext,
  refusals,
  metrics,
  stopping,
  logger,
}: {
  createContext: ContextFactory;
  refusals: readonly Refuse[];
  metrics: Metrics;
  /** Aborted when the server stops. */
  stopping: AbortSignal;
  logger: Logger;
}): Subscribe {
  const open = new Set<AbortController>();
  stopping.addEventListener('abort', () => {
    for (const lifetime of open) lifetime.abort();
  });
  const counted = ({ transport }: Served) => (transport === 'websocket' ? transport : 'sse');

  function begin(served: Served): void {
    open.add(served.lifetime);
    if (stopping.aborted) served.lifetime.abort();
    metrics.subscriptionStarted(counted(served));
  }

  function end(served: Served, outcome: OperationOutcome): void {
    served.stopWatching();
    open.delete(served.lifetime);
    metrics.subscriptionEnded(counted(served));
    metrics.operationEnded('subscription', outcome, 0, served.name);
  }

  const host: SubscriptionHost<Served> = {
    createContext,
    onResult: (result, served) => void maskResult(result, served, logger),
    onError: (error, { requestId, signal }) => maskError({ error, requestId, logger, signal }),
    onEnd: end,
  };

  /** What its source answers; an error, where there is none. */
  async function sourceOf(args: ExecutionArgs, served: Served): Promise<AsyncIterable<unknown> | ExecutionResult> {
    const errors = refusals.flatMap((refuse) => refuse(args));
    if (errors.length > 0) return { errors };
    return createSourceEventStream({ ...args, contextValue: createContext(served) });
  }

  return async ({ schema, document, operationName, variableValues }, { requestId, transport, caller }, lifetime) => {
    const args = { schema, document, operationName, variableValues };
    const { name } = operationOf(document, operationName);
    const stopWatching = watchExpiry(caller, () => lifetime.abort());
    const served = { requestId, transport, caller, signal: lifetime.signal, name, lifetime, stopWatching };
    begin(served);
    try {
      const source = await sourceOf(args, served);
      if (isAsyncIterable(source)) return new Subscription(host, { args, operation: served, source, lifetime });
      end(served, maskResult(source, served, logger));
      return source;
    } catch (thrown) {
      const { error, outcome } = maskError({ error: thrown, requestId, logger, signal: lifetime.signal });
      end(served, outcome);
      return { errors: [error] };
    }
  };
}

/** For subscriptions that come by Yoga. */
export function useSubscribe(subscribe: Subscribe): Plugin<OperationContext> {
  return {
    onSubscribe({ args, setSubscribeFn }) {
      const operation: OperationContext = args.contextValue;
      setSubscribeFn((given) => {
        const lifetime = new AbortController();
        if (operation.signal.aborted) lifetime.abort();
        else operation.signal.addEventListener('abort', () => lifetime.abort(), { once: true });
        return subscribe(given, operation, lifetime);
      });
    },
  };
}
