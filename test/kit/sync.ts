import { randomUUID } from 'node:crypto';
import type { Db } from 'mongodb';
import { systemClock } from '../../src/clock.ts';
import { type ApiClient, createApiClient } from '../../src/constant-contact/api-client.ts';
import { createStaticTokenSource } from '../../src/constant-contact/static-token.ts';
import { type Logger, silentLogger } from '../../src/logger.ts';
import type { StartSyncInput } from '../../src/model/start-sync.ts';
import { hasEnded } from '../../src/model/sync-run.ts';
import { createRequestBudget } from '../../src/store/request-budget.ts';
import { createStore, ensureIndexes, type Store } from '../../src/store/store.ts';
import type { SyncRunDocument } from '../../src/store/sync-runs.ts';
import { type RunningSyncEngine, type SyncEngineOptions, startSyncEngine } from '../../src/sync/start-engine.ts';
import { openTestSandbox, type TestSandbox } from './sandbox.ts';
import { openTestStore, type TestStore } from './store.ts';

/** One instance of the gateway's engine, without its doors. */
export interface TestInstance {
  readonly api: ApiClient;
  readonly engine: RunningSyncEngine;
  readonly store: Store;
  /** Starts a run and waits for its end. */
  run(input: Partial<StartSyncInput>): Promise<SyncRunDocument>;
  /** Waits for the end of a run, whoever works on it. */
  ended(run: SyncRunDocument): Promise<SyncRunDocument>;
  stop(): Promise<void>;
}

export interface SyncKit extends TestInstance {
  readonly sandbox: TestSandbox;
  readonly db: Db;
  /** Another instance on the same store and the same sandbox. */
  instance(options?: Partial<SyncEngineOptions>): TestInstance;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Waits until the primary's clock, which has whole seconds, shows another one than now. */
export async function nextSecond(): Promise<void> {
  const second = Math.floor(Date.now() / 1_000);
  while (Math.floor(Date.now() / 1_000) === second) await systemClock.sleep(20);
}

export function startInput(input: Partial<StartSyncInput>): StartSyncInput {
  return { kind: 'CONTACTS', mode: 'INCREMENTAL', listIds: null, dryRun: false, planHash: null, ...input };
}

/** A sandbox, a database of its own and one instance of the engine on both. The request budget is wide open. */
export async function openSyncKit({
  logger = silentLogger,
  perDay = 1_000_000,
  engine: engineOptions = {},
  testStore: givenStore,
  ...sandboxOptions
}: {
  contacts?: number;
  lists?: number;
  seed?: number;
  logger?: Logger;
  perDay?: number;
  engine?: Partial<SyncEngineOptions>;
  /** Another one than a database of the test run. */
  testStore?: TestStore;
} = {}): Promise<SyncKit> {
  const sandbox = await openTestSandbox(sandboxOptions);
  const testStore = givenStore ?? (await openTestStore());
  const { db } = testStore;
  await ensureIndexes(db);
  const store = createStore({ db, info: { kind: 'EMBEDDED', version: 'test', changeStreams: false } });
  const instances: TestInstance[] = [];

  function instance(options: Partial<SyncEngineOptions> = {}): TestInstance {
    const clock = options.clock ?? systemClock;
    const budget = createRequestBudget({ db, clock, perSecond: 10_000, perDay, random: Math.random, logger });
    const api = createApiClient({
      apiUrl: sandbox.apiUrl,
      tokens: createStaticTokenSource('sandbox'),
      budget,
      clock,
      random: Math.random,
      logger,
      // Retries as in production, but with waits that suit a sandbox on this machine.
      limits: { baseDelayMs: 5, maxDelayMs: 50 },
    });
    const engine = startSyncEngine({
      store,
      api,
      clock,
      logger,
      instanceId: randomUUID(),
      policy: { default: 'PRIMARY_WINS' },
      requestsPerSecond: 10_000,
      pushWaits: { lostAnswer: 200, firstPoll: 20, longestPoll: 200, activity: 60_000 },
      ...engineOptions,
      ...options,
    });
    const ended: TestInstance['ended'] = async (run) => {
      const done = new AbortController();
      for await (const _ of engine.followEvents({ runId: run._id, afterSequence: 0, signal: done.signal }));
      const end = await store.syncRuns.get(run._id);
      if (end === null || !hasEnded(end.status)) throw new Error(`the run has not ended: ${end?.status}`);
      return end;
    };
    const self: TestInstance = {
      api,
      engine,
      store,
      ended,
      async run(input) {
        const { run } = await engine.start(startInput(input), { trigger: 'MUTATION', triggeredBy: 'test' });
        return ended(run);
      },
      async stop() {
        await engine.stop();
        await api.close();
      },
    };
    instances.push(self);
    return self;
  }

  return {
    ...instance(),
    sandbox,
    db,
    instance,
    async [Symbol.asyncDispose]() {
      for (const each of instances) await each.stop();
      await sandbox[Symbol.asyncDispose]();
      await testStore[Symbol.asyncDispose]();
    },
  };
}
