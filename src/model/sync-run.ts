/** What a run is and what may be seen of it: the words of the GraphQL contract. */

export const SYNC_KINDS = ['CONTACTS', 'UNSUBSCRIBES', 'LISTS', 'PUSH', 'FULL_CYCLE'] as const;
export type SyncKind = (typeof SYNC_KINDS)[number];

export const SYNC_MODES = ['INCREMENTAL', 'FULL'] as const;
export type SyncMode = (typeof SYNC_MODES)[number];

export const SYNC_TRIGGERS = ['SCHEDULE', 'MUTATION', 'WEBHOOK', 'CLI'] as const;
export type SyncTrigger = (typeof SYNC_TRIGGERS)[number];

export const SYNC_RUN_STATUSES = ['QUEUED', 'RUNNING', 'PAUSED', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const;
export type SyncRunStatus = (typeof SYNC_RUN_STATUSES)[number];

/** A run in one of these goes on by itself or by somebody's word; in any other it has ended. */
export const ACTIVE_STATUSES = ['QUEUED', 'RUNNING', 'PAUSED'] as const satisfies readonly SyncRunStatus[];

export function hasEnded(status: SyncRunStatus): boolean {
  return !(ACTIVE_STATUSES as readonly SyncRunStatus[]).includes(status);
}

export const PAUSE_REASONS = ['REQUEST_BUDGET', 'MASS_CHANGE', 'RECONNECT', 'STORE_UNREACHABLE'] as const;
export type PauseReason = (typeof PAUSE_REASONS)[number];

export const SYNC_PHASES = [
  'QUEUED',
  'LISTS',
  'TAGS_AND_FIELDS',
  'CONTACTS',
  'OPT_OUTS',
  'MEMBERSHIPS',
  'SWEEP',
  'COUNTS',
  'PLAN',
  'PREFLIGHT',
  'SEND',
  'CONFIRM',
  'DONE',
] as const;
export type SyncPhase = (typeof SYNC_PHASES)[number];

export const COUNT_NAMES = [
  'fetched',
  'created',
  'updated',
  'unchanged',
  'deleted',
  'unsubscribed',
  'conflicts',
  'rejected',
  'pushed',
  'skipped',
  'failed',
  'resubscribeRaces',
] as const;
export type SyncCounts = { readonly [name in (typeof COUNT_NAMES)[number]]: number };

export const NO_COUNTS: SyncCounts = {
  fetched: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  deleted: 0,
  unsubscribed: 0,
  conflicts: 0,
  rejected: 0,
  pushed: 0,
  skipped: 0,
  failed: 0,
  resubscribeRaces: 0,
};

export function addCounts(a: SyncCounts, b: Partial<SyncCounts>): SyncCounts {
  return Object.fromEntries(COUNT_NAMES.map((name) => [name, a[name] + (b[name] ?? 0)])) as unknown as SyncCounts;
}

export const SYNC_EVENT_TYPES = ['STARTED', 'PHASE', 'PROGRESS', 'WARNING', 'PAUSED', 'RESUMED', 'FINISHED'] as const;
export type SyncEventType = (typeof SYNC_EVENT_TYPES)[number];

export interface SyncError {
  /** An `ErrorCode`, or `INTERNAL` for a defect. */
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
}
