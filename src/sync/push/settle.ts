import { counted } from '../../counted.ts';
import type { PushBatchDocument } from '../../store/push-batches.ts';
import { activeKeyOf } from '../../store/sync-runs.ts';
import { confirmBatches } from './confirm.ts';
import { followActivities, followRecent, unfinishedSince } from './follow-activities.ts';
import type { PushContext } from './push-context.ts';
import { createSweep } from './sweep.ts';

/**
 * What an earlier push, or one whose process died, left under way: it is waited for, read back and closed, before anything
 * new is planned. A batch whose answer was lost is looked for among the recent jobs, and never sent again as it was. False: there
 * was nothing.
 */
export async function settleBatches(push: PushContext): Promise<boolean> {
  const { session, store, clock, waits } = push;
  const batches = await session.patience(() => store.pushBatches.underWay());
  const [oldest] = batches;
  if (oldest === undefined) return false;
  session.logger.info({ batches: batches.length }, 'settling batches left under way');
  await session.record({
    change: { phase: 'CONFIRM' },
    event: {
      type: 'PHASE',
      message: `Looking what became of ${counted(batches.length, 'batch', 'batches')} left under way.`,
    },
  });
  const lost = batches.filter(isLost);
  const [firstLost] = lost;
  if (firstLost !== undefined) {
    // A request may reach the primary after its sender is gone.
    const latest = Math.max(...lost.map((batch) => batch.preparedAt.getTime()));
    const waitMs = latest + waits.lostAnswer - clock.now().getTime();
    if (waitMs > 0) await clock.sleep(Math.min(waitMs, waits.lostAnswer), session.signal);
    await followRecent(push, firstLost.sentAt);
  }
  const known = batches.flatMap((batch) => batch.activityId ?? []);
  if (known.length > 0) await followActivities(push, known);
  await confirmBatches(push, batches, createSweep(push, oldest.sentAt));
  return true;
}

/**
 * The same for a pull, which waits for nothing: of what a push that was cancelled or has failed left under way, that whose jobs
 * have ended. Else whoever unsubscribed meanwhile would stay subscribed until somebody starts the next push.
 */
export async function settleEnded(push: PushContext): Promise<void> {
  const { session, store, clock, waits } = push;
  const batches = await session.patience(() => store.pushBatches.underWay());
  const [oldest] = batches;
  if (oldest === undefined) return;
  const active = await session.patience(() => store.syncRuns.active());
  // A push that goes on settles them itself.
  if (active.some(({ activeKey }) => activeKey === activeKeyOf('PUSH'))) return;
  const unfinished = new Set(await unfinishedSince(push, oldest.sentAt));
  const lostBefore = clock.now().getTime() - waits.lostAnswer;
  const ended = batches.filter((batch) => {
    if (batch.activityId !== null) return !unfinished.has(batch.activityId);
    // Any of the unfinished jobs may be the one whose name was lost.
    return batch.preparedAt.getTime() < lostBefore && (!isLost(batch) || unfinished.size === 0);
  });
  await confirmBatches(push, ended, createSweep(push, oldest.sentAt));
}

/** A job of which nobody knows whether the primary has it, and under which name. */
export function isLost({ activityId, kind }: PushBatchDocument): boolean {
  return activityId === null && kind !== 'PUT' && kind !== 'CREATE';
}
