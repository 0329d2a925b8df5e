import { z } from 'zod';
import type { PrimaryTag } from '../model/primary-contact.ts';
import type { ApiClient, CallContext } from './api-client.ts';
import { id, instantOrNull, optionalInstant, optionalText, textOrNull } from './decoding.ts';
import { getPage, type Page, pages } from './paging.ts';

/** Tags a page at most (API-FACTS section 7). */
const TAGS_PAGE_LIMIT = 500;

const tagRow = z.object({
  tag_id: id,
  name: optionalText,
  tag_source: optionalText,
  created_at: optionalInstant,
  updated_at: optionalInstant,
});

function decodeTag(raw: unknown): PrimaryTag {
  const row = tagRow.parse(raw);
  return {
    tagId: row.tag_id,
    name: row.name ?? '',
    tagSource: textOrNull(row.tag_source),
    createdAt: instantOrNull(row.created_at),
    updatedAt: instantOrNull(row.updated_at),
  };
}

/** One page of `GET /contact_tags`. */
export async function getContactTagsPage(
  client: ApiClient,
  params: { readonly cursor?: string | undefined },
  context: CallContext,
): Promise<Page<PrimaryTag>> {
  const query = { limit: String(TAGS_PAGE_LIMIT) };
  const collection = { path: '/contact_tags', rowsKey: 'tags', decodeRow: decodeTag, query };
  return await getPage(client, collection, params.cursor, context);
}

export function contactTagPages(
  client: ApiClient,
  context: CallContext,
): AsyncGenerator<Page<PrimaryTag>, void, undefined> {
  return pages((cursor) => getContactTagsPage(client, { cursor }, context), context.signal);
}
