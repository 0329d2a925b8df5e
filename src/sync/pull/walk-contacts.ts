import type { ApiClient } from '../../constant-contact/api-client.ts';
import { type ContactsPage, type ContactsQuery, getContactsPage } from '../../constant-contact/contacts.ts';
import { isCursorRefused } from '../../constant-contact/errors.ts';
import type { Span } from '../../tracing.ts';
import type { RunSession } from '../run-session.ts';

/** A cursor that is refused again and again is no accident: the run fails and the next one begins anew. */
const MOST_RESTARTS = 5;

export interface WalkOptions {
  readonly session: RunSession;
  readonly api: ApiClient;
  readonly query: ContactsQuery;
  /** From the first page, wherever the run's `resume` stands. */
  readonly fresh: boolean;
  /** Stores one page, and ends its span. The page after it is being fetched meanwhile. */
  readonly storePage: (page: ContactsPage, progress: WalkProgress, span: Span) => Promise<void>;
}

export interface WalkProgress {
  /** The cursor of the page that comes next; null after the last one. */
  readonly next: string | null;
  readonly page: number;
  /** Rows of this pass, this page included. */
  readonly seen: number;
  /** Rows that the primary announced for this pass; null if it did not. */
  readonly expected: number | null;
  readonly restarts: number;
}

/**
 * Walks all pages of a query from where the run's `resume` stands. Cursors may be page numbers in disguise
 * (API-FACTS section 2): rows may come twice or be skipped while data changes. So a refused cursor starts the walk
 * again from its first page, and so does, once, a walk that ends with fewer rows than the primary announced.
 */
export async function walkContacts({ session, api, query, fresh, storePage }: WalkOptions): Promise<void> {
  const resume = fresh ? null : session.run.resume;
  let cursor = resume?.cursor ?? null;
  let page = resume?.page ?? 0;
  let seen = resume?.seen ?? 0;
  let expected = resume?.expected ?? null;
  let restarts = resume?.restarts ?? 0;
  // The last page was stored before a crash: the walk is done.
  if (cursor === null && page > 0) return;

  const fetchPage = (from: string | null) =>
    session.request((context) => getContactsPage(api, from === null ? { query } : { cursor: from }, context));
  const prefetch = (from: string | null) => {
    const span = session.tracing.start({ name: 'page' });
    const fetched = span.run(() => fetchPage(from));
    // Its failure is met when the page is awaited; until then it must not count as unhandled.
    fetched.catch((error: unknown) => {
      span.fail(error);
      span.end();
    });
    return { fetched, span };
  };

  const restart = () => {
    restarts += 1;
    cursor = null;
    page = 0;
    seen = 0;
    expected = null;
  };

  for (let pending = prefetch(cursor); ; ) {
    session.signal.throwIfAborted();
    let current: ContactsPage;
    try {
      current = await pending.fetched;
    } catch (error) {
      if (!isCursorRefused(error) || restarts >= MOST_RESTARTS) throw error;
      session.logger.warn({ page, restarts }, 'cursor refused, walking again from the first page');
      restart();
      pending = prefetch(null);
      continue;
    }
    if (cursor === null) expected = current.totalCount ?? expected;
    const { span } = pending;
    if (current.next !== null) pending = prefetch(current.next);
    page += 1;
    seen += current.contacts.length + current.rejected.length;
    cursor = current.next;
    await storePage(current, { next: cursor, page, seen, expected, restarts }, span);
    if (cursor !== null) continue;
    if (expected === null || seen >= expected || restarts > 0) return;
    session.logger.warn({ seen, expected }, 'fewer rows than announced, walking again');
    restart();
    pending = prefetch(null);
  }
}
