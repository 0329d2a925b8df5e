import { z } from 'zod';
import { DomainError, type ErrorCode } from '../domain-error.ts';
import { DEFAULT_API_LIMITS } from './api-limits.ts';
import { createConnection, type Exchange } from './http-exchange.ts';

/** What the gateway asks for: `account_update` is not among it. `offline_access` brings the refresh token. */
export const OAUTH_SCOPES = ['contact_data', 'account_read', 'offline_access'] as const;

/** The OAuth2 application. Without a secret it proves itself by PKCE alone. */
export interface OauthApplication {
  readonly clientId: string;
  readonly clientSecret: string | null;
}

export interface TokenGrant {
  readonly accessToken: string;
  /** Null where `offline_access` was not granted. A new one may end all earlier ones at once. */
  readonly refreshToken: string | null;
  readonly expiresInSeconds: number;
}

/** The authorization server of Constant Contact. Its token endpoint takes one request a second: callers keep to that. */
export interface OauthServer {
  /** Where the owner's browser is sent. `challenge`: SHA-256 of the verifier, base64url. */
  authorizeUrl(params: { redirectUri: string; state: string; challenge: string }): string;
  /** @throws DomainError, see `refresh`. RECONNECT_REQUIRED: the code is unknown, spent or too old. */
  redeemCode(params: { code: string; redirectUri: string; verifier: string }, signal: AbortSignal): Promise<TokenGrant>;
  /**
   * @throws DomainError RECONNECT_REQUIRED for `invalid_grant` alone, which is final; everything else is not: a refused
   * application, which new settings mend, or (retryable) trouble that passes. Or the signal's reason.
   */
  refresh(refreshToken: string, signal: AbortSignal): Promise<TokenGrant>;
  close(): Promise<void>;
}

/** A token request may take this long at most; whoever holds a lease for it holds it longer. */
export const TOKEN_REQUEST_LIMIT_MS = 20_000;
/** Fields as the API documents them; the lifetime is 24 hours (API-FACTS section 1). */
const DEFAULT_LIFE_SECONDS = 86_400;

const tokenAnswer = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  refresh_token: z.string().min(1).nullish(),
  expires_in: z.coerce.number().positive().max(31_536_000).nullish(),
});

const errorAnswer = z.object({ error: z.string() });

export function createOauthServer({
  authUrl,
  application,
}: {
  /** `https://authz.constantcontact.com/oauth2/default/v1` */
  authUrl: string;
  application: OauthApplication;
}): OauthServer {
  const base = new URL(authUrl);
  const path = `${base.pathname.replace(/\/+$/, '')}/token`;
  const connection = createConnection(base.origin, {
    ...DEFAULT_API_LIMITS,
    connections: 1,
    headersMs: TOKEN_REQUEST_LIMIT_MS,
    bodyMs: TOKEN_REQUEST_LIMIT_MS,
    attemptMs: TOKEN_REQUEST_LIMIT_MS,
    responseBytes: 256 * 1024,
  });

  async function requestToken(fields: Record<string, string>, signal: AbortSignal): Promise<TokenGrant> {
    const { clientId, clientSecret } = application;
    const isPublic = clientSecret === null;
    const body = new URLSearchParams({ ...fields, ...(isPublic ? { client_id: clientId } : {}) });
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
      'user-agent': 'contact-sync-gateway',
      ...(isPublic ? {} : { authorization: basicAuthentication(clientId, clientSecret) }),
    };
    const request = { method: 'POST', path, headers, body: body.toString() } as const;
    return parseAnswer(await connection.exchange(request, signal, () => {}));
  }

  return {
    authorizeUrl({ redirectUri, state, challenge }) {
      const url = new URL(`${authUrl}/authorize`);
      const fields = {
        response_type: 'code',
        client_id: application.clientId,
        redirect_uri: redirectUri,
        scope: OAUTH_SCOPES.join(' '),
        state,
        code_challenge: challenge,
        code_challenge_method: 'S256',
      };
      for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
      return url.href;
    },
    redeemCode: ({ code, redirectUri, verifier }, signal) =>
      requestToken(
        { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier },
        signal,
      ),
    refresh: (refreshToken, signal) =>
      requestToken({ grant_type: 'refresh_token', refresh_token: refreshToken }, signal),
    close: () => connection.close(),
  };
}

/** RFC 6749, section 2.3.1: both parts are form-encoded before they are joined. */
function basicAuthentication(clientId: string, clientSecret: string): string {
  const credentials = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

function parseAnswer(exchange: Exchange): TokenGrant {
  if (exchange.kind !== 'ANSWER') {
    throw transient('PRIMARY_UNAVAILABLE', 'The authorization server of Constant Contact does not answer.', {
      cause: exchange.cause,
    });
  }
  const { status, text } = exchange;
  const body = parseJson(text);
  if (status >= 200 && status < 300) {
    const { success, data } = tokenAnswer.safeParse(body);
    // Not the parser's own words: they may quote a token.
    if (!success) throw transient('PRIMARY_BAD_RESPONSE', 'The token answer has another form than documented.');
    return {
      accessToken: data.access_token,
      refreshToken: data.refresh_token ?? null,
      expiresInSeconds: data.expires_in ?? DEFAULT_LIFE_SECONDS,
    };
  }
  const error = errorAnswer.safeParse(body).data?.error ?? '';
  if (status === 400 && error === 'invalid_grant') {
    throw new DomainError(
      'RECONNECT_REQUIRED',
      'Constant Contact no longer accepts the connection of this account (invalid_grant): connect the account again.',
    );
  }
  if (status === 429) throw transient('PRIMARY_THROTTLED', 'The authorization server takes one request a second.');
  if (status >= 500) throw transient('PRIMARY_UNAVAILABLE', `The authorization server is in trouble (${status}).`);
  const known = /^[a-z_]{1,40}$/.test(error) ? error : 'no known error';
  throw new DomainError(
    'PRIMARY_REFUSED',
    `The authorization server refused the application (${status}, ${known}): check CC_CLIENT_ID, CC_CLIENT_SECRET and CC_REDIRECT_URI.`,
  );
}

function transient(code: ErrorCode, message: string, options: { cause?: unknown } = {}): DomainError {
  return new DomainError(code, message, { ...options, retryable: true });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
