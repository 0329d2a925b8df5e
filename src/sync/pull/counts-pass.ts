import { getContactCounts } from '../../constant-contact/contacts.ts';
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
  const [unsubscribed, pending, deleted, localOnly, all] = await session.patience(() =>
    Promise.all([
      store.contacts.countByStatus('UNSUBSCRIBED'),
      store.contacts.countByStatus('PENDING_CONFIRMATION'),
      store.contacts.countByStatus('DELETED'),
      store.contacts.countBySyncState('ONLY_LOCAL'),
      store.contacts.collection.estimatedDocumentCount(),
    ]),
  );
  const offset = {
    total: counts.total - (all - deleted - localOnly),
    unsubscribed: counts.unsubscribed - unsubscribed,
    pending: counts.pending - pending,
  };
  if (full) {
    await session.patience(() => store.checkpoints.setCountsOffset(offset, clock.now()));
    await session.patience(() => store.checkpoints.setFullDue(null, clock.now()));
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
  await session.patience(() => store.checkpoints.setFullDue(reason, clock.now()));
  await session.record({ event: { type: 'WARNING', message: `${reason} The next scheduled pull is a full one.` } });
}
