import { getContactCounts } from '../../constant-contact/contacts.ts';
import type { CountsByStatus } from '../../model/consent.ts';
import type { PullContext } from './pull-context.ts';

/**
 * One request: the primary's counts beside ours. The two may count otherwise (API-FACTS does not say what `total`
 * holds), so what a full pull leaves as the difference is taken for the way of counting; a difference that has changed
 * since then is drift that no step of an incremental pull explains (somebody opted back in, a contact was deleted), and
 * makes the next pull a full one.
 */
export async function runCountsPass(pull: PullContext, { full }: { full: boolean }): Promise<void> {
  const { session, store, api, clock } = pull;
  const counts = await session.request((context) => getContactCounts(api, context));
  const byStatus = await session.patience(() => store.contacts.countsByStatus());
  const localOnly = await session.patience(() => store.contacts.countBySyncState('ONLY_LOCAL'));
  const stored = Object.values(byStatus).reduce((sum, count) => sum + count, 0);
  await keepDailyCounts(pull, byStatus);
  const offset = {
    total: counts.total - (stored - byStatus.DELETED - localOnly),
    unsubscribed: counts.unsubscribed - byStatus.UNSUBSCRIBED,
    pending: counts.pending - byStatus.PENDING_CONFIRMATION,
  };
  if (full) {
    await session.asOwner((owner) => store.checkpoints.setCountsOffset(offset, clock.now(), owner));
    await session.asOwner((owner) => store.checkpoints.setFullDue(null, clock.now(), owner));
    return;
  }
  const before = (await session.patience(() => store.checkpoints.contacts()))?.countsOffset ?? null;
  if (before === null) return;
  const drift = Object.entries(offset).filter(([name, value]) => value !== before[name]);
  if (drift.length === 0) return;
  const words = drift.map(
    ([name, value]) => `${name} ${value - (before[name] ?? 0) > 0 ? '+' : ''}${value - (before[name] ?? 0)}`,
  );
  const reason = `Counts differ from the primary's since the last full pull (${words.join(', ')}).`;
  await session.asOwner((owner) => store.checkpoints.setFullDue(reason, clock.now(), owner));
  await session.record({ event: { type: 'WARNING', message: `${reason} The next scheduled pull is a full one.` } });
}

/** What charts over time are drawn from. */
async function keepDailyCounts({ session, store, clock }: PullContext, byStatus: CountsByStatus): Promise<void> {
  const lists = (await session.patience(() => store.lists.all()))
    .flatMap(({ listId, name, goneAt, membershipCount }) =>
      goneAt === null && membershipCount !== null ? [{ listId, name, memberCount: membershipCount }] : [],
    )
    .sort((a, b) => b.memberCount - a.memberCount);
  await session.patience(() => store.dailyCounts.put({ at: clock.now(), byStatus, lists }));
}
