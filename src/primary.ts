import { createAccountConnection } from './auth/account-connection.ts';
import { createOauthTokenSource } from './auth/oauth-token-source.ts';
import type { Clock } from './clock.ts';
import type { AccountConfig } from './config.ts';
import { type AccountSummary, getAccountSummary } from './constant-contact/account.ts';
import { createApiClient, type RequestBudget, type TokenSource } from './constant-contact/api-client.ts';
import { createOauthServer } from './constant-contact/oauth.ts';
import { createStaticTokenSource } from './constant-contact/static-token.ts';
import { DomainError } from './domain-error.ts';
import type { Logger } from './logger.ts';
import type { ConnectionState } from './schema/context.ts';
import { oauthRoutes } from './server/oauth-routes.ts';
import type { RouteGroup } from './server/route-group.ts';
import { createCredentialStore } from './store/credentials.ts';
import { createLeaseStore } from './store/leases.ts';
import { createOauthStateStore, ensureOauthStateIndexes } from './store/oauth-states.ts';
import type { Store } from './store/store.ts';
import { createTokenCipher } from './store/token-cipher.ts';

/** Constant Contact, or what plays it, as the rest of the gateway sees it. */
export interface Primary {
  readonly apiUrl: string;
  readonly tokens: TokenSource;
  connection(): Promise<ConnectionState>;
  /** Forgets the account's tokens; false where there are none to forget. */
  disconnect(): Promise<boolean>;
  /** The account that is connected; null where that is not known. */
  encodedAccountId(): Promise<string | null>;
  /** The pages on which the account is connected, where it is connected by a browser. */
  readonly routes: readonly RouteGroup[];
  close(): Promise<void>;
}

const WITHOUT_PAGES = {
  disconnect: async () => false,
  encodedAccountId: async () => null,
  routes: [],
  close: async () => {},
} as const;

export function sandboxPrimary({ apiUrl, token }: { apiUrl: string; token: string }): Primary {
  return { apiUrl, tokens: createStaticTokenSource(token), connection: async () => 'SANDBOX', ...WITHOUT_PAGES };
}

/** Remembers that the primary refused the token: then only a new one helps, and `syncStatus` says so. */
function fixedTokenPrimary({ apiUrl, accessToken }: { apiUrl: string; accessToken: string }): Primary {
  const tokens = createStaticTokenSource(accessToken);
  let refused = false;
  return {
    apiUrl,
    tokens: {
      accessToken: tokens.accessToken,
      refresh(token, signal) {
        refused = true;
        return tokens.refresh(token, signal);
      },
    },
    connection: async () => (refused ? 'RECONNECT_REQUIRED' : 'CONNECTED'),
    ...WITHOUT_PAGES,
  };
}

export interface PrimaryOptions {
  readonly config: AccountConfig;
  readonly tokenKeys: readonly Buffer[];
  readonly store: Store;
  readonly budget: RequestBudget;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly instanceId: string;
  /** Where this gateway is reached when CC_REDIRECT_URI does not say it. */
  readonly ownUrl: () => string;
  readonly mayConnect: (authorization: string | undefined) => Promise<boolean>;
}

/** The account of the settings: with a token of its own, or connected in a browser. */
export async function openAccountPrimary(options: PrimaryOptions): Promise<Primary> {
  const { apiUrl, accessToken, oauth: application, authUrl } = options.config;
  if (accessToken !== null) return fixedTokenPrimary({ apiUrl, accessToken });
  if (application === null) throw new DomainError('CONFIG_INVALID', 'Set CC_CLIENT_ID or CC_ACCESS_TOKEN.');
  const { store, clock, random, logger, instanceId } = options;
  const { db } = store;
  await ensureOauthStateIndexes(db);

  const cipher = createTokenCipher(options.tokenKeys);
  const credentials = createCredentialStore({ db, cipher });
  const leases = createLeaseStore(db);
  const oauth = createOauthServer({ authUrl, application });
  const tokens = createOauthTokenSource({ credentials, leases, oauth, clock, random, logger, instanceId });
  const connection = createAccountConnection({
    tokens,
    credentials,
    leases,
    states: createOauthStateStore(db),
    cipher,
    oauth,
    readAccount: (token, signal) => readAccount({ ...options, token, signal }),
    async resetProgress() {
      await Promise.all([store.checkpoints.reset(), store.dailyCounts.reset()]);
    },
    // Not by an estimate, which a crash may leave wrong.
    hasContacts: async () => (await store.contacts.collection.findOne({}, { projection: { _id: 1 } })) !== null,
    hasActiveRuns: async () => (await store.syncRuns.active()).length > 0,
    clock,
    logger,
    instanceId,
  });
  return {
    apiUrl,
    tokens,
    connection: connection.state,
    disconnect: connection.disconnect,
    encodedAccountId: async () => (await credentials.account())?.encodedAccountId ?? null,
    routes: [
      oauthRoutes({
        connection,
        redirectUri: () => application.redirectUri ?? `${options.ownUrl()}/oauth/callback`,
        authorizeOrigin: new URL(authUrl).origin,
        mayConnect: options.mayConnect,
        logger,
      }),
    ],
    close: connection.close,
  };
}

/** With a client of its own: the token is none of the connection's yet. */
async function readAccount({
  config,
  budget,
  clock,
  random,
  logger,
  token,
  signal,
}: PrimaryOptions & { token: string; signal: AbortSignal }): Promise<AccountSummary> {
  const tokens = createStaticTokenSource(token);
  const client = createApiClient({ apiUrl: config.apiUrl, tokens, budget, clock, random, logger });
  try {
    return await getAccountSummary(client, { signal, priority: 'INTERACTIVE' });
  } finally {
    await client.close();
  }
}
