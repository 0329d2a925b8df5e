import { type Cache, cacheExchange } from '@urql/exchange-graphcache';
import { Client, type Exchange, fetchExchange, mapExchange, subscriptionExchange } from 'urql';
import { createSocket, forwardOver } from './subscriptions.ts';

export interface Gateway {
  /** Queries through a normalised cache: what a subscription or a mutation brings is seen everywhere at once. */
  readonly client: Client;
  /** The same without a cache, for pages of long tables, which keep what they show themselves. */
  readonly uncached: Client;
  close(): void;
}

/** What is no longer true of these fields of `Query` is asked for again by whoever shows it. */
function forget(cache: Cache, ...fields: readonly string[]): void {
  for (const field of fields) cache.invalidate('Query', field);
}

interface ChangedRun {
  readonly syncRunChanged?: { readonly id: string; readonly finishedAt: string | null };
}

const forgetRuns = (_result: unknown, _variables: unknown, cache: Cache) => forget(cache, 'syncRuns', 'syncStatus');
const forgetLocalWork = (_result: unknown, _variables: unknown, cache: Cache) =>
  forget(cache, 'contactCounts', 'contactDiffs', 'pushPlan', 'listDiff');

function createCache(): Exchange {
  const announced = new Set<string>();
  return cacheExchange({
    updates: {
      Mutation: {
        startSync: forgetRuns,
        cancelSync: forgetRuns,
        confirmSync: forgetRuns,
        resolveConflict: forgetLocalWork,
        discardLocalChanges: forgetLocalWork,
      },
      Subscription: {
        syncRunChanged(result, _variables, cache) {
          const run = (result as ChangedRun).syncRunChanged;
          if (run === undefined) return;
          const isNew = !announced.has(run.id);
          announced.add(run.id);
          if (isNew || run.finishedAt !== null) forget(cache, 'syncRuns', 'syncStatus');
          if (run.finishedAt !== null) {
            announced.delete(run.id);
            forget(cache, 'contactCounts', 'contactLists', 'contactDiffs', 'pushPlan', 'listDiff');
          }
        },
        webhookReceived: (_result, _variables, cache) => forget(cache, 'webhookDeliveries'),
      },
    },
  });
}

/**
 * The gateway that served this page. `credential` is an API key or a token, kept in memory by the caller and nowhere
 * else; null where none is needed.
 */
export function createGateway({
  origin,
  credential,
  onRefused,
  onLive,
}: {
  origin: string;
  credential: string | null;
  /** The gateway asks who is there, or does not know the credential. */
  onRefused: () => void;
  onLive: (isLive: boolean) => void;
}): Gateway {
  const url = `${origin}/graphql`;
  const socket = createSocket({ url: url.replace(/^http/, 'ws'), credential, onLive });
  const watchRefusals = mapExchange({
    onError(error) {
      if (error.response?.status === 401) onRefused();
    },
  });
  const options = {
    url,
    preferGetMethod: false,
    fetchOptions: () => ({ headers: credential === null ? {} : { authorization: `Bearer ${credential}` } }),
  };
  return {
    client: new Client({
      ...options,
      requestPolicy: 'cache-and-network',
      exchanges: [
        createCache(),
        watchRefusals,
        fetchExchange,
        subscriptionExchange({ forwardSubscription: forwardOver(socket) }),
      ],
    }),
    uncached: new Client({ ...options, exchanges: [watchRefusals, fetchExchange] }),
    close: () => void socket.dispose(),
  };
}
