import { ObjectId } from 'mongodb';
import type { Clock } from '../clock.ts';
import type { ApiClient } from '../constant-contact/api-client.ts';
import { DomainError, isDomainError } from '../domain-error.ts';
import { type Logger, redactText } from '../logger.ts';
import type { SyncError } from '../model/sync-run.ts';
import type { Store } from '../store/store.ts';
import type { SyncRunDocument } from '../store/sync-runs.ts';
import { inSpan, NO_TRACING, type SpanStart, type Tracing } from '../tracing.ts';
import type { FieldPolicy } from './decide/merge.ts';
import { PUSH_LIMITS, type PushLimits } from './decide/push-limits.ts';
import type { SyncEngine } from './engine.ts';
import { createRunFollower } from './follow-runs.ts';
import type { MassChangeLimit } from './pull/pull-context.ts';
import { DEFAULT_PUSH_WAITS, type PushWaits } from './push/push-context.ts';
import { createPushScope } from './push/push-scope.ts';
import { sha256 } from './push/sha256.ts';
import { BEAT_MS, LEASE_MS, type OpenRunSession, openRunSession } from './run-session.ts';
import { runSync } from './run-sync.ts';

/** How often an instance looks for runs that nobody works on. With `LEASE_MS`, a dead owner's run goes on within 15 s. */
const TAKEOVER_POLL_MS = 2_000;

export interface SyncEngineOptions {
  readonly store: Store;
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId?: () => ObjectId;
  /** This process, among all instances. */
  readonly instanceId: string;
  readonly policy: FieldPolicy;
  readonly requestsPerSecond: number;
  readonly massChange?: MassChangeLimit;
  /** Told of each write of a run by this instance. */
  readonly onRunChanged?: (run: SyncRunDocument) => void;
  readonly tracing?: Tracing;
  readonly pushLimits?: PushLimits;
  readonly pushWaits?: PushWaits;
  /** How long a run stays this instance's without a sign of life, and how often it gives one. */
  readonly leaseMs?: number;
  readonly beatMs?: number;
  /** How often this instance looks for runs that nobody works on. */
  readonly takeoverPollMs?: number;
}

/** The engine with the loop that works on runs; what other parts may ask of it is `SyncEngine`. */
export interface RunningSyncEngine extends SyncEngine {
  /** Gives up the runs of this instance where they stand; then ends all readers. Waits for both. */
  stop(): Promise<void>;
  /** @throws where this instance has not kept its runs, or looked for those of others, for as long as a lease lasts. */
  assertAlive(): void;
}

const DEFAULT_MASS_CHANGE: MassChangeLimit = { share: 0.1, contacts: 50 };

/** Starts working at once: runs that another instance left behind are taken over. */
export function startSyncEngine(options: SyncEngineOptions): RunningSyncEngine {
  const { store, api, clock, logger, instanceId, policy, requestsPerSecond, tracing = NO_TRACING } = options;
  const newId = options.newId ?? (() => new ObjectId());
  const massChange = options.massChange ?? DEFAULT_MASS_CHANGE;
  const limits = options.pushLimits ?? PUSH_LIMITS.json;
  const waits = options.pushWaits ?? DEFAULT_PUSH_WAITS;
  const { leaseMs = LEASE_MS, beatMs = BEAT_MS, takeoverPollMs = TAKEOVER_POLL_MS } = options;
  const stopping = new AbortController();
  const sessions = new Map<string, OpenRunSession>();
  const working = new Set<Promise<void>>();
  const readersEnd = new AbortController();
  const follower = createRunFollower({ store, clock, logger, signal: readersEnd.signal });

  /** Works on a run if nobody else does, to its end or until this instance stops. */
  async function work(runId: ObjectId): Promise<void> {
    if (sessions.has(runId.toHexString()) || stopping.signal.aborted) return;
    const run = await store.syncRuns.claim(runId, instanceId, leaseMs);
    if (run === null) return;
    const runLogger = logger.child({ runId: runId.toHexString(), kind: run.kind });
    const session = openRunSession({
      run,
      store,
      clock,
      logger: runLogger,
      stopSignal: stopping.signal,
      onChange(changed) {
        follower.news.publish();
        options.onRunChanged?.(changed);
      },
      tracing,
      leaseMs,
      beatMs,
    });
    sessions.set(runId.toHexString(), session);
    try {
      await inSpan(tracing, spanOf(run), () => workThrough(session));
    } catch (error) {
      await end(session, error);
    } finally {
      sessions.delete(runId.toHexString());
      await session.close().catch((error: unknown) => runLogger.warn({ error }, 'run not released'));
    }
  }

  async function workThrough(session: OpenRunSession): Promise<void> {
    await begin(session);
    const parts = { session, store, api, clock, newId, policy, requestsPerSecond, massChange, limits, waits };
    await runSync({ ...parts, hash: sha256, attempted: new Set(), scope: createPushScope(session.run.input.listIds) });
    await finish(session, { status: 'SUCCEEDED', error: null, message: 'The run has succeeded.' });
  }

  async function begin(session: OpenRunSession): Promise<void> {
    const { run } = session;
    // A crash may have kept the last event out of the collection.
    if (run.lastEvent !== null) {
      const event = { runId: run._id, ...run.lastEvent };
      await session.patience(() => store.syncEvents.append(event));
    }
    const resumed = run.startedAt !== null;
    session.logger.info({ resumed, mode: run.mode, trigger: run.trigger }, 'run started');
    await session.record({
      change: { status: 'RUNNING', startedAt: run.startedAt ?? clock.now(), pauseReason: null, pausedUntil: null },
      event: resumed
        ? { type: 'RESUMED', message: 'The run was taken over where it stood.' }
        : { type: 'STARTED', message: `${run.kind} (${run.mode}) has started.` },
    });
  }

  async function end(session: OpenRunSession, error: unknown): Promise<void> {
    if (stopping.signal.aborted || isDomainError(error, 'LEASE_LOST')) {
      session.logger.info({}, 'run given up, another instance or the next start goes on with it');
      return;
    }
    const cancelled = isDomainError(error, 'CANCELLED');
    const outcome = cancelled
      ? ({ status: 'CANCELLED', error: null, message: 'The run was cancelled.' } as const)
      : ({
          status: 'FAILED',
          error: syncErrorOf(error),
          message: `The run has failed: ${syncErrorOf(error).message}`,
        } as const);
    if (!cancelled) session.logger.error({ error }, 'run failed');
    try {
      await finish(session, outcome);
    } catch (finishError) {
      session.logger.warn({ error: finishError }, 'end of the run not recorded, it will be taken over');
    }
  }

  async function finish(
    session: OpenRunSession,
    {
      status,
      error,
      message,
    }: { status: 'SUCCEEDED' | 'FAILED' | 'CANCELLED'; error: SyncError | null; message: string },
  ): Promise<void> {
    const succeeded = status === 'SUCCEEDED';
    await session.record({
      change: {
        status,
        error,
        phase: 'DONE',
        finishedAt: clock.now(),
        pauseReason: null,
        pausedUntil: null,
        etaSeconds: 0,
        ...(succeeded ? { percent: 100 } : {}),
      },
      event: { type: 'FINISHED', message },
    });
    session.logger.info({ status, counts: session.run.counts, apiRequests: session.run.apiRequests }, 'run ended');
  }

  function workInBackground(runId: ObjectId): void {
    const done = work(runId)
      .catch((error: unknown) => logger.error({ error, runId: runId.toHexString() }, 'run not worked on, trying again'))
      .finally(() => working.delete(done));
    working.add(done);
  }

  let lookedAt = clock.now();
  async function takeOverOrphans(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        for (const run of await store.syncRuns.orphans()) workInBackground(run._id);
        lookedAt = clock.now();
        await clock.sleep(takeoverPollMs, stopping.signal);
      } catch (error) {
        if (stopping.signal.aborted) return;
        logger.warn({ error }, 'no look for runs left behind, trying again');
        await clock.sleep(takeoverPollMs, stopping.signal).catch(() => {});
      }
    }
  }
  const takingOver = takeOverOrphans();

  return {
    async start(input, { trigger, triggeredBy }) {
      if (stopping.signal.aborted) {
        throw new DomainError('CANCELLED', 'The gateway is stopping; ask again in a moment.', { retryable: true });
      }
      const { created, run } = await store.syncRuns.enqueue({
        _id: newId(),
        input,
        trigger,
        triggeredBy,
        queuedAt: clock.now(),
      });
      if (created) {
        follower.news.publish();
        workInBackground(run._id);
      }
      return { started: created, run };
    },

    async cancel(runId) {
      const run = await store.syncRuns.requestCancel(runId, clock.now());
      if (run === null) return null;
      sessions.get(runId.toHexString())?.abort(new DomainError('CANCELLED', 'The run was cancelled.'));
      return run;
    },

    confirm: (runId) => store.syncRuns.confirm(runId, clock.now()),
    eventDelivery: () => follower.news.delivery,
    followEvents: follower.followEvents,
    followRuns: follower.followRuns,

    assertAlive() {
      const now = clock.now().getTime();
      for (const at of [lookedAt, ...[...sessions.values()].map(({ aliveAt }) => aliveAt)]) {
        const silentMs = now - at.getTime();
        if (silentMs >= leaseMs) throw new Error(`No sign of life in the lease loop for ${silentMs} ms.`);
      }
    },

    async stop() {
      stopping.abort(new DomainError('CANCELLED', 'The gateway is stopping.'));
      await takingOver;
      await Promise.all(working);
      readersEnd.abort(stopping.signal.reason);
      await follower.news.ended;
    },
  };
}

/** Of the part of a run that one instance does. */
function spanOf({ _id, kind, mode, trigger, startedAt }: SyncRunDocument): SpanStart {
  const attributes = {
    'csg.run.id': _id.toHexString(),
    'csg.run.kind': kind,
    'csg.run.mode': mode,
    'csg.run.trigger': trigger,
    'csg.run.taken_over': startedAt !== null,
  };
  return { name: `sync ${kind}`, attributes };
}

/** What a user sees of a failure: our own words for what is expected, nothing of the inside for a defect. */
function syncErrorOf(error: unknown): SyncError {
  if (error instanceof DomainError) {
    return { code: error.code, message: redactText(error.message), retryable: error.retryable };
  }
  return {
    code: 'INTERNAL',
    message: 'The gateway met a defect of its own. The log of this run says more; nothing that was stored is lost.',
    retryable: false,
  };
}
