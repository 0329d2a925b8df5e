import { z } from 'zod';
import type { PrimaryList } from '../model/primary-contact.ts';
import type { ApiClient, CallContext } from './api-client.ts';
import { id, instantOrNull, optionalCount, optionalInstant, optionalText, textOrNull } from './decoding.ts';
import { getPage, type Page, pages } from './paging.ts';

/** Lists a page at most, by the spec's text; its schema and the guide say 1,000 (API-FACTS section 5). */
export const LISTS_PAGE_LIMIT = 500;

export interface ContactListsQuery {
  /** Adds `membershipCount`: of all members, or of those who can be mailed. */
  readonly includeMembershipCount?: 'all' | 'active';
  /** `all`, `active`, `deleted`. Without it: active ones. */
  readonly status?: readonly string[];
  readonly name?: string;
  readonly includeCount?: boolean;
  /** 1 to 500, the default. */
  readonly limit?: number;
}

const listRow = z.object({
  list_id: id,
  name: optionalText,
  description: optionalText,
  favorite: z.boolean().nullish(),
  membership_count: optionalCount,
  created_at: optionalInstant,
  updated_at: optionalInstant,
  deleted_at: optionalInstant,
});

function decodeList(raw: unknown): PrimaryList {
  const row = listRow.parse(raw);
  return {
    listId: row.list_id,
    name: row.name ?? '',
    description: textOrNull(row.description),
    favorite: row.favorite ?? false,
    membershipCount: row.membership_count ?? null,
    createdAt: instantOrNull(row.created_at),
    updatedAt: instantOrNull(row.updated_at),
    deletedAt: instantOrNull(row.deleted_at),
  };
}

/** One page of `GET /contact_lists`: email lists. A row that cannot be decoded fails the page: a list left out would look deleted. */
export async function getContactListsPage(
  client: ApiClient,
  params: { readonly query: ContactListsQuery } | { readonly cursor: string },
  context: CallContext,
): Promise<Page<PrimaryList>> {
  const query = 'query' in params ? params.query : {};
  return await getPage(
    client,
    {
      path: '/contact_lists',
      rowsKey: 'lists',
      countKey: 'lists_count',
      decodeRow: decodeList,
      query: {
        include_membership_count: query.includeMembershipCount,
        include_count: query.includeCount === true ? 'true' : undefined,
        status: query.status?.join(','),
        name: query.name,
        limit: String(query.limit ?? LISTS_PAGE_LIMIT),
      },
    },
    'cursor' in params ? params.cursor : undefined,
    context,
  );
}

export function contactListPages(
  client: ApiClient,
  query: ContactListsQuery,
  context: CallContext,
): AsyncGenerator<Page<PrimaryList>, void, undefined> {
  return pages(
    (cursor) => getContactListsPage(client, cursor === undefined ? { query } : { cursor }, context),
    context.signal,
  );
}
