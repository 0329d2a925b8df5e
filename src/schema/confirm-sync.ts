import { hasEnded } from '../model/sync-run.ts';
import type { SyncRunDocument } from '../store/sync-runs.ts';
import { builder } from './builder.ts';
import { UserErrorInterface } from './error-types.ts';
import { keyOfNodeId } from './node-id.ts';
import { SyncRunType } from './sync-run.ts';
import { SyncRunEnded, SyncRunNotFound, UserError, userErrorOf } from './user-errors.ts';

class SyncRunNotWaiting extends UserError {
  readonly run: SyncRunDocument;

  constructor(run: SyncRunDocument) {
    super('INVALID_INPUT', 'The run waits for no confirmation: the mass-change brake has not paused it.');
    this.run = run;
  }
}

builder.objectType(SyncRunNotWaiting, {
  name: 'SyncRunNotWaiting',
  description: 'The run waits for no confirmation.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({ run: t.expose('run', { type: SyncRunType, description: 'The run as it is.' }) }),
});

const ConfirmSyncInputType = builder.inputRef<{ runId: string }>('ConfirmSyncInput').implement({
  description: 'Which run may go on.',
  fields: (t) => ({ runId: t.id({ required: true, description: 'Its id.' }) }),
});

builder.mutationFields((t) => ({
  confirmSync: t.field({
    type: SyncRunType,
    description: 'Let a run go on that the mass-change brake has paused.',
    args: { input: t.arg({ type: ConfirmSyncInputType, required: true, description: 'Which run.' }) },
    errors: {
      types: [SyncRunNotFound, SyncRunEnded, SyncRunNotWaiting],
      dataField: { name: 'run', description: 'The run, as it was when it was told to go on.' },
      result: { description: 'The run was told to go on.' },
      union: { description: 'The run, or why it cannot be confirmed.' },
    },
    resolve: async (_root, { input }, { engine, store }) => {
      const key = keyOfNodeId(input.runId, 'SyncRun');
      if (key === undefined) throw new SyncRunNotFound();
      try {
        const confirmed = await engine.confirm(key);
        if (confirmed !== null) return confirmed;
      } catch (error) {
        throw userErrorOf(error);
      }
      const run = await store.syncRuns.get(key);
      if (run === null) throw new SyncRunNotFound();
      throw hasEnded(run.status) ? new SyncRunEnded(run) : new SyncRunNotWaiting(run);
    },
  }),
}));
