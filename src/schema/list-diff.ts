import { ObjectId } from 'mongodb';
import { z } from 'zod';
import type { ContactView } from '../store/contact-queries.ts';
import { countListDifference, type ListDifference, pageOfListDifference } from '../store/list-diff-queries.ts';
import type { ListDocument } from '../store/lists.ts';
import { type BlockedWish, diffContact } from '../sync/decide/compare.ts';
import { REFUSAL_MESSAGES } from '../sync/decide/refusals.ts';
import { LIVE_PAGE_SIZE } from '../sync/live-pages.ts';
import { builder } from './builder.ts';
import { connectionPage } from './connection-page.ts';
import { ContactType } from './contact.ts';
import { ContactConnectionType } from './contact-connection.ts';
import { DiffSourceEnum } from './contact-diff.ts';
import { ContactListType } from './contact-list.ts';
import { type ContactNode, contactNode } from './contact-node.ts';
import type { GraphQLContext } from './context.ts';
import { createCursorCodec, objectIdHex } from './cursor.ts';
import { MOST_LIVE_REQUESTS, requestLimitProblems } from './live-contact-diffs.ts';
import { type LiveMembers, pageOfLiveSide, readLiveMembers } from './live-list-diff.ts';
import { type PageArguments, type PageRequest, parsePageRequest } from './page-request.ts';
import { ContactListRefInput, findLists, referenceProblems } from './references.ts';
import { InvalidInput } from './user-errors.ts';

interface BlockedMembership extends Pick<BlockedWish, 'reason' | 'message'> {
  readonly contact: ContactNode;
}

const BlockedMembershipType = builder.objectRef<BlockedMembership>('BlockedMembership').implement({
  description: 'A wish to put a contact on the list that is not sent.',
  fields: (t) => ({
    contact: t.expose('contact', { type: ContactType, description: 'The contact.' }),
    reason: t.exposeString('reason', { description: 'For programs: stable, in capitals.' }),
    message: t.exposeString('message', { description: 'For people.' }),
  }),
});

const BlockedMembershipConnectionType = builder.connectionObject(
  { type: BlockedMembershipType, name: 'BlockedMembershipConnection', description: 'A page of wishes not sent.' },
  { name: 'BlockedMembershipEdge', description: 'A wish that is not sent, with its cursor.' },
);

const positionFields = z.tuple([objectIdHex]);

/** Bound to its list and its side. */
const cursorOf = (list: ListDocument, side: string) =>
  createCursorCodec<z.infer<typeof positionFields>, ObjectId>({
    connection: `listDiff:${list.listId}:${side}`,
    fields: positionFields,
    toFields: (id) => [id.toHexString()],
    fromFields: ([id]) => new ObjectId(id),
  });

async function pageOfSide(
  list: ListDocument,
  difference: ListDifference,
  page: PageArguments,
  { store }: GraphQLContext,
) {
  const codec = cursorOf(list, difference);
  const request = parsePageRequest(page, codec);
  const { collection } = store.contacts;
  const query = { listId: list.listId, difference };
  const contacts = await pageOfListDifference(collection, { ...query, after: request.from, limit: request.limit + 1 });
  return {
    ...connectionPage({
      nodes: contacts.slice(0, request.limit).map(contactNode),
      positionOf: ({ stored }) => stored._id,
      codec,
      request,
      hasMore: contacts.length > request.limit,
      hasBehind: request.from !== null,
    }),
    countAll: () => countListDifference(collection, query),
  };
}

const SCAN = 500;

/** Wishes that were refused, and open ones that a push would refuse as things stand: two walks by id, as one. */
async function blockedWishes(
  list: ListDocument,
  { from, limit }: PageRequest<ObjectId>,
  { store, policy }: GraphQLContext,
): Promise<BlockedMembership[]> {
  const blocked: BlockedMembership[] = [];
  for (let after = from; blocked.length <= limit; ) {
    const start = after;
    const [refused, wished] = await Promise.all(
      (['ADD_REFUSED', 'ADD_WISHED'] as const).map((difference) =>
        pageOfListDifference(store.contacts.collection, { listId: list.listId, difference, after: start, limit: SCAN }),
      ),
    );
    const { contacts, last } = mergeById(refused ?? [], wished ?? []);
    for (const contact of contacts) {
      const wish = blockedWishOf(contact);
      if (wish !== undefined) blocked.push({ contact: contactNode(contact), ...wish });
    }
    if (last === null) break;
    after = last;
  }
  return blocked;

  function blockedWishOf(stored: ContactView) {
    const { blocked: wishes } = diffContact({ stored: { ...stored, notes: [] }, policy });
    const found = wishes.find(({ listId }) => listId === list.listId);
    if (found !== undefined) return { reason: found.reason, message: found.message };
    return list.goneAt === null ? undefined : { reason: 'LIST_GONE', message: REFUSAL_MESSAGES.LIST_GONE };
  }
}

/** Of two pages the part up to which both are complete, each contact once. `last` null: there is no more. */
function mergeById(a: readonly ContactView[], b: readonly ContactView[]) {
  const ends = [a, b].flatMap((page) => (page.length < SCAN ? [] : (page.at(-1)?._id.toHexString() ?? [])));
  const last = ends.sort()[0] ?? null;
  const byId = new Map([...a, ...b].map((contact) => [contact._id.toHexString(), contact]));
  const contacts = [...byId]
    .filter(([id]) => last === null || id <= last)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, contact]) => contact);
  return { contacts, last: last === null ? null : new ObjectId(last) };
}

const pageArguments = {
  first: { description: 'How many: at most 500; 50 without it.' },
  after: { description: 'Cursor of the one before the first one wanted.' },
} as const;

interface ListDiffNode {
  readonly list: ListDocument;
  /** Null: by what is stored. */
  readonly live: LiveMembers | null;
}

const DIFFERENCES = { onlyInPrimary: 'REMOVE_WISHED', onlyInSecondary: 'ADD_WISHED' } as const;

function sideOf(
  { list, live }: ListDiffNode,
  side: keyof typeof DIFFERENCES,
  page: PageArguments,
  context: GraphQLContext,
) {
  if (live === null) return pageOfSide(list, DIFFERENCES[side], page, context);
  return pageOfLiveSide(side, live, page, { codec: cursorOf(list, `LIVE:${side}`), context });
}

const ListDiffType = builder.objectRef<ListDiffNode>('ListDiff').implement({
  description: 'How the two stores differ on the members of a list.',
  fields: (t) => ({
    apiRequests: t.int({
      description: 'Requests to Constant Contact that this answer cost; none for STORED.',
      resolve: ({ live }) => live?.apiRequests ?? 0,
    }),
    list: t.field({ type: ContactListType, description: 'The list.', resolve: ({ list }) => list }),
    primaryCount: t.int({
      description:
        'Members in Constant Contact, one by one, as the last pull saw them, or LIVE; `list.membershipCount` is its own count.',
      resolve: ({ list, live }, _arguments, { loaders }) =>
        live?.primaryCount ?? loaders.memberCount().load(list.listId),
    }),
    secondaryCount: t.int({
      description: 'Members here: those of Constant Contact, with the wishes that wait for a push.',
      resolve: async ({ list: { listId }, live }, _arguments, { loaders, store: { contacts } }) => {
        if (live !== null) return live.secondaryCount;
        const [members, added, removed] = await Promise.all([
          loaders.memberCount().load(listId),
          countListDifference(contacts.collection, { listId, difference: 'ADD_WISHED' }),
          countListDifference(contacts.collection, { listId, difference: 'REMOVE_WISHED' }),
        ]);
        return members + added - removed;
      },
    }),
    onlyInPrimary: t.field({
      type: ContactConnectionType,
      description:
        'Contacts that are to be taken off the list: the next push does it. LIVE: those, too, that the next pull brings.',
      args: { first: t.arg.int(pageArguments.first), after: t.arg.string(pageArguments.after) },
      resolve: (diff, page, context) => sideOf(diff, 'onlyInPrimary', page, context),
    }),
    onlyInSecondary: t.field({
      type: ContactConnectionType,
      description:
        'Contacts that are to be put on the list. Those that a push would refuse stand in `blocked`, too. LIVE: those, ' +
        'too, that have left it, which the next pull takes over.',
      args: { first: t.arg.int(pageArguments.first), after: t.arg.string(pageArguments.after) },
      resolve: (diff, page, context) => sideOf(diff, 'onlyInSecondary', page, context),
    }),
    blocked: t.field({
      type: BlockedMembershipConnectionType,
      description:
        'Wishes to put contacts on the list that are not sent: they have left, are deleted, or were taken off.',
      args: { first: t.arg.int(pageArguments.first), after: t.arg.string(pageArguments.after) },
      resolve: async ({ list }, page, context) => {
        const codec = cursorOf(list, 'BLOCKED');
        const request = parsePageRequest(page, codec);
        const found = await blockedWishes(list, request, context);
        return connectionPage({
          nodes: found.slice(0, request.limit),
          positionOf: ({ contact }) => contact.stored._id,
          codec,
          request,
          hasMore: found.length > request.limit,
          hasBehind: request.from !== null,
        });
      },
    }),
  }),
});

builder.queryFields((t) => ({
  listDiff: t.field({
    type: ListDiffType,
    nullable: true,
    description: 'Membership of one list on both sides; null when there is no such list.',
    args: {
      list: t.arg({ type: ContactListRefInput, required: true, description: 'Which list.' }),
      source: t.arg({
        type: DiffSourceEnum,
        defaultValue: 'STORED',
        description: 'What of Constant Contact is compared. LIVE reads all members and changes nothing here.',
      }),
      maxApiRequests: t.arg.int({
        defaultValue: 1,
        description:
          `For LIVE: how many requests it may cost, at most ${MOST_LIVE_REQUESTS}; each brings up to ${LIVE_PAGE_SIZE} ` +
          'members. Where more are needed nothing is asked, and the error tells how many.',
      }),
    },
    resolve: async (_root, { list, source, maxApiRequests }, context) => {
      const most = maxApiRequests ?? 1;
      const problems = [
        ...referenceProblems(list, ['list']),
        ...(source === 'LIVE' ? requestLimitProblems(most, MOST_LIVE_REQUESTS) : []),
      ];
      if (problems.length > 0) throw new InvalidInput(problems);
      const [found = null] = await findLists(context.store, [list]);
      if (found === null) return null;
      return { list: found, live: source === 'LIVE' ? await readLiveMembers(found, most, context) : null };
    },
  }),
}));
