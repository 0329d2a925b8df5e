import { builder } from './builder.ts';
import { keyOfNodeId } from './node-id.ts';
import { SyncRunType } from './sync-run.ts';
import { SyncRunEnded, SyncRunNotFound, userErrorOf } from './user-errors.ts';

const CancelSyncInputType = builder.inputRef<{ runId: string }>('CancelSyncInput').implement({
  description: 'Which run is to stop.',
  fields: (t) => ({ runId: t.id({ required: true, description: 'Its id.' }) }),
});

builder.mutationFields((t) => ({
  cancelSync: t.field({
    type: SyncRunType,
    description: 'Stops a run within a second. What it has stored stays; the next run goes on from there.',
    args: { input: t.arg({ type: CancelSyncInputType, required: true, description: 'Which run.' }) },
    errors: {
      types: [SyncRunNotFound, SyncRunEnded],
      dataField: { name: 'run', description: 'The run, as it was when it was told to stop.' },
      result: { description: 'The run was told to stop.' },
      union: { description: 'The run, or why it cannot be stopped.' },
    },
    resolve: async (_root, { input }, { engine, store }) => {
      const key = keyOfNodeId(input.runId, 'SyncRun');
      if (key === undefined) throw new SyncRunNotFound();
      try {
        const cancelled = await engine.cancel(key);
        if (cancelled !== null) return cancelled;
      } catch (error) {
        throw userErrorOf(error);
      }
      const run = await store.syncRuns.get(key);
      throw run === null ? new SyncRunNotFound() : new SyncRunEnded(run);
    },
  }),
}));
