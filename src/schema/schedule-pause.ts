import type { SchedulePause } from '../store/schedule-state.ts';
import { builder } from './builder.ts';

export const SchedulePauseType = builder.objectRef<SchedulePause>('SchedulePause').implement({
  description: 'Why the schedule starts nothing for now.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'Since when.' }),
    by: t.exposeString('by', { description: 'Who paused it.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'What they said.' }),
    until: t.expose('until', {
      type: 'DateTime',
      nullable: true,
      description: 'When it goes on by itself; null: when somebody resumes it.',
    }),
  }),
});
