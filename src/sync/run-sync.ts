import { pullContacts, pullListMembers, pullListsOnly, pullUnsubscribes } from './pull/pull-contacts.ts';
import { pushContacts } from './push/push.ts';
import type { PushContext } from './push/push-context.ts';
import { settleEnded } from './push/settle.ts';

/** Does what the run is for, from where its `resume` stands to its end. Throws what ends it early. */
export async function runSync(context: PushContext): Promise<void> {
  const { session, store } = context;
  const { input, trigger } = session.run;
  switch (input.kind) {
    case 'CONTACTS': {
      if (input.listIds !== null) return pullListMembers(context, input.listIds);
      const checkpoint = await session.patience(() => store.checkpoints.contacts());
      const due = trigger === 'SCHEDULE' && (checkpoint?.fullDueReason ?? null) !== null;
      await pullContacts(context, { full: input.mode === 'FULL' || due });
      return settleEnded(context);
    }
    case 'UNSUBSCRIBES':
      return pullUnsubscribes(context, { full: input.mode === 'FULL' });
    case 'LISTS':
      return pullListsOnly(context);
    case 'PUSH':
    case 'FULL_CYCLE':
      return pushContacts(context, { full: input.mode === 'FULL' });
  }
}
