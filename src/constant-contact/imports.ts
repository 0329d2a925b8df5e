import { FormData } from 'undici';
import { DomainError } from '../domain-error.ts';
import { type Activity, decodeActivity } from './activities.ts';
import type { ApiClient, CallContext } from './api-client.ts';
import { ACTIVITY_LIMITS, assertCount } from './bulk-activities.ts';

/** What an import takes (API-FACTS section 6). Beyond it the API refuses nothing: it drops the rest silently. */
export const IMPORT_LIMITS = {
  rows: 40_000,
  /** One line of the file is the header. */
  fileRows: 39_999,
  /** Of the body as sent. */
  bytes: 4_000_000,
  emailLength: 50,
} as const;

/**
 * Starts an import of rows into lists: all lists apply to all rows. It puts people back on lists that they left, and may
 * subscribe again who had unsubscribed: send nobody whose state was not read just before. The body comes encoded: what was
 * measured is what is sent.
 * @throws DomainError INVALID_INPUT when the rows, lists or bytes are more than the API takes
 */
export async function importContactsJson(
  client: ApiClient,
  {
    jsonText,
    rowCount,
    listIds,
  }: { readonly jsonText: string; readonly rowCount: number; readonly listIds: readonly string[] },
  context: CallContext,
): Promise<Activity> {
  assertCount('lists', listIds, ACTIVITY_LIMITS.listIds);
  assertSize('rows', rowCount, IMPORT_LIMITS.rows);
  assertSize('bytes', Buffer.byteLength(jsonText), IMPORT_LIMITS.bytes);
  const pathTemplate = '/activities/contacts_json_import';
  const request = { method: 'POST', pathTemplate, body: { jsonText }, decode: decodeActivity } as const;
  return (await client.send(request, context)).body;
}

/**
 * The same with a CSV file: the first line names the columns.
 * @throws DomainError INVALID_INPUT when the rows, lists or bytes are more than the API takes
 */
export async function importContactsFile(
  client: ApiClient,
  params: {
    readonly csv: Buffer;
    /** Without the header. */
    readonly rowCount: number;
    readonly fileName: string;
    readonly listIds: readonly string[];
  },
  context: CallContext,
): Promise<Activity> {
  const { csv, rowCount, fileName, listIds } = params;
  assertCount('lists', listIds, ACTIVITY_LIMITS.listIds);
  assertSize('rows', rowCount, IMPORT_LIMITS.fileRows);
  assertSize('bytes', csv.byteLength, IMPORT_LIMITS.bytes - MULTIPART_BYTES);
  if (!fileName.endsWith('.csv')) throw new DomainError('INVALID_INPUT', 'The file of an import must be a .csv.');
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(csv)], { type: 'text/csv' }), fileName);
  form.set('list_ids', listIds.join(','));
  const pathTemplate = '/activities/contacts_file_import';
  const request = { method: 'POST', pathTemplate, body: { form }, decode: decodeActivity } as const;
  return (await client.send(request, context)).body;
}

/** More than the multipart frame and 50 list ids need: the 4 MB are those of the whole body. */
const MULTIPART_BYTES = 4096;

function assertSize(what: string, size: number, most: number): void {
  if (size > 0 && size <= most) return;
  throw new DomainError('INVALID_INPUT', `An import takes 1 to ${most} ${what}, not ${size}: the rest would be lost.`);
}
