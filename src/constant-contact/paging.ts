import { z } from 'zod';
import type { ApiClient, ApiResponse, CallContext } from './api-client.ts';
import { DecodingError, optionalCount } from './decoding.ts';
import { PrimaryRequestError } from './errors.ts';

/** One page of a collection. */
export interface Page<T> {
  readonly rows: readonly T[];
  /** The cursor of the next page; null on the last one. */
  readonly next: string | null;
  /** All that match, where it was asked for; to be trusted on the first page only. */
  readonly totalCount: number | null;
  /** The primary's own clock when it answered. One-second resolution. */
  readonly primaryDate: Date;
}

/**
 * Asks for one page. The rows stand under `rowsKey`, the count under `countKey`; `decodeRow` throws on a row that is not
 * what the API promises, and the page with it.
 */
export async function getPage<T>(
  client: ApiClient,
  collection: {
    readonly path: string;
    readonly rowsKey: string;
    readonly countKey?: string;
    readonly decodeRow: (row: unknown) => T;
    /** The query of a first page; a cursor carries its own. */
    readonly query: Readonly<Record<string, string | undefined>>;
  },
  cursor: string | undefined,
  context: CallContext,
): Promise<Page<T>> {
  const { rowsKey, countKey = 'count', decodeRow } = collection;
  const response = await client.send(
    {
      method: 'GET',
      pathTemplate: collection.path,
      query: cursor === undefined ? collection.query : { cursor },
      decode(answer) {
        const decoded = envelope.parse(answer);
        return {
          rows: parseRows(decoded[rowsKey], rowsKey).map(decodeRow),
          totalCount: optionalCount.parse(decoded[countKey]) ?? null,
          next: nextCursor(pagingLinks.parse(decoded['_links']), cursor),
        };
      },
    },
    context,
  );
  return { ...response.body, primaryDate: primaryDateOf(response, `GET ${collection.path}`) };
}

function parseRows(rows: unknown, rowsKey: string): unknown[] {
  if (!Array.isArray(rows)) throw new DecodingError(`${rowsKey}: not an array`);
  return rows;
}

/** Never our own clock in its place: watermarks are made of it. */
export function primaryDateOf({ date, status }: ApiResponse<unknown>, route: string): Date {
  if (date !== null) return date;
  throw new PrimaryRequestError('PRIMARY_BAD_RESPONSE', `${route}: the answer has no Date header`, {
    route,
    status,
    effect: 'REFUSED',
  });
}

const envelope = z.record(z.string(), z.unknown());
const href = z.object({ href: z.string().nullish() });
/** `_links`, `next` and `href` may each be missing or null on the last page; tags nest `next` once more. */
const pagingLinks = z.object({ next: href.extend({ next: href.nullish() }).nullish() }).nullish();

/**
 * The cursor of a next link: nothing else of the link is used, so that the token can reach no other host or path.
 * @param cursor the cursor that this page was asked with
 */
function nextCursor(links: z.infer<typeof pagingLinks>, cursor: string | undefined): string | null {
  const link = links?.next?.href ?? links?.next?.next?.href;
  if (link === undefined || link === null || link === '') return null;
  // Not URLSearchParams: cursors are base64, and it would turn an unescaped plus into a blank.
  const encoded = /[?&]cursor=([^&#]+)/.exec(link)?.[1];
  if (encoded === undefined) throw new DecodingError('the next link has no cursor');
  const next = decodePercent(encoded);
  if (next === cursor) throw new DecodingError('the next cursor is that of this page');
  return next;
}

function decodePercent(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

/** Walks a collection to its end. Throws when a cursor comes a second time: such a walk would never end. */
export async function* pages<P extends { readonly next: string | null }>(
  getPage: (cursor: string | undefined) => Promise<P>,
  signal: AbortSignal,
): AsyncGenerator<P, void, undefined> {
  const seen = new Set<string>();
  for (let cursor: string | undefined; ; ) {
    signal.throwIfAborted();
    const page = await getPage(cursor);
    yield page;
    if (page.next === null) return;
    if (seen.has(page.next)) {
      throw new PrimaryRequestError('PRIMARY_BAD_RESPONSE', 'the pages of a collection lead in a circle', {
        route: 'GET',
        effect: 'REFUSED',
      });
    }
    seen.add(page.next);
    cursor = page.next;
  }
}
