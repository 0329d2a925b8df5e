import type { PullContext } from './pull-context.ts';
import type { PageCounts, PagePreview } from './store-page.ts';

/**
 * The mass-change brake: a run that would delete, unsubscribe or take off lists more than the set share of the contacts
 * asks before it writes. Asked once a run: what is confirmed is confirmed for all of it.
 */
export interface Brake {
  /** Before a page is written. */
  ask(preview: PagePreview): Promise<void>;
  /** After it was written. */
  count(counts: PageCounts): void;
}

export async function createBrake({ session, store, massChange }: PullContext): Promise<Brake> {
  const contacts = await session.patience(() => store.contacts.collection.estimatedDocumentCount());
  const limit = Math.max(massChange.contacts, massChange.share * contacts);
  let removed = removals(session.run.counts);
  let leftLists = 0;
  let confirmed = session.run.confirmedAt !== null;

  return {
    async ask({ counts, removedFromLists }) {
      leftLists += removedFromLists;
      const most = Math.max(removed + removals(counts), leftLists);
      if (confirmed || most <= limit) return;
      await session.pauseForConfirmation(
        `This run would delete, unsubscribe or take off lists ${most} of ${contacts} contacts so far, more than the ${Math.floor(limit)} that pass without a question. Confirm the run to go on, or cancel it.`,
      );
      confirmed = true;
    },

    count(counts) {
      removed += removals(counts);
    },
  };
}

const removals = ({ deleted, unsubscribed }: Pick<PageCounts, 'deleted' | 'unsubscribed'>): number =>
  deleted + unsubscribed;
