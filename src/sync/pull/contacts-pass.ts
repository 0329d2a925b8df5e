import type { ContactsPage, ContactsQuery } from '../../constant-contact/contacts.ts';
import { redactText } from '../../logger.ts';
import type { PrimaryContact } from '../../model/primary-contact.ts';
import { addCounts, NO_COUNTS, type SyncPhase } from '../../model/sync-run.ts';
import type { SeenMark } from '../../store/seen-marks.ts';
import { endWith } from '../../tracing.ts';
import { estimate } from '../decide/estimate.ts';
import { createBrake } from './brake.ts';
import { createPageWriter } from './page-writer.ts';
import type { PullContext } from './pull-context.ts';
import type { RowMemory } from './row-memory.ts';
import { type PageCounts, storePage } from './store-page.ts';
import { type WalkProgress, walkContacts } from './walk-contacts.ts';

/** Rows a request brings at most (API-FACTS section 2). */
export const PAGE_SIZE = 500;
const LONGEST_RAW_ROW = 20_000;
/** The store has more than one core; a primary that is faster than the store must not fill the memory. */
const PAGES_AT_ONCE = 2;

/** Where each pass begins. */
export const FRESH_PASS = { cursor: null, page: 0, expected: null, seen: 0, restarts: 0 } as const;

export interface ContactsPass {
  readonly pass: SyncPhase;
  readonly query: ContactsQuery;
  readonly mark: SeenMark | null;
  /** The pass that the run's `total` and `percent` speak of. */
  readonly measured: boolean;
  /** Requests that the passes after this one are known to need. */
  readonly requestsAfter: number;
  /** It begins at its first page: no crash goes on in the midst of it. */
  readonly fresh?: boolean;
  /** Of a look that comes again and again. */
  readonly memory?: RowMemory;
  /** Called with each stored page. */
  readonly onPage?: (page: ContactsPage) => Promise<void>;
}

/**
 * One walk over contacts, page by page: decode, compare, store, checkpoint, event. After a crash it goes on with the
 * page after the last one that was recorded.
 */
export async function runContactsPass(pull: PullContext, pass: ContactsPass): Promise<void> {
  const { session, store, api, clock } = pull;
  const brake = createBrake(pull);
  const isUnknown = createReferenceCheck(pull);
  const writer = createPageWriter(pull, pass.memory);

  async function storeRows(page: ContactsPage): Promise<PageCounts> {
    await session.assertOwned();
    const counts = await storePage(
      writer,
      { contacts: page.contacts, readAt: page.primaryDate, mark: pass.mark },
      brake.ask,
    );
    const rejected = page.rejected.map(({ raw, contactId, reason }) => ({
      runId: session.runId,
      contactId,
      reason: redactText(reason),
      raw: (JSON.stringify(raw) ?? String(raw)).slice(0, LONGEST_RAW_ROW),
      at: clock.now(),
    }));
    await session.patience(() => store.rejectedRows.add(rejected));
    return counts;
  }

  let untold = NO_COUNTS;
  async function recordPage(page: ContactsPage, progress: WalkProgress, counts: PageCounts): Promise<void> {
    await pass.onPage?.(page);
    const { run } = session;
    const rows = page.contacts.length + page.rejected.length;
    const told = addCounts(untold, { ...counts, fetched: rows, rejected: page.rejected.length });
    // A look that comes again and again tells of what is new to it alone.
    const isNews = counts.unchanged + counts.skipped < page.contacts.length || page.rejected.length > 0;
    const isQuiet = pass.memory !== undefined && !isNews;
    if (isQuiet && progress.next !== null) {
      untold = told;
      return;
    }
    untold = NO_COUNTS;
    const total = pass.measured ? progress.expected : run.total;
    const { percent, etaSeconds } = estimate({
      elapsedMs: clock.now().getTime() - (run.startedAt ?? run.queuedAt).getTime(),
      apiRequests: run.apiRequests,
      rowsDone: pass.measured ? progress.seen : (total ?? 0),
      rowsTotal: total,
      rowsPerRequest: PAGE_SIZE,
      requestsAfter: pass.requestsAfter + (progress.next === null || pass.measured ? 0 : 1),
      requestsPerSecond: pull.requestsPerSecond,
    });
    await session.record({
      counts: told,
      change: { total, percent, etaSeconds },
      resume: {
        pass: pass.pass,
        cursor: progress.next,
        page: progress.page,
        seen: progress.seen,
        expected: progress.expected,
        restarts: progress.restarts,
        unknownReferences: run.resume?.unknownReferences === true || (await isUnknown(page)),
      },
      ...(isQuiet
        ? {}
        : {
            event: {
              type: page.rejected.length > 0 ? 'WARNING' : 'PROGRESS',
              message: progressMessage(progress.page, rows, counts.created + counts.updated, page.rejected.length),
            },
          }),
    });
  }

  // Pages are stored side by side and recorded in their order: what is recorded is stored, and all before it.
  const underWay: Promise<void>[] = [];
  try {
    await walkContacts({
      session,
      api,
      query: pass.query,
      fresh: pass.fresh ?? false,
      async storePage(page, progress, span) {
        const before = underWay.at(-1);
        span.set({ 'csg.page': progress.page, 'csg.pass': pass.pass, 'csg.rows': page.contacts.length });
        const stored = span.run(() => storeRows(page));
        const done = endWith(span, async () => {
          const counts = await stored;
          await before;
          await recordPage(page, progress, counts);
        });
        // Its failure is met when it is awaited; until then it must not count as unhandled.
        done.catch(() => {});
        underWay.push(done);
        if (underWay.length >= PAGES_AT_ONCE) await underWay.shift();
      },
    });
    await Promise.all(underWay);
  } finally {
    await Promise.allSettled(underWay);
  }
}

function progressMessage(page: number, rows: number, changed: number, rejected: number): string {
  const kept = rejected === 0 ? '' : `; ${rejected} could not be read and are kept as rejected rows`;
  return `Page ${page}: ${rows} contacts, ${changed} changed${kept}.`;
}

/** Whether a page names tags or custom fields that are not known here; they are read once, where a page names any. */
function createReferenceCheck({ session, store }: PullContext): (page: ContactsPage) => Promise<boolean> {
  let known: Promise<{ readonly fields: ReadonlySet<string>; readonly tags: ReadonlySet<string> }> | null = null;
  async function read() {
    const [fields, tags] = await session.patience(() => Promise.all([store.customFields.all(), store.tags.knownIds()]));
    return { fields: new Set(fields.map(({ customFieldId }) => customFieldId)), tags };
  }
  return async ({ contacts }) => {
    const namesAny = ({ tagIds, profile }: PrimaryContact) => tagIds.length + profile.customFields.length > 0;
    if (!contacts.some(namesAny)) return false;
    known ??= read();
    const { fields, tags } = await known;
    return contacts.some(
      ({ tagIds, profile }) =>
        tagIds.some((tagId) => !tags.has(tagId)) ||
        profile.customFields.some(({ customFieldId }) => !fields.has(customFieldId)),
    );
  };
}
