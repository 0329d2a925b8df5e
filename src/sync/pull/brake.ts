import type { PullContext } from './pull-context.ts';
import type { PagePreview } from './store-page.ts';

/**
 * The mass-change brake: a run that would delete, unsubscribe or take off lists more than the set share of the contacts
 * asks before it writes. Asked once a run: what is confirmed is confirmed for all of it.
 */
export interface Brake {
  /** Before rows are written. Pages that are stored side by side ask together. */
  ask(preview: PagePreview): Promise<void>;
}

export function createBrake({ session, store, massChange }: PullContext): Brake {
  // Rows that are decided again are counted again: it may ask too early, never too late.
  let removed = session.run.counts.deleted + session.run.counts.unsubscribed;
  let leftLists = 0;
  let confirmed: Promise<void> | null = session.run.confirmedAt === null ? null : Promise.resolve();

  return {
    async ask({ counts, removedFromLists }) {
      removed += counts.deleted + counts.unsubscribed;
      leftLists += removedFromLists;
      const most = Math.max(removed, leftLists);
      // Most runs remove next to nothing: for them the contacts are not counted.
      if (most <= massChange.contacts) return;
      const contacts = await session.patience(() => store.contacts.collection.estimatedDocumentCount());
      const limit = Math.max(massChange.contacts, massChange.share * contacts);
      if (most <= limit) return;
      confirmed ??= session.pauseForConfirmation(
        `This run would delete, unsubscribe or take off lists ${most} of ${contacts} contacts so far, more than the ${Math.floor(limit)} that pass without a question. Confirm the run to go on, or cancel it.`,
      );
      await confirmed;
    },
  };
}
