import type { ContactStatus } from '../model/consent.ts';
import type { SyncState } from '../model/stored-contact.ts';
import type { ContactFilter, ContactSearch } from '../store/contact-queries.ts';
import type { Store } from '../store/store.ts';
import { emailKey, searchKey } from '../sync/decide/unified-contact.ts';
import { builder } from './builder.ts';
import { ContactStatusEnum, SyncStateEnum } from './contact.ts';
import { type ContactListRef, ContactListRefInput, findLists, referenceProblems } from './references.ts';
import type { InputProblem } from './user-errors.ts';

export interface ContactFilterArgument {
  readonly search?: string | null | undefined;
  readonly emails?: readonly string[] | null | undefined;
  readonly status?: readonly ContactStatus[] | null | undefined;
  readonly syncState?: readonly SyncState[] | null | undefined;
  readonly lists?: readonly ContactListRef[] | null | undefined;
  readonly tags?: readonly string[] | null | undefined;
  readonly updatedAfter?: Date | null | undefined;
  readonly updatedBefore?: Date | null | undefined;
}

export const ContactFilterInput = builder.inputRef<ContactFilterArgument>('ContactFilter').implement({
  description: 'Which contacts: all that is given must hold; of several values any may. An empty list matches nothing.',
  fields: (t) => ({
    search: t.string({
      description:
        'Start of the email address, the first name or the last name, or of both ("ann sm", "Smith, Ann"); case does not matter. Empty: not asked for.',
    }),
    emails: t.field({ type: ['EmailAddress'], description: 'Email addresses; case does not matter.' }),
    status: t.field({ type: [ContactStatusEnum], description: 'Statuses.' }),
    syncState: t.field({ type: [SyncStateEnum], description: 'Sync states.' }),
    lists: t.field({
      type: [ContactListRefInput],
      description: 'Lists that the contact is on in Constant Contact. One that does not exist has no members.',
    }),
    tags: t.stringList({ description: 'Names of tags, as Constant Contact writes them.' }),
    updatedAfter: t.field({ type: 'DateTime', description: 'Changed in the secondary store after this moment.' }),
    updatedBefore: t.field({ type: 'DateTime', description: 'Changed in the secondary store before this moment.' }),
  }),
});

/** Beyond this an index helps no more, and nobody types it. */
const VALUES_LIMIT = 1_000;
const SEARCH_LIMIT = 200;

export function contactFilterProblems(filter: ContactFilterArgument): InputProblem[] {
  const tooMany = (['emails', 'lists', 'tags'] as const)
    .filter((name) => (filter[name]?.length ?? 0) > VALUES_LIMIT)
    .map((name) => ({ path: ['filter', name], message: `takes at most ${VALUES_LIMIT} values.` }));
  const tooLong =
    (filter.search?.length ?? 0) > SEARCH_LIMIT
      ? [{ path: ['filter', 'search'], message: `takes at most ${SEARCH_LIMIT} characters.` }]
      : [];
  const references = (filter.lists ?? []).flatMap((reference, index) =>
    referenceProblems(reference, ['filter', 'lists', String(index)]),
  );
  return [...tooMany, ...tooLong, ...references];
}

/** The filter in the store's words. A list or a tag that does not exist matches nothing: an empty page, not an error. */
export async function resolveContactFilter(store: Store, filter: ContactFilterArgument): Promise<ContactFilter> {
  const { emails, status, syncState, lists, tags, updatedAfter, updatedBefore } = filter;
  return {
    search: searchPrefixes(filter.search ?? ''),
    emailKeys: emails?.flatMap((email) => emailKey(email) ?? []) ?? null,
    statuses: status ?? null,
    syncStates: syncState ?? null,
    listIds: lists ? (await findLists(store, lists)).flatMap((list) => (list === null ? [] : [list.listId])) : null,
    tagIds: tags ? (await store.tags.byNames(tags)).map((tag) => tag.tagId) : null,
    updatedAfter: updatedAfter ?? null,
    updatedBefore: updatedBefore ?? null,
  };
}

/** Names are indexed both ways round. What is typed between them ("Smith, Ann") does not matter. */
function searchPrefixes(search: string): ContactSearch | null {
  const emailPrefix = emailKey(search);
  if (emailPrefix === null) return null;
  const namePrefix = searchKey(search.replaceAll(/[\s,]+/g, ' '));
  // A comma alone is no name: it is not to match every one.
  return { emailPrefix, namePrefix: namePrefix === '' ? emailPrefix : namePrefix };
}
