import type { ObjectId } from 'mongodb';
import type { Clock } from '../../clock.ts';
import type { ApiClient } from '../../constant-contact/api-client.ts';
import type { Store } from '../../store/store.ts';
import type { FieldPolicy } from '../decide/merge.ts';
import type { RunSession } from '../run-session.ts';

/** What the steps of a pull work with. */
export interface PullContext {
  readonly session: RunSession;
  readonly store: Store;
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly newId: () => ObjectId;
  readonly policy: FieldPolicy;
  /** The ceiling of the request budget: how fast a run can be at best. */
  readonly requestsPerSecond: number;
  readonly massChange: MassChangeLimit;
}

/** A run that would remove more than both pauses before it writes. */
export interface MassChangeLimit {
  /** 0 to 1, of all contacts of the store. */
  readonly share: number;
  readonly contacts: number;
}
