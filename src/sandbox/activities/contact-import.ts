import { parse as parseCsv } from 'csv-parse/sync';
import { z } from 'zod';
import { knownLists } from '../contact-writes.ts';
import { invalid, unsupportedMediaType } from '../http/api-error.ts';
import { idSchema, parseBody, parseShape } from '../http/request-body.ts';
import type { ApiRequest, ApiResponse, Route } from '../http/route.ts';
import type { World } from '../world.ts';
import { type ActivityStatus, shareOf } from './activity-queue.ts';
import { type ImportCounts, type ImportRow, type ImportTarget, importRow } from './import-rows.ts';
import { countRowsWithin } from './json-rows.ts';

/** The smaller reading of 4 MB. What lies beyond is dropped without a word. */
const PAYLOAD_LIMIT_BYTES = 4_000_000;
const ROW_LIMIT = 40_000;
/** Here even the sandbox gives up. */
const BODY_LIMIT_BYTES = 64 * 1_048_576;

export const importRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/activities/contacts_json_import',
    scope: 'contact_data',
    bodyLimitBytes: BODY_LIMIT_BYTES,
    handle: importJson,
  },
  {
    method: 'POST',
    path: '/activities/contacts_file_import',
    scope: 'contact_data',
    bodyLimitBytes: BODY_LIMIT_BYTES,
    handle: importFile,
  },
];

const jsonSchema = z.object({
  import_data: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))).min(1),
  list_ids: z.array(idSchema).min(1).max(50),
  sms_permission_to_send: z.enum(['explicit', 'not_set']).default('not_set'),
});

function importJson(request: ApiRequest, world: World): ApiResponse {
  const { import_data, list_ids, sms_permission_to_send } = parseBody(jsonSchema, request);
  const within =
    request.body.length > PAYLOAD_LIMIT_BYTES ? countRowsWithin(request.body, PAYLOAD_LIMIT_BYTES) : import_data.length;
  const rows = import_data.slice(0, Math.min(within, ROW_LIMIT)).map((row) => filled(Object.entries(row)));
  const target = { listIds: knownLists(world, list_ids), smsPermission: sms_permission_to_send };
  return submit(world, { rows, sentCount: import_data.length, target });
}

const fileSchema = z.object({
  list_ids: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(idSchema).min(1).max(50)),
  sms_permission_to_send: z.enum(['explicit', 'not_set']).default('not_set'),
});

async function importFile(request: ApiRequest, world: World): Promise<ApiResponse> {
  const type = request.headers['content-type'] ?? '';
  if (!/^multipart\/form-data;.*boundary=/i.test(type)) throw unsupportedMediaType();
  const form = await new Response(request.body, { headers: { 'content-type': type } }).formData().catch((cause) => {
    const error = invalid('The multipart request body is malformed.');
    error.cause = cause;
    throw error;
  });
  const file = form.get('file');
  if (file === null || typeof file === 'string') throw invalid('file: is required');
  if (!file.name.toLowerCase().endsWith('.csv')) throw unsupportedMediaType();
  const fields = parseShape(fileSchema, {
    list_ids: form.get('list_ids') ?? '',
    sms_permission_to_send: form.get('sms_permission_to_send') || undefined,
  });
  const { rows, sentCount } = readCsv(Buffer.from(await file.arrayBuffer()));
  const target = { listIds: knownLists(world, fields.list_ids), smsPermission: fields.sms_permission_to_send };
  return submit(world, { rows, sentCount, target, sourceFileName: file.name });
}

/** The header counts as one of the 40,000 lines. A line that the byte limit cuts in two is lost. */
function readCsv(bytes: Buffer): { rows: ImportRow[]; sentCount: number } {
  const all = csvRecords(bytes);
  const [header, ...records] = bytes.length > PAYLOAD_LIMIT_BYTES ? csvRecords(wholeLines(bytes)) : all;
  const headings = (header ?? []).map((heading) => heading.trim());
  if (!headings.includes('email') && !headings.includes('sms_number')) {
    throw invalid('file: a column email or sms_number is required');
  }
  const rows = records
    .slice(0, ROW_LIMIT - 1)
    .map((record) => filled(headings.map((heading, position) => [heading, record[position] ?? ''] as const)));
  return { rows, sentCount: all.length - 1 };
}

function csvRecords(bytes: Buffer): string[][] {
  try {
    return parseCsv(bytes, { bom: true, relax_column_count: true, skip_empty_lines: true });
  } catch (cause) {
    const error = invalid('file: is not valid CSV');
    error.cause = cause;
    throw error;
  }
}

function wholeLines(bytes: Buffer): Buffer {
  const cut = bytes.subarray(0, PAYLOAD_LIMIT_BYTES);
  return cut.subarray(0, cut.lastIndexOf(0x0a) + 1);
}

/** Blank cells and nulls say nothing: an import clears nothing. */
function filled(entries: readonly (readonly [string, string | number | null])[]): ImportRow {
  const row = new Map<string, string>();
  for (const [key, value] of entries) if (value !== null && value !== '') row.set(key, String(value));
  return row;
}

function submit(
  world: World,
  {
    rows,
    sentCount,
    target,
    sourceFileName,
  }: { rows: readonly ImportRow[]; sentCount: number; target: ImportTarget; sourceFileName?: string },
): ApiResponse {
  const id = world.activities.submit({
    run: (share) => runImport(world, shareOf(rows, share), target),
    ...(sourceFileName === undefined ? {} : { sourceFileName }),
  });
  world.stats.imports.push({ activity_id: id, rows: sentCount, rows_taken: rows.length, list_ids: target.listIds });
  return { status: 201, body: world.activities.viewOfNew(id) };
}

function runImport(world: World, rows: readonly ImportRow[], target: ImportTarget): ActivityStatus {
  const counts: ImportCounts = { persons: new Set(), errors: 0, correctable: 0, cannotAdd: 0 };
  // A list may have gone since the request was taken.
  const listIds = target.listIds.filter((listId) => world.lists.get(listId)?.deleted_at === undefined);
  for (const row of rows) importRow(world, row, { ...target, listIds }, counts);
  return {
    items_total_count: rows.length + 1,
    person_count: counts.persons.size,
    error_count: counts.errors,
    correctable_count: counts.correctable,
    cannot_add_to_list_count: counts.cannotAdd,
  };
}
