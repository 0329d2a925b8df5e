import { type Cache, cacheExchange, type UpdateResolver } from '@urql/exchange-graphcache';
import {
  Client,
  type Exchange,
  fetchExchange,
  makeOperation,
  mapExchange,
  type Operation,
  type OperationResult,
  subscriptionExchange,
} from 'urql';
import { POSSIBLE_TYPES, type SyncRunFieldsFragment } from './generated.ts';
import { createListNames, type ListNames } from './list-names.ts';
import { changesOf } from './run.ts';
import { createSocket, forwardOver } from './subscriptions.ts';

export interface Gateway {
  /** Queries through a normalised cache: what a subscription or a mutation brings is seen everywhere at once. */
  readonly client: Client;
  /** The same without a cache, for pages of long tables, which keep what they show themselves. */
  readonly uncached: Client;
  readonly listNames: ListNames;
  close(): void;
}

/** What is no longer true of these fields of `Query`, whatever they were asked with, is asked for again by whoever shows it. */
function forget(cache: Cache, ...fields: readonly string[]): void {
  for (const { fieldName, arguments: args } of cache.inspectFields('Query')) {
    if (fields.includes(fieldName)) cache.invalidate('Query', fieldName, args);
  }
}

interface ChangedRun {
  readonly syncRunChanged?: Pick<SyncRunFieldsFragment, 'id' | 'finishedAt' | 'counts'>;
}

function isSuccess(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null || !('__typename' in answer)) return false;
  return String(answer.__typename).endsWith('Success');
}

/** For a mutation that was done; one that was refused changes nothing. */
function forgetting(...fields: readonly string[]): UpdateResolver {
  return (result, _variables, cache) => {
    if (Object.values(result).some(isSuccess)) forget(cache, ...fields);
  };
}

const forgetRuns = forgetting('syncRuns', 'syncStatus');
const forgetLocalWork = forgetting('contactCounts', 'contactDiffs', 'pushPlan', 'listDiff');
const forgetStatus = forgetting('syncStatus');
const forgetSubscriptions = forgetting('webhookSubscriptions');

function createCache({ onRunEnded }: { onRunEnded: (hasChanged: boolean) => void }): Exchange {
  const announced = new Set<string>();
  return cacheExchange({
    possibleTypes: POSSIBLE_TYPES,
    updates: {
      Mutation: {
        startSync: forgetRuns,
        cancelSync: forgetRuns,
        confirmSync: forgetRuns,
        resolveConflict: forgetLocalWork,
        discardLocalChanges: forgetLocalWork,
        pauseSchedule: forgetStatus,
        resumeSchedule: forgetStatus,
        subscribeWebhookTopic: forgetSubscriptions,
        unsubscribeWebhookTopic: forgetSubscriptions,
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
            forget(cache, 'contacts', 'contactCounts', 'contactLists', 'contactDiffs', 'pushPlan', 'listDiff');
            onRunEnded(changesOf(run) > 0);
          }
        },
        webhookReceived: (_result, _variables, cache) => forget(cache, 'webhookDeliveries'),
      },
    },
  });
}

/** An answer that is errors alone carries `data: null`, which the types of the client do not know. */
function withoutNull(result: OperationResult): OperationResult {
  return result.data === null ? { ...result, data: undefined } : result;
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
  onContactsChanged,
}: {
  origin: string;
  credential: string | null;
  /** The gateway asks who is there, or does not know the credential. */
  onRefused: () => void;
  onLive: (isLive: boolean) => void;
  /** A run has ended and left contacts other than they were. */
  onContactsChanged: () => void;
}): Gateway {
  const url = `${origin}/graphql`;
  const shown = new Map<number, Operation>();
  const socket = createSocket({
    url: url.replace(/^http/, 'ws'),
    credential,
    onLive(isLive) {
      // What happened before it stood, or while it was gone, was told to nobody: all that is shown is asked for again.
      if (isLive) refreshShown();
      onLive(isLive);
    },
  });
  const watchShown = mapExchange({
    onOperation(operation) {
      if (operation.kind === 'query') shown.set(operation.key, operation);
      if (operation.kind === 'teardown') shown.delete(operation.key);
    },
    onResult: withoutNull,
  });
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
  const uncached = new Client({
    ...options,
    exchanges: [mapExchange({ onResult: withoutNull }), watchRefusals, fetchExchange],
  });
  const listNames = createListNames(uncached);
  const client = new Client({
    ...options,
    requestPolicy: 'cache-and-network',
    exchanges: [
      watchShown,
      createCache({
        onRunEnded(hasChanged) {
          listNames.reload();
          if (hasChanged) onContactsChanged();
        },
      }),
      watchRefusals,
      fetchExchange,
      subscriptionExchange({ forwardSubscription: forwardOver(socket) }),
    ],
  });
  function refreshShown(): void {
    for (const operation of shown.values()) {
      const context = { ...operation.context, requestPolicy: 'network-only' as const };
      client.reexecuteOperation(makeOperation('query', operation, context));
    }
    listNames.reload();
  }
  return {
    client,
    uncached,
    listNames,
    close() {
      // One that is just being refused cannot be closed any more, and says so by a rejection.
      Promise.resolve(socket.dispose()).catch(() => {});
    },
  };
}
