import { DomainError } from '../domain-error.ts';
import { openTokenEndpoint, type TokenApplication, type TokenGrant, type TokenRefusal } from './token-endpoint.ts';

/** What the gateway asks for: `account_update` is not among it. `offline_access` brings the refresh token. */
export const OAUTH_SCOPES = ['contact_data', 'account_read', 'offline_access'] as const;

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

export function createOauthServer({
  authUrl,
  application,
}: {
  /** `https://authz.constantcontact.com/oauth2/default/v1` */
  authUrl: string;
  application: TokenApplication;
}): OauthServer {
  const endpoint = openTokenEndpoint({ authUrl, application, refused });
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
      endpoint.request(
        { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier },
        signal,
      ),
    refresh: (refreshToken, signal) =>
      endpoint.request({ grant_type: 'refresh_token', refresh_token: refreshToken }, signal),
    close: () => endpoint.close(),
  };
}

function refused({ status, error }: TokenRefusal): DomainError {
  if (status === 400 && error === 'invalid_grant') {
    return new DomainError(
      'RECONNECT_REQUIRED',
      'Constant Contact no longer accepts the connection of this account (invalid_grant): connect the account again.',
    );
  }
  return new DomainError(
    'PRIMARY_REFUSED',
    `The authorization server refused the application (${status}, ${error}): check CC_CLIENT_ID, CC_CLIENT_SECRET and CC_REDIRECT_URI.`,
  );
}
