import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Quirks } from '../quirks.ts';
import { oauthError } from './oauth-error.ts';

const CODE_LIFE_MS = 5 * 60_000;
const REFRESH_LIFE_MS = 180 * 86_400_000;

export interface Client {
  readonly id: string;
  /** Absent for a client that proves itself by PKCE alone. */
  readonly secret?: string;
}

export interface Grant {
  readonly clientId: string;
  readonly scopes: readonly string[];
}

interface Code extends Grant {
  readonly redirectUri: string;
  readonly challenge?: string;
  readonly expiresAtMs: number;
}

interface RefreshToken extends Grant {
  /** All tokens that came of one consent: using a spent one ends them together. */
  readonly family: number;
  lastUsedAtMs: number;
  isSpent: boolean;
}

interface AccessToken extends Grant {
  readonly family: number;
  readonly expiresAtMs: number;
}

export interface TokenAnswer {
  readonly token_type: 'Bearer';
  readonly access_token: string;
  readonly expires_in: number;
  readonly scope: string;
  readonly refresh_token?: string;
}

/** Codes and tokens in circulation. Secrets are made by the system's randomness: they are none of the generated data. */
export class Tokens {
  readonly #now: () => Date;
  readonly #quirks: Quirks;
  readonly #codes = new Map<string, Code>();
  readonly #access = new Map<string, AccessToken>();
  readonly #refresh = new Map<string, RefreshToken>();
  #families = 0;
  /** Where it holds clients, only these may ask; else any may. */
  readonly clients = new Map<string, Client>();

  constructor({ now, quirks }: { now: () => Date; quirks: Quirks }) {
    this.#now = now;
    this.#quirks = quirks;
  }

  isKnownClient(clientId: string): boolean {
    return this.clients.size === 0 || this.clients.has(clientId);
  }

  createCode(grant: Grant & { redirectUri: string; challenge?: string }): string {
    const code = randomBytes(24).toString('base64url');
    this.#codes.set(code, { ...grant, expiresAtMs: this.#now().getTime() + CODE_LIFE_MS });
    return code;
  }

  /** Spends a code. `invalid_grant` where it is unknown, spent, too old, of another client or address, or its verifier is wrong. */
  redeemCode({
    code,
    client,
    redirectUri,
    verifier,
  }: {
    code: string;
    client: Client;
    redirectUri: string;
    verifier: string | undefined;
  }): TokenAnswer {
    this.#checkClient(client);
    const known = this.#codes.get(code);
    this.#codes.delete(code);
    const isGood =
      known !== undefined &&
      known.expiresAtMs > this.#now().getTime() &&
      known.clientId === client.id &&
      known.redirectUri === redirectUri;
    if (!isGood) throw oauthError(400, 'invalid_grant', 'The authorization code is invalid or has expired.');
    if (known.challenge === undefined ? client.secret === undefined : !provesChallenge(verifier, known.challenge)) {
      throw oauthError(400, 'invalid_grant', 'PKCE verification failed.');
    }
    this.#families += 1;
    const family = this.#families;
    const refresh = known.scopes.includes('offline_access') ? this.#createRefreshToken(known, family) : undefined;
    return this.#answer(known, family, refresh);
  }

  /** A rotating token is good once; a spent one ends every token of its family. */
  refresh({ token, client }: { token: string; client: Client }): TokenAnswer {
    this.#checkClient(client);
    const known = this.#refresh.get(token);
    const nowMs = this.#now().getTime();
    if (known?.isSpent === true) this.#revokeFamily(known.family);
    if (
      known === undefined ||
      known.isSpent ||
      known.clientId !== client.id ||
      known.lastUsedAtMs + REFRESH_LIFE_MS < nowMs
    ) {
      throw oauthError(400, 'invalid_grant', 'The refresh token is invalid or expired.');
    }
    known.lastUsedAtMs = nowMs;
    if (!this.#quirks.singleUseRefreshTokens) return this.#answer(known, known.family, token);
    known.isSpent = true;
    return this.#answer(known, known.family, this.#createRefreshToken(known, known.family));
  }

  /** For partners: no consent, no refresh, one hour. */
  grantToPartner(client: Client): TokenAnswer {
    this.#checkClient(client);
    this.#families += 1;
    return this.#answer({ clientId: client.id, scopes: ['v3api/general.partner'] }, this.#families, undefined, 3_600);
  }

  /** The grant behind an access token that is still good. */
  grantOf(accessToken: string): Grant | undefined {
    const known = this.#access.get(accessToken);
    return known !== undefined && known.expiresAtMs > this.#now().getTime() ? known : undefined;
  }

  /** As an owner who takes the application's access away, or a secret that was changed. */
  revoke({ access, refresh }: { access: boolean; refresh: boolean }): void {
    if (access) this.#access.clear();
    if (refresh) this.#refresh.clear();
  }

  #checkClient(client: Client): void {
    const known = this.clients.get(client.id);
    if (
      !this.isKnownClient(client.id) ||
      (known?.secret !== undefined && client.secret !== undefined && known.secret !== client.secret)
    ) {
      throw oauthError(401, 'invalid_client', 'The client is unknown, or its secret is wrong.');
    }
  }

  #createRefreshToken({ clientId, scopes }: Grant, family: number): string {
    const token = randomBytes(32).toString('base64url');
    this.#refresh.set(token, { clientId, scopes, family, lastUsedAtMs: this.#now().getTime(), isSpent: false });
    return token;
  }

  #revokeFamily(family: number): void {
    for (const [token, known] of this.#refresh)
      if (known.family === family && !known.isSpent) this.#refresh.delete(token);
    for (const [token, known] of this.#access) if (known.family === family) this.#access.delete(token);
  }

  #answer(
    { clientId, scopes }: Grant,
    family: number,
    refreshToken: string | undefined,
    lifeSeconds = this.#quirks.accessTokenSeconds,
  ): TokenAnswer {
    const nowMs = this.#now().getTime();
    const accessToken = createAccessToken({ clientId, scopes, issuedAt: Math.floor(nowMs / 1_000), lifeSeconds });
    this.#access.set(accessToken, { clientId, scopes, family, expiresAtMs: nowMs + lifeSeconds * 1_000 });
    return {
      token_type: 'Bearer',
      access_token: accessToken,
      expires_in: lifeSeconds,
      scope: scopes.join(' '),
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    };
  }
}

/** Looks like the real thing, a JWT of more than 1,000 characters, so that nobody stores it in too small a place. Its signature is noise. */
function createAccessToken({
  clientId,
  scopes,
  issuedAt,
  lifeSeconds,
}: {
  clientId: string;
  scopes: readonly string[];
  issuedAt: number;
  lifeSeconds: number;
}): string {
  const header = Buffer.from(JSON.stringify({ alg: 'RS256', typ: 'JWT' })).toString('base64url');
  const claims = { iss: 'sandbox', cid: clientId, scp: scopes, iat: issuedAt, exp: issuedAt + lifeSeconds };
  const payload = Buffer.from(JSON.stringify({ ...claims, jti: randomBytes(300).toString('hex') })).toString(
    'base64url',
  );
  return `${header}.${payload}.${randomBytes(256).toString('base64url')}`;
}

function provesChallenge(verifier: string | undefined, challenge: string): boolean {
  const proof = createHash('sha256')
    .update(verifier ?? '')
    .digest();
  const expected = Buffer.from(challenge, 'base64url');
  return proof.length === expected.length && timingSafeEqual(proof, expected);
}
