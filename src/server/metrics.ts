import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const OPERATION_TYPES = ['query', 'mutation', 'subscription'] as const;
export type OperationType = (typeof OPERATION_TYPES)[number];

/** `refused`: the caller's doing (a named error code); `failed`: ours, masked and logged. */
const OPERATION_OUTCOMES = ['ok', 'refused', 'failed'] as const;
export type OperationOutcome = (typeof OPERATION_OUTCOMES)[number];

const TRANSPORTS = ['sse', 'websocket'] as const;
export type SubscriptionTransport = (typeof TRANSPORTS)[number];

export interface Metrics {
  /** Of the server alone. */
  readonly registry: Registry;
  readonly contentType: string;
  /** The text for Prometheus to read. */
  read(): Promise<string>;
  /** @param name as its document says; null where it has none. */
  operationEnded(type: OperationType, outcome: OperationOutcome, durationSeconds: number, name: string | null): void;
  subscriptionStarted(transport: SubscriptionTransport): void;
  subscriptionEnded(transport: SubscriptionTransport): void;
  webSocketOpened(): void;
  webSocketClosed(): void;
}

/** Callers choose the names of their operations: so many get a series of their own, the rest shares one. */
const NAME_LIMIT = 200;

/** Every metric of the server: one registry of its own, all series present from the start. `others` are read with it. */
export function createMetrics(others: readonly Registry[] = []): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];

  const operations = new Counter({
    name: 'csg_graphql_operations_total',
    help: 'GraphQL operations that have ended, by type and outcome',
    labelNames: ['type', 'outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'csg_graphql_operation_duration_seconds',
    help: 'Time to execute a GraphQL query or mutation',
    labelNames: ['type'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
    registers,
  });
  const named = new Counter({
    name: 'csg_graphql_named_operations_total',
    help: 'GraphQL operations that have ended, by the name that their caller gave them and outcome',
    labelNames: ['name', 'outcome'],
    registers,
  });
  const names = new Set<string>();
  const seriesOf = (name: string | null): string => {
    if (name === null) return 'anonymous';
    if (names.size < NAME_LIMIT) names.add(name);
    return names.has(name) ? name : 'other';
  };
  for (const outcome of OPERATION_OUTCOMES) named.labels({ name: 'anonymous', outcome }).inc(0);
  const subscriptions = new Gauge({
    name: 'csg_graphql_subscriptions_count',
    help: 'Subscriptions being served now, by transport',
    labelNames: ['transport'],
    registers,
  });
  const webSockets = new Gauge({
    name: 'csg_websocket_connections_count',
    help: 'Open WebSocket connections',
    registers,
  });

  // Bound once: looking labels up costs more than counting.
  const operationCounters = new Map(
    OPERATION_TYPES.flatMap((type) =>
      OPERATION_OUTCOMES.map((outcome) => {
        const counter = operations.labels({ type, outcome });
        counter.inc(0);
        return [`${type} ${outcome}`, counter] as const;
      }),
    ),
  );
  const durationHistograms = new Map(
    (['query', 'mutation'] as const).map((type) => {
      durations.zero({ type });
      return [type as OperationType, durations.labels({ type })] as const;
    }),
  );
  for (const transport of TRANSPORTS) subscriptions.labels({ transport }).set(0);

  return {
    registry,
    contentType: registry.contentType,
    read: async () => (await Promise.all([registry, ...others].map((each) => each.metrics()))).join('\n'),
    operationEnded(type, outcome, durationSeconds, name) {
      named.labels({ name: seriesOf(name), outcome }).inc();
      operationCounters.get(`${type} ${outcome}`)?.inc();
      durationHistograms.get(type)?.observe(durationSeconds);
    },
    subscriptionStarted: (transport) => subscriptions.labels({ transport }).inc(),
    subscriptionEnded: (transport) => subscriptions.labels({ transport }).dec(),
    webSocketOpened: () => webSockets.inc(),
    webSocketClosed: () => webSockets.dec(),
  };
}
