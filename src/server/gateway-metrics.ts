import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { RequestOutcome } from '../constant-contact/api-client.ts';
import type { Logger } from '../logger.ts';
import {
  ACTIVE_STATUSES,
  COUNT_NAMES,
  hasEnded,
  NO_COUNTS,
  SYNC_KINDS,
  SYNC_RUN_STATUSES,
  type SyncCounts,
} from '../model/sync-run.ts';
import type { SharedRequestBudget } from '../store/request-budget.ts';
import type { Store } from '../store/store.ts';
import type { SyncRunDocument } from '../store/sync-runs.ts';

/** What is asked of the store for a reading answers within this time, or the last value stands. */
const ASK_LIMIT_MS = 1_000;

export interface GatewayMetrics {
  /** Read together with the server's own. */
  readonly registry: Registry;
  requestEnded(outcome: RequestOutcome): void;
  /** This instance has written a run. */
  runChanged(run: SyncRunDocument): void;
}

/** What is asked of the store at each reading. */
export interface MeasuredStore {
  readonly syncRuns: Pick<Store['syncRuns'], 'active'>;
  readonly webhookDeliveries: Pick<Store['webhookDeliveries'], 'depths'>;
  readonly pushBatches: Pick<Store['pushBatches'], 'countUnderWay'>;
}

/** What the gateway does: runs, rows, requests to Constant Contact. Runs and rows count where this instance did them. */
export function createGatewayMetrics({
  budget,
  store,
  logger,
}: {
  budget: Pick<SharedRequestBudget, 'status' | 'waiting'>;
  store: MeasuredStore;
  logger: Logger;
}): GatewayMetrics {
  const registry = new Registry();
  const registers = [registry];

  const runs = new Counter({
    name: 'csg_sync_runs_total',
    help: 'Sync runs that have ended on this instance, by kind and outcome',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  for (const kind of SYNC_KINDS)
    for (const outcome of SYNC_RUN_STATUSES.filter(hasEnded)) runs.labels({ kind, outcome }).inc(0);

  const rows = new Counter({
    name: 'csg_sync_rows_total',
    help: 'Contacts that runs of this instance have worked on, by kind of run and outcome',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  for (const kind of SYNC_KINDS) for (const outcome of COUNT_NAMES) rows.labels({ kind, outcome }).inc(0);

  const requests = new Counter({
    name: 'csg_api_requests_total',
    help: 'Requests to Constant Contact, retries included, by route and outcome: ok, an error code, or cancelled',
    labelNames: ['route', 'outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'csg_api_request_duration_seconds',
    help: 'Time of a request to Constant Contact',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  durations.zero({});

  /** A store that does not answer must not keep the other metrics from being read. */
  async function ask<T>(question: () => Promise<T>, take: (answer: T) => void): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('no answer in time')), ASK_LIMIT_MS);
    });
    try {
      take(await Promise.race([question(), limit]));
    } catch (error) {
      logger.debug({ error }, 'a metric could not be read');
    } finally {
      clearTimeout(timer);
    }
  }

  new Gauge({
    name: 'csg_api_budget_remaining_requests',
    help: 'Requests to Constant Contact left until 00:00 UTC, for all instances together',
    registers,
    collect() {
      return ask(budget.status, ({ remainingToday }) => this.set(remainingToday));
    },
  });
  /** What is counted at each reading, by the values of one label. */
  function gauge<Value extends string>(
    { name, help, label }: { name: string; help: string; label: string },
    count: () => Promise<Readonly<Record<Value, number>>>,
  ): void {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        return ask(count, (counts) => {
          for (const [value, of] of Object.entries<number>(counts)) this.labels({ [label]: value }).set(of);
        });
      },
    });
  }
  gauge(
    {
      name: 'csg_sync_runs_active_count',
      help: 'Runs that have not ended, on any instance, by status',
      label: 'status',
    },
    async () => {
      const active = await store.syncRuns.active();
      const counts = ACTIVE_STATUSES.map((status) => [status, active.filter((run) => run.status === status).length]);
      return Object.fromEntries(counts);
    },
  );
  gauge(
    {
      name: 'csg_api_requests_waiting_count',
      help: 'Requests to Constant Contact of this instance that wait for a slot of the budget, by priority',
      label: 'priority',
    },
    async () => budget.waiting(),
  );
  gauge(
    {
      name: 'csg_push_batches_under_way_count',
      help: 'Batches of pushes that were sent and not read back yet, on any instance, by state',
      label: 'state',
    },
    store.pushBatches.countUnderWay,
  );
  gauge(
    {
      name: 'csg_webhook_deliveries_waiting_count',
      help: 'Webhooks that wait for an attempt (PENDING) or for somebody to replay them (DEAD), on any instance',
      label: 'status',
    },
    store.webhookDeliveries.depths,
  );

  const counted = new Map<string, SyncCounts>();
  return {
    registry,

    requestEnded({ route, outcome, durationMs }) {
      requests.labels({ route, outcome }).inc();
      durations.observe(durationMs / 1_000);
    },

    runChanged(run) {
      const id = run._id.toHexString();
      // A run that is taken over begins with what others have counted.
      const before = counted.get(id) ?? (run.lastSequence <= 1 ? NO_COUNTS : run.counts);
      for (const outcome of COUNT_NAMES) {
        const added = run.counts[outcome] - before[outcome];
        if (added > 0) rows.labels({ kind: run.kind, outcome }).inc(added);
      }
      if (hasEnded(run.status)) {
        counted.delete(id);
        runs.labels({ kind: run.kind, outcome: run.status }).inc();
      } else counted.set(id, run.counts);
    },
  };
}
