import { CONTACT_STATUSES, type ContactStatus, type CountsByStatus } from '../model/consent.ts';
import { SYNC_STATES, type SyncState } from '../model/stored-contact.ts';
import { builder } from './builder.ts';
import { ContactStatusEnum, SyncStateEnum } from './contact.ts';
import type { GraphQLContext } from './context.ts';

interface StatusCount {
  readonly status: ContactStatus;
  readonly count: number;
}

interface SyncStateCount {
  readonly syncState: SyncState;
  readonly count: number;
}

export const StatusCountType = builder.objectRef<StatusCount>('ContactStatusCount').implement({
  description: 'How many contacts have a status.',
  fields: (t) => ({
    status: t.expose('status', { type: ContactStatusEnum, description: 'The status.' }),
    count: t.exposeInt('count', { description: 'Contacts that have it.' }),
  }),
});

/** For each status, none left out. */
export const statusCounts = (counts: CountsByStatus): StatusCount[] =>
  CONTACT_STATUSES.map((status) => ({ status, count: counts[status] }));

const SyncStateCountType = builder.objectRef<SyncStateCount>('SyncStateCount').implement({
  description: 'How many contacts are in a sync state.',
  fields: (t) => ({
    syncState: t.expose('syncState', { type: SyncStateEnum, description: 'The sync state.' }),
    count: t.exposeInt('count', { description: 'Contacts that are in it.' }),
  }),
});

/** Each field counts for itself, by an index, when it is asked for. */
const ContactCountsType = builder.objectRef<GraphQLContext['store']['contacts']>('ContactCounts').implement({
  description: 'How many contacts the secondary store holds.',
  fields: (t) => ({
    byStatus: t.field({
      type: [StatusCountType],
      description: 'For each status, none left out; together all contacts.',
      resolve: async (contacts) => statusCounts(await contacts.countsByStatus()),
    }),
    bySyncState: t.field({
      type: [SyncStateCountType],
      description: 'For each sync state, none left out; together all contacts.',
      resolve: (contacts) =>
        Promise.all(
          SYNC_STATES.map(async (syncState) => ({ syncState, count: await contacts.countBySyncState(syncState) })),
        ),
    }),
    withRefusals: t.int({
      description: 'Contacts with local work that does not go to Constant Contact.',
      resolve: (contacts) => contacts.countWithRefusals(),
    }),
  }),
});

builder.queryFields((t) => ({
  contactCounts: t.field({
    type: ContactCountsType,
    description: 'How many contacts there are, by status and by sync state.',
    resolve: (_root, _arguments, { store }) => store.contacts,
  }),
}));
