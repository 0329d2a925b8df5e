import { z } from 'zod';
import type { RefusedWork } from '../sync/decide/plan-contact.ts';
import { batchLength, type PlannedBatch } from '../sync/decide/push-batches.ts';
import type { PushPlan } from '../sync/decide/push-plan.ts';
import { requestEtaSeconds } from '../sync/decide/request-eta.ts';
import { planPending } from '../sync/push/plan-pending.ts';
import { workOfLists } from '../sync/push/push-scope.ts';
import { sha256 } from '../sync/push/sha256.ts';
import { builder } from './builder.ts';
import { connectionPage } from './connection-page.ts';
import { ContactType } from './contact.ts';
import { ContactListType } from './contact-list.ts';
import { contactNode } from './contact-node.ts';
import type { GatewayStatus, GraphQLContext } from './context.ts';
import { createCursorCodec, objectIdHex } from './cursor.ts';
import { describedEnum } from './described-enum.ts';
import { whenKnown } from './directory.ts';
import { parsePageRequest } from './page-request.ts';
import { type ContactListRef, ContactListRefInput, findLists, referenceProblems } from './references.ts';
import { RequestBudgetType } from './sync-status.ts';
import { type InputProblem, InvalidInput } from './user-errors.ts';

const BATCH_KINDS = ['REMOVE_FROM_LISTS', 'DELETE', 'IMPORT', 'ADD_TO_LISTS', 'PUT', 'CREATE'] as const;

const PushBatchKindEnum = describedEnum('PushBatchKind', BATCH_KINDS, {
  description: 'How a batch gets to Constant Contact.',
  values: {
    REMOVE_FROM_LISTS: 'One job that takes contacts off lists.',
    DELETE: 'One job that deletes contacts.',
    IMPORT: 'One job that creates and changes contacts and puts them on lists.',
    ADD_TO_LISTS: 'One job that puts contacts on lists.',
    PUT: 'A read and a write for each contact: changes that an import cannot carry.',
    CREATE: 'A request for each new contact that an import cannot carry.',
  },
});

const PushBatchPlanType = builder.objectRef<PlannedBatch>('PushBatchPlan').implement({
  description: 'What is sent together.',
  fields: (t) => ({
    kind: t.expose('kind', { type: PushBatchKindEnum, description: 'How it gets there.' }),
    lists: t.field({
      type: [ContactListType],
      description: 'Lists that all of its contacts are put on, or taken off; none where each has its own.',
      resolve: (batch, _arguments, { directory }) =>
        'listIds' in batch
          ? whenKnown(directory.lists(), (lists) => batch.listIds.flatMap((listId) => lists.get(listId) ?? []))
          : [],
    }),
    contactCount: t.int({ description: 'Contacts that it names.', resolve: batchLength }),
    bytes: t.exposeInt('sizeBytes', { description: 'Of the body as it is sent; 0 where that is not known before.' }),
    requests: t.exposeInt('requests', { description: 'Requests that send it; more follow it and read it back.' }),
  }),
});

const SkippedContactType = builder.objectRef<RefusedWork>('SkippedContact').implement({
  description: 'A part of the local work that would not be sent.',
  fields: (t) => ({
    contact: t.field({
      type: ContactType,
      nullable: true,
      description: 'The contact; null when it has gone since.',
      resolve: async ({ id }, _arguments, { loaders }) => {
        const contact = await loaders.contact().load(id);
        return contact === null ? null : contactNode(contact);
      },
    }),
    subject: t.exposeString('subject', { description: 'As `field` in `FieldChange`; `contact` for all of it.' }),
    reason: t.exposeString('reason', { description: 'For programs: stable, in capitals.' }),
    message: t.exposeString('message', { description: 'For people.' }),
  }),
});

const SkippedContactConnectionType = builder.connectionObject(
  { type: SkippedContactType, name: 'SkippedContactConnection', description: 'A page of what would not be sent.' },
  { name: 'SkippedContactEdge', description: 'What would not be sent, with its cursor.' },
);

interface SkippedPosition {
  readonly id: string;
  readonly subject: string;
}

const positionFields = z.tuple([objectIdHex, z.string()]);

const skippedCursor = createCursorCodec<z.infer<typeof positionFields>, SkippedPosition>({
  connection: 'pushPlan.skipped',
  fields: positionFields,
  toFields: ({ id, subject }) => [id, subject],
  fromFields: ([id, subject]) => ({ id, subject }),
});

const isAfter = (refused: RefusedWork, from: SkippedPosition) =>
  refused.id > from.id || (refused.id === from.id && refused.subject > from.subject);

interface PushPlanNode {
  readonly plan: PushPlan;
  readonly budget: GatewayStatus['budget'];
}

const PushPlanType = builder.objectRef<PushPlanNode>('PushPlan').implement({
  description: 'What a push would send, by what is stored. The push pulls first: what that brings may change the plan.',
  fields: (t) => ({
    planHash: t.string({
      description: 'Over all that would be sent: `startSync` with it sends exactly this, or fails with PLAN_STALE.',
      resolve: ({ plan }) => plan.planHash,
    }),
    batches: t.field({
      type: [PushBatchPlanType],
      description: 'In the order of sending.',
      resolve: ({ plan }) => plan.batches,
    }),
    contactCount: t.int({ description: 'Contacts that would be sent.', resolve: ({ plan }) => plan.contactCount }),
    apiRequests: t.int({
      description: 'Requests to Constant Contact, those that follow and confirm included: an estimate.',
      resolve: ({ plan }) => plan.apiRequests.total,
    }),
    etaSeconds: t.int({
      description:
        'How long these requests take at least, by the budget; over midnight (UTC) where the day ends before.',
      resolve: ({ plan, budget }) => requestEtaSeconds(plan.apiRequests.total, budget, new Date()),
    }),
    budget: t.expose('budget', { type: RequestBudgetType, description: 'Requests left to Constant Contact.' }),
    skippedCount: t.int({ description: 'Length of `skipped`.', resolve: ({ plan }) => plan.refused.length }),
    skipped: t.field({
      type: SkippedContactConnectionType,
      description: 'Local work that would not be sent, and why.',
      args: {
        first: t.arg.int({ description: 'How many: at most 500; 50 without it.' }),
        after: t.arg.string({ description: 'Cursor of the one before the first one wanted.' }),
      },
      resolve: ({ plan: { refused } }, page) => {
        const request = parsePageRequest(page, skippedCursor);
        const { from } = request;
        const start = from === null ? 0 : refused.findIndex((each) => isAfter(each, from));
        const following = start === -1 ? [] : refused.slice(start);
        return connectionPage({
          nodes: following.slice(0, request.limit),
          positionOf: ({ id, subject }) => ({ id, subject }),
          codec: skippedCursor,
          request,
          hasMore: following.length > request.limit,
          hasBehind: following.length < refused.length,
        });
      },
    }),
  }),
});

const LISTS_LIMIT = 1_000;

/** Null: all lists. @throws InvalidInput with all problems. */
async function listIdsOf(
  references: readonly ContactListRef[] | null | undefined,
  { store }: GraphQLContext,
): Promise<string[] | null> {
  if (references === null || references === undefined) return null;
  const problems: InputProblem[] = [];
  if (references.length === 0) problems.push({ path: ['lists'], message: 'names no list: leave it out to mean all.' });
  if (references.length > LISTS_LIMIT)
    problems.push({ path: ['lists'], message: `takes at most ${LISTS_LIMIT} lists.` });
  const lists = await findLists(store, references.slice(0, LISTS_LIMIT));
  for (const [index, list] of lists.entries()) {
    const path = ['lists', String(index)];
    const wrong = referenceProblems(references[index] ?? {}, path);
    if (wrong.length > 0) problems.push(...wrong);
    else if (list === null) problems.push({ path, message: 'There is no such list.' });
  }
  if (problems.length > 0) throw new InvalidInput(problems);
  return [...new Set(lists.flatMap((list) => list?.listId ?? []))];
}

builder.queryFields((t) => ({
  pushPlan: t.field({
    type: PushPlanType,
    description: 'What a push would send and what it would leave out, and why. Sends nothing.',
    args: {
      lists: t.arg({
        type: [ContactListRefInput],
        description: 'Only work for these lists and for contacts on them; all without it.',
      }),
    },
    resolve: async (_root, { lists }, context) => {
      const [plan, { budget }] = await Promise.all([
        planPending({
          store: context.store,
          patience: (operation) => operation(),
          limits: context.pushLimits,
          hash: sha256,
          partOf: workOfLists(await listIdsOf(lists, context)),
        }),
        context.status(),
      ]);
      return { plan, budget };
    },
  }),
}));
