import type { ObjectId } from 'mongodb';
import type { Store } from '../../store/store.ts';
import type { FieldPolicy } from '../decide/merge.ts';
import type { RunSession } from '../run-session.ts';
import type { WithPatience } from '../store-patience.ts';
import type { PullContext } from './pull-context.ts';
import type { RowMemory } from './row-memory.ts';

/** What pages of the primary are written with: see `storePage`. */
export interface PageWriter {
  readonly store: Store;
  readonly patience: WithPatience;
  readonly policy: FieldPolicy;
  readonly runId: ObjectId;
  readonly now: () => Date;
  readonly newId: () => ObjectId;
  /** Of who reads the same rows more than once. */
  readonly memory?: RowMemory;
}

export function createPageWriter(
  {
    session,
    store,
    policy,
    clock,
    newId,
  }: Pick<PullContext, 'store' | 'policy' | 'clock' | 'newId'> & {
    readonly session: Pick<RunSession, 'runId' | 'patience'>;
  },
  memory?: RowMemory,
): PageWriter {
  return {
    store,
    patience: session.patience,
    policy,
    runId: session.runId,
    now: () => clock.now(),
    newId,
    ...(memory === undefined ? {} : { memory }),
  };
}
