import { type ContactsQuery, getContactsPage } from '../../constant-contact/contacts.ts';
import { createBrake } from '../pull/brake.ts';
import { PAGE_SIZE, runContactsPass } from '../pull/contacts-pass.ts';
import { createPageWriter } from '../pull/page-writer.ts';
import { storePage } from '../pull/store-page.ts';
import type { PushContext } from './push-context.ts';

/** Deleted contacts are walked to the end where that is no more than so many requests, whatever their count says. */
const MOST_PAGES_UNASKED = 10;
const DELETED: ContactsQuery = { status: ['deleted'], includeCount: true, limit: PAGE_SIZE };

/**
 * Who was deleted in the primary. A deletion need not move any date (API-FACTS section 11), and a write for a deleted
 * contact brings it back: so before a push, and again before each job that could, the primary's own list of deleted
 * contacts is looked at.
 */
export interface DeletionWatch {
  /** At the start of a push: the whole list, or, where it is long, only if its count is not ours. */
  atStart(): Promise<void>;
  /** Before a job: one request, and the rest of the list if its count has changed. */
  beforeJob(): Promise<void>;
}

export function createDeletionWatch(push: PushContext): DeletionWatch {
  const { session, store, api } = push;
  const writer = createPageWriter(push);
  /** The primary's count when all of the list had been brought in. */
  let countSeen: number | null = null;

  async function look(mostPagesUnasked: number): Promise<void> {
    const page = await session.request((context) => getContactsPage(api, { query: DELETED }, context), 'PUSH_SAFETY');
    const { contacts, primaryDate: readAt, totalCount, next } = page;
    const brake = createBrake(push);
    await session.record({
      counts: await storePage(writer, { contacts, readAt, mark: null }, brake.ask),
    });
    if (next !== null) {
      const known = countSeen ?? (await session.patience(() => store.contacts.countByStatus('DELETED')));
      const isShort = totalCount !== null && totalCount <= mostPagesUnasked * PAGE_SIZE;
      if (!isShort && totalCount === known) return;
      await runContactsPass(push, {
        pass: 'PREFLIGHT',
        fresh: true,
        query: DELETED,
        mark: null,
        measured: false,
        requestsAfter: 0,
      });
    }
    countSeen = totalCount;
  }

  return { atStart: () => look(MOST_PAGES_UNASKED), beforeJob: () => look(1) };
}
