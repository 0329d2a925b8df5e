import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { AccountSummary } from '../constant-contact/account.ts';
import type { TokenSource } from '../constant-contact/api-client.ts';
import type { OauthServer } from '../constant-contact/oauth.ts';
import { DomainError, isDomainError } from '../domain-error.ts';
import type { Logger } from '../logger.ts';
import type { ConnectedAccount, CredentialStore } from '../store/credentials.ts';
import type { Lease, LeaseStore } from '../store/leases.ts';
import type { OauthStateStore } from '../store/oauth-states.ts';
import type { TokenCipher } from '../store/token-cipher.ts';
import { newTokensOf, type OauthTokenSource, TOKENS_LEASE, TOKENS_LEASE_MS } from './oauth-token-source.ts';

/** The owner has this long to answer Constant Contact's page. */
export const CONNECT_LIMIT_MS = 10 * 60_000;
const VERIFIER_PURPOSE = 'PKCE verifier';
const LEASE_POLL_MS = 100;

export interface BegunConnection {
  /** Constant Contact's page, to be opened in the browser that began. */
  readonly authorizeUrl: string;
  /** For a cookie of that browser: without it the answer is not taken. */
  readonly browserSecret: string;
}

/** What Constant Contact's page sends back. */
export interface ConnectionAnswer {
  readonly state: string;
  readonly code: string;
  readonly browserSecret: string;
}

/** The connection of the gateway to one account, for all instances on one store. */
export interface AccountConnection {
  readonly tokens: TokenSource;
  state(): Promise<'CONNECTED' | 'NOT_CONNECTED' | 'RECONNECT_REQUIRED'>;
  /** @param replaceAccount another account may take the place of the one whose contacts are stored */
  begin(options: { redirectUri: string; replaceAccount: boolean }): Promise<BegunConnection>;
  /**
   * @throws DomainError INVALID_INPUT: this browser did not begin it, or the answer was taken already;
   * ACCOUNT_MISMATCH: the store holds another account's contacts, or a run of that account is active; what Constant Contact refuses.
   */
  complete(answer: ConnectionAnswer, signal: AbortSignal): Promise<ConnectedAccount>;
  /** This browser's owner has said no: what was begun is forgotten. */
  abandon(state: string, browserSecret: string): Promise<void>;
  /** Forgets the tokens; contacts stay. False where no account was connected. */
  disconnect(): Promise<boolean>;
  close(): Promise<void>;
}

export function createAccountConnection({
  tokens,
  credentials,
  leases,
  states,
  cipher,
  oauth,
  readAccount,
  resetProgress,
  hasContacts,
  hasActiveRuns,
  clock,
  logger,
  instanceId,
}: {
  tokens: OauthTokenSource;
  credentials: CredentialStore;
  leases: LeaseStore;
  states: OauthStateStore;
  cipher: TokenCipher;
  oauth: OauthServer;
  /** Whose account the token opens. */
  readAccount: (accessToken: string, signal: AbortSignal) => Promise<AccountSummary>;
  /** How far contacts were pulled is forgotten: it was another account's. */
  resetProgress: () => Promise<void>;
  hasContacts: () => Promise<boolean>;
  /** Runs that wait are active, too. */
  hasActiveRuns: () => Promise<boolean>;
  clock: Clock;
  logger: Logger;
  instanceId: string;
}): AccountConnection {
  async function holdTokens(signal: AbortSignal): Promise<Lease> {
    for (;;) {
      const lease = await leases.acquire(TOKENS_LEASE, instanceId, TOKENS_LEASE_MS);
      if (lease !== null) return lease;
      await clock.sleep(LEASE_POLL_MS, signal);
    }
  }

  /** @throws DomainError ACCOUNT_MISMATCH */
  async function adopt(account: ConnectedAccount, replaceAccount: boolean): Promise<void> {
    const stored = await credentials.account();
    const isOther = stored !== null && stored.encodedAccountId !== account.encodedAccountId;
    if (isOther && (await hasContacts())) {
      if (!replaceAccount) {
        throw new DomainError(
          'ACCOUNT_MISMATCH',
          `The store holds the contacts of another account (${stored.organizationName ?? stored.encodedAccountId}). Connect that one, use another store, or begin at /oauth/connect?replaceAccount=true.`,
        );
      }
      if (await hasActiveRuns()) {
        throw new DomainError(
          'ACCOUNT_MISMATCH',
          'A run of the account that was connected before is under way, or waits: it would go on with the other account. Cancel it, and begin again.',
        );
      }
      logger.warn(
        { from: stored.encodedAccountId, to: account.encodedAccountId },
        'another account takes over the store',
      );
      await resetProgress();
    }
    await credentials.setAccount(account, clock.now());
  }

  return {
    tokens,

    async state() {
      try {
        return (await credentials.read())?.state ?? 'NOT_CONNECTED';
      } catch (error) {
        // Tokens that TOKEN_KEY does not open connect nothing.
        if (isDomainError(error, 'RECONNECT_REQUIRED')) return 'RECONNECT_REQUIRED';
        throw error;
      }
    },

    async begin({ redirectUri, replaceAccount }) {
      const state = randomSecret();
      const browserSecret = randomSecret();
      const verifier = randomSecret();
      await states.add({
        _id: hashOf(state),
        browser: hashOf(browserSecret),
        verifier: cipher.encrypt(verifier, VERIFIER_PURPOSE),
        redirectUri,
        replaceAccount,
        expiresAt: new Date(clock.now().getTime() + CONNECT_LIMIT_MS),
      });
      return {
        authorizeUrl: oauth.authorizeUrl({ redirectUri, state, challenge: challengeOf(verifier) }),
        browserSecret,
      };
    },

    async complete({ state, code, browserSecret }, signal) {
      const begun = await states.take(hashOf(state), hashOf(browserSecret), clock.now());
      if (begun === null) {
        throw new DomainError(
          'INVALID_INPUT',
          'This answer was taken already, is too old, or was begun in another browser.',
        );
      }
      const { redirectUri, verifier, replaceAccount } = begun;
      const lease = await holdTokens(signal);
      try {
        const { delayMs } = await credentials.reserveTokenRequest();
        await clock.sleep(delayMs, signal);
        const grant = await oauth.redeemCode(
          { code, redirectUri, verifier: cipher.decrypt(verifier, VERIFIER_PURPOSE) },
          signal,
        );
        const { encodedAccountId, organizationName } = await readAccount(grant.accessToken, signal);
        const account = { encodedAccountId, organizationName };
        await adopt(account, replaceAccount);
        await credentials.connect(newTokensOf(grant, null, clock.now()), clock.now());
        logger.info({ account: encodedAccountId, refreshable: grant.refreshToken !== null }, 'account connected');
        return account;
      } finally {
        tokens.forget();
        await leases.release(lease).catch((error: unknown) => logger.warn({ error }, 'token lease not released'));
      }
    },

    async abandon(state, browserSecret) {
      await states.take(hashOf(state), hashOf(browserSecret), clock.now());
    },

    async disconnect() {
      const done = await credentials.disconnect();
      tokens.forget();
      if (done) logger.info({}, 'account disconnected');
      return done;
    },

    async close() {
      await tokens.close();
      await oauth.close();
    },
  };
}

/** 256 bits; also a PKCE verifier by RFC 7636, section 4.1. */
const randomSecret = () => randomBytes(32).toString('base64url');
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const challengeOf = (verifier: string) => createHash('sha256').update(verifier).digest('base64url');
