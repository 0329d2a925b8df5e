import { ObjectId } from 'mongodb';
import type { LocalWorkContext } from '../sync/local-work/local-work.ts';
import type { GraphQLContext } from './context.ts';

/** On the caller's behalf. */
export function localWorkContext({ store, startedBy }: Pick<GraphQLContext, 'store' | 'startedBy'>): LocalWorkContext {
  return { store, newId: () => new ObjectId(), now: () => new Date(), changedBy: startedBy.triggeredBy };
}
