import { builder } from './builder.ts';
import { SyncStatusType } from './sync-status.ts';
import { type InputProblem, InvalidInput } from './user-errors.ts';

const PauseScheduleInputType = builder
  .inputRef<{ until?: Date | null | undefined; reason?: string | null | undefined }>('PauseScheduleInput')
  .implement({
    description: 'How long, and why.',
    fields: (t) => ({
      until: t.field({ type: 'DateTime', description: 'When it goes on by itself; without it, when it is resumed.' }),
      reason: t.string({ description: 'Shown in `syncStatus`: at most 500 characters.' }),
    }),
  });

const ResumeScheduleInputType = builder
  .inputRef<{ runMissed?: boolean | null | undefined }>('ResumeScheduleInput')
  .implement({
    description: 'How the schedule is to go on.',
    fields: (t) => ({
      runMissed: t.boolean({ defaultValue: false, description: 'Start now, once, what was due meanwhile.' }),
    }),
  });

const REASON_LIMIT = 500;

builder.mutationFields((t) => ({
  pauseSchedule: t.field({
    type: SyncStatusType,
    description: 'Keeps the schedule from starting runs, on all instances and over restarts. Runs under way go on.',
    args: { input: t.arg({ type: PauseScheduleInputType, required: true, description: 'How long, and why.' }) },
    errors: {
      dataField: { name: 'syncStatus', description: 'The gateway at a glance, now.' },
      result: { description: 'The schedule is paused.' },
      union: { description: 'The status, or what is wrong with the input.' },
    },
    resolve: async (_root, { input }, { schedule, startedBy, status }) => {
      const { until = null, reason = null } = input;
      const problems: InputProblem[] = [];
      if (until !== null && until.getTime() <= Date.now())
        problems.push({ path: ['input', 'until'], message: 'is over already.' });
      if (reason !== null && reason.length > REASON_LIMIT)
        problems.push({ path: ['input', 'reason'], message: `has more than ${REASON_LIMIT} characters.` });
      if (problems.length > 0) throw new InvalidInput(problems);
      await schedule.pause({ by: startedBy.triggeredBy, reason, until });
      return status();
    },
  }),

  resumeSchedule: t.field({
    type: SyncStatusType,
    description: 'Lets the schedule go on.',
    args: { input: t.arg({ type: ResumeScheduleInputType, required: true, description: 'How.' }) },
    errors: {
      dataField: { name: 'syncStatus', description: 'The gateway at a glance, now.' },
      result: { description: 'The schedule goes on.' },
      union: { description: 'The status, or what is wrong with the input.' },
    },
    resolve: async (_root, { input }, { schedule, status }) => {
      await schedule.resume({ runMissed: input.runMissed ?? false });
      return status();
    },
  }),
}));
