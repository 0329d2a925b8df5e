import type { ObjectId } from 'mongodb';
import type { StartSyncInput } from '../model/start-sync.ts';
import type { SyncKind, SyncTrigger } from '../model/sync-run.ts';
import type { SyncEventDocument } from '../store/sync-events.ts';
import type { SyncRunDocument } from '../store/sync-runs.ts';
import type { EventDelivery } from './run-news.ts';

export interface StartedBy {
  readonly trigger: SyncTrigger;
  /** A caller's name, or the part of the gateway that asked. */
  readonly triggeredBy: string;
}

/** What the doors (GraphQL, command line, webhooks) may ask of the engine. */
export interface SyncEngine {
  /** How this instance learns now of what runs do on others. */
  eventDelivery(): EventDelivery;
  /** Queues a run, or answers the one of its kind that is active (`started` false). */
  start(input: StartSyncInput, by: StartedBy): Promise<{ started: boolean; run: SyncRunDocument }>;
  /** Asks an active run to stop; null when it has ended or does not exist. */
  cancel(runId: ObjectId): Promise<SyncRunDocument | null>;
  /** Lets a run go on that the mass-change brake has paused; null when it is not so paused. */
  confirm(runId: ObjectId): Promise<SyncRunDocument | null>;
  /**
   * The events of a run after `afterSequence`, then live ones; ends with the run. Each comes with the run as it was
   * read. Never throws for a run that is gone: it ends.
   */
  followEvents(options: {
    runId: ObjectId;
    afterSequence: number;
    signal: AbortSignal;
  }): AsyncGenerator<{ event: SyncEventDocument; run: SyncRunDocument }, void, undefined>;
  /** Runs as they start, move and end, whichever instance works on them. A slow reader gets the newest state only. */
  followRuns(options: {
    kinds: readonly SyncKind[] | null;
    signal: AbortSignal;
  }): AsyncGenerator<SyncRunDocument, void, undefined>;
}
