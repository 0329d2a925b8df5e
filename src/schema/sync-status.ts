import type { StoreInfo } from '../store/connect.ts';
import { EVENT_DELIVERIES } from '../sync/run-news.ts';
import { builder } from './builder.ts';
import { CONNECTION_STATES, type GatewayStatus } from './context.ts';
import { describedEnum } from './described-enum.ts';
import { SchedulePauseType } from './schedule-pause.ts';
import { SyncRunType } from './sync-run.ts';

const ConnectionStateEnum = describedEnum('ConnectionState', CONNECTION_STATES, {
  description: 'How the gateway stands to Constant Contact.',
  values: {
    CONNECTED: 'An account is connected.',
    NOT_CONNECTED: 'No account was connected yet.',
    RECONNECT_REQUIRED: 'The connection was lost for good: the account is to be connected again.',
    SANDBOX: 'Works with the sandbox, not with a real account.',
  },
});

const StoreKindEnum = describedEnum('StoreKind', ['EMBEDDED', 'SERVER', 'DOWNLOADED'], {
  description: 'Which MongoDB the secondary store is.',
  values: {
    EMBEDDED: 'The embedded engine.',
    SERVER: 'A deployment of its own.',
    DOWNLOADED: 'A server that was downloaded and started by the gateway.',
  },
});

const StoreInfoType = builder.objectRef<StoreInfo>('StoreInfo').implement({
  description: 'The MongoDB behind the secondary store.',
  fields: (t) => ({
    kind: t.expose('kind', { type: StoreKindEnum, description: 'Which one.' }),
    version: t.exposeString('version', { description: 'Version of the server or engine.' }),
    changeStreams: t.exposeBoolean('changeStreams', { description: 'Whether it tells of changes by itself.' }),
  }),
});

const EventDeliveryEnum = describedEnum('EventDelivery', EVENT_DELIVERIES, {
  description: 'How an instance learns of what runs do on other instances. Subscribers get the same events either way.',
  values: {
    CHANGE_STREAM: 'MongoDB tells at once: a replica set or a sharded cluster.',
    POLL: 'It looks twice a second, while there are subscribers: no change stream, or it cannot be opened now.',
  },
});

export const RequestBudgetType = builder.objectRef<GatewayStatus['budget']>('RequestBudget').implement({
  description: 'Requests to Constant Contact, counted over all instances.',
  fields: (t) => ({
    perSecond: t.exposeInt('perSecond', { description: 'At most in any second.' }),
    perDay: t.exposeInt('perDay', { description: 'At most in a UTC day.' }),
    usedToday: t.exposeInt('usedToday', { description: 'Used since 00:00 UTC.' }),
    remainingToday: t.exposeInt('remainingToday', { description: 'Left until `resetsAt`.' }),
    resetsAt: t.expose('resetsAt', { type: 'DateTime', description: 'When the day ends: the next 00:00 UTC.' }),
  }),
});

export const SyncStatusType = builder.objectRef<GatewayStatus>('SyncStatus').implement({
  description: 'The gateway at a glance.',
  fields: (t) => ({
    connection: t.expose('connection', {
      type: ConnectionStateEnum,
      description: 'How it stands to Constant Contact.',
    }),
    store: t.field({
      type: StoreInfoType,
      description: 'The embedded engine, a server, or a downloaded server; with its version.',
      resolve: (_status, _arguments, { store }) => store.info,
    }),
    eventDelivery: t.field({
      type: EventDeliveryEnum,
      description: 'How this instance learns of what runs do on others: chosen at the start, by what MongoDB offers.',
      resolve: (_status, _arguments, { engine }) => engine.eventDelivery(),
    }),
    contactsWatermark: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        "By Constant Contact's clock: everything that changed before it is stored. Null before the first pull.",
      resolve: async (_status, _arguments, { store }) => (await store.checkpoints.contacts())?.watermark ?? null,
    }),
    lastSucceeded: t.field({
      type: [SyncRunType],
      description: 'The last run of each kind that succeeded.',
      resolve: (_status, _arguments, { store }) => store.syncRuns.lastSucceeded(),
    }),
    active: t.field({
      type: [SyncRunType],
      description: 'Runs that are queued, running or paused, newest first.',
      resolve: (_status, _arguments, { store }) => store.syncRuns.active(),
    }),
    nextScheduledAt: t.expose('nextScheduledAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the schedule starts a run next; null when it is off, or paused without an end.',
    }),
    schedulePause: t.expose('schedulePause', {
      type: SchedulePauseType,
      nullable: true,
      description: 'Null unless the schedule is paused.',
    }),
    budget: t.expose('budget', { type: RequestBudgetType, description: 'Requests left to Constant Contact.' }),
  }),
});

builder.queryFields((t) => ({
  syncStatus: t.field({
    type: SyncStatusType,
    description: 'The gateway at a glance.',
    resolve: (_root, _arguments, { status }) => status(),
  }),
}));
