import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { SchedulePause, ScheduleStateStore } from '../store/schedule-state.ts';
import { type CronTimes, createCronTimes } from './cron-times.ts';

/** The longest that a pause, a resume or a step of the clock goes unseen. */
const LOOK_MS = 10_000;
/** What could not be done is tried again after it. */
const RETRY_MS = 5_000;
/** Whoever dies between the claim and the word that it is done leaves it to another instance after this time. */
const CLAIM_MS = 60_000;
/** Many gateways share one primary: each comes a little later than the full minute, by a share of its own of this time. */
const MOST_JITTER_MS = 30_000;
const JITTER_PART = 0.1;
/** Clocks of instances differ. What is marked as done further in the future than this says that a clock was stepped back. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** `LATER`: something is in its way, it stays due. */
export type JobOutcome = 'DONE' | 'LATER';

export interface ScheduledJob {
  /** The same on all instances. */
  readonly name: string;
  /** As node-cron reads it. */
  readonly cron: string;
  readonly timezone: string;
  /** False: goes on while the schedule is paused. */
  readonly pausable: boolean;
  readonly run: (signal: AbortSignal) => Promise<JobOutcome>;
}

/** What may be asked of the schedule, on any instance. */
export interface Schedule {
  /** When a run starts next; null while it is off or paused without an end. */
  nextAt(): Promise<Date | null>;
  paused(): Promise<SchedulePause | null>;
  pause(by: { by: string; reason: string | null; until: Date | null }): Promise<SchedulePause>;
  /** What was due meanwhile is done once now, or left out. */
  resume(options: { runMissed: boolean }): Promise<void>;
}

export interface RunningSchedule extends Schedule {
  /** Waits for what is being done. Idempotent. */
  stop(): Promise<void>;
}

interface Job extends ScheduledJob {
  readonly times: CronTimes;
  /** The last answer of `times`, which takes a while to find. */
  known: { readonly after: number; readonly dueAt: Date | null } | null;
}

/**
 * Does each job at its times, once for all instances of a store; in order where several are due at once. What was missed
 * while no instance ran, several times or once, is caught up once. Resolves when the jobs are known to the store.
 */
export async function openSchedule({
  jobs: scheduled,
  state,
  clock,
  logger,
  instanceId,
  random,
}: {
  jobs: readonly ScheduledJob[];
  state: ScheduleStateStore;
  clock: Clock;
  logger: Logger;
  instanceId: string;
  /** In [0, 1). */
  random: () => number;
}): Promise<RunningSchedule> {
  const jobs: Job[] = scheduled.map((job) => ({ ...job, times: createCronTimes(job.cron, job.timezone), known: null }));
  const stopping = new AbortController();
  const { signal } = stopping;

  for (const { name, cron, timezone } of jobs)
    await state.register({ name, times: `${cron} ${timezone}`, now: clock.now(), jitterShare: random() });

  /** The first time after what is done, jitter included: due when it has come. */
  async function dueAt(job: Job): Promise<Date | null> {
    const found = await state.job(job.name);
    if (found === null) return null;
    const after = found.doneUntil.getTime();
    if (job.known?.after !== after)
      job.known = { after, dueAt: withJitter(job.times, found.doneUntil, found.jitterShare) };
    return job.known.dueAt;
  }

  /** Does a job if it is due and no other instance does it; answers when to look again, at the latest. */
  async function turn(job: Job, pause: SchedulePause | null): Promise<number> {
    const due = await dueAt(job);
    if (due === null) return LOOK_MS;
    const now = clock.now();
    if (job.known !== null && job.known.after > now.getTime() + CLOCK_TOLERANCE_MS) {
      logger.warn({ job: job.name }, 'the clock was set back, the schedule goes by it');
      await state.reset(job.name, now);
      return 0;
    }
    if (due > now) return due.getTime() - now.getTime();
    if (job.pausable && pause !== null) return LOOK_MS;
    if (!(await state.claim(job.name, due, instanceId, CLAIM_MS))) return RETRY_MS;
    let outcome: JobOutcome = 'LATER';
    try {
      logger.debug({ job: job.name, dueAt: due }, 'due by the schedule');
      outcome = await job.run(signal);
    } finally {
      await state.settle(job.name, instanceId, outcome === 'DONE' ? laterOf(due, now) : null);
    }
    return outcome === 'DONE' ? 0 : RETRY_MS;
  }

  async function turns(): Promise<number> {
    let waitMs = LOOK_MS;
    const pause = inForce(await state.pause(), clock.now());
    for (const job of jobs) {
      try {
        waitMs = Math.min(waitMs, await turn(job, pause));
      } catch (error) {
        if (signal.aborted) return waitMs;
        logger.warn({ job: job.name, error }, 'not done by the schedule, trying again');
        waitMs = Math.min(waitMs, RETRY_MS);
      }
    }
    return waitMs;
  }

  async function keepTime(): Promise<void> {
    while (!signal.aborted) {
      let waitMs = RETRY_MS;
      try {
        waitMs = await turns();
      } catch (error) {
        if (!signal.aborted) logger.warn({ error }, 'the schedule cannot be read, trying again');
      }
      await clock.sleep(waitMs, signal).catch(() => {});
    }
  }
  const keeping = keepTime();

  return {
    async nextAt() {
      const pause = inForce(await state.pause(), clock.now());
      if (pause !== null && pause.until === null) return null;
      const dues = await Promise.all(jobs.filter(({ pausable }) => pausable).map(dueAt));
      const next = dues.filter((due) => due !== null).sort((a, b) => a.getTime() - b.getTime())[0];
      if (next === undefined) return null;
      return pause?.until === null || pause?.until === undefined ? next : laterOf(next, pause.until);
    },

    paused: async () => inForce(await state.pause(), clock.now()),

    async pause(wish) {
      const pause = { at: clock.now(), ...wish };
      await state.setPause(pause);
      logger.info({ by: wish.by, until: wish.until }, 'schedule paused');
      return pause;
    },

    async resume({ runMissed }) {
      const now = clock.now();
      if (!runMissed) {
        for (const job of jobs.filter(({ pausable }) => pausable)) {
          const due = await dueAt(job);
          if (due !== null && due <= now) await state.reset(job.name, now);
        }
      }
      await state.setPause(null);
      logger.info({ runMissed }, 'schedule resumed');
    },

    async stop() {
      stopping.abort();
      await keeping;
    },
  };
}

const laterOf = (a: Date, b: Date) => (a > b ? a : b);

/** Null where nobody pauses, or no more. */
function inForce(pause: SchedulePause | null, now: Date): SchedulePause | null {
  return pause === null || (pause.until !== null && pause.until <= now) ? null : pause;
}

/** A tenth of the time between two turns at most, so that jitter never makes one late for the next. */
function withJitter(times: CronTimes, doneUntil: Date, share: number): Date | null {
  // The jitter of the turn that was done last must not make that turn due again.
  for (let at = times.next(new Date(doneUntil.getTime() - MOST_JITTER_MS)); at !== null; ) {
    const following = times.next(at);
    const gapMs = following === null ? Number.POSITIVE_INFINITY : following.getTime() - at.getTime();
    const due = new Date(at.getTime() + Math.floor(Math.min(MOST_JITTER_MS, gapMs * JITTER_PART) * share));
    if (due > doneUntil) return due;
    at = following;
  }
  return null;
}
