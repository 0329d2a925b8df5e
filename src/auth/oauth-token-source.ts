import type { Clock } from '../clock.ts';
import type { TokenSource } from '../constant-contact/api-client.ts';
import type { OauthServer } from '../constant-contact/oauth.ts';
import { TOKEN_REQUEST_LIMIT_MS, type TokenGrant } from '../constant-contact/token-endpoint.ts';
import { DomainError, isDomainError } from '../domain-error.ts';
import type { Logger } from '../logger.ts';
import type { CredentialStore, Credentials, NewTokens } from '../store/credentials.ts';
import { isStoreUnreachable } from '../store/errors.ts';
import type { LeaseStore } from '../store/leases.ts';
import { untilAborted } from '../until-aborted.ts';

/** Whoever changes the tokens holds this lease: refresh and connect never cross. */
export const TOKENS_LEASE = 'oauth-tokens';
/** Longer than the wait for a slot, a token request and the storing of its answer together. */
export const TOKENS_LEASE_MS = TOKEN_REQUEST_LIMIT_MS * 3;
/** How long another instance's change (a disconnect, a new connection) may go unseen. */
const READ_AGAIN_MS = 2_000;
/** A token that ends sooner is not handed out any more. */
const USABLE_MS = 10_000;
const LEASE_POLL_MS = 100;
const ATTEMPTS = 5;
const RETRY_BASE_MS = 500;
/** While the old token is good, a refresh that failed is tried again after this time. */
const RETRY_AHEAD_MS = 60_000;
const REFRESH_AHEAD_MS = 10 * 60_000;
const STORE_RETRY_MS = 250;

export interface OauthTokenSource extends TokenSource {
  /** What was read is read again: the tokens were changed here. */
  forget(): void;
  /** Waits until a refresh under way has stored what it got. */
  close(): Promise<void>;
}

/** Refreshed ten minutes before their end, or in the last tenth of a shorter life. */
export function newTokensOf(grant: TokenGrant, refreshToken: string | null, now: Date): NewTokens {
  const lifeMs = grant.expiresInSeconds * 1_000;
  return {
    accessToken: grant.accessToken,
    refreshToken: grant.refreshToken ?? refreshToken,
    expiresAt: new Date(now.getTime() + lifeMs),
    refreshAt: new Date(now.getTime() + lifeMs - Math.min(REFRESH_AHEAD_MS, lifeMs / 10)),
  };
}

/**
 * The connected account's access token. Refreshes it ahead of its end and when it is refused: at most once for all
 * instances, because a refresh token may be good for one use only. The new token is stored before anybody uses it. A
 * crash between its arrival and its storing costs the connection (`RECONNECT_REQUIRED`): no server can be asked for it again.
 * @throws from `accessToken` and `refresh`: NOT_CONNECTED, RECONNECT_REQUIRED, transient errors of the authorization
 * server (retryable), or the signal's reason.
 */
export function createOauthTokenSource({
  credentials,
  leases,
  oauth,
  clock,
  random,
  logger,
  instanceId,
}: {
  credentials: CredentialStore;
  leases: LeaseStore;
  oauth: OauthServer;
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  logger: Logger;
  instanceId: string;
}): OauthTokenSource {
  // A refresh belongs to all who wait for it: one caller that gives up does not end it. Once its request is out, nothing
  // does: the answer may hold the only refresh token that is still good.
  const closing = new AbortController();
  const untilAnswered = new AbortController().signal;
  let known: { readonly credentials: Credentials; readonly readAgainAt: number } | null = null;
  let refreshing: Promise<void> | null = null;
  let retryAheadAt = 0;

  const now = () => clock.now().getTime();

  async function read(): Promise<Credentials> {
    if (known !== null && now() < known.readAgainAt) return assertUsable(known.credentials);
    const found = await credentials.read();
    if (found === null) {
      known = null;
      throw new DomainError('NOT_CONNECTED', 'No Constant Contact account is connected: open /oauth/connect.');
    }
    known = { credentials: found, readAgainAt: now() + READ_AGAIN_MS };
    return assertUsable(found);
  }

  const isGood = (tokens: Credentials, refused: string | null) =>
    tokens.accessToken !== refused && now() < tokens.expiresAt.getTime() - Math.min(USABLE_MS, lastPart(tokens));
  const isFresh = (tokens: Credentials, refused: string | null) =>
    isGood(tokens, refused) && now() < tokens.refreshAt.getTime();

  async function obtain(refused: string | null, signal: AbortSignal): Promise<string> {
    for (;;) {
      signal.throwIfAborted();
      const tokens = await read();
      if (isFresh(tokens, refused)) return tokens.accessToken;
      const ahead = isGood(tokens, refused);
      if (ahead && now() < retryAheadAt) return tokens.accessToken;
      refreshing ??= refresh(refused).finally(() => {
        refreshing = null;
      });
      try {
        await untilAborted(refreshing, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!ahead || isDomainError(error, 'RECONNECT_REQUIRED')) throw error;
        retryAheadAt = now() + RETRY_AHEAD_MS;
        logger.warn({ error }, 'access token not refreshed yet, the old one is still good');
      }
    }
  }

  /** Resolves when the stored token is another one than `refused` and fresh, whoever has seen to it. */
  async function refresh(refused: string | null): Promise<void> {
    for (;;) {
      const lease = await leases.acquire(TOKENS_LEASE, instanceId, TOKENS_LEASE_MS);
      known = null;
      if (lease === null) {
        await clock.sleep(LEASE_POLL_MS, closing.signal);
        if (isFresh(await read(), refused)) return;
        continue;
      }
      try {
        const tokens = await read();
        if (isFresh(tokens, refused)) return;
        // Nobody is to wait for many attempts while the old token still opens the door.
        const attempts = isGood(tokens, refused) ? 1 : ATTEMPTS;
        await exchange(tokens, attempts, () => leases.renew(lease, TOKENS_LEASE_MS));
        return;
      } finally {
        known = null;
        await leases.release(lease).catch((error: unknown) => logger.warn({ error }, 'token lease not released'));
      }
    }
  }

  /** Trades the refresh token for a new pair and stores it. Called by the owner of the lease alone. */
  async function exchange(tokens: Credentials, attempts: number, keepLease: () => Promise<boolean>): Promise<void> {
    const { refreshToken, version } = tokens;
    if (refreshToken === null) {
      const reason =
        'The access token has ended and Constant Contact gave no refresh token: connect the account again.';
      await credentials.requireReconnect(version, reason, clock.now());
      throw new DomainError('RECONNECT_REQUIRED', reason);
    }
    for (let attempt = 1; ; attempt++) {
      try {
        const { delayMs } = await credentials.reserveTokenRequest();
        await clock.sleep(delayMs, closing.signal);
        if (!(await keepLease())) return;
        const grant = await oauth.refresh(refreshToken, untilAnswered);
        if (!(await storePatiently(version, newTokensOf(grant, refreshToken, clock.now())))) {
          logger.warn({}, 'the account was connected anew or disconnected during a refresh');
          return;
        }
        logger.info({ attempt }, 'access token refreshed');
        return;
      } catch (error) {
        if (isDomainError(error, 'RECONNECT_REQUIRED')) {
          await credentials.requireReconnect(version, error.message, clock.now());
          logger.error({ error }, 'the account has to be connected again');
          throw error;
        }
        if (!(error instanceof DomainError && error.retryable) || attempt >= attempts) throw error;
        const waitMs = random() * RETRY_BASE_MS * 2 ** attempt;
        logger.warn({ error, attempt, waitMs: Math.round(waitMs) }, 'access token not refreshed, trying again');
        await clock.sleep(waitMs, closing.signal);
      }
    }
  }

  /** The new refresh token is in this process alone, and the old one may be spent: not given up for a store that is away. */
  async function storePatiently(version: number, tokens: NewTokens): Promise<boolean> {
    const deadline = now() + TOKENS_LEASE_MS / 2;
    for (let attempt = 1; ; attempt++) {
      try {
        const stored = await credentials.replace(version, tokens, clock.now());
        // What was sent when the connection broke may have been stored: then the version has moved on by our own hand.
        if (!stored && attempt > 1) return (await credentials.read())?.accessToken === tokens.accessToken;
        return stored;
      } catch (error) {
        if (!isStoreUnreachable(error) || now() > deadline) throw error;
        logger.warn({ error }, 'new tokens not stored, trying again');
        await clock.sleep(STORE_RETRY_MS);
      }
    }
  }

  return {
    accessToken: (signal) => obtain(null, signal),
    refresh: (refusedToken, signal) => obtain(refusedToken, signal),
    forget() {
      known = null;
      retryAheadAt = 0;
    },
    async close() {
      closing.abort(new DomainError('CANCELLED', 'The gateway is stopping.'));
      await refreshing?.catch(() => {});
    },
  };
}

/** Tokens of a short life (tests, partners) are handed out until their last twentieth. */
function lastPart({ expiresAt, refreshAt }: Credentials): number {
  return (expiresAt.getTime() - refreshAt.getTime()) / 2;
}

function assertUsable(tokens: Credentials): Credentials {
  if (tokens.state === 'CONNECTED') return tokens;
  throw new DomainError(
    'RECONNECT_REQUIRED',
    tokens.reason ?? 'The connection to Constant Contact was lost: connect the account again.',
  );
}
