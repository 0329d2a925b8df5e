import type { Collection, Db, Filter, ObjectId, UpdateFilter } from 'mongodb';
import type { StartSyncInput } from '../model/start-sync.ts';
import {
  ACTIVE_STATUSES,
  NO_COUNTS,
  type PauseReason,
  SYNC_KINDS,
  type SyncCounts,
  type SyncError,
  type SyncEventType,
  type SyncKind,
  type SyncMode,
  type SyncPhase,
  type SyncRunStatus,
  type SyncTrigger,
} from '../model/sync-run.ts';
import { isDuplicateKey } from './errors.ts';
import { watchSyncRuns } from './sync-run-changes.ts';

/** The last event of a run, kept in its document until it stands in `syncEvents`: a crash between the two loses nothing. */
export interface LastEvent {
  readonly sequence: number;
  readonly at: Date;
  readonly type: SyncEventType;
  readonly message: string;
}

/** Who works on the run. `token` grows with every owner: a write that carries an old one is refused. */
export interface RunLease {
  readonly owner: string;
  readonly token: number;
  readonly expiresAt: Date;
}

/**
 * Where a run stands: what the next owner needs to go on after a crash. Each pass is walked in order; `cursor` null is
 * the first page of the current pass.
 */
export interface RunResume {
  readonly pass: SyncPhase;
  readonly cursor: string | null;
  /** Pages stored of the current pass. */
  readonly page: number;
  /** The primary's own clock at the start of the run: the next watermark, and the end of this run's window. */
  readonly primaryStartedAt: Date | null;
  /** Rows that the primary said the current pass has, of its first page. */
  readonly expected: number | null;
  /** Rows of the current pass stored so far. */
  readonly seen: number;
  /** How often the current pass was walked again because its cursor was refused. */
  readonly restarts: number;
  /** Lists whose members are walked one group after the other. */
  readonly lists: readonly string[];
  /** Custom fields or tags are named by a contact that we do not know: they are to be pulled. */
  readonly unknownReferences: boolean;
  readonly warnings: number;
}

export interface SyncRunDocument {
  readonly _id: ObjectId;
  readonly kind: SyncKind;
  readonly mode: SyncMode;
  readonly trigger: SyncTrigger;
  readonly triggeredBy: string;
  readonly input: StartSyncInput;
  readonly status: SyncRunStatus;
  /** The kind while the run is active, absent afterwards: a unique index lets one run of a kind be active at a time. */
  readonly activeKey?: string;
  readonly pauseReason: PauseReason | null;
  readonly pausedUntil: Date | null;
  readonly phase: SyncPhase;
  readonly dryRun: boolean;
  readonly counts: SyncCounts;
  readonly total: number | null;
  readonly percent: number | null;
  readonly etaSeconds: number | null;
  readonly apiRequests: number;
  readonly lastSequence: number;
  readonly lastEvent: LastEvent | null;
  /** Last write of it, by the server's clock. */
  readonly changedAt: Date;
  readonly queuedAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly error: SyncError | null;
  readonly cancelRequestedAt: Date | null;
  /** The brake's question was answered with yes. */
  readonly confirmedAt: Date | null;
  readonly lease: RunLease | null;
  /** The token of the newest owner; kept when the lease is given up, so that tokens only grow. */
  readonly fence?: number;
  readonly resume: RunResume | null;
  /** What the push needs to go on (its own shape, kept by the push). */
  readonly push: object | null;
}

export type SyncRunChange = Partial<Omit<SyncRunDocument, '_id' | 'lease' | 'kind' | 'changedAt'>>;

export interface SyncRunStore {
  readonly collection: Collection<SyncRunDocument>;
  /** Adds a run in QUEUED, or answers the run of this kind that is active already. */
  enqueue(run: NewSyncRun): Promise<{ created: boolean; run: SyncRunDocument }>;
  get(id: ObjectId): Promise<SyncRunDocument | null>;
  active(): Promise<SyncRunDocument[]>;
  /** Takes a run that nobody works on; null when it is gone, ended or owned. Times are the server's. */
  claim(id: ObjectId, owner: string, leaseMs: number): Promise<SyncRunDocument | null>;
  /** Active runs without an owner or whose owner's lease has run out, oldest first. */
  orphans(): Promise<SyncRunDocument[]>;
  /** Keeps the lease; null when it was lost. Brings news that others wrote (cancellation, confirmation). */
  renew(id: ObjectId, token: number, leaseMs: number): Promise<SyncRunDocument | null>;
  /** Changes the run if `token` still owns it; null when it does not. */
  update(id: ObjectId, token: number, change: SyncRunChange): Promise<SyncRunDocument | null>;
  /** Ends the ownership without ending the run: another instance may go on at once. */
  release(id: ObjectId, token: number): Promise<void>;
  requestCancel(id: ObjectId, at: Date): Promise<SyncRunDocument | null>;
  confirm(id: ObjectId, at: Date): Promise<SyncRunDocument | null>;
  lastSucceeded(): Promise<SyncRunDocument[]>;
  /** When any run last changed, by the server's clock; null when there is none. */
  lastChangedAt(): Promise<Date | null>;
  /** Differs from what it was when a run was added, moved or ended. Does not lean on clocks, which may be set back. */
  newsMark(): Promise<string>;
  /** Ticks at each change of a run, see `watchSyncRuns`. */
  watch(signal: AbortSignal): AsyncGenerator<undefined, void, undefined>;
  /** Runs that are active, changed since `since` or named by `ids`, newest first. */
  recent(since: Date, ids?: readonly ObjectId[]): Promise<SyncRunDocument[]>;
}

export interface NewSyncRun {
  readonly _id: ObjectId;
  readonly input: StartSyncInput;
  readonly trigger: SyncTrigger;
  readonly triggeredBy: string;
  readonly queuedAt: Date;
}

/** Runs that must not work at the same time share a key: a push and a full cycle both send. */
export function activeKeyOf(kind: SyncKind): string {
  return kind === 'FULL_CYCLE' ? 'PUSH' : kind;
}

export async function ensureSyncRunIndexes(db: Db): Promise<void> {
  await db.collection('syncRuns').createIndexes([
    {
      key: { activeKey: 1 },
      name: 'activeKey',
      unique: true,
      partialFilterExpression: { activeKey: { $exists: true } },
    },
    { key: { kind: 1, status: 1, finishedAt: -1 }, name: 'kind_status_finishedAt' },
    { key: { status: 1, _id: -1 }, name: 'status_id' },
    { key: { changedAt: -1 }, name: 'changedAt' },
  ]);
}

const leaseFrom = (owner: unknown, token: unknown, leaseMs: number) => ({
  owner,
  token,
  expiresAt: { $add: ['$$NOW', leaseMs] },
});

const UNOWNED = {
  status: { $in: [...ACTIVE_STATUSES] },
  $or: [{ lease: null }, { $expr: { $lt: ['$lease.expiresAt', '$$NOW'] } }],
} satisfies Filter<SyncRunDocument>;

export function createSyncRunStore(db: Db): SyncRunStore {
  const collection = db.collection<SyncRunDocument>('syncRuns');
  const after = { returnDocument: 'after' } as const;

  async function lastChangedAt(): Promise<Date | null> {
    const run = await collection.findOne({}, { sort: { changedAt: -1 }, projection: { changedAt: 1 } });
    return run?.changedAt ?? null;
  }

  return {
    collection,

    async enqueue({ _id, input, trigger, triggeredBy, queuedAt }) {
      const run: SyncRunDocument = {
        _id,
        kind: input.kind,
        mode: input.mode,
        trigger,
        triggeredBy,
        input,
        status: 'QUEUED',
        activeKey: activeKeyOf(input.kind),
        pauseReason: null,
        pausedUntil: null,
        phase: 'QUEUED',
        dryRun: input.dryRun,
        counts: NO_COUNTS,
        total: null,
        percent: null,
        etaSeconds: null,
        apiRequests: 0,
        lastSequence: 0,
        lastEvent: null,
        changedAt: queuedAt,
        queuedAt,
        startedAt: null,
        finishedAt: null,
        error: null,
        cancelRequestedAt: null,
        confirmedAt: null,
        lease: null,
        resume: null,
        push: null,
      };
      // The active run may end between the refused insert and the look: then the insert is tried again.
      for (;;) {
        try {
          await collection.insertOne(run);
          return { created: true, run };
        } catch (error) {
          if (!isDuplicateKey(error)) throw error;
          const active = await collection.findOne({ activeKey: activeKeyOf(input.kind) });
          if (active !== null) return { created: active._id.equals(_id), run: active };
        }
      }
    },

    get: (id) => collection.findOne({ _id: id }),

    active: () =>
      collection
        .find({ status: { $in: [...ACTIVE_STATUSES] } })
        .sort({ _id: -1 })
        .limit(100)
        .toArray(),

    claim: (id, owner, leaseMs) =>
      collection.findOneAndUpdate(
        { _id: id, ...UNOWNED },
        [
          {
            $set: {
              lease: leaseFrom({ $literal: owner }, { $add: [{ $ifNull: ['$fence', 0] }, 1] }, leaseMs),
              fence: { $add: [{ $ifNull: ['$fence', 0] }, 1] },
            },
          },
        ],
        after,
      ),

    orphans: () => collection.find(UNOWNED).sort({ _id: 1 }).limit(20).toArray(),

    renew: (id, token, leaseMs) =>
      collection.findOneAndUpdate(
        { _id: id, 'lease.token': token },
        [{ $set: { 'lease.expiresAt': { $add: ['$$NOW', leaseMs] } } }],
        after,
      ),

    update: (id, token, change) => {
      const ended = change.finishedAt instanceof Date;
      const update: UpdateFilter<SyncRunDocument> = {
        $set: { ...change, ...(ended ? { lease: null } : {}) },
        $currentDate: { changedAt: true },
        ...(ended ? { $unset: { activeKey: true } } : {}),
      };
      // The end gives up the lease; done again, because its answer was lost, it finds the token in the fence alone.
      const owned = ended ? { fence: token } : { 'lease.token': token };
      return collection.findOneAndUpdate({ _id: id, ...owned }, update, after);
    },

    async release(id, token) {
      await collection.updateOne({ _id: id, 'lease.token': token }, { $set: { lease: null } });
    },

    requestCancel: (id, at) =>
      collection.findOneAndUpdate(
        { _id: id, status: { $in: [...ACTIVE_STATUSES] } },
        { $set: { cancelRequestedAt: at }, $currentDate: { changedAt: true } },
        after,
      ),

    confirm: (id, at) =>
      collection.findOneAndUpdate(
        { _id: id, status: 'PAUSED', pauseReason: 'MASS_CHANGE' },
        { $set: { confirmedAt: at } },
        after,
      ),

    async lastSucceeded() {
      const runs = await Promise.all(
        SYNC_KINDS.map((kind) => collection.findOne({ kind, status: 'SUCCEEDED' }, { sort: { finishedAt: -1 } })),
      );
      return runs.filter((run) => run !== null);
    },

    lastChangedAt,

    async newsMark() {
      const [last, active] = await Promise.all([
        lastChangedAt(),
        collection
          .find({ status: { $in: [...ACTIVE_STATUSES] } })
          .project({ lastSequence: 1 })
          .sort({ _id: -1 })
          .limit(100)
          .toArray(),
      ]);
      return JSON.stringify([last, active]);
    },

    watch: (signal) => watchSyncRuns(collection, signal),

    async recent(since, ids = []) {
      const [active, changed, named] = await Promise.all([
        collection
          .find({ status: { $in: [...ACTIVE_STATUSES] } })
          .sort({ _id: -1 })
          .limit(100)
          .toArray(),
        collection
          .find({ changedAt: { $gte: since } })
          .sort({ changedAt: -1 })
          .limit(100)
          .toArray(),
        ids.length === 0 ? [] : collection.find({ _id: { $in: [...ids] } }).toArray(),
      ]);
      const byId = new Map([...named, ...changed, ...active].map((run) => [run._id.toHexString(), run]));
      return [...byId.values()].sort((a, b) => (a._id.toHexString() < b._id.toHexString() ? 1 : -1));
    },
  };
}
