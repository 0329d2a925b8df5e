import { ObjectId } from 'mongodb';
import { z } from 'zod';
import { pageOfSyncRuns, type SyncRunFilter } from '../store/sync-run-queries.ts';
import { builder } from './builder.ts';
import { connectionPage } from './connection-page.ts';
import { createCursorCodec, objectIdHex } from './cursor.ts';
import { keyOfNodeId } from './node-id.ts';
import { parsePageRequest } from './page-request.ts';
import { SyncKindEnum, SyncRunStatusEnum, SyncRunType } from './sync-run.ts';

const SyncRunFilterInput = builder
  .inputRef<{ kinds?: SyncRunFilter['kinds']; status?: SyncRunFilter['statuses'] }>('SyncRunFilter')
  .implement({
    description: 'Which runs: all that is given must hold; of several values any may.',
    fields: (t) => ({
      kinds: t.field({ type: [SyncKindEnum], description: 'Kinds.' }),
      status: t.field({ type: [SyncRunStatusEnum], description: 'Statuses.' }),
    }),
  });

const positionFields = z.tuple([objectIdHex]);

const runCursor = createCursorCodec<z.infer<typeof positionFields>, ObjectId>({
  connection: 'syncRuns',
  fields: positionFields,
  toFields: (id) => [id.toHexString()],
  fromFields: ([id]) => new ObjectId(id),
});

const SyncRunConnectionType = builder.connectionObject(
  { type: SyncRunType, name: 'SyncRunConnection', description: 'A page of runs.' },
  { name: 'SyncRunEdge', description: 'A run with its cursor.' },
);

builder.queryFields((t) => ({
  syncRuns: t.field({
    type: SyncRunConnectionType,
    description: 'Runs of the sync engine, newest first.',
    args: {
      first: t.arg.int({ description: 'How many runs: at most 500; 50 without it.' }),
      after: t.arg.string({ description: 'Cursor of the run before the first one wanted.' }),
      filter: t.arg({ type: SyncRunFilterInput, description: 'Which runs; all without it.' }),
    },
    resolve: async (_root, { filter, ...page }, { store }) => {
      const request = parsePageRequest(page, runCursor);
      const runs = await pageOfSyncRuns(store.syncRuns.collection, {
        filter: { kinds: filter?.kinds, statuses: filter?.status },
        after: request.from,
        limit: request.limit + 1,
      });
      return connectionPage({
        nodes: runs.slice(0, request.limit),
        positionOf: (run) => run._id,
        codec: runCursor,
        request,
        hasMore: runs.length > request.limit,
        hasBehind: request.from !== null,
      });
    },
  }),
  syncRun: t.field({
    type: SyncRunType,
    nullable: true,
    description: 'One run; null when there is none.',
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    resolve: (_root, { id }, { store }) => {
      const key = keyOfNodeId(id, 'SyncRun');
      return key === undefined ? null : store.syncRuns.get(key);
    },
  }),
}));
