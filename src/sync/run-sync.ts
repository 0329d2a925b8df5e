import { DomainError } from '../domain-error.ts';
import { pullContacts, pullListMembers, pullListsOnly, pullUnsubscribes } from './pull/pull-contacts.ts';
import type { PullContext } from './pull/pull-context.ts';

/** Does what the run is for, from where its `resume` stands to its end. Throws what ends it early. */
export async function runSync(context: PullContext): Promise<void> {
  const { session, store } = context;
  const { input, trigger } = session.run;
  switch (input.kind) {
    case 'CONTACTS': {
      if (input.listIds !== null) return pullListMembers(context, input.listIds);
      const checkpoint = await session.patience(() => store.checkpoints.contacts());
      const due = trigger === 'SCHEDULE' && (checkpoint?.fullDueReason ?? null) !== null;
      return pullContacts(context, { full: input.mode === 'FULL' || due });
    }
    case 'UNSUBSCRIBES':
      return pullUnsubscribes(context, { full: input.mode === 'FULL' });
    case 'LISTS':
      return pullListsOnly(context);
    case 'PUSH':
    case 'FULL_CYCLE':
      throw new DomainError('INVALID_INPUT', `Runs of the kind ${input.kind} cannot be started yet.`);
  }
}
