import { z } from 'zod';
import type { ApiClient, CallContext } from './api-client.ts';
import { id, instantOrNull, optionalCount, optionalInstant, optionalText, textOrNull } from './decoding.ts';
import { getPage, type Page, pages } from './paging.ts';

/** `initialized` -> `processing` -> `completed`, `cancelled`, `failed` or `timed_out`; a value added later survives. */
export const ENDED_ACTIVITY_STATES = ['completed', 'cancelled', 'failed', 'timed_out'] as const;

/** An asynchronous job of the primary. `completed` does not mean that every row was taken: compare the counts. */
export interface Activity {
  readonly activityId: string;
  readonly state: string;
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
  readonly startedAt: Date | null;
  readonly completedAt: Date | null;
  readonly percentDone: number | null;
  /** Of a file import. */
  readonly sourceFileName: string | null;
  readonly errors: readonly string[];
  /** Each null where the kind of activity does not count it. */
  readonly counts: ActivityCounts;
  /** Of a finished export: the id of its file. */
  readonly resultsFileId: string | null;
}

export interface ActivityCounts {
  /** Of an import: rows with the header. */
  readonly itemsTotal: number | null;
  readonly itemsCompleted: number | null;
  /** Of an import: contacts taken. Fewer than were sent means that data was dropped. */
  readonly persons: number | null;
  readonly errors: number | null;
  readonly correctable: number | null;
  /** Previously unsubscribed. */
  readonly cannotAddToList: number | null;
  readonly lists: number | null;
}

const link = z.object({ href: optionalText }).nullish();
const activityRow = z.object({
  activity_id: id,
  state: z.string(),
  created_at: optionalInstant,
  updated_at: optionalInstant,
  started_at: optionalInstant,
  completed_at: optionalInstant,
  percent_done: z.number().nullish(),
  source_file_name: optionalText,
  // Strings, but the tag delete activity has objects.
  activity_errors: z.array(z.union([z.string(), z.object({ message: z.string() })])).nullish(),
  status: z
    .object({
      items_total_count: optionalCount,
      items_completed_count: optionalCount,
      person_count: optionalCount,
      error_count: optionalCount,
      correctable_count: optionalCount,
      cannot_add_to_list_count: optionalCount,
      list_count: optionalCount,
    })
    .nullish(),
  _links: z.object({ results: link }).nullish(),
});

/** Decodes one activity: the answer of every POST to `/activities` and of the asynchronous deletes. */
export function decodeActivity(raw: unknown): Activity {
  const row = activityRow.parse(raw);
  return {
    activityId: row.activity_id,
    state: row.state,
    createdAt: instantOrNull(row.created_at),
    updatedAt: instantOrNull(row.updated_at),
    startedAt: instantOrNull(row.started_at),
    completedAt: instantOrNull(row.completed_at),
    percentDone: row.percent_done ?? null,
    sourceFileName: textOrNull(row.source_file_name),
    errors: (row.activity_errors ?? []).map((error) => (typeof error === 'string' ? error : error.message)),
    counts: {
      itemsTotal: row.status?.items_total_count ?? null,
      itemsCompleted: row.status?.items_completed_count ?? null,
      persons: row.status?.person_count ?? null,
      errors: row.status?.error_count ?? null,
      correctable: row.status?.correctable_count ?? null,
      cannotAddToList: row.status?.cannot_add_to_list_count ?? null,
      lists: row.status?.list_count ?? null,
    },
    // The documented path of the link differs from the operation's: only its last segment is used.
    resultsFileId: textOrNull(row._links?.results?.href?.split(/[?#]/)[0]?.split('/').at(-1)),
  };
}

/** Needs the privilege `contacts:write`. `PRIMARY_NOT_FOUND`: unknown, or older than 10 days. */
export async function getActivity(client: ApiClient, activityId: string, context: CallContext): Promise<Activity> {
  const path = `/activities/${encodeURIComponent(activityId)}`;
  const request = { method: 'GET', pathTemplate: '/activities/{activity_id}', path, decode: decodeActivity } as const;
  return (await client.send(request, context)).body;
}

/** Activities a page at most (API-FACTS section 6). */
const ACTIVITIES_PAGE_LIMIT = 500;

/** One page of the activities of the last 10 days. `initialized` cannot be asked for. */
export async function getActivities(
  client: ApiClient,
  params: {
    readonly state?: 'processing' | 'completed' | 'cancelled' | 'failed' | 'timed_out';
    readonly limit?: number;
    readonly cursor?: string | undefined;
  },
  context: CallContext,
): Promise<Page<Activity>> {
  const query = { state: params.state, limit: String(params.limit ?? ACTIVITIES_PAGE_LIMIT) };
  const collection = { path: '/activities', rowsKey: 'activities', decodeRow: decodeActivity, query };
  return await getPage(client, collection, params.cursor, context);
}

export function activityPages(
  client: ApiClient,
  context: CallContext,
): AsyncGenerator<Page<Activity>, void, undefined> {
  return pages((cursor) => getActivities(client, { cursor }, context), context.signal);
}
