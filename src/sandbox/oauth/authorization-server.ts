import type { ApiRequest, ApiResponse, Route } from '../http/route.ts';
import type { SandboxState } from '../sandbox-state.ts';
import { authorizePage, errorPage } from './authorize-page.ts';
import { oauthError } from './oauth-error.ts';
import type { Client } from './tokens.ts';

const SCOPES = ['contact_data', 'campaign_data', 'account_read', 'account_update', 'offline_access', 'billing_data'];
/** One token request in a second. */
const TOKEN_INTERVAL_MS = 1_000;

/** Paths without `/oauth2/default/v1`. */
export const authorizationRoutes: readonly Route<SandboxState>[] = [
  { method: 'GET', path: '/authorize', handle: showPage },
  { method: 'POST', path: '/authorize', handle: decide },
  { method: 'POST', path: '/token', handle: issueToken },
];

/** Paths without `/partners/oauth2/default/v1`. */
export const partnerTokenRoutes: readonly Route<SandboxState>[] = [
  {
    method: 'POST',
    path: '/token',
    handle(request, sandbox) {
      const fields = formOf(request);
      if (fields.get('grant_type') !== 'client_credentials') throw unsupportedGrant();
      const client = clientOf(request, fields);
      if (client.secret === undefined) throw oauthError(401, 'invalid_client', 'Basic authentication is required.');
      return tokenAnswer(sandbox.tokens.grantToPartner(client));
    },
  },
];

interface Authorization {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly scopes: readonly string[];
  readonly challenge?: string;
}

/**
 * What is wrong with the client or its redirect address is told on a page; everything else goes to the redirect address, as OAuth wants it.
 */
function readAuthorization(fields: URLSearchParams, sandbox: SandboxState): Authorization | ApiResponse {
  const clientId = fields.get('client_id') ?? '';
  if (clientId === '' || !sandbox.tokens.isKnownClient(clientId))
    return errorPage('The client_id is missing or unknown.');
  const redirectUri = fields.get('redirect_uri') ?? '';
  if (!/^https?:$/.test(URL.canParse(redirectUri) ? new URL(redirectUri).protocol : '')) {
    return errorPage('The redirect_uri is missing or not a URL.');
  }
  const state = fields.get('state') ?? '';
  const refuse = (error: string, error_description: string) =>
    redirect(redirectUri, { error, error_description, state });
  if (fields.get('response_type') !== 'code') return refuse('unsupported_response_type', 'response_type must be code.');
  if (state === '') return refuse('invalid_request', 'state is required.');
  const scopes = (fields.get('scope') ?? '').split(/[ +]+/).filter((scope) => scope !== '');
  const unknown = scopes.find((scope) => !SCOPES.includes(scope));
  if (unknown !== undefined || scopes.length === 0) return refuse('invalid_scope', 'A scope is missing or unknown.');
  const challenge = fields.get('code_challenge') ?? undefined;
  if (challenge !== undefined && fields.get('code_challenge_method') !== 'S256') {
    return refuse('invalid_request', 'code_challenge_method must be S256.');
  }
  return { clientId, redirectUri, state, scopes, ...(challenge === undefined ? {} : { challenge }) };
}

function showPage(request: ApiRequest, sandbox: SandboxState): ApiResponse {
  const authorization = readAuthorization(request.query, sandbox);
  return 'status' in authorization ? authorization : authorizePage(request.query, authorization);
}

function decide(request: ApiRequest, sandbox: SandboxState): ApiResponse {
  const fields = formOf(request);
  const authorization = readAuthorization(fields, sandbox);
  if ('status' in authorization) return authorization;
  const { redirectUri, state } = authorization;
  if (fields.get('decision') !== 'allow') {
    return redirect(redirectUri, {
      error: 'access_denied',
      error_description: 'The resource owner denied the request.',
      state,
    });
  }
  return redirect(redirectUri, { code: sandbox.tokens.createCode(authorization), state });
}

function redirect(redirectUri: string, fields: Record<string, string>): ApiResponse {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(fields)) if (value !== '') url.searchParams.set(name, value);
  return { status: 302, headers: { location: url.href } };
}

function issueToken(request: ApiRequest, sandbox: SandboxState): ApiResponse {
  const nowMs = sandbox.steadyNowMs();
  if (sandbox.world.limit.enabled) {
    if (nowMs - sandbox.lastTokenRequestAtMs < TOKEN_INTERVAL_MS) {
      throw oauthError(429, 'too_many_requests', 'The token endpoint takes one request per second.');
    }
    sandbox.lastTokenRequestAtMs = nowMs;
  }
  const fields = formOf(request);
  const client = clientOf(request, fields);
  switch (fields.get('grant_type')) {
    case 'authorization_code':
      return tokenAnswer(
        sandbox.tokens.redeemCode({
          code: fields.get('code') ?? '',
          client,
          redirectUri: fields.get('redirect_uri') ?? '',
          verifier: fields.get('code_verifier') ?? undefined,
        }),
      );
    case 'refresh_token':
      return tokenAnswer(sandbox.tokens.refresh({ token: fields.get('refresh_token') ?? '', client }));
    default:
      throw unsupportedGrant();
  }
}

function tokenAnswer(body: object): ApiResponse {
  return { status: 200, body, headers: { 'cache-control': 'no-store' } };
}

function unsupportedGrant(): Error {
  return oauthError(400, 'unsupported_grant_type', 'The grant_type is not supported.');
}

/** The vendor's samples put the fields into the query, most clients into the body. */
function formOf({ query, body }: ApiRequest): URLSearchParams {
  const fields = new URLSearchParams(body.toString('utf8'));
  for (const [name, value] of query) if (!fields.has(name)) fields.set(name, value);
  return fields;
}

/** Basic authentication, or the id alone for PKCE clients. */
function clientOf({ headers }: ApiRequest, fields: URLSearchParams): Client {
  const basic = /^Basic\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (basic === undefined) {
    const id = fields.get('client_id') ?? '';
    if (id === '') throw oauthError(401, 'invalid_client', 'Client authentication is missing.');
    return { id };
  }
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString('utf8').split(/:(.*)/s);
  if (id === '' || secret === '') throw oauthError(401, 'invalid_client', 'Client authentication is malformed.');
  return { id: decoded(id), secret: decoded(secret) };
}

/** Some clients encode the parts of Basic authentication, as OAuth says; others send them as they are. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
