import { useDeferStream } from '@graphql-yoga/plugin-defer-stream';
import type { GraphQLFormattedError } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { ObjectId } from 'mongodb';
import { LOCAL_CALLER } from '../../src/auth/caller.ts';
import { silentLogger } from '../../src/logger.ts';
import { type ContextOptions, createContext, type GatewayStatus } from '../../src/schema/context.ts';
import { createDirectory } from '../../src/schema/directory.ts';
import { createSchema } from '../../src/schema/schema.ts';
import { useCompiledQueries } from '../../src/server/compiled-queries.ts';
import { maskError } from '../../src/server/error-masking.ts';
import { createStore, ensureIndexes, type Store } from '../../src/store/store.ts';
import { PUSH_LIMITS } from '../../src/sync/decide/push-limits.ts';
import type { SyncEngine } from '../../src/sync/engine.ts';
import { openTestStore } from './store.ts';

export interface GraphQLAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: what an operation answers has the shape of its document.
  readonly data: any;
  readonly errors?: readonly GraphQLFormattedError[];
}

export interface TestGraphQL {
  readonly store: Store;
  /** Executes as a client would; throws where the transport fails, not where the answer has errors. */
  execute(query: string, variables?: object): Promise<GraphQLAnswer>;
  /** As `execute`, for operations that must have no errors. */
  query(query: string, variables?: object): Promise<GraphQLAnswer['data']>;
  /** What a client library takes in place of the global `fetch`. */
  readonly serve: typeof fetch;
  /** The raw answer: streams of subscriptions and of `@defer`. */
  fetch(query: string, options?: { variables?: object; accept?: string; signal?: AbortSignal }): Promise<Response>;
  [Symbol.asyncDispose](): Promise<void>;
}

export const CONNECTED_STATUS: GatewayStatus = {
  connection: 'SANDBOX',
  nextScheduledAt: null,
  schedulePause: null,
  budget: {
    perSecond: 4,
    perDay: 10_000,
    usedToday: 12,
    remainingToday: 9_988,
    resetsAt: new Date('2026-03-02T00:00:00Z'),
  },
};

/** Only queues what it is asked for and cancels what it has queued: what the schema does with an engine, without one. */
export function queueingEngine(store: Store): SyncEngine {
  return {
    eventDelivery: () => 'POLL',
    async start(input, by) {
      const queuedAt = new Date();
      const { created, run } = await store.syncRuns.enqueue({ _id: new ObjectId(), input, ...by, queuedAt });
      return { started: created, run };
    },
    cancel: (runId) => store.syncRuns.requestCancel(runId, new Date()),
    confirm: (runId) => store.syncRuns.confirm(runId, new Date()),
    async *followEvents({ runId, afterSequence, signal }) {
      const run = await store.syncRuns.get(runId);
      if (run === null || signal.aborted) return;
      for (const event of await store.syncEvents.after(run, afterSequence, 100)) yield { event, run };
    },
    async *followRuns({ kinds }) {
      for (const run of await store.syncRuns.active()) if (kinds === null || kinds.includes(run.kind)) yield run;
    },
  };
}

const NO_CONTACTS = { total: 0, explicit: 0, implicit: 0, pending: 0, unsubscribed: 0 };

/** Starts nothing and is never paused. */
const silentSchedule: ContextOptions['schedule'] = {
  pause: async (wish) => ({ at: new Date(), ...wish }),
  resume: async () => {},
};

/** The schema behind Yoga on a database of its own. `compiled: false` takes the standard executor for everything. */
export async function openTestGraphQL({
  compiled = true,
  ...options
}: Partial<Omit<ContextOptions, 'store' | 'signal'>> & { compiled?: boolean } = {}): Promise<TestGraphQL> {
  const testStore = await openTestStore();
  await ensureIndexes(testStore.db);
  const store = createStore({ db: testStore.db, info: { kind: 'EMBEDDED', version: '8.0', changeStreams: false } });
  const graphql = serveTestGraphQL({ compiled, store, ...options });
  return { ...graphql, [Symbol.asyncDispose]: () => testStore[Symbol.asyncDispose]() };
}

/** The same over a store that the test has opened. */
export function serveTestGraphQL({
  compiled,
  store,
  ...options
}: Partial<Omit<ContextOptions, 'store' | 'signal'>> & { compiled: boolean; store: Store }): Omit<
  TestGraphQL,
  typeof Symbol.asyncDispose
> {
  const directory = createDirectory({ store });
  const yoga = createYoga({
    schema: createSchema(),
    logging: false,
    maskedErrors: { maskError: (error) => maskError({ error, requestId: 'test', logger: silentLogger }).error },
    plugins: [useDeferStream(), ...(compiled ? [useCompiledQueries()] : [])],
    context: ({ request }) =>
      createContext({
        store,
        directory,
        engine: queueingEngine(store),
        schedule: silentSchedule,
        primaryCounts: async () => ({ contacts: NO_CONTACTS, lists: [], apiRequests: 2 }),
        live: async (contactIds) => contactIds.map(() => null),
        readLivePage: async () => ({ contacts: [], next: null }),
        status: async () => CONNECTED_STATUS,
        startedBy: { trigger: 'MUTATION', triggeredBy: 'test' },
        caller: LOCAL_CALLER,
        disconnectAccount: async () => false,
        webhookSubscriptions: null,
        policy: { default: 'PRIMARY_WINS' },
        pushLimits: PUSH_LIMITS.json,
        ...options,
        signal: request.signal,
      }),
  });

  const fetch: TestGraphQL['fetch'] = async (query, { variables = {}, accept = 'application/json', signal } = {}) =>
    await yoga.fetch('http://localhost/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify({ query, variables }),
      ...(signal === undefined ? {} : { signal }),
    });

  const execute: TestGraphQL['execute'] = async (query, variables = {}) => {
    const response = await fetch(query, { variables });
    const answer = (await response.json()) as GraphQLAnswer;
    if (response.status >= 500) throw new Error(`HTTP ${response.status}: ${JSON.stringify(answer)}`);
    return answer;
  };

  return {
    store,
    serve: async (input, init) => await yoga.fetch(input as string, init as RequestInit),
    fetch,
    execute,
    async query(query, variables) {
      const { data, errors } = await execute(query, variables);
      if (errors !== undefined) throw new Error(`${query}\n${JSON.stringify(errors, null, 2)}`);
      return data;
    },
  };
}
