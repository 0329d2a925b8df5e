import type { PushLimits } from '../decide/push-limits.ts';
import type { PullContext } from '../pull/pull-context.ts';
import type { PushScope } from './push-scope.ts';

/** What the steps of a push work with. */
export interface PushContext extends PullContext {
  readonly limits: PushLimits;
  /** SHA-256, as text. */
  readonly hash: (parts: Iterable<string>) => string;
  readonly waits: PushWaits;
  readonly scope: PushScope;
  /** Contacts (`_id` as text) that this run does not try again: the primary has refused something of them, or not taken it. */
  readonly attempted: Set<string>;
}

/** Times in milliseconds. */
export interface PushWaits {
  /** A request whose answer was lost may still arrive so long after it was sent. */
  readonly lostAnswer: number;
  /** Between two looks at the activities: from the first, growing, to the longest. */
  readonly firstPoll: number;
  readonly longestPoll: number;
  /** An activity that has not ended after this is left to the next push. */
  readonly activity: number;
}

export const DEFAULT_PUSH_WAITS: PushWaits = {
  lostAnswer: 30_000,
  firstPoll: 500,
  longestPoll: 15_000,
  activity: 6 * 3_600_000,
};
