import { confirmBatches } from './confirm.ts';
import { followActivities, followRecent } from './follow-activities.ts';
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
    event: { type: 'PHASE', message: `Looking what became of ${batches.length} batches left under way.` },
  });
  const lost = batches.filter((batch) => batch.activityId === null && batch.kind !== 'PUT' && batch.kind !== 'CREATE');
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
