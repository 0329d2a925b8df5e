import { formatInstant } from '../contact.ts';
import { queueFull } from '../http/api-error.ts';
import type { Quirks } from '../quirks.ts';

export const ACTIVITY_STATES = ['initialized', 'processing', 'completed', 'cancelled', 'failed', 'timed_out'] as const;
export type ActivityState = (typeof ACTIVITY_STATES)[number];

const QUEUE_LIMIT = 1_000;
const KEPT_MS = 10 * 86_400_000;

/** Counts that the activity's `status` shows. */
export type ActivityStatus = Readonly<Record<string, number>>;

/** A job: what it does when its time comes. */
export interface Job {
  /** Does `share` (1, or less where the job is to fail half-way) of the work, and tells what became of it. */
  run(share: number): ActivityStatus | undefined;
  readonly sourceFileName?: string;
  /** What `_links.results` shows once the job is completed. */
  readonly resultsHref?: string;
}

interface Activity {
  readonly id: string;
  readonly job: Job;
  readonly createdAtMs: number;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly outcome: Quirks['activityOutcome'];
  isDone: boolean;
  status: ActivityStatus | undefined;
}

/**
 * Jobs wait, and are done at the first look after their time has come, in the order of their ends: no timer runs, so a test that moves the
 * clock moves the jobs.
 */
export class ActivityQueue {
  readonly #activities = new Map<string, Activity>();
  #open: Activity[] = [];
  readonly #now: () => Date;
  readonly #createId: () => string;
  readonly #quirks: Quirks;

  constructor({ now, createId, quirks }: { now: () => Date; createId: () => string; quirks: Quirks }) {
    this.#now = now;
    this.#createId = createId;
    this.#quirks = quirks;
  }

  /** Refuses with 429 the job that would be one too many in the queue. @returns the id of the activity */
  submit(job: Job): string {
    if (this.#open.length >= QUEUE_LIMIT) throw queueFull();
    const createdAtMs = this.#now().getTime();
    const durationMs = this.#quirks.activitySeconds * 1_000;
    const activity: Activity = {
      id: this.#createId(),
      job,
      createdAtMs,
      startsAtMs: createdAtMs + durationMs / 4,
      endsAtMs: this.#quirks.activityOutcome === 'never' ? Number.POSITIVE_INFINITY : createdAtMs + durationMs,
      outcome: this.#quirks.activityOutcome,
      isDone: false,
      status: undefined,
    };
    this.#activities.set(activity.id, activity);
    this.#open.push(activity);
    return activity.id;
  }

  /** Does the jobs whose time has come. Called before every request is looked at. */
  settle(): void {
    if (this.#open.length === 0) return;
    const nowMs = this.#now().getTime();
    const due = this.#open.filter((activity) => activity.endsAtMs <= nowMs);
    if (due.length === 0) return;
    this.#open = this.#open.filter((activity) => activity.endsAtMs > nowMs);
    due.sort((one, other) => one.endsAtMs - other.endsAtMs);
    for (const activity of due) {
      activity.status = activity.job.run(activity.outcome === 'completed' ? 1 : 0.5);
      activity.isDone = true;
    }
  }

  /** As the API shows it; undefined once it is older than ten days, or was never there. */
  view(id: string): object | undefined {
    const activity = this.#activities.get(id);
    return activity === undefined || this.#isForgotten(activity) ? undefined : this.#view(activity, false);
  }

  /** As the answer to the POST shows it: nothing has begun. */
  viewOfNew(id: string): object {
    const activity = this.#activities.get(id);
    return activity === undefined ? {} : this.#view(activity, true);
  }

  /** The newest first. */
  list(state: ActivityState | undefined): object[] {
    const kept = [...this.#activities.values()].filter((activity) => !this.#isForgotten(activity));
    return kept
      .filter((activity) => state === undefined || this.#stateOf(activity) === state)
      .reverse()
      .map((activity) => this.#view(activity, false));
  }

  #isForgotten(activity: Activity): boolean {
    return activity.createdAtMs < this.#now().getTime() - KEPT_MS;
  }

  #stateOf(activity: Activity): ActivityState {
    if (activity.isDone) return activity.outcome === 'never' ? 'processing' : activity.outcome;
    return this.#now().getTime() < activity.startsAtMs ? 'initialized' : 'processing';
  }

  #view(activity: Activity, isNew: boolean): object {
    const nowMs = this.#now().getTime();
    const state = isNew ? 'initialized' : this.#stateOf(activity);
    const isRunning = state === 'processing';
    const spanMs = activity.endsAtMs - activity.createdAtMs;
    const percent = Number.isFinite(spanMs)
      ? Math.floor((100 * (nowMs - activity.createdAtMs)) / Math.max(1, spanMs))
      : 50;
    const at = (timeMs: number) => formatInstant(Math.floor(timeMs / 1_000));
    return {
      activity_id: activity.id,
      state,
      ...(activity.job.sourceFileName === undefined ? {} : { source_file_name: activity.job.sourceFileName }),
      ...(state === 'initialized' ? {} : { started_at: at(activity.startsAtMs) }),
      ...(activity.isDone && !isNew ? { completed_at: at(activity.endsAtMs) } : {}),
      created_at: at(activity.createdAtMs),
      updated_at: at(isNew ? activity.createdAtMs : Math.min(nowMs, activity.endsAtMs)),
      percent_done: state === 'initialized' ? 0 : isRunning ? Math.min(99, percent) : 100,
      activity_errors: state === 'failed' ? ['The activity failed.'] : [],
      ...(activity.status === undefined || isNew ? {} : { status: activity.status }),
      _links: {
        self: { href: `/v3/activities/${activity.id}` },
        ...(activity.job.resultsHref !== undefined && state === 'completed'
          ? { results: { href: activity.job.resultsHref } }
          : {}),
      },
    };
  }
}

/** The part of the work that is done before a job breaks off. */
export function shareOf<T>(items: readonly T[], share: number): readonly T[] {
  return share >= 1 ? items : items.slice(0, Math.floor(items.length * share));
}
