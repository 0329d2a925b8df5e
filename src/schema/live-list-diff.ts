import type { ObjectId } from 'mongodb';
import type { ListDocument } from '../store/lists.ts';
import { unifiedLists } from '../sync/decide/compare.ts';
import { storedListIds } from '../sync/decide/derive.ts';
import { compareLivePage, LIVE_PAGE_SIZE, type LivePage } from '../sync/live-pages.ts';
import { connectionPage } from './connection-page.ts';
import { type ContactNode, contactNode } from './contact-node.ts';
import type { GraphQLContext } from './context.ts';
import type { CursorCodec } from './cursor.ts';
import { MOST_LIVE_REQUESTS, unstoredNode } from './live-contact-diffs.ts';
import { type PageArguments, parsePageRequest } from './page-request.ts';
import { InvalidInput, userErrorOf } from './user-errors.ts';

/** The members of a list as Constant Contact has them now, beside ours. Both sides by `_id`. */
export interface LiveMembers {
  readonly apiRequests: number;
  readonly primaryCount: number;
  readonly secondaryCount: number;
  readonly onlyInPrimary: readonly ContactNode[];
  /** Ids alone: there may be many. */
  readonly onlyInSecondary: readonly ObjectId[];
}

/** Requests that the members of a list take, by the list's own count. */
export function liveListRequests({ membershipCount }: Pick<ListDocument, 'membershipCount'>): number {
  return Math.max(1, Math.ceil((membershipCount ?? 0) / LIVE_PAGE_SIZE));
}

/**
 * Reads all members now and changes nothing.
 * @throws InvalidInput, before any request where the list's count says so, when more requests are needed than are allowed
 */
export async function readLiveMembers(
  list: ListDocument,
  maxApiRequests: number,
  context: GraphQLContext,
): Promise<LiveMembers> {
  const { listId } = list;
  const needed = liveListRequests(list);
  if (needed > maxApiRequests) throw await tooCostly(list, needed, context);
  const members = new Set<string>();
  const onlyInPrimary: ContactNode[] = [];
  let apiRequests = 0;
  for (let cursor: string | null = null; ; ) {
    // The list has grown since it was counted.
    if (apiRequests >= maxApiRequests) throw await tooCostly(list, apiRequests + 1, context);
    apiRequests += 1;
    const from: string | null = cursor;
    const page: LivePage = await context
      .readLivePage({ cursor: from, listId }, context.signal)
      .catch((error: unknown) => {
        throw userErrorOf(error);
      });
    for (const { stored, theirs } of await compareLivePage(page.contacts, context)) {
      if (members.has(theirs.contactId) || !storedListIds(theirs).includes(listId)) continue;
      members.add(theirs.contactId);
      if (stored !== null && unifiedLists(stored).includes(listId)) continue;
      onlyInPrimary.push(stored === null ? unstoredNode(theirs) : contactNode(stored));
    }
    if (page.next === null) break;
    cursor = page.next;
  }
  onlyInPrimary.sort((a, b) => (a.stored._id.toHexString() < b.stored._id.toHexString() ? -1 : 1));
  const ours = await membersHere(list, members, context);
  return { apiRequests, primaryCount: members.size, onlyInPrimary, ...ours };
}

/** Ours are the stored members with the wishes that wait for a push. */
async function membersHere({ listId }: ListDocument, members: ReadonlySet<string>, { store, signal }: GraphQLContext) {
  const onlyInSecondary: ObjectId[] = [];
  let secondaryCount = 0;
  const here = store.contacts.collection
    .find({ $or: [{ lists: listId }, { 'localLists.add.listId': listId }] })
    .project<{ _id: ObjectId; contactId: string | null; isLeaving: boolean }>({
      contactId: 1,
      isLeaving: { $in: [listId, '$localLists.remove.listId'] },
    });
  for await (const { _id, contactId, isLeaving } of here) {
    signal.throwIfAborted();
    if (isLeaving) continue;
    secondaryCount += 1;
    if (contactId === null || !members.has(contactId)) onlyInSecondary.push(_id);
  }
  onlyInSecondary.sort((a, b) => (a.toHexString() < b.toHexString() ? -1 : 1));
  return { secondaryCount, onlyInSecondary };
}

async function tooCostly({ name }: ListDocument, needed: number, { status }: GraphQLContext): Promise<InvalidInput> {
  const { remainingToday } = (await status()).budget;
  const cost = `A live comparison of ${JSON.stringify(name)} takes ${needed} requests to Constant Contact; ${remainingToday} are left today.`;
  const advice =
    needed <= MOST_LIVE_REQUESTS
      ? `Ask with maxApiRequests: ${needed} to have it.`
      : `That is more than the ${MOST_LIVE_REQUESTS} of one answer: start a run of the kind LISTS for it, and ask for STORED when it has ended.`;
  return new InvalidInput([{ path: ['maxApiRequests'], message: `${cost} ${advice}` }]);
}

/** A page of one side. */
export async function pageOfLiveSide(
  side: 'onlyInPrimary' | 'onlyInSecondary',
  members: LiveMembers,
  page: PageArguments,
  { codec, context }: { codec: CursorCodec<ObjectId>; context: GraphQLContext },
) {
  const request = parsePageRequest(page, codec);
  const from = request.from?.toHexString() ?? '';
  const all =
    side === 'onlyInPrimary' ? members.onlyInPrimary.map(({ stored }) => stored._id) : members.onlyInSecondary;
  const start = all.findIndex((id) => id.toHexString() > from);
  const ids = start === -1 ? [] : all.slice(start, start + request.limit);
  const nodes =
    side === 'onlyInPrimary'
      ? members.onlyInPrimary.slice(Math.max(0, start), Math.max(0, start) + ids.length)
      : (await context.store.contacts.byIds(ids))
          .map(contactNode)
          .sort((a, b) => (a.stored._id.toHexString() < b.stored._id.toHexString() ? -1 : 1));
  return {
    ...connectionPage({
      nodes,
      positionOf: ({ stored }) => stored._id,
      codec,
      request,
      hasMore: start !== -1 && start + ids.length < all.length,
      hasBehind: request.from !== null,
    }),
    countAll: async () => all.length,
  };
}
