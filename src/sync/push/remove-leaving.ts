import { ObjectId } from 'mongodb';
import type { RefusedWork } from '../decide/plan-contact.ts';
import type { PushContext } from './push-context.ts';

/**
 * Takes out contacts that exist only here and are to be deleted. Their deletion waited because a push might have been creating
 * them; where nothing of them is under way any more, there is nothing to delete in the primary.
 */
export async function removeLeaving(push: PushContext, refused: readonly RefusedWork[]): Promise<void> {
  const { session, store, clock, newId } = push;
  const leaving = refused.filter(({ reason }) => reason === 'NOT_IN_PRIMARY');
  if (leaving.length === 0) return;
  const batches = await session.patience(() => store.pushBatches.underWay());
  const underWay = new Set(batches.flatMap(({ rows }) => rows.map(({ contact }) => contact.toHexString())));
  for (const { id } of leaving) {
    const stored = await session.patience(() => store.contacts.get(new ObjectId(id)));
    if (stored === null || !stored.localOnly || stored.deletion === null || underWay.has(id)) continue;
    const changes = [{ kind: 'DELETION', subject: 'contact', before: stored.deletion, after: null }] as const;
    const end = {
      _id: newId(),
      at: clock.now(),
      source: 'ENGINE',
      runId: session.runId,
      changedBy: 'push',
      changes,
    } as const;
    await session.patience(() => store.contacts.remove(stored, end));
  }
}
