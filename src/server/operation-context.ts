import type { Caller } from '../auth/caller.ts';
import type { SubscriptionTransport } from './metrics.ts';

/** What the server hands to every GraphQL operation; the schema's own context is built upon it. */
export interface OperationContext {
  readonly requestId: string;
  readonly transport: 'http' | SubscriptionTransport;
  readonly caller: Caller;
  /** Ends with the request; for a subscription, with the subscription. */
  signal: AbortSignal;
}

/** Builds the schema's context of one operation (loaders and the like), around `operation`. */
export type ContextFactory = (operation: OperationContext) => object;
