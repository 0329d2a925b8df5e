import { z } from 'zod';
import { DomainError, type ErrorCode } from '../domain-error.ts';
import { DEFAULT_API_LIMITS } from './api-limits.ts';
import { createConnection, type Exchange } from './http-exchange.ts';

export interface TokenGrant {
  readonly accessToken: string;
  /** Null where `offline_access` was not granted. A new one may end all earlier ones at once. */
  readonly refreshToken: string | null;
  readonly expiresInSeconds: number;
}

/** An application as its authorization server knows it. */
export interface TokenApplication {
  readonly clientId: string;
  /** Null: it proves itself by PKCE alone. */
  readonly clientSecret: string | null;
}

/** A refusal that is no trouble of the service. `error` is the code of the OAuth answer, or `no known error`. */
export interface TokenRefusal {
  readonly status: number;
  readonly error: string;
}

export interface TokenEndpoint {
  /** @throws DomainError (retryable) for trouble that passes, what `refused` makes of a refusal, or the signal's reason. */
  request(fields: Readonly<Record<string, string>>, signal: AbortSignal): Promise<TokenGrant>;
  close(): Promise<void>;
}

/** A token request may take this long at most; whoever holds a lease for it holds it longer. */
export const TOKEN_REQUEST_LIMIT_MS = 20_000;
/** Fields as the API documents them; the lifetime is 24 hours (API-FACTS section 1). */
const DEFAULT_LIFE_SECONDS = 86_400;

/**
 * The token it came for was good once: a lifetime that makes no sense (the vendor's own SDK takes it for a Unix timestamp,
 * API-FACTS section 1) is no reason to throw the new one away. It counts as not told.
 */
const tokenAnswer = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  refresh_token: z.string().min(1).nullish().catch(null),
  expires_in: z.coerce.number().positive().max(31_536_000).nullish().catch(null),
});

const errorAnswer = z.object({ error: z.string() });

/** The token endpoint of an authorization server. Sends the fields as a form. */
export function openTokenEndpoint({
  authUrl,
  application: { clientId, clientSecret },
  refused,
}: {
  /** `https://authz.constantcontact.com/oauth2/default/v1` */
  authUrl: string;
  application: TokenApplication;
  refused: (refusal: TokenRefusal) => DomainError;
}): TokenEndpoint {
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
  return {
    async request(fields, signal) {
      const isPublic = clientSecret === null;
      const body = new URLSearchParams({ ...fields, ...(isPublic ? { client_id: clientId } : {}) });
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        'user-agent': 'contact-sync-gateway',
        ...(isPublic ? {} : { authorization: basicAuthentication(clientId, clientSecret) }),
      };
      const request = { method: 'POST', path, headers, body: body.toString() } as const;
      return parseAnswer(await connection.exchange(request, signal, () => {}), refused);
    },
    close: () => connection.close(),
  };
}

/** RFC 6749, section 2.3.1: both parts are form-encoded before they are joined. */
function basicAuthentication(clientId: string, clientSecret: string): string {
  const credentials = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

function parseAnswer(exchange: Exchange, refused: (refusal: TokenRefusal) => DomainError): TokenGrant {
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
  if (status === 429) throw transient('PRIMARY_THROTTLED', 'The authorization server takes one request a second.');
  if (status >= 500) throw transient('PRIMARY_UNAVAILABLE', `The authorization server is in trouble (${status}).`);
  throw refused({ status, error: /^[a-z_]{1,40}$/.test(error) ? error : 'no known error' });
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
