import { setTimeout as delay } from 'node:timers/promises';
import { createSchema } from 'graphql-yoga';
import { DomainError } from '../../src/domain-error.ts';
import { createLogger, silentLogger } from '../../src/logger.ts';
import { type HttpServer, openHttpServer, type TimeLimits } from '../../src/server/http-server.ts';
import type { OperationContext } from '../../src/server/operation-context.ts';

const typeDefs = /* GraphQL */ `
  input Reference @oneOf { id: ID, email: String }
  type Person { name: String!, slow(milliseconds: Int = 50): String! }
  type Query {
    hello: String!
    person(by: Reference!): Person!
    people(names: [String!]!): [Person!]!
    refused: String
    broken: String
    waiting: String
  }
  type Mutation { count: Int! }
  type Subscription {
    ticks(to: Int!): Int!
    forever: Int!
    deaf: Int!
    flood: String!
    failing: Int!
  }
`;

/** What one event of `flood` weighs. */
export const FLOOD_BYTES = 100_000;

/** What the resolvers saw, for tests to look at. */
export interface Witness {
  mutations: number;
  endedSubscriptions: number;
  floods: number;
  /** Of the resolvers that wait for the end of their operation. */
  startedWaits: number;
  endedWaits: number;
}

async function* untilAborted(signal: AbortSignal, witness: Witness) {
  try {
    yield { forever: 1 };
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  } finally {
    witness.endedSubscriptions++;
  }
}

function createTestSchema(witness: Witness) {
  return createSchema<OperationContext>({
    typeDefs,
    resolvers: {
      Query: {
        hello: () => 'world',
        waiting: async (_, __, { signal }) => {
          witness.startedWaits++;
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
          witness.endedWaits++;
          signal.throwIfAborted();
        },
        person: (_, { by }: { by: { id?: string; email?: string } }) => ({ name: by.id ?? by.email }),
        people: (_, { names }: { names: string[] }) => names.map((name) => ({ name })),
        refused: () => {
          throw new DomainError('NOT_FOUND', 'There is no such thing.');
        },
        broken: () => {
          throw new Error('connect to mongodb://root:hunter2@db failed for jane@example.com');
        },
      },
      Person: {
        slow: async ({ name }: { name: string }, { milliseconds }: { milliseconds: number }) => {
          await delay(milliseconds);
          return `${name}, later`;
        },
      },
      Mutation: { count: () => ++witness.mutations },
      Subscription: {
        ticks: {
          async *subscribe(_, { to }: { to: number }) {
            for (let ticks = 1; ticks <= to; ticks++) yield { ticks };
          },
        },
        forever: { subscribe: (_, __, { signal }) => untilAborted(signal, witness) },
        deaf: {
          async *subscribe() {
            yield { deaf: 1 };
            await new Promise(() => {});
          },
        },
        flood: {
          async *subscribe(_, __, { signal }) {
            try {
              while (!signal.aborted) {
                witness.floods++;
                yield { flood: 'x'.repeat(FLOOD_BYTES) };
                await new Promise(setImmediate);
              }
            } finally {
              witness.endedSubscriptions++;
            }
          },
        },
        failing: {
          async *subscribe() {
            yield { failing: 1 };
            throw new Error('secret of the house');
          },
        },
      },
    },
  });
}

export async function openTestServer(
  options: {
    visibleLog?: boolean;
    authenticated?: boolean;
    corsOrigins?: readonly string[];
    overloadLagMs?: number;
    eventLoopLag?: () => number;
    timeLimits?: TimeLimits;
    operationTimeLimitMs?: number;
  } = {},
): Promise<{
  server: HttpServer;
  witness: Witness;
}> {
  const witness: Witness = { mutations: 0, endedSubscriptions: 0, floods: 0, startedWaits: 0, endedWaits: 0 };
  const { visibleLog = false, authenticated = false, ...serverOptions } = options;
  const server = await openHttpServer({
    ...serverOptions,
    host: '127.0.0.1',
    port: 0,
    schema: createTestSchema(witness),
    createContext: (operation) => operation,
    readinessChecks: { store: async () => {} },
    authenticated,
    logger: visibleLog ? createLogger({ level: 'debug', format: 'json' }) : silentLogger,
  });
  return { server, witness };
}

export function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** Of the queries and mutations that have ended so, as /metrics tells it. */
export async function operationsEnded(url: string, labels: { type: string; outcome: string }): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const series = `csg_graphql_operations_total\\{type="${labels.type}",outcome="${labels.outcome}"\\}`;
  return Number(new RegExp(`${series} (\\d+)`).exec(text)?.[1]);
}

/** Waits for a condition, as often as needed and not longer than 10 s. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`never came true: ${condition}`);
    await delay(20);
  }
}
