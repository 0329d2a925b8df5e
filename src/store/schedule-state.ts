import type { Db } from 'mongodb';

/** Who pauses the schedule, and until when; `until` null: until somebody resumes it. */
export interface SchedulePause {
  readonly at: Date;
  readonly by: string;
  readonly reason: string | null;
  readonly until: Date | null;
}

/** What all instances know of one thing that is done by the clock. */
export interface ScheduledJobState {
  /** Everything that was due up to then is dealt with: done, or left out because something else covered it. */
  readonly doneUntil: Date;
  /** Part of the jitter, drawn once for all instances: in [0, 1). */
  readonly jitterShare: number;
}

interface JobDocument extends ScheduledJobState {
  readonly _id: string;
  /** The times that `doneUntil` stands for: with other times it begins anew. */
  readonly times: string;
  readonly claim: { readonly owner: string; readonly expiresAt: Date } | null;
}

interface PauseDocument {
  readonly _id: 'PAUSE';
  readonly pause: SchedulePause | null;
}

export interface ScheduleStateStore {
  /** Makes a job known, with nothing due before `now`; one that is known with the same times stays as it is. */
  register(job: { name: string; times: string; now: Date; jitterShare: number }): Promise<void>;
  job(name: string): Promise<ScheduledJobState | null>;
  /** True for the one instance that may do what was due at `dueAt`. It ends after `leaseMs` by the server's clock. */
  claim(name: string, dueAt: Date, owner: string, leaseMs: number): Promise<boolean>;
  /** Ends a claim. `doneUntil` null: it was not done and stays due. */
  settle(name: string, owner: string, doneUntil: Date | null): Promise<void>;
  /** Says that nothing before `doneUntil` is due any more, whatever stood there. */
  reset(name: string, doneUntil: Date): Promise<void>;
  pause(): Promise<SchedulePause | null>;
  setPause(pause: SchedulePause | null): Promise<void>;
}

/** One small document per job in `scheduleState`, read and written by `_id` alone. */
export function createScheduleStateStore(db: Db): ScheduleStateStore {
  const jobs = db.collection<JobDocument>('scheduleState');
  const pauses = db.collection<PauseDocument>('scheduleState');
  return {
    async register({ name, times, now, jitterShare }) {
      const isNew = { $ne: ['$times', times] };
      await jobs.updateOne(
        { _id: name },
        [
          {
            $set: {
              doneUntil: { $cond: [isNew, now, '$doneUntil'] },
              jitterShare: { $ifNull: ['$jitterShare', jitterShare] },
              claim: { $cond: [isNew, null, '$claim'] },
              times,
            },
          },
        ],
        { upsert: true },
      );
    },

    job: (name) => jobs.findOne({ _id: name }),

    async claim(name, dueAt, owner, leaseMs) {
      const { matchedCount } = await jobs.updateOne(
        {
          _id: name,
          doneUntil: { $lt: dueAt },
          $or: [{ claim: null }, { $expr: { $lt: ['$claim.expiresAt', '$$NOW'] } }],
        },
        [{ $set: { claim: { owner: { $literal: owner }, expiresAt: { $add: ['$$NOW', leaseMs] } } } }],
      );
      return matchedCount === 1;
    },

    async settle(name, owner, doneUntil) {
      await jobs.updateOne(
        { _id: name, 'claim.owner': owner },
        { $set: { claim: null }, ...(doneUntil === null ? {} : { $max: { doneUntil } }) },
      );
    },

    async reset(name, doneUntil) {
      await jobs.updateOne({ _id: name }, { $set: { doneUntil } });
    },

    async pause() {
      return (await pauses.findOne({ _id: 'PAUSE' }))?.pause ?? null;
    },

    async setPause(pause) {
      await pauses.updateOne({ _id: 'PAUSE' }, { $set: { pause } }, { upsert: true });
    },
  };
}
