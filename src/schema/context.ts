import type { Caller } from '../auth/caller.ts';
import type { DomainError } from '../domain-error.ts';
import type { PrimaryContact } from '../model/primary-contact.ts';
import type { SchedulePause } from '../store/schedule-state.ts';
import type { Store } from '../store/store.ts';
import type { FieldPolicy } from '../sync/decide/merge-fields.ts';
import type { PushLimits } from '../sync/decide/push-limits.ts';
import type { StartedBy, SyncEngine } from '../sync/engine.ts';
import type { ReadLivePage } from '../sync/live-pages.ts';
import type { ReadPrimaryCounts } from '../sync/primary-counts.ts';
import type { Schedule } from '../sync/schedule.ts';
import type { WebhookSubscriptions } from '../webhooks/webhook-subscriptions.ts';
import type { Directory } from './directory.ts';
import { Loaders } from './loaders.ts';

/**
 * Reads contacts from Constant Contact now, at interactive priority: for each `contact_id`, in order, the contact, null
 * when it is not there, or why it could not be read. Never rejects for one contact's sake.
 */
export type LiveContacts = (
  contactIds: readonly string[],
  signal: AbortSignal,
) => Promise<readonly (PrimaryContact | DomainError | null)[]>;

export const CONNECTION_STATES = ['CONNECTED', 'NOT_CONNECTED', 'RECONNECT_REQUIRED', 'SANDBOX'] as const;
export type ConnectionState = (typeof CONNECTION_STATES)[number];

/** What only the running gateway knows of itself; the rest of `syncStatus` is read from the store. */
export interface GatewayStatus {
  readonly connection: ConnectionState;
  /** When the schedule starts a run next; null when it is off or paused. */
  readonly nextScheduledAt: Date | null;
  readonly schedulePause: SchedulePause | null;
  readonly budget: {
    readonly perSecond: number;
    readonly perDay: number;
    readonly usedToday: number;
    readonly remainingToday: number;
    readonly resetsAt: Date;
  };
}

export interface ContextOptions {
  readonly store: Store;
  readonly engine: SyncEngine;
  /** One per process, see `createDirectory`. */
  readonly directory: Directory;
  readonly live: LiveContacts;
  /** Whole pages of what Constant Contact has now, a request each. */
  readonly readLivePage: ReadLivePage;
  /** What Constant Contact counts now. */
  readonly primaryCounts: ReadPrimaryCounts;
  readonly schedule: Pick<Schedule, 'pause' | 'resume'>;
  readonly status: () => Promise<GatewayStatus>;
  /** Forgets the tokens of the connected account; false where there are none that were stored. */
  readonly disconnectAccount: () => Promise<boolean>;
  /** Null where no credentials of a partner are set. */
  readonly webhookSubscriptions: WebhookSubscriptions | null;
  /** Who wins a field that both sides changed: the engine's. */
  readonly policy: FieldPolicy;
  /** What a push plans by: the engine's. */
  readonly pushLimits: PushLimits;
  readonly caller: Caller;
  /** On whose behalf runs are started and local data is changed. */
  readonly startedBy: StartedBy;
  /** Ends with the request; for a subscription, with the subscription. */
  readonly signal: AbortSignal;
}

/** What resolvers work with; one per operation. The server may replace `signal` by a subscription's own. */
export interface GraphQLContext extends Omit<ContextOptions, 'signal'> {
  signal: AbortSignal;
  readonly loaders: Loaders;
}

/** A plain object: servers copy its own properties into contexts of theirs. */
export function createContext(options: ContextOptions): GraphQLContext {
  return { ...options, loaders: new Loaders(options.store) };
}
