import { randomUUID } from 'node:crypto';
import type { Db } from 'mongodb';
import { type ApiClient, createApiClient } from '../../src/constant-contact/api-client.ts';
import { createStaticTokenSource } from '../../src/constant-contact/static-token.ts';
import { silentLogger } from '../../src/logger.ts';
import { hasEnded } from '../../src/model/sync-run.ts';
import { createStore } from '../../src/store/store.ts';
import { type RunningSyncEngine, startSyncEngine } from '../../src/sync/start-engine.ts';
import type { Place } from './acts.ts';
import { createGate, type Gate, gatedDb } from './gate.ts';
import { bodyOf, contactIdOf, type LoggedRequest } from './request-log.ts';
import { POLL_BELOW_MS, type WorldTime } from './time.ts';

/** One process of the gateway in the simulated world. */
export interface Instance {
  readonly name: string;
  readonly id: string;
  readonly gate: Gate;
  readonly engine: RunningSyncEngine;
  /** Ends its connections; a dead process is only left behind. */
  close(): Promise<void>;
}

export interface InstanceOptions {
  readonly name: string;
  readonly db: Db;
  readonly apiUrl: string;
  readonly time: WorldTime;
  readonly skewMs: number;
  readonly requestMs: number;
  readonly pageSize: number;
  readonly onStep: (instance: Instance, place: Omit<Place, 'nth'>, what: string) => Promise<void>;
  /** Right before a request goes out. */
  readonly onRequest: (request: Omit<LoggedRequest, 'seq' | 'at' | 'wishes' | 'addresses'>) => Promise<void>;
  /** A request asks for its turn; a refusal is thrown. */
  readonly onBudget: () => Promise<void>;
  /** A run has ended, or waits for somebody's answer. */
  readonly onRunStands: () => void;
  /** Any removal makes a pull ask first. */
  readonly isBraked: boolean;
}

export function startInstance(options: InstanceOptions): Instance {
  const { name, db, apiUrl, time, skewMs, requestMs, pageSize } = options;
  const gate = createGate((place, what) => options.onStep(instance, place, what));
  const client = createApiClient({
    apiUrl,
    tokens: createStaticTokenSource('sandbox'),
    budget: {
      take: () => options.onBudget(),
      async penalize() {},
    },
    clock: time.clock({ skewMs, pollBelowMs: 0 }),
    random: () => 0.5,
    logger: silentLogger,
  });
  const api: ApiClient = {
    async send(request, context) {
      const at = request.method === 'GET' ? 'request' : 'write';
      const what = `${request.method} ${request.pathTemplate}`;
      await gate.step(at, 'before', what);
      time.nowMs += requestMs;
      const limit = request.query?.['limit'] !== undefined && request.pathTemplate === '/contacts';
      const query = limit ? { ...request.query, limit: String(pageSize) } : (request.query ?? {});
      await options.onRequest({
        instance: name,
        method: request.method,
        template: request.pathTemplate,
        contactId: contactIdOf(request),
        query,
        body: bodyOf(request),
      });
      try {
        return await client.send({ ...request, query }, context);
      } finally {
        await gate.step(at, 'after', what);
      }
    },
    close: () => client.close(),
  };
  const id = randomUUID();
  const store = createStore({
    db: gatedDb(db, gate),
    info: { kind: 'EMBEDDED', version: 'test', changeStreams: false },
  });
  const engine = startSyncEngine({
    store,
    api,
    clock: time.clock({ skewMs, pollBelowMs: POLL_BELOW_MS }),
    logger: silentLogger,
    instanceId: id,
    policy: { default: 'PRIMARY_WINS' },
    requestsPerSecond: 1_000,
    // Of the world's time, which costs nothing.
    pushWaits: { lostAnswer: 30_000, firstPoll: 500, longestPoll: 15_000, activity: 600_000 },
    beatMs: 90,
    takeoverPollMs: 90,
    ...(options.isBraked ? { massChange: { share: 0, contacts: 0 } } : {}),
    onRunChanged: ({ status }) => {
      if (hasEnded(status) || status === 'PAUSED') options.onRunStands();
    },
  });
  const instance: Instance = {
    name,
    id,
    gate,
    engine,
    async close() {
      if (gate.state !== 'dead') {
        gate.thaw();
        await engine.stop();
      }
      await client.close();
    },
  };
  return instance;
}
