import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Config, Scope } from '../config.ts';
import { SCOPES } from '../config.ts';
import { DomainError } from '../domain-error.ts';
import type { Caller } from './caller.ts';

/** With a public key only: a shared secret (HS256) could be somebody's public key, and `none` is no signature at all. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const KEYS_VALID_MS = 10 * 60_000;
/** An unknown key id has the keys read again, but not more often than this. */
const KEYS_COOLDOWN_MS = 30_000;
const KEYS_LIMIT_MS = 5_000;
const CLOCK_TOLERANCE_SECONDS = 5;
/** A token that was good is taken for good so long without another look at its signature: a front end sends it often. */
const REMEMBERED_MS = 30_000;
const MOST_REMEMBERED = 1_000;

/** `scope` is the standard's (RFC 8693), `scp` and `permissions` are what some issuers write instead. */
const claims = z.object({
  sub: z.string().min(1).max(200),
  // To the end of the year 9999: later there is no date to end at.
  exp: z.number().max(253_402_300_799),
  scope: z.string().optional(),
  scp: z.union([z.string(), z.array(z.string())]).optional(),
  permissions: z.array(z.string()).optional(),
});

/**
 * Checks bearer tokens: signature by the issuer's published keys, issuer, audience, times.
 * @throws from the returned function: DomainError UNAUTHENTICATED, or AUTH_UNAVAILABLE where the keys cannot be read
 */
export function createJwtCheck({
  jwksUrl,
  issuer,
  audience,
  keysCooldownMs = KEYS_COOLDOWN_MS,
}: NonNullable<Config['auth']['jwt']> & { keysCooldownMs?: number }): (token: string) => Promise<Caller> {
  const keys = createRemoteJWKSet(new URL(jwksUrl), {
    cacheMaxAge: KEYS_VALID_MS,
    cooldownDuration: keysCooldownMs,
    timeoutDuration: KEYS_LIMIT_MS,
  });
  const remembered = new Map<string, { readonly caller: Caller; readonly until: number }>();

  function remember(token: string, caller: Caller): void {
    const [oldest] = remembered.keys();
    if (remembered.size >= MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    const endsAt = caller.expiresAt?.getTime() ?? 0;
    remembered.set(token, { caller, until: Math.min(Date.now() + REMEMBERED_MS, endsAt) });
  }

  return async (token) => {
    const known = remembered.get(token);
    if (known !== undefined && Date.now() < known.until) return known.caller;
    remembered.delete(token);
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['exp', 'sub'],
      });
      const caller = callerOf(payload);
      remember(token, caller);
      return caller;
    } catch (error) {
      throw refusalOf(error);
    }
  };
}

function callerOf(payload: JWTPayload): Caller {
  const { sub, exp, scope, scp, permissions } = claims.parse(payload);
  const words = [scope, scp, permissions].flatMap((value) =>
    typeof value === 'string' ? value.split(' ') : (value ?? []),
  );
  const scopes = new Set(words.filter((word): word is Scope => (SCOPES as readonly string[]).includes(word)));
  return { name: sub, scopes, expiresAt: new Date(exp * 1_000) };
}

function refusalOf(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return unauthenticated('The token has expired.', error);
  if (error instanceof errors.JWTClaimValidationFailed) {
    return unauthenticated(`The token is not made for this gateway, or not now (${error.claim}).`, error);
  }
  const isOfToken =
    error instanceof z.ZodError ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys;
  if (isOfToken) return unauthenticated('The token is not valid.', error);
  return new DomainError('AUTH_UNAVAILABLE', 'The keys of the token issuer cannot be read now: try again.', {
    cause: error,
    retryable: true,
  });
}

function unauthenticated(message: string, cause: unknown): DomainError {
  return new DomainError('UNAUTHENTICATED', message, { cause });
}
