import type { EditOptions } from '../edit-contact.ts';
import type { PushContext } from './push-context.ts';

/** What a push changes of contacts here by itself: refusals, repaired races, wishes that wait on. */
export function editOptionsOf({ session, store, newId }: PushContext, now: Date): EditOptions {
  const { runId, patience } = session;
  return { store, newId, now: () => now, source: 'ENGINE', changedBy: 'push', runId, patience };
}
