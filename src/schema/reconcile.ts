import type { ListDocument } from '../store/lists.ts';
import {
  COMPARED_STATUSES,
  compareLists,
  compareStatuses,
  type ListComparison,
  RECONCILE_EXPLANATIONS,
  RECONCILE_REASONS,
  type ReconcileReason,
  type StatusComparison,
} from '../sync/decide/reconcile.ts';
import { builder } from './builder.ts';
import { ContactListType } from './contact-list.ts';
import type { GraphQLContext } from './context.ts';
import { describedEnum } from './described-enum.ts';
import { userErrorOf } from './user-errors.ts';

const ReconcileReasonEnum = describedEnum('ReconcileReason', RECONCILE_REASONS, {
  description: 'What explains the difference of two counts.',
  values: RECONCILE_EXPLANATIONS,
});

const ComparedStatusEnum = describedEnum('ComparedStatus', COMPARED_STATUSES, {
  description: 'What is counted on both sides.',
  values: {
    TOTAL: 'All contacts that are not deleted.',
    ACTIVE: 'Those with permission, given or implied.',
    UNSUBSCRIBED: 'Those who have left.',
    PENDING_CONFIRMATION: 'Those whose confirmation is awaited.',
  },
});

const explain = ({ reason }: { readonly reason: ReconcileReason }) => RECONCILE_EXPLANATIONS[reason];

const StatusComparisonType = builder.objectRef<StatusComparison>('StatusComparison').implement({
  description: 'How many contacts of a status both sides count.',
  fields: (t) => ({
    status: t.expose('status', { type: ComparedStatusEnum, description: 'What is counted.' }),
    primaryCount: t.exposeInt('primaryCount', { description: 'By Constant Contact, now.' }),
    secondaryCount: t.exposeInt('secondaryCount', {
      description: 'By the secondary store; contacts that exist only here are not counted.',
    }),
    reason: t.expose('reason', { type: ReconcileReasonEnum, description: 'What explains the difference.' }),
    explanation: t.string({ description: 'The same for people.', resolve: explain }),
  }),
});

interface ListComparisonNode extends ListComparison {
  readonly list: ListDocument | null;
}

const ListComparisonType = builder.objectRef<ListComparisonNode>('ListComparison').implement({
  description: 'How many members of a list both sides count.',
  fields: (t) => ({
    list: t.expose('list', { type: ContactListType, nullable: true, description: 'The list; null while not stored.' }),
    listId: t.exposeString('listId', { description: "Constant Contact's list_id." }),
    name: t.exposeString('name', { description: 'What people see.' }),
    primaryCount: t.exposeInt('primaryCount', {
      nullable: true,
      description: 'By Constant Contact, now; null when it has no such list.',
    }),
    secondaryCount: t.exposeInt('secondaryCount', {
      description: 'By the memberships stored here; wishes that wait for a push are not counted.',
    }),
    reason: t.expose('reason', { type: ReconcileReasonEnum, description: 'What explains the difference.' }),
    explanation: t.string({ description: 'The same for people.', resolve: explain }),
  }),
});

interface Reconciliation {
  readonly statuses: readonly StatusComparison[];
  readonly lists: readonly ListComparisonNode[];
  readonly onlyInSecondary: number;
  readonly deleted: number;
  readonly fullPullDue: string | null;
  readonly apiRequests: number;
}

const EXPLAINED: readonly ReconcileReason[] = ['SAME', 'COUNTED_OTHERWISE', 'MEMBERS_COMPARED'];

const ReconciliationType = builder.objectRef<Reconciliation>('Reconciliation').implement({
  description: 'What both sides count, and what explains each difference.',
  fields: (t) => ({
    inStep: t.boolean({
      description: 'Whether nothing differs that is more than another way of counting.',
      resolve: ({ statuses, lists }) => [...statuses, ...lists].every(({ reason }) => EXPLAINED.includes(reason)),
    }),
    statuses: t.field({
      type: [StatusComparisonType],
      description: 'Contacts by status.',
      resolve: ({ statuses }) => [...statuses],
    }),
    lists: t.field({
      type: [ListComparisonType],
      description: 'Members of each list, by name.',
      resolve: ({ lists }) => [...lists],
    }),
    onlyInSecondary: t.exposeInt('onlyInSecondary', {
      description: 'Contacts that exist only here, until a push creates them: counted nowhere above.',
    }),
    deleted: t.exposeInt('deleted', {
      description: 'Contacts that are deleted in Constant Contact and kept here as such: counted nowhere above.',
    }),
    fullPullDue: t.exposeString('fullPullDue', {
      nullable: true,
      description: 'Why the next scheduled pull is a full one; null when it need not be.',
    }),
    apiRequests: t.exposeInt('apiRequests', { description: 'Requests to Constant Contact that this answer cost.' }),
  }),
});

async function reconcile({ store, loaders, primaryCounts, signal }: GraphQLContext): Promise<Reconciliation> {
  const {
    contacts: theirs,
    lists: theirLists,
    apiRequests,
  } = await primaryCounts(signal).catch((error: unknown) => {
    throw userErrorOf(error);
  });
  const { contacts } = store;
  const [all, active, unsubscribed, pending, deleted, onlyInSecondary, lists, checkpoint] = await Promise.all([
    contacts.collection.estimatedDocumentCount(),
    contacts.countByStatus('ACTIVE'),
    contacts.countByStatus('UNSUBSCRIBED'),
    contacts.countByStatus('PENDING_CONFIRMATION'),
    contacts.countByStatus('DELETED'),
    contacts.countBySyncState('ONLY_LOCAL'),
    store.lists.all(),
    store.checkpoints.contacts(),
  ]);
  const ours = { total: all - deleted - onlyInSecondary, active, unsubscribed, pending };
  const counted = await Promise.all(
    lists.map(async (list) => ({ ...list, memberCount: await loaders.memberCount().load(list.listId) })),
  );
  const byListId = new Map(lists.map((list) => [list.listId, list]));
  return {
    statuses: compareStatuses(theirs, ours, checkpoint?.countsOffset ?? null),
    lists: compareLists(theirLists, counted).map((each) => ({ ...each, list: byListId.get(each.listId) ?? null })),
    onlyInSecondary,
    deleted,
    fullPullDue: checkpoint?.fullDueReason ?? null,
    apiRequests,
  };
}

builder.queryFields((t) => ({
  reconcile: t.field({
    type: ReconciliationType,
    description:
      "Our counts beside the primary's, per status and per list, and what explains each difference. Costs two API requests.",
    resolve: (_root, _arguments, context) => reconcile(context),
  }),
}));
