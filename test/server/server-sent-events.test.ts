import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { createSchema } from 'graphql-yoga';
import { expect, test } from 'vitest';
import { LOCAL_CALLER } from '../../src/auth/caller.ts';
import { silentLogger } from '../../src/logger.ts';
import { createGraphQLServer } from '../../src/server/graphql.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import type { OperationContext } from '../../src/server/operation-context.ts';
import { createOperationList } from '../../src/server/operation-list.ts';
import { createServerSentEvents } from '../../src/server/server-sent-events.ts';
import { NO_TRACING } from '../../src/tracing.ts';

test('a reader who has left before its subscription begins leaves nothing behind', async () => {
  const operations = createOperationList({ required: false, manifests: [] });
  const stopping = new AbortController();
  const graphql = createGraphQLServer({
    schema: createSchema<OperationContext>({
      typeDefs: 'type Query { hello: String } type Subscription { forever: Int }',
      resolvers: {
        Subscription: {
          forever: {
            async *subscribe() {
              yield { forever: 1 };
              await new Promise(() => {});
            },
          },
        },
      },
    }),
    createContext: (operation) => operation,
    metrics: createMetrics(),
    logger: silentLogger,
    stopping: stopping.signal,
    operations,
    introspection: true,
    operationTimeLimitMs: 60_000,
    tracing: NO_TRACING,
  });
  const events = createServerSentEvents({ graphql, logger: silentLogger });
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const response = await new Promise<ServerResponse>((resolve) => {
    server.once('request', (_request, answer) => resolve(answer));
  });
  // As while it is asked who the caller is.
  socket.destroy();
  await once(response, 'close');
  const operation = { caller: LOCAL_CALLER, requestId: '1' };
  try {
    expect(await events.serve(response, { query: 'subscription { forever }' }, operation)).toBe(true);
  } finally {
    stopping.abort();
    events.close();
    server.close();
  }
}, 10_000);
