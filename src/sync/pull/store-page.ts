import { DomainError } from '../../domain-error.ts';
import type { PrimaryContact } from '../../model/primary-contact.ts';
import type { SyncCounts } from '../../model/sync-run.ts';
import type { ContactDocument } from '../../store/contact-document.ts';
import type { ContactWrite } from '../../store/contacts.ts';
import { otherMarksOf, type SeenMark } from '../../store/seen-marks.ts';
import { isOptedOut } from '../decide/consent.ts';
import { eraseRow } from '../decide/erase.ts';
import { mergeContact } from '../decide/merge.ts';
import { barredRows, loadImages, newestOfEach } from './join-page.ts';
import type { PageWriter } from './page-writer.ts';

/** Somebody else may write the same contacts meanwhile; each round settles all but those written in between. */
const MOST_ROUNDS = 10;

export interface PageToStore {
  readonly contacts: readonly PrimaryContact[];
  /** The primary's own clock when it gave the page. */
  readonly readAt: Date;
  /** Mark and sweep: what the walk has seen is marked, what is not marked is looked at afterwards. */
  readonly mark: SeenMark | null;
}

export type PageCounts = Pick<
  SyncCounts,
  'created' | 'updated' | 'unchanged' | 'deleted' | 'unsubscribed' | 'conflicts' | 'skipped'
>;

/** What a page would do to the store: told before it is written, so that a brake can ask first. */
export interface PagePreview {
  readonly counts: PageCounts;
  readonly removedFromLists: number;
}

/**
 * Compares one page with the stored images and writes what differs: one query to read, one batch to write. Idempotent:
 * the same page again changes nothing.
 */
export async function storePage(
  { store, patience, policy, runId, now, newId, memory }: PageWriter,
  { contacts, readAt, mark }: PageToStore,
  beforeWrite?: (preview: PagePreview) => Promise<void>,
): Promise<PageCounts> {
  const counts = { ...NO_PAGE_COUNTS };
  const unchangedIds: string[] = [];
  const newest = newestOfEach(contacts);
  // Marks are set by walks that see each contact once: those have no memory.
  let rows = memory === undefined || mark !== null ? newest : await memory.unsettled(newest);
  counts.unchanged += newest.length - rows.length;

  for (let round = 1; rows.length > 0; round++) {
    if (round > MOST_ROUNDS) {
      throw new DomainError('STORE_UNREACHABLE', 'Contacts of this page are being changed too fast to be merged.', {
        retryable: true,
      });
    }
    const images = await loadImages(store, patience, rows);
    const barred = await barredRows(store, patience, rows, images);
    counts.skipped += barred.size;
    const planned = rows.filter((row) => !barred.has(row)).map((row) => plan(row, images.get(row.contactId) ?? null));
    const writes = planned.flatMap(({ write }) => write ?? []);
    const roundCounts = countOf(planned);
    await beforeWrite?.({
      counts: roundCounts,
      removedFromLists: planned.filter(({ row, write }) => leavesList(write?.previous ?? null, row)).length,
    });

    const stale = new Set((await patience(() => store.contacts.write(writes))).map(({ next }) => next.contactId));
    const settled = planned.filter(({ row }) => !stale.has(row.contactId));
    for (const [name, count] of Object.entries(countOf(settled))) counts[name as keyof typeof counts] += count;
    for (const { row, write, merged } of settled) {
      if (write === null) unchangedIds.push(row.contactId);
      const revision = (write?.next ?? images.get(row.contactId))?.revision;
      if (merged !== null && revision !== undefined) memory?.settle(row, revision);
    }
    rows = rows.filter((row) => stale.has(row.contactId));
  }

  if (mark !== null && unchangedIds.length > 0) await patience(() => store.contacts.markSeen(unchangedIds, mark));
  return counts;

  function plan(row: PrimaryContact, stored: ContactDocument | null): PlannedRow {
    if (stored !== null && isOlderThanStored(row, readAt, stored)) return { row, write: null, merged: null };
    const at = now();
    const theirs = stored?.erasedAt === undefined ? row : eraseRow(row);
    const merged = mergeContact({ stored, theirs, policy, runId: runId.toHexString(), now: at });
    if (merged.outcome === 'UNCHANGED') return { row, write: null, merged };
    // A merge that changed something has made a contact of its own, which becomes the document without another copy.
    const next: ContactDocument = Object.assign(
      merged.contact,
      stored === null ? null : otherMarksOf(stored),
      mark === null ? null : { [mark.field]: mark.value },
      {
        _id: stored?._id ?? newId(),
        revision: (stored?.revision ?? 0) + 1,
        primaryReadAt: readAt,
        change: { _id: newId(), at, source: 'PRIMARY', runId, changedBy: 'pull', changes: merged.changes } as const,
      },
    );
    return { row, write: { previous: stored, next }, merged };
  }
}

interface PlannedRow {
  readonly row: PrimaryContact;
  readonly write: ContactWrite | null;
  /** Null: the row is older than what is stored and was left alone. */
  readonly merged: ReturnType<typeof mergeContact> | null;
}

const NO_PAGE_COUNTS = {
  created: 0,
  updated: 0,
  unchanged: 0,
  deleted: 0,
  unsubscribed: 0,
  conflicts: 0,
  skipped: 0,
};

function countOf(planned: readonly PlannedRow[]): PageCounts {
  const counts = { ...NO_PAGE_COUNTS };
  for (const { merged, write } of planned) {
    if (write === null || merged === null) counts.unchanged += 1;
    else if (write.previous === null) counts.created += 1;
    else counts.updated += 1;
    // One that comes new as unsubscribed or deleted takes nothing away from anybody.
    if (merged === null || write === null || write.previous === null) continue;
    if (merged.deleted) counts.deleted += 1;
    if (merged.unsubscribed) counts.unsubscribed += 1;
    counts.conflicts += merged.newConflicts.length;
  }
  return counts;
}

function leavesList(previous: ContactDocument | null, row: PrimaryContact): boolean {
  return previous?.lists.some((listId) => !row.listIds.includes(listId)) ?? false;
}

/**
 * A page that was read before the stored image must not replace it: two runs may work at once. The primary's clock has
 * whole seconds; within one second the image that says *unsubscribed* stays.
 */
function isOlderThanStored(row: PrimaryContact, readAt: Date, stored: ContactDocument): boolean {
  if (stored.primaryReadAt === null) return false;
  const difference = readAt.getTime() - stored.primaryReadAt.getTime();
  return difference < 0 || (difference === 0 && isOptedOut(stored.consent) && !isOptedOut(row.consent));
}
