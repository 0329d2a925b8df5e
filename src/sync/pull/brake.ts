import type { PullContext } from './pull-context.ts';
import type { PageCounts, PagePreview } from './store-page.ts';

/**
 * The mass-change brake: a run that would delete, unsubscribe or take off lists more than the set share of the contacts
 * asks before it writes. Asked once a run: what is confirmed is confirmed for all of it.
 */
export interface Brake {
  ask(preview: PagePreview): Promise<void>;
}

export async function createBrake({ session, store, massChange }: PullContext): Promise<Brake> {
  const contacts = await session.patience(() => store.contacts.collection.estimatedDocumentCount());
  const limit = Math.max(massChange.contacts, massChange.share * contacts);
  let leftLists = 0;
  let confirmed = session.run.confirmedAt !== null;
  const removals = (counts: Pick<PageCounts, 'deleted' | 'unsubscribed'>) => counts.deleted + counts.unsubscribed;

  return {
    async ask({ counts, removedFromLists }) {
      leftLists += removedFromLists;
      const most = Math.max(removals(session.run.counts) + removals(counts), leftLists);
      if (confirmed || most <= limit) return;
      await session.pauseForConfirmation(
        `This run would delete, unsubscribe or take off lists ${most} of ${contacts} contacts so far, more than the ${Math.floor(limit)} that pass without a question. Confirm the run to go on, or cancel it.`,
      );
      confirmed = true;
    },
  };
}
