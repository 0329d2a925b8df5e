import { ObjectId } from 'mongodb';
import { z } from 'zod';
import { SYNC_STATES, type SyncState } from '../model/stored-contact.ts';
import { pageOfDifferingContacts } from '../store/contact-diff-queries.ts';
import type { ContactDiffKind } from '../sync/decide/compare.ts';
import { LIVE_PAGE_SIZE } from '../sync/live-pages.ts';
import { builder } from './builder.ts';
import { connectionPage } from './connection-page.ts';
import { ContactDiffKindEnum, ContactDiffType, DiffSourceEnum, storedDiff } from './contact-diff.ts';
import { contactNode } from './contact-node.ts';
import { createCursorCodec, objectIdHex } from './cursor.ts';
import {
  type LiveCost,
  LiveCostType,
  liveDiffCursor,
  MOST_LIVE_REQUESTS,
  pageOfLiveDiffs,
  requestLimitProblems,
} from './live-contact-diffs.ts';
import { parsePageRequest } from './page-request.ts';

interface ContactDiffFilter {
  readonly kinds?: readonly ContactDiffKind[] | null | undefined;
}

const ContactDiffFilterInput = builder.inputRef<ContactDiffFilter>('ContactDiffFilter').implement({
  description: 'Which differences.',
  fields: (t) => ({
    kinds: t.field({ type: [ContactDiffKindEnum], description: 'Only these kinds; all that differ without it.' }),
  }),
});

/** What is stored of a contact says which kinds it can be of; the other kinds show in a live comparison alone. */
const KINDS_OF_STATE: { readonly [state in SyncState]: ContactDiffKind | null } = {
  IN_SYNC: null,
  PENDING_PUSH: 'CHANGED_IN_SECONDARY',
  CONFLICT: 'CONFLICT',
  ONLY_LOCAL: 'ONLY_IN_SECONDARY',
  DELETED_IN_PRIMARY: 'DELETED_IN_PRIMARY',
};

function statesOf(kinds: readonly ContactDiffKind[] | null | undefined): SyncState[] {
  return SYNC_STATES.filter((state) => {
    const kind = KINDS_OF_STATE[state];
    return kind !== null && (kinds?.includes(kind) ?? true);
  });
}

const positionFields = z.tuple([objectIdHex]);

const diffCursor = createCursorCodec<z.infer<typeof positionFields>, ObjectId>({
  connection: 'contactDiffs',
  fields: positionFields,
  toFields: (id) => [id.toHexString()],
  fromFields: ([id]) => new ObjectId(id),
});

/** Of a page by what is stored there is none. */
interface WithLiveCost {
  readonly liveCost: (() => Promise<LiveCost>) | null;
}

const ContactDiffConnectionType = builder.connectionObject<typeof ContactDiffType, WithLiveCost>(
  {
    type: ContactDiffType,
    name: 'ContactDiffConnection',
    description: 'A page of differences.',
    fields: (t) => ({
      liveCost: t.field({
        type: LiveCostType,
        nullable: true,
        description:
          'What the live comparison has cost so far and will cost to its end; null for STORED, which is free.',
        resolve: ({ liveCost }) => liveCost?.() ?? null,
      }),
    }),
  },
  { name: 'ContactDiffEdge', description: 'A difference with its cursor.' },
);

builder.queryFields((t) => ({
  contactDiffs: t.field({
    type: ContactDiffConnectionType,
    description: 'Every contact on which the two stores differ, with what a sync would do about it.',
    args: {
      first: t.arg.int({ description: 'How many contacts: at most 500; 50 without it.' }),
      after: t.arg.string({ description: 'Cursor of the contact before the first one wanted.' }),
      filter: t.arg({ type: ContactDiffFilterInput, description: 'Which differences; all without it.' }),
      source: t.arg({
        type: DiffSourceEnum,
        defaultValue: 'STORED',
        description:
          'What of Constant Contact is compared. LIVE goes through all of its contacts page by page, changes nothing here, and ' +
          'may give a page that is short or empty with others behind it: go on from `endCursor` while there is a next page. ' +
          'Contacts that exist only here come last.',
      }),
      maxApiRequests: t.arg.int({
        defaultValue: 1,
        description:
          `For LIVE: how many requests this page may cost, at most ${MOST_LIVE_REQUESTS}; each compares up to ` +
          `${LIVE_PAGE_SIZE} contacts. 0 asks nothing and tells in \`liveCost\` what the comparison will cost.`,
      }),
    },
    resolve: async (_root, { filter, source, maxApiRequests, ...page }, context) => {
      if (source === 'LIVE') {
        const most = maxApiRequests ?? 1;
        const request = parsePageRequest(page, liveDiffCursor, requestLimitProblems(most, MOST_LIVE_REQUESTS));
        return pageOfLiveDiffs({ request, kinds: filter?.kinds ?? null, maxApiRequests: most }, context);
      }
      const request = parsePageRequest(page, diffCursor);
      const contacts = await pageOfDifferingContacts(context.store.contacts.collection, {
        syncStates: statesOf(filter?.kinds),
        after: request.from,
        limit: request.limit + 1,
      });
      const connection = connectionPage({
        nodes: contacts.slice(0, request.limit).map((contact) => storedDiff(contactNode(contact), context)),
        positionOf: ({ contact }) => contact.stored._id,
        codec: diffCursor,
        request,
        hasMore: contacts.length > request.limit,
        hasBehind: request.from !== null,
      });
      return { ...connection, liveCost: null };
    },
  }),
}));
