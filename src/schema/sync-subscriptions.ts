import { SYNC_EVENT_TYPES } from '../model/sync-run.ts';
import type { SyncEventDocument } from '../store/sync-events.ts';
import type { SyncRunDocument } from '../store/sync-runs.ts';
import { builder } from './builder.ts';
import { describedEnum } from './described-enum.ts';
import { keyOfNodeId, nodeId } from './node-id.ts';
import { SyncKindEnum, SyncRunType } from './sync-run.ts';
import { InvalidInput, SyncRunNotFound } from './user-errors.ts';

const SyncEventTypeEnum = describedEnum('SyncEventType', SYNC_EVENT_TYPES, {
  description: 'What happened to a run.',
  values: {
    STARTED: 'It began to work.',
    PHASE: 'It went on to its next phase.',
    PROGRESS: 'It came further.',
    WARNING: 'Something needs a look; it goes on.',
    PAUSED: 'It waits, see `pauseReason`.',
    RESUMED: 'It goes on.',
    FINISHED: 'It ended, see `status`.',
  },
});

interface SyncEventNode {
  readonly event: SyncEventDocument;
  readonly run: SyncRunDocument;
}

const SyncEventObject = builder.objectRef<SyncEventNode>('SyncEvent').implement({
  description: 'One step of a run.',
  fields: (t) => ({
    runId: t.id({ description: 'The id of its run.', resolve: ({ event }) => nodeId('SyncRun', event.runId) }),
    sequence: t.int({
      description: 'Grows within the run: a subscriber that comes again says how far it got.',
      resolve: ({ event }) => event.sequence,
    }),
    at: t.field({ type: 'DateTime', description: 'When it happened.', resolve: ({ event }) => event.at }),
    type: t.field({ type: SyncEventTypeEnum, description: 'What happened.', resolve: ({ event }) => event.type }),
    message: t.string({ description: 'For people.', resolve: ({ event }) => event.message }),
    run: t.field({
      type: SyncRunType,
      description: 'The run as it was when the event was read.',
      resolve: ({ run }) => run,
    }),
  }),
});

builder.subscriptionFields((t) => ({
  syncProgress: t.field({
    type: SyncEventObject,
    description: 'Events of one run from `afterSequence` on, then live ones; completes when the run ends.',
    args: {
      runId: t.arg.id({ required: true, description: 'Which run.' }),
      afterSequence: t.arg.int({
        defaultValue: 0,
        description: 'The `sequence` of the last event that was seen; 0 for all.',
      }),
    },
    subscribe: async (_root, { runId, afterSequence }, { engine, store, signal }) => {
      const sequence = afterSequence ?? 0;
      if (sequence < 0) throw new InvalidInput([{ path: ['afterSequence'], message: 'must not be negative.' }]);
      const key = keyOfNodeId(runId, 'SyncRun');
      if (key === undefined || (await store.syncRuns.get(key)) === null) throw new SyncRunNotFound();
      return engine.followEvents({ runId: key, afterSequence: sequence, signal });
    },
    resolve: (event) => event,
  }),
  syncRunChanged: t.field({
    type: SyncRunType,
    description: 'Runs as they start, move and end; a slow reader gets the newest state alone.',
    args: { kinds: t.arg({ type: [SyncKindEnum], description: 'Only these kinds; all without it.' }) },
    subscribe: (_root, { kinds }, { engine, signal }) => engine.followRuns({ kinds: kinds ?? null, signal }),
    resolve: (run) => run,
  }),
}));
