import { z } from 'zod';
import type { PrimaryCustomField } from '../model/primary-contact.ts';
import type { ApiClient, CallContext } from './api-client.ts';
import { id, optionalText } from './decoding.ts';
import { getPage, type Page, pages } from './paging.ts';

/** Custom fields a page at most; also what an account may have (API-FACTS section 7). */
const CUSTOM_FIELDS_PAGE_LIMIT = 100;

const customFieldRow = z.object({
  custom_field_id: id,
  label: optionalText,
  name: optionalText,
  type: optionalText,
  choices: z.array(z.object({ choice_id: z.union([z.string(), z.number()]), choice_label: optionalText })).nullish(),
});

function decodeCustomField(raw: unknown): PrimaryCustomField {
  const row = customFieldRow.parse(raw);
  return {
    customFieldId: row.custom_field_id,
    label: row.label ?? '',
    name: row.name ?? '',
    type: row.type ?? '',
    // Defined as integers, named by contacts as strings such as `000001`.
    choices: (row.choices ?? []).map((choice) => ({
      choiceId: String(choice.choice_id),
      label: choice.choice_label ?? '',
    })),
  };
}

/** One page of `GET /contact_custom_fields`. */
export async function getCustomFieldsPage(
  client: ApiClient,
  params: { readonly cursor?: string | undefined },
  context: CallContext,
): Promise<Page<PrimaryCustomField>> {
  const query = { limit: String(CUSTOM_FIELDS_PAGE_LIMIT) };
  const path = '/contact_custom_fields';
  const collection = { path, rowsKey: 'custom_fields', decodeRow: decodeCustomField, query };
  return await getPage(client, collection, params.cursor, context);
}

export function customFieldPages(
  client: ApiClient,
  context: CallContext,
): AsyncGenerator<Page<PrimaryCustomField>, void, undefined> {
  return pages((cursor) => getCustomFieldsPage(client, { cursor }, context), context.signal);
}
