import { parseConfig } from '../../src/config.ts';
import { type Gateway, openGateway } from '../../src/gateway.ts';
import { type Logger, silentLogger } from '../../src/logger.ts';
import type { TestStore } from './store.ts';

export interface TestGateway extends Gateway {
  /** Executes one operation; `authorization` as a client would send it. */
  graphql(query: string, options?: { authorization?: string; variables?: object }): Promise<GraphQLReply>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface GraphQLReply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what an operation answers has the shape of its document.
  readonly data?: any;
  readonly errors?: readonly { message: string; extensions?: { code?: string } }[];
}

/** The whole gateway in this process, on a store of the test. Without `settings` it is the demo; schedules are off. */
export async function openTestGateway({
  store,
  settings = {},
  logger = silentLogger,
}: {
  store: TestStore;
  settings?: Readonly<Record<string, string>>;
  logger?: Logger;
}): Promise<TestGateway> {
  const env = {
    PORT: '0',
    MONGODB_URI: store.uri,
    SYNC_SCHEDULE: 'off',
    FULL_SYNC_SCHEDULE: 'off',
    // The event loop is that of the test, too: what holds it up is not the gateway's own load.
    OVERLOAD_LAG_MS: 'off',
    ...settings,
  };
  const onLost = () => {};
  const gateway = await openGateway({ config: parseConfig(env), logger, signal: new AbortController().signal, onLost });
  return {
    ...gateway,
    async graphql(query, { authorization, variables } = {}) {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
        body: JSON.stringify({ query, variables }),
      });
      return { status: response.status, ...(await response.json()) };
    },
    async [Symbol.asyncDispose]() {
      await gateway.close();
    },
  };
}
