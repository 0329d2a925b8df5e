import {
  COUNT_NAMES,
  PAUSE_REASONS,
  SYNC_KINDS,
  SYNC_MODES,
  SYNC_RUN_STATUSES,
  SYNC_TRIGGERS,
  type SyncCounts,
  type SyncError,
} from '../model/sync-run.ts';
import type { RejectedRowDocument } from '../store/rejected-rows.ts';
import type { SyncRunDocument } from '../store/sync-runs.ts';
import { builder } from './builder.ts';
import { describedEnum } from './described-enum.ts';
import { nodeId } from './node-id.ts';

export const SyncKindEnum = describedEnum('SyncKind', SYNC_KINDS, {
  description: 'What a run does.',
  values: {
    CONTACTS: 'Pulls contacts with everything that belongs to them.',
    UNSUBSCRIBES: 'Pulls opt-outs alone.',
    LISTS: 'Pulls lists, and the members of those whose count differs.',
    PUSH: 'Sends local changes, after a pull of its own.',
    FULL_CYCLE: 'Pulls, then pushes.',
  },
});

export const SyncModeEnum = describedEnum('SyncMode', SYNC_MODES, {
  description: 'How much a pull reads.',
  values: {
    INCREMENTAL: 'What changed since the last pull.',
    FULL: 'Everything; finds deletions and people who opted back in.',
  },
});

const SyncTriggerEnum = describedEnum('SyncTrigger', SYNC_TRIGGERS, {
  description: 'What started a run.',
  values: {
    SCHEDULE: 'The schedule.',
    MUTATION: 'A caller of this API.',
    WEBHOOK: 'A webhook.',
    CLI: 'The command line.',
  },
});

export const SyncRunStatusEnum = describedEnum('SyncRunStatus', SYNC_RUN_STATUSES, {
  description: 'Where a run stands.',
  values: {
    QUEUED: 'Waits for an instance to take it.',
    RUNNING: 'Works.',
    PAUSED: 'Waits, see `pauseReason`.',
    SUCCEEDED: 'Ended; everything was done.',
    FAILED: 'Ended by an error, see `error`.',
    CANCELLED: 'Ended because somebody asked for it.',
  },
});

const PauseReasonEnum = describedEnum('PauseReason', PAUSE_REASONS, {
  description: 'What a paused run waits for.',
  values: {
    REQUEST_BUDGET: "The day's requests are used up: goes on at 00:00 UTC.",
    MASS_CHANGE: 'It would remove unusually much: goes on when somebody confirms.',
    RECONNECT: 'The account is to be connected again.',
    STORE_UNREACHABLE: 'MongoDB does not answer: goes on when it does.',
  },
});

const COUNT_DESCRIPTIONS: { readonly [name in keyof SyncCounts]: string } = {
  fetched: 'Rows read from Constant Contact.',
  created: 'Contacts that are new here.',
  updated: 'Contacts that changed here.',
  unchanged: 'Contacts that were the same already.',
  deleted: 'Contacts found deleted.',
  unsubscribed: 'Contacts found unsubscribed that were not before.',
  conflicts: 'Fields that both sides had changed.',
  rejected: 'Rows that could not be decoded; kept with their reason.',
  pushed: 'Contacts that Constant Contact took.',
  skipped: 'Contacts left out of a push, with their reason, and of a pull because the person was erased.',
  failed: 'Contacts that Constant Contact refused.',
  resubscribeRaces: 'Opt-outs that fell into a push and were set right again.',
};

const SyncCountsType = builder.objectRef<SyncCounts>('SyncCounts').implement({
  description: 'What a run has done so far.',
  fields: (t) =>
    Object.fromEntries(COUNT_NAMES.map((name) => [name, t.exposeInt(name, { description: COUNT_DESCRIPTIONS[name] })])),
});

const SyncErrorType = builder.objectRef<SyncError>('SyncError').implement({
  description: 'Why a run failed.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'For programs: stable, in capitals; INTERNAL for a defect.' }),
    message: t.exposeString('message', { description: 'For people.' }),
    retryable: t.exposeBoolean('retryable', { description: 'Whether the same run may succeed later.' }),
  }),
});

const RejectedRowType = builder.objectRef<RejectedRowDocument>('RejectedRow').implement({
  description: 'A row of Constant Contact that could not be decoded; the run went on without it.',
  fields: (t) => ({
    contactId: t.exposeString('contactId', { nullable: true, description: 'Its contact_id, where it had one.' }),
    reason: t.exposeString('reason', { description: 'What is wrong with it.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was read.' }),
  }),
});

export const SyncRunType = builder.objectRef<SyncRunDocument>('SyncRun');
SyncRunType.implement({
  description: 'One run of the sync engine.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.id({ description: 'Opaque, and unique among all types.', resolve: (run) => nodeId('SyncRun', run._id) }),
    kind: t.expose('kind', { type: SyncKindEnum, description: 'What it does.' }),
    mode: t.expose('mode', { type: SyncModeEnum, description: 'How much it reads.' }),
    trigger: t.expose('trigger', { type: SyncTriggerEnum, description: 'What started it.' }),
    triggeredBy: t.exposeString('triggeredBy', { description: 'Who started it.' }),
    status: t.expose('status', { type: SyncRunStatusEnum, description: 'Where it stands.' }),
    pauseReason: t.expose('pauseReason', {
      type: PauseReasonEnum,
      nullable: true,
      description: 'What it waits for while PAUSED.',
    }),
    pausedUntil: t.expose('pausedUntil', {
      type: 'DateTime',
      nullable: true,
      description: 'When a pause ends by itself, where that is known.',
    }),
    phase: t.exposeString('phase', { description: 'What it is doing, in capitals.' }),
    dryRun: t.exposeBoolean('dryRun', { description: 'Plans only, sends nothing.' }),
    counts: t.expose('counts', { type: SyncCountsType, description: 'What it has done so far.' }),
    total: t.exposeInt('total', { nullable: true, description: 'Rows that it expects in all, where that is known.' }),
    percent: t.exposeFloat('percent', { nullable: true, description: '0 to 100, where that is known.' }),
    etaSeconds: t.exposeInt('etaSeconds', {
      nullable: true,
      description: 'Seconds to go, waits for the request budget included, where that is known.',
    }),
    apiRequests: t.exposeInt('apiRequests', { description: 'Requests to Constant Contact that it has used.' }),
    lastSequence: t.exposeInt('lastSequence', { description: 'Number of its newest event, see `syncProgress`.' }),
    queuedAt: t.expose('queuedAt', { type: 'DateTime', description: 'When it was asked for.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true, description: 'When it began to work.' }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true, description: 'When it ended.' }),
    planHash: t.string({
      nullable: true,
      description: 'PUSH and FULL_CYCLE: the hash of its first plan, once there is one. As in `PushPlan`.',
      resolve: ({ push }) =>
        push !== null && 'planHash' in push && typeof push.planHash === 'string' ? push.planHash : null,
    }),
    error: t.expose('error', { type: SyncErrorType, nullable: true, description: 'Why it failed.' }),
    rejectedRows: t.field({
      type: [RejectedRowType],
      description: 'The first rows that could not be decoded; `counts.rejected` says how many there are.',
      resolve: (run, _arguments, { store }) =>
        run.counts.rejected === 0 ? [] : store.rejectedRows.byRun(run._id, REJECTED_ROWS_SHOWN),
    }),
  }),
});

const REJECTED_ROWS_SHOWN = 100;
