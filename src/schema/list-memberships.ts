import type { ListDocument } from '../store/lists.ts';
import { changeMemberships, type MembershipOutcome } from '../sync/local-work/change-memberships.ts';
import { MOST_CONTACTS } from '../sync/local-work/local-work.ts';
import { builder } from './builder.ts';
import { ContactType } from './contact.ts';
import { ContactListType } from './contact-list.ts';
import { contactNode } from './contact-node.ts';
import type { GraphQLContext } from './context.ts';
import { localWorkContext } from './local-work-context.ts';
import { ContactListNotFound } from './local-work-errors.ts';
import {
  type ContactListRef,
  ContactListRefInput,
  type ContactRef,
  ContactRefInput,
  contactKeyOf,
  findLists,
  referenceProblems,
} from './references.ts';
import { InvalidInput } from './user-errors.ts';

interface MembershipArgument {
  readonly list: ContactListRef;
  readonly contacts: readonly ContactRef[];
}

const ListMembershipInput = builder.inputRef<MembershipArgument>('ListMembershipInput').implement({
  description: 'Which contacts, which list.',
  fields: (t) => ({
    list: t.field({ type: ContactListRefInput, required: true, description: 'The list.' }),
    contacts: t.field({
      type: [ContactRefInput],
      required: true,
      description: `The contacts; at most ${MOST_CONTACTS.toLocaleString('en')}.`,
    }),
  }),
});

interface RefusedMembership {
  readonly index: number;
  readonly contact: MembershipOutcome['contact'];
  readonly reason: string;
  readonly message: string;
}

const RefusedMembershipType = builder.objectRef<RefusedMembership>('RefusedMembership').implement({
  description: 'A contact whose membership does not change, and why.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Where it stands in `contacts` of the input.' }),
    contact: t.field({
      type: ContactType,
      nullable: true,
      description: 'The contact; null when there is none.',
      resolve: ({ contact }) => (contact === null ? null : contactNode(contact)),
    }),
    reason: t.exposeString('reason', { description: 'For programs: stable, in capitals.' }),
    message: t.exposeString('message', { description: 'For people.' }),
  }),
});

interface ChangedList {
  readonly list: ListDocument;
  readonly outcomes: readonly MembershipOutcome[];
}

const NOT_FOUND = { reason: 'NOT_FOUND', message: 'There is no such contact.' };

const ListMembershipSuccessType = builder.objectRef<ChangedList>('ListMembershipSuccess').implement({
  description: 'What was wished for is stored; the next push sends it.',
  fields: (t) => ({
    list: t.expose('list', { type: ContactListType, description: 'The list.' }),
    changed: t.int({
      description: 'Contacts with a new wish.',
      resolve: ({ outcomes }) => outcomes.filter(({ changed }) => changed).length,
    }),
    unchanged: t.int({
      description: 'Contacts for which there is nothing to do: as wished already, or wished for before.',
      resolve: ({ outcomes }) =>
        outcomes.filter(({ contact, changed, refusal }) => contact !== null && !changed && refusal === null).length,
    }),
    refused: t.field({
      type: [RefusedMembershipType],
      description: 'Contacts that were refused, each with its reason.',
      resolve: ({ outcomes }) =>
        outcomes.flatMap(({ contact, refusal }, index): RefusedMembership[] => {
          if (contact === null) return [{ index, contact, ...NOT_FOUND }];
          return refusal === null ? [] : [{ index, contact, reason: refusal.reason, message: refusal.message }];
        }),
    }),
  }),
});

/** One result for both ways of changing a list. */
const ListMembershipResult = builder.errorUnion('ListMembershipResult', {
  description: 'Success, or one of the named errors.',
  types: [ListMembershipSuccessType, ContactListNotFound],
  resolveType: () => 'ListMembershipSuccess',
});

async function changeList(
  kind: 'add' | 'remove',
  { list, contacts }: MembershipArgument,
  context: GraphQLContext,
): Promise<ChangedList> {
  const problems = [
    ...referenceProblems(list, ['input', 'list']),
    ...(contacts.length > MOST_CONTACTS
      ? [{ path: ['input', 'contacts'], message: `takes at most ${MOST_CONTACTS} contacts.` }]
      : contacts.flatMap((contact, index) => referenceProblems(contact, ['input', 'contacts', String(index)]))),
  ];
  if (problems.length > 0) throw new InvalidInput(problems);
  const [found = null] = await findLists(context.store, [list]);
  if (found === null || found.goneAt !== null) throw new ContactListNotFound();
  const keys = contacts.map(contactKeyOf);
  const wish = { listId: found.listId, kind, contacts: keys };
  return { list: found, outcomes: await changeMemberships(localWorkContext(context), wish) };
}

builder.mutationFields((t) => ({
  addContactsToList: t.field({
    type: ListMembershipResult,
    description: 'Wish that contacts be put on a list by the next push. Nobody who has left is.',
    args: { input: t.arg({ type: ListMembershipInput, required: true, description: 'Which contacts, which list.' }) },
    resolve: (_root, { input }, context) => changeList('add', input, context),
  }),
  removeContactsFromList: t.field({
    type: ListMembershipResult,
    description: 'Wish that contacts be taken off a list by the next push.',
    args: { input: t.arg({ type: ListMembershipInput, required: true, description: 'Which contacts, which list.' }) },
    resolve: (_root, { input }, context) => changeList('remove', input, context),
  }),
}));
