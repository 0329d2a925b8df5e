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
  for (const { id } of leaving) {
    const stored = await session.patience(() => store.contacts.get(new ObjectId(id)));
    if (stored === null || !stored.localOnly || stored.deletion === null) continue;
    if (await session.patience(() => store.pushBatches.holds(stored._id))) continue;
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
