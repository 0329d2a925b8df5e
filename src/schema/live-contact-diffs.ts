import { createHash } from 'node:crypto';
import { ObjectId } from 'mongodb';
import { z } from 'zod';
import type { PrimaryContact } from '../model/primary-contact.ts';
import { pageOfDifferingContacts } from '../store/contact-diff-queries.ts';
import type { ContactDiffKind } from '../sync/decide/compare.ts';
import { createFromPrimary } from '../sync/decide/derive.ts';
import { requestEtaSeconds } from '../sync/decide/request-eta.ts';
import { compareLivePage, LIVE_PAGE_SIZE, type LiveComparison } from '../sync/live-pages.ts';
import { builder } from './builder.ts';
import { Edge } from './connection-page.ts';
import { type ContactDiffNode, storedDiff } from './contact-diff.ts';
import { type ContactNode, contactNode } from './contact-node.ts';
import type { GraphQLContext } from './context.ts';
import { createCursorCodec, objectIdHex } from './cursor.ts';
import type { PageRequest } from './page-request.ts';
import { type InputProblem, userErrorOf } from './user-errors.ts';

export const MOST_LIVE_REQUESTS = 20;

/** What a live comparison costs in requests to Constant Contact. */
export interface LiveCost {
  readonly apiRequests: number;
  readonly apiRequestsLeft: number;
  readonly etaSeconds: number;
  readonly remainingToday: number;
}

export const LiveCostType = builder.objectRef<LiveCost>('LiveCost').implement({
  description: 'What a live comparison costs in requests to Constant Contact.',
  fields: (t) => ({
    apiRequests: t.exposeInt('apiRequests', { description: 'What this answer has cost.' }),
    apiRequestsLeft: t.exposeInt('apiRequestsLeft', {
      description: 'What the rest of the comparison will cost, by the contacts that are stored: an estimate.',
    }),
    etaSeconds: t.exposeInt('etaSeconds', { description: 'How long that rest takes at least, by the request budget.' }),
    remainingToday: t.exposeInt('remainingToday', { description: "What is left of the day's requests." }),
  }),
});

/** A caller says what a comparison may cost, so that nobody spends the day's requests by accident. */
export function requestLimitProblems(maxApiRequests: number, most: number): InputProblem[] {
  if (maxApiRequests >= 0 && maxApiRequests <= most) return [];
  return [{ path: ['maxApiRequests'], message: `must be between 0 and ${most}.` }];
}

/** What so many requests will take, beside what is left today. */
export async function liveCost(
  { apiRequests, apiRequestsLeft }: Pick<LiveCost, 'apiRequests' | 'apiRequestsLeft'>,
  { status }: GraphQLContext,
): Promise<LiveCost> {
  const { budget } = await status();
  const etaSeconds = requestEtaSeconds(apiRequestsLeft, budget, new Date());
  return { apiRequests, apiRequestsLeft, etaSeconds, remainingToday: budget.remainingToday };
}

/** Where a comparison goes on: among the primary's pages (the `pageNumber`th, after `offset` of its rows), or behind them. */
export type LivePosition =
  | { readonly phase: 'PRIMARY'; readonly cursor: string | null; readonly pageNumber: number; readonly offset: number }
  | { readonly phase: 'ONLY_HERE'; readonly after: ObjectId | null };

const START: LivePosition = { phase: 'PRIMARY', cursor: null, pageNumber: 0, offset: 0 };

const positionFields = z.union([
  z.tuple([z.literal('PRIMARY'), z.string().nullable(), z.int().nonnegative(), z.int().nonnegative()]),
  z.tuple([z.literal('ONLY_HERE'), objectIdHex.nullable()]),
]);

export const liveDiffCursor = createCursorCodec<z.infer<typeof positionFields>, LivePosition>({
  connection: 'contactDiffs:LIVE',
  fields: positionFields,
  toFields: (at) =>
    at.phase === 'PRIMARY'
      ? [at.phase, at.cursor, at.pageNumber, at.offset]
      : [at.phase, at.after?.toHexString() ?? null],
  fromFields: (fields) =>
    fields[0] === 'PRIMARY'
      ? { phase: fields[0], cursor: fields[1], pageNumber: fields[2], offset: fields[3] }
      : { phase: fields[0], after: fields[1] === null ? null : new ObjectId(fields[1]) },
});

/**
 * Walks on from a position until the page is full, the requests are used, or all is compared. Contacts that exist only here
 * come last. A page may be short, or empty, and others follow all the same: `endCursor` says where.
 */
export async function pageOfLiveDiffs(
  {
    request,
    kinds,
    maxApiRequests,
  }: {
    request: PageRequest<LivePosition>;
    kinds: readonly ContactDiffKind[] | null;
    maxApiRequests: number;
  },
  context: GraphQLContext,
) {
  const edges: Edge<ContactDiffNode, LivePosition>[] = [];
  let position = request.from ?? START;
  let apiRequests = 0;
  let hasMore = true;
  const isWanted = (kind: ContactDiffKind) => (kinds === null ? kind !== 'IN_SYNC' : kinds.includes(kind));

  while (position.phase === 'PRIMARY' && edges.length < request.limit && apiRequests < maxApiRequests) {
    apiRequests += 1;
    const { cursor, pageNumber, offset } = position;
    const page = await context.readLivePage({ cursor }, context.signal).catch((error: unknown) => {
      throw userErrorOf(error);
    });
    const behind: LivePosition =
      page.next === null
        ? { phase: 'ONLY_HERE', after: null }
        : { phase: 'PRIMARY', cursor: page.next, pageNumber: pageNumber + 1, offset: 0 };
    position = behind;
    const compared = await compareLivePage(page.contacts, context);
    for (const [index, comparison] of compared.entries()) {
      if (index < offset || !isWanted(comparison.diff.kind)) continue;
      const isLastRow = index === compared.length - 1;
      position = isLastRow ? behind : { phase: 'PRIMARY', cursor, pageNumber, offset: index + 1 };
      edges.push(new Edge(liveNode(comparison), position, liveDiffCursor));
      if (edges.length === request.limit) break;
      position = behind;
    }
  }

  if (position.phase === 'ONLY_HERE' && edges.length < request.limit) {
    const limit = request.limit - edges.length;
    const found = isWanted('ONLY_IN_SECONDARY')
      ? await pageOfDifferingContacts(context.store.contacts.collection, {
          syncStates: ['ONLY_LOCAL'],
          after: position.after,
          limit: limit + 1,
        })
      : [];
    for (const contact of found.slice(0, limit)) {
      position = { phase: 'ONLY_HERE', after: contact._id };
      edges.push(new Edge(storedDiff(contactNode(contact), context), position, liveDiffCursor));
    }
    hasMore = found.length > limit;
  }

  return {
    edges,
    pageInfo: {
      hasNextPage: hasMore,
      hasPreviousPage: request.from !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: hasMore ? liveDiffCursor.encode(position) : (edges.at(-1)?.cursor ?? null),
    },
    liveCost: async () => liveCost({ apiRequests, apiRequestsLeft: await requestsLeft(position, context) }, context),
  };
}

async function requestsLeft(position: LivePosition, { store: { contacts } }: GraphQLContext): Promise<number> {
  if (position.phase === 'ONLY_HERE') return 0;
  const [all, onlyHere] = await Promise.all([
    contacts.collection.estimatedDocumentCount(),
    contacts.countBySyncState('ONLY_LOCAL'),
  ]);
  return Math.max(1, Math.ceil((all - onlyHere) / LIVE_PAGE_SIZE) - position.pageNumber);
}

function liveNode({ stored, theirs, diff }: LiveComparison): ContactDiffNode {
  return { contact: stored === null ? unstoredNode(theirs) : contactNode(stored), diff };
}

/** What a pull would store of a contact that only the primary has. Its id finds nothing: the pull gives it another. */
export function unstoredNode(theirs: PrimaryContact): ContactNode {
  const digest = createHash('sha256').update(theirs.contactId).digest('hex');
  const contact = createFromPrimary(theirs, { runId: '', now: theirs.updatedAt ?? theirs.createdAt ?? new Date(0) });
  return contactNode({ ...contact, _id: new ObjectId(digest.slice(0, 24)), revision: 0, primaryReadAt: null });
}
