import { ObjectId } from 'mongodb';
import { z } from 'zod';
import type { ListDocument } from '../store/lists.ts';
import { builder } from './builder.ts';
import { connectionPage } from './connection-page.ts';
import { ContactListType } from './contact-list.ts';
import { createCursorCodec, objectIdHex } from './cursor.ts';
import { parsePageRequest } from './page-request.ts';
import { ContactListRefInput, findLists, referenceProblems } from './references.ts';
import { InvalidInput } from './user-errors.ts';

interface ContactListFilter {
  readonly search?: string | null | undefined;
  readonly includeGone?: boolean | null | undefined;
}

const ContactListFilterInput = builder.inputRef<ContactListFilter>('ContactListFilter').implement({
  description: 'Which contact lists: all that is given must hold.',
  fields: (t) => ({
    search: t.string({ description: 'A part of the name; case does not matter. Empty: not asked for.' }),
    includeGone: t.boolean({
      defaultValue: false,
      description: 'Also lists that Constant Contact no longer has.',
    }),
  }),
});

interface ListPosition {
  readonly name: string;
  readonly id: string;
}

const positionFields = z.tuple([z.string(), objectIdHex]);

const listCursor = createCursorCodec<z.infer<typeof positionFields>, ListPosition>({
  connection: 'contactLists',
  fields: positionFields,
  toFields: ({ name, id }) => [name, id],
  fromFields: ([name, id]) => ({ name, id: new ObjectId(id).toHexString() }),
});

const positionOf = (list: ListDocument): ListPosition => ({ name: list.name, id: list._id.toHexString() });

function compare(a: ListPosition, b: ListPosition): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function matches(list: ListDocument, { search, includeGone }: ContactListFilter): boolean {
  if (list.goneAt !== null && includeGone !== true) return false;
  const part = search?.trim().toLowerCase() ?? '';
  return part === '' || list.name.toLowerCase().includes(part);
}

const ContactListConnectionType = builder.connectionObject(
  {
    type: ContactListType,
    name: 'ContactListConnection',
    description: 'A page of contact lists.',
  },
  { name: 'ContactListEdge', description: 'A contact list with its cursor.' },
);

builder.queryFields((t) => ({
  contactLists: t.field({
    type: ContactListConnectionType,
    description: "The account's contact lists, by name.",
    args: {
      first: t.arg.int({ description: 'How many lists: at most 500; 50 without it.' }),
      after: t.arg.string({ description: 'Cursor of the list before the first one wanted.' }),
      filter: t.arg({ type: ContactListFilterInput, description: 'Which lists; without it all that still exist.' }),
    },
    resolve: async (_root, { filter, ...page }, { store }) => {
      const request = parsePageRequest(page, listCursor);
      // At most 1,000 by the API's own limit: all are read, so that any part of a name can be searched for.
      const all = (await store.lists.all()).filter((list) => matches(list, filter ?? {}));
      all.sort((a, b) => compare(positionOf(a), positionOf(b)));
      const { from } = request;
      const start = from === null ? 0 : all.findIndex((list) => compare(positionOf(list), from) > 0);
      const following = start === -1 ? [] : all.slice(start);
      return connectionPage({
        nodes: following.slice(0, request.limit),
        positionOf,
        codec: listCursor,
        request,
        hasMore: following.length > request.limit,
        hasBehind: following.length < all.length,
      });
    },
  }),
  contactList: t.field({
    type: ContactListType,
    nullable: true,
    description: 'One contact list; null when there is none.',
    args: { by: t.arg({ type: ContactListRefInput, required: true, description: 'Which list.' }) },
    resolve: async (_root, { by }, { store }) => {
      const problems = referenceProblems(by, ['by']);
      if (problems.length > 0) throw new InvalidInput(problems);
      return (await findLists(store, [by]))[0] ?? null;
    },
  }),
}));
