import {
  type Activity,
  activityPages,
  ENDED_ACTIVITY_STATES,
  getActivities,
  getActivity,
} from '../../constant-contact/activities.ts';
import { DomainError, isDomainError } from '../../domain-error.ts';
import type { PushContext } from './push-context.ts';

const GROWTH = 1.6;
/** What the two clocks, the primary's `Date` and its activities', may differ. */
const CLOCK_MARGIN_MS = 60_000;

/**
 * Waits until all of these activities have ended, looking at the collection of activities with growing intervals: one
 * request follows many jobs. Answers them as they ended; one that the primary does not know any more is left out.
 */
export async function followActivities(
  push: PushContext,
  activityIds: readonly string[],
): Promise<Map<string, Activity>> {
  const { session, api, clock, waits } = push;
  const ended = new Map<string, Activity>();
  const open = new Set(activityIds);
  const startedAt = clock.now().getTime();
  for (let waitMs = waits.firstPoll; open.size > 0; waitMs = Math.min(waitMs * GROWTH, waits.longestPoll)) {
    if (clock.now().getTime() - startedAt > waits.activity) {
      throw new DomainError(
        'PRIMARY_UNAVAILABLE',
        `Constant Contact has not finished ${open.size} of our jobs in ${Math.round(waits.activity / 60_000)} minutes. Their contacts stay pending; the next push looks at the jobs again before it sends anything.`,
        { retryable: true },
      );
    }
    await clock.sleep(waitMs, session.signal);
    const page = await session.request((context) => getActivities(api, {}, context), 'PUSH_SAFETY');
    const seen = new Set<string>();
    for (const activity of page.rows) {
      seen.add(activity.activityId);
      if (open.has(activity.activityId) && hasEnded(activity)) {
        ended.set(activity.activityId, activity);
        open.delete(activity.activityId);
      }
    }
    for (const activityId of [...open].filter((id) => !seen.has(id))) {
      const activity = await lookUp(push, activityId);
      if (activity !== null && !hasEnded(activity)) continue;
      if (activity !== null) ended.set(activityId, activity);
      open.delete(activityId);
    }
  }
  return ended;
}

/** Jobs that were created since `sentAt`: where an answer was lost, ours may be among them. Waits until they have ended. */
export async function followRecent(push: PushContext, sentAt: Date): Promise<void> {
  await followActivities(push, await unfinishedSince(push, sentAt));
}

/** Jobs that were created since `sentAt` and have not ended. */
export async function unfinishedSince({ session, api }: PushContext, sentAt: Date): Promise<string[]> {
  return session.request(async (context) => {
    const found: string[] = [];
    for await (const page of activityPages(api, context)) {
      for (const activity of page.rows) {
        const isRecent =
          (activity.createdAt?.getTime() ?? Number.POSITIVE_INFINITY) >= sentAt.getTime() - CLOCK_MARGIN_MS;
        if (isRecent && !hasEnded(activity)) found.push(activity.activityId);
      }
    }
    return found;
  }, 'PUSH_SAFETY');
}

const hasEnded = ({ state }: Activity): boolean => (ENDED_ACTIVITY_STATES as readonly string[]).includes(state);

async function lookUp({ session, api }: PushContext, activityId: string): Promise<Activity | null> {
  try {
    return await session.request((context) => getActivity(api, activityId, context), 'PUSH_SAFETY');
  } catch (error) {
    if (isDomainError(error, 'PRIMARY_NOT_FOUND')) return null;
    throw error;
  }
}
