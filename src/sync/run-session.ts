import type { ObjectId } from 'mongodb';
import type { Clock } from '../clock.ts';
import type { CallContext, Priority } from '../constant-contact/api-client.ts';
import { BudgetExhaustedError, DomainError, isDomainError } from '../domain-error.ts';
import type { Logger } from '../logger.ts';
import { addCounts, type PauseReason, type SyncCounts, type SyncEventType } from '../model/sync-run.ts';
import type { Store } from '../store/store.ts';
import type { RunResume, SyncRunChange, SyncRunDocument } from '../store/sync-runs.ts';
import type { RunOwner } from '../store/write-as-owner.ts';
import { NO_TRACING, type Tracing } from '../tracing.ts';
import { createStorePatience, type WithPatience } from './store-patience.ts';

/** How long a run stays its owner's without a sign of life. A dead owner's run is free after it. */
export const LEASE_MS = 10_000;
/** Signs of life, and the longest that a cancellation by another instance goes unseen. Well below `LEASE_MS`. */
export const BEAT_MS = 500;
/** While the connection waits for its owner to connect again, how often we look. */
const RECONNECT_POLL_MS = 5_000;
/** The day of the budget begins anew by the store's clock, which may differ from ours a little. */
const AFTER_RESET_MS = 2_000;

/**
 * One instance's hold on one run: every write of the run's state goes through it and carries the fencing token.
 * `signal` aborts when the run is cancelled, the lease is lost or the process stops.
 */
export interface RunSession {
  readonly runId: ObjectId;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly tracing: Tracing;
  /** The run as last written or read. */
  readonly run: SyncRunDocument;
  readonly patience: WithPatience;
  /**
   * How often the run has been held up: for the requests of a new day, the connection, somebody's answer, the store. What was
   * read before and is to be written afterwards is stale where this has grown.
   */
  readonly holdUps: number;
  call(priority: Priority): CallContext;
  /**
   * For a write, right after what it says was read: fails with LEASE_LOST unless the run is ours, and so does the request
   * where it comes to be sent only after the lease may have ended. What was read is stale by then.
   */
  ownedCall(priority: Priority): Promise<CallContext>;
  /** Adds to the counts, changes the run and tells it, in one fenced write. */
  record(step: RunStep): Promise<void>;
  /** Runs a request of the primary; where the budget or the connection is gone, the run pauses and then repeats it. */
  request<T>(send: (context: CallContext) => Promise<T>, priority?: Priority): Promise<T>;
  /** Pauses until somebody confirms the run. */
  pauseForConfirmation(message: string): Promise<void>;
  /** Fails with LEASE_LOST unless the run is still ours. */
  assertOwned(): Promise<void>;
  /** For a write beside the run that carries the token; fails with LEASE_LOST where that has refused it. */
  asOwner(write: (owner: RunOwner) => Promise<void>): Promise<void>;
}

export interface RunStep {
  readonly counts?: Partial<SyncCounts>;
  readonly change?: SyncRunChange;
  readonly resume?: Partial<RunResume>;
  readonly event?: { readonly type: SyncEventType; readonly message: string };
}

export const FIRST_RESUME: RunResume = {
  pass: 'QUEUED',
  cursor: null,
  page: 0,
  primaryStartedAt: null,
  expected: null,
  seen: 0,
  restarts: 0,
  lists: [],
  unknownReferences: false,
  warnings: 0,
};

export interface SessionOptions {
  readonly run: SyncRunDocument;
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Aborts when this instance stops: the run is given up, not ended. */
  readonly stopSignal: AbortSignal;
  /** Called after each write of the run. */
  readonly onChange: (run: SyncRunDocument) => void;
  readonly tracing?: Tracing;
  readonly leaseMs?: number;
  readonly beatMs?: number;
}

export interface OpenRunSession extends RunSession {
  /** Ends this instance's hold; the run's own state stays as it is. */
  close(): Promise<void>;
  abort(reason: DomainError): void;
  /** When the last sign of life was answered. */
  readonly aliveAt: Date;
}

const leaseLost = () => new DomainError('LEASE_LOST', 'Another instance has taken this run over.');

export function openRunSession({
  run: claimed,
  store,
  clock,
  logger,
  stopSignal,
  onChange,
  tracing = NO_TRACING,
  leaseMs = LEASE_MS,
  beatMs = BEAT_MS,
}: SessionOptions): OpenRunSession {
  if (claimed.lease === null) throw new TypeError('A session needs a run that was claimed.');
  const { token } = claimed.lease;
  const runId = claimed._id;
  const controller = new AbortController();
  const signal = AbortSignal.any([controller.signal, stopSignal]);
  const beats = new AbortController();
  let run = claimed;
  let confirmedAt = claimed.confirmedAt;
  // Requests that were sent since the last write of the run.
  let uncountedRequests = 0;

  let holdUps = 0;
  const countHoldUp = () => {
    holdUps += 1;
  };
  const patience = createStorePatience({ clock, logger, signal, onReturn: countHoldUp });

  /** Takes in what others wrote. The rest of the run is known here: an answer may be older than our last write. */
  function heed(current: SyncRunDocument | null): SyncRunDocument {
    if (current === null) {
      controller.abort(leaseLost());
      throw leaseLost();
    }
    confirmedAt = current.confirmedAt;
    if (current.cancelRequestedAt !== null) controller.abort(new DomainError('CANCELLED', 'The run was cancelled.'));
    return current;
  }

  let aliveAt = clock.now();
  // Counted from before the request: the lease is never longer than we think.
  let renewedAt = 0;
  async function renew(): Promise<void> {
    const askedAt = clock.now().getTime();
    const renewed = await store.syncRuns.renew(runId, token, leaseMs);
    aliveAt = clock.now();
    if (beats.signal.aborted) return;
    heed(renewed);
    renewedAt = askedAt;
  }

  /** False, too, where the clock was set back meanwhile: then nobody knows how long it was. */
  function isWithin(ms: number, since: number): boolean {
    const elapsedMs = clock.now().getTime() - since;
    return elapsedMs >= 0 && elapsedMs < ms;
  }

  async function assertOwned(): Promise<void> {
    // A sign of life was answered a moment ago: nobody else can have the run before the lease is over.
    if (isWithin(leaseMs / 4, renewedAt)) return signal.throwIfAborted();
    await patience(renew);
    signal.throwIfAborted();
  }

  async function beat(): Promise<void> {
    while (!beats.signal.aborted) {
      try {
        await clock.sleep(beatMs, beats.signal);
        await renew();
      } catch (error) {
        if (beats.signal.aborted || isDomainError(error, 'LEASE_LOST')) return;
        logger.warn({ error }, 'lease not renewed, trying again');
      }
    }
  }

  // One write after the other: the next page may be paused for the budget while this one is being stored.
  let lastRecord: Promise<void> = Promise.resolve();
  function record(step: RunStep): Promise<void> {
    const recorded = lastRecord.then(() => write(step));
    lastRecord = recorded.catch(() => {});
    return recorded;
  }

  async function write({ counts = {}, change = {}, resume, event }: RunStep): Promise<void> {
    const sent = uncountedRequests;
    const base = run;
    const lastEvent =
      event === undefined ? base.lastEvent : { ...event, sequence: base.lastSequence + 1, at: clock.now() };
    // The end gives up the lease: a sign of life that comes after it, where its answer was lost, would find it gone.
    if (change.finishedAt !== undefined) beats.abort();
    const written = await patience(() =>
      store.syncRuns.update(runId, token, {
        counts: addCounts(base.counts, counts),
        ...(resume === undefined ? {} : { resume: { ...(base.resume ?? FIRST_RESUME), ...resume } }),
        apiRequests: base.apiRequests + sent,
        lastSequence: lastEvent?.sequence ?? base.lastSequence,
        lastEvent,
        ...change,
      }),
    );
    uncountedRequests -= sent;
    run = heed(written);
    if (event !== undefined && lastEvent !== null)
      await patience(() => store.syncEvents.append({ runId, ...lastEvent }));
    onChange(run);
  }

  async function pause(
    reason: PauseReason,
    until: Date | null,
    message: string,
    wait: () => Promise<void>,
  ): Promise<void> {
    logger.warn({ reason, until }, 'run paused');
    await record({
      change: { status: 'PAUSED', pauseReason: reason, pausedUntil: until, etaSeconds: null },
      event: { type: 'PAUSED', message },
    });
    countHoldUp();
    await wait();
    await record({
      change: { status: 'RUNNING', pauseReason: null, pausedUntil: null },
      event: { type: 'RESUMED', message: 'The run goes on.' },
    });
  }

  /**
   * Asks again now and then until the connection stands; what was sent then is the answer. Null where nothing was sent, because
   * the day's requests have been used up meanwhile.
   */
  async function waitForConnection<T>(message: string, send: () => Promise<T>): Promise<{ readonly value: T } | null> {
    const answers: { readonly value: T }[] = [];
    await pause('RECONNECT', null, message, async () => {
      for (;;) {
        await clock.sleep(RECONNECT_POLL_MS, signal);
        try {
          answers.push({ value: await patience(send) });
          return;
        } catch (error) {
          if (error instanceof BudgetExhaustedError) return;
          if (!isDomainError(error, 'RECONNECT_REQUIRED')) throw error;
        }
      }
    });
    return answers[0] ?? null;
  }

  const call = (priority: Priority): CallContext => ({
    signal,
    priority,
    onRequest: () => {
      uncountedRequests += 1;
    },
  });

  const beating = beat();

  return {
    runId,
    signal,
    logger,
    tracing,
    patience,
    record,
    call,
    get run() {
      return run;
    },
    get holdUps() {
      return holdUps;
    },

    async request(send, priority = 'BACKGROUND') {
      for (;;) {
        try {
          // Before it is sent, a request is counted in the store: what cannot be counted was not sent, and may wait.
          return await patience(() => send(call(priority)));
        } catch (error) {
          if (error instanceof BudgetExhaustedError) {
            const until = new Date(error.resetsAt.getTime() + AFTER_RESET_MS);
            await pause(
              'REQUEST_BUDGET',
              until,
              `${error.message} The run goes on by itself at ${until.toISOString()}.`,
              () => clock.sleep(Math.max(AFTER_RESET_MS, until.getTime() - clock.now().getTime()), signal),
            );
          } else if (isDomainError(error, 'RECONNECT_REQUIRED')) {
            const answer = await waitForConnection(error.message, () => send(call(priority)));
            if (answer !== null) return answer.value;
          } else throw error;
        }
      }
    },

    async pauseForConfirmation(message) {
      await pause('MASS_CHANGE', null, message, async () => {
        while (confirmedAt === null) await clock.sleep(beatMs, signal);
      });
    },

    assertOwned,

    async asOwner(write) {
      await patience(() => write({ runId, token }));
      await patience(renew);
    },

    async ownedCall(priority) {
      await assertOwned();
      const ownedSince = renewedAt;
      const context = call(priority);
      return {
        ...context,
        // After the wait for the budget, in which the process may have been frozen.
        onRequest() {
          if (!isWithin(leaseMs, ownedSince)) {
            throw new DomainError('LEASE_LOST', 'The run was held up for too long to send what it had read.');
          }
          context.onRequest?.();
        },
      };
    },

    abort: (reason) => controller.abort(reason),
    get aliveAt() {
      return aliveAt;
    },

    async close() {
      beats.abort();
      await beating;
      if (run.finishedAt === null) await store.syncRuns.release(runId, token);
    },
  };
}
