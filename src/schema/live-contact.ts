import { isDomainError } from '../domain-error.ts';
import type { PrimaryContact } from '../model/primary-contact.ts';
import { builder } from './builder.ts';
import { ConsentType } from './consent.ts';
import { ContactType } from './contact.ts';
import { ContactListType } from './contact-list.ts';
import type { GraphQLContext } from './context.ts';
import { whenKnown } from './directory.ts';
import { profileFields } from './profile.ts';
import { TagType } from './tag.ts';
import { InvalidInput, userErrorOf } from './user-errors.ts';

/** A request each, at some four a second: more would hold an answer back for longer than anybody waits. */
const LIVE_LIMIT = 50;

/** The error of one contact is its own field's: the others of the operation are answered. */
async function loadLive(
  contactIds: readonly string[],
  { live, signal }: GraphQLContext,
): Promise<(PrimaryContact | Error | null)[]> {
  const asked = contactIds.slice(0, LIVE_LIMIT);
  const answers = (await live(asked, signal)).map((answer) => {
    const error = isDomainError(answer) ? userErrorOf(answer) : answer;
    return error as PrimaryContact | Error | null;
  });
  const refused = contactIds.slice(LIVE_LIMIT).map(() => {
    const message = `At most ${LIVE_LIMIT} contacts are read live in one operation: ask for fewer.`;
    return new InvalidInput([{ path: [], message }]);
  });
  return [...answers, ...refused];
}

/** Loaded once for each contact of an operation, whichever of its fields ask. */
export const LiveContactType = builder.loadableObjectRef<PrimaryContact | null, string, string, PrimaryContact>(
  'LiveContact',
  {
    load: loadLive,
  },
);

LiveContactType.implement({
  description: 'What Constant Contact says of a contact at this moment.',
  fields: (t) => ({
    contactId: t.exposeString('contactId', { description: "Constant Contact's contact_id." }),
    ...profileFields(t),
    consent: t.expose('consent', { type: ConsentType, description: "The subscriber's own choice." }),
    lists: t.field({
      type: [ContactListType],
      description: 'Lists that it is on; one that is not stored yet is missing.',
      resolve: ({ listIds }, _arguments, { directory }) =>
        whenKnown(directory.lists(), (lists) => listIds.flatMap((listId) => lists.get(listId) ?? [])),
    }),
    tags: t.field({
      type: [TagType],
      description: 'Its tags; one that is not stored yet is missing.',
      resolve: async ({ tagIds }, _arguments, { loaders }) => {
        const tags = await Promise.all(tagIds.map((tagId) => loaders.tag().load(tagId)));
        return tags.filter((tag) => tag !== null);
      },
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', nullable: true, description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its personal details last changed; opt-outs and memberships may not move it.',
    }),
    deletedAt: t.expose('deletedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'The day on which it was deleted, at 00:00 UTC.',
    }),
  }),
});

/** Null when Constant Contact has no such contact. */
export function readLive(contactId: string, context: GraphQLContext): Promise<PrimaryContact | null> {
  return LiveContactType.getDataloader(context).load(contactId);
}

builder.objectFields(ContactType, (t) => ({
  live: t.field({
    type: LiveContactType,
    nullable: true,
    description:
      'What Constant Contact says now; null when the contact is not there. Costs one API request for each contact, ' +
      'because the API reads no several by id; defer it to have the rest at once.',
    // A key for the loader; what exists only here is not asked for.
    resolve: ({ stored }) => stored.contactId,
  }),
}));
