import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Json, openSandbox, type SandboxClient } from './sandbox-client.ts';

const REDIRECT_URI = 'http://127.0.0.1:9/oauth/callback';
const SCOPE = 'contact_data account_read offline_access';
const BASIC = `Basic ${Buffer.from('client:secret').toString('base64')}`;
const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');

function authorizeUrl(sandbox: SandboxClient, changes: Record<string, string | undefined> = {}): URL {
  const url = new URL(`${sandbox.url}/oauth2/default/v1/authorize`);
  const fields = {
    ...{ client_id: 'client', redirect_uri: REDIRECT_URI, response_type: 'code', scope: SCOPE, state: 's<"1' },
    ...changes,
  };
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

async function decide(
  sandbox: SandboxClient,
  decision: 'allow' | 'deny',
  changes: Record<string, string | undefined> = {},
) {
  const url = authorizeUrl(sandbox, changes);
  const body = new URLSearchParams([...url.searchParams, ['decision', decision]]);
  const response = await fetch(`${url.origin}${url.pathname}`, { method: 'POST', body, redirect: 'manual' });
  return { status: response.status, location: new URL(response.headers.get('location') ?? 'http://none.invalid') };
}

async function codeOf(sandbox: SandboxClient, changes: Record<string, string | undefined> = {}): Promise<string> {
  const { location } = await decide(sandbox, 'allow', changes);
  return location.searchParams.get('code') ?? '';
}

async function token(sandbox: SandboxClient, fields: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await fetch(`${sandbox.url}/oauth2/default/v1/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(fields),
  });
  const body: Json = await response.json();
  return { status: response.status, body };
}

const redeem = (sandbox: SandboxClient, code: string) =>
  token(sandbox, { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI }, { authorization: BASIC });
const refresh = (sandbox: SandboxClient, refresh_token: string) =>
  token(sandbox, { grant_type: 'refresh_token', refresh_token }, { authorization: BASIC });
const statusWith = async (sandbox: SandboxClient, access: string, path = '/contacts/counts') =>
  (await sandbox.call('GET', path, undefined, { authorization: `Bearer ${access}` })).status;

describe('the authorize page', () => {
  test('asks, with everything escaped, and answers the redirect address', async () => {
    const sandbox = await openSandbox();
    const page = await (await fetch(authorizeUrl(sandbox))).text();
    expect(page).toContain('<li>contact_data</li>');
    expect(page).toContain('value="s&lt;&quot;1"');
    expect(page).toMatch(/<button type="submit" name="decision" value="allow"/);
    const allowed = await decide(sandbox, 'allow');
    expect([allowed.status, `${allowed.location.origin}${allowed.location.pathname}`]).toEqual([302, REDIRECT_URI]);
    expect(allowed.location.searchParams.get('state')).toBe('s<"1');
    const denied = await decide(sandbox, 'deny');
    expect(denied.location.searchParams.get('error')).toBe('access_denied');
    expect(denied.location.searchParams.get('code')).toBeNull();
  });

  test.each<[string, Record<string, string | undefined>, string]>([
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['no state', { state: undefined }, 'invalid_request'],
    ['an unknown scope', { scope: 'contact_data everything' }, 'invalid_scope'],
    ['a plain challenge', { code_challenge: 'x', code_challenge_method: 'plain' }, 'invalid_request'],
  ])('sends %s back as an error', async (_what, changes, error) => {
    const sandbox = await openSandbox();
    const { status, location } = await decide(sandbox, 'allow', changes);
    expect([status, location.searchParams.get('error')]).toEqual([302, error]);
  });

  test('never redirects where the client or the address is wrong', async () => {
    const sandbox = await openSandbox();
    await sandbox.control('POST', '/oauth/clients', [{ id: 'client', secret: 'secret' }]);
    for (const changes of [
      { client_id: 'stranger' },
      { redirect_uri: 'javascript:alert(1)' },
      { redirect_uri: undefined },
    ]) {
      const response = await fetch(authorizeUrl(sandbox, changes), { redirect: 'manual' });
      expect([response.status, response.headers.get('location')]).toEqual([400, null]);
    }
  });
});

describe('the token endpoint', () => {
  test('gives a long access token that the API takes, within its scopes', async () => {
    const sandbox = await openSandbox();
    const { status, body } = await redeem(sandbox, await codeOf(sandbox, { scope: 'contact_data' }));
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 86_400, scope: 'contact_data' });
    expect(body.access_token.length).toBeGreaterThan(1_000);
    expect(body.refresh_token).toBeUndefined();
    expect(await statusWith(sandbox, body.access_token)).toBe(200);
    expect(await statusWith(sandbox, body.access_token, '/account/summary')).toBe(403);
  });

  test('takes PKCE instead of a secret, and only with the right verifier; fields may stand in the query', async () => {
    const sandbox = await openSandbox();
    const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
    const fields = async (code_verifier: string) =>
      new URLSearchParams({
        ...{ grant_type: 'authorization_code', client_id: 'client', redirect_uri: REDIRECT_URI },
        ...{ code: await codeOf(sandbox, pkce), code_verifier },
      });
    const url = `${sandbox.url}/oauth2/default/v1/token`;
    expect((await fetch(`${url}?${await fields(verifier)}`, { method: 'POST' })).status).toBe(200);
    const wrong = await fetch(`${url}?${await fields(`${verifier}x`)}`, { method: 'POST' });
    expect([wrong.status, await wrong.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_grant' })]);
  });

  test('a code is good once, for five minutes, for its client and its address', async () => {
    let nowMs = Date.parse('2026-11-02T00:00:00Z');
    const sandbox = await openSandbox({ now: () => new Date(nowMs) });
    const code = await codeOf(sandbox);
    expect((await redeem(sandbox, code)).status).toBe(200);
    expect(await redeem(sandbox, code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const late = await codeOf(sandbox);
    nowMs += 5 * 60_000;
    expect((await redeem(sandbox, late)).status).toBe(400);
    const elsewhere = await codeOf(sandbox, { redirect_uri: 'http://127.0.0.1:9/other' });
    expect((await redeem(sandbox, elsewhere)).status).toBe(400);
  });

  test('a rotating refresh token is good once; a spent one ends its whole family', async () => {
    const sandbox = await openSandbox();
    const first = (await redeem(sandbox, await codeOf(sandbox))).body;
    const second = (await refresh(sandbox, first.refresh_token)).body;
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(await statusWith(sandbox, second.access_token)).toBe(200);
    expect(await refresh(sandbox, first.refresh_token)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
    expect(await statusWith(sandbox, second.access_token)).toBe(401);
    expect((await refresh(sandbox, second.refresh_token)).status).toBe(400);
  });

  test('a long-lived refresh token stays the same, and dies after 180 idle days', async () => {
    let nowMs = Date.parse('2026-11-02T00:00:00Z');
    const sandbox = await openSandbox({ now: () => new Date(nowMs) });
    await sandbox.control('POST', '/quirks', { singleUseRefreshTokens: false });
    const { refresh_token } = (await redeem(sandbox, await codeOf(sandbox))).body;
    expect((await refresh(sandbox, refresh_token)).body.refresh_token).toBe(refresh_token);
    expect((await refresh(sandbox, refresh_token)).status).toBe(200);
    nowMs += 181 * 86_400_000;
    expect((await refresh(sandbox, refresh_token)).status).toBe(400);
  });

  test('access tokens expire, and can be taken back', async () => {
    let nowMs = Date.parse('2026-11-02T00:00:00Z');
    const sandbox = await openSandbox({ now: () => new Date(nowMs) });
    const { access_token, refresh_token } = (await redeem(sandbox, await codeOf(sandbox))).body;
    nowMs += 86_400_000;
    expect(await statusWith(sandbox, access_token)).toBe(401);
    const next = (await refresh(sandbox, refresh_token)).body;
    expect(await statusWith(sandbox, next.access_token)).toBe(200);
    await sandbox.control('POST', '/oauth/revoke', { access: true, refresh: true });
    expect(await statusWith(sandbox, next.access_token)).toBe(401);
    expect((await refresh(sandbox, next.refresh_token)).status).toBe(400);
  });

  test('takes one request a second, is counted by route, and can fail on demand', async () => {
    let atMs = 5_000;
    const sandbox = await openSandbox({ rateLimit: true, steadyNowMs: () => atMs });
    expect((await refresh(sandbox, 'x')).body.error).toBe('invalid_grant');
    expect((await refresh(sandbox, 'x')).status).toBe(429);
    atMs += 1_000;
    await sandbox.control('POST', '/faults', { route: 'POST /oauth2/default/v1/token', status: 503, times: 1 });
    expect(await refresh(sandbox, 'x')).toMatchObject({ status: 503, body: { error: 'server_error' } });
    expect(await sandbox.control('GET', '/stats')).toMatchObject({
      requests: 0,
      byRoute: { 'POST /oauth2/default/v1/token': 3 },
    });
  });

  test('refuses bad clients and grants in OAuth form', async () => {
    const sandbox = await openSandbox();
    await sandbox.control('POST', '/oauth/clients', [{ id: 'client', secret: 'other' }]);
    expect(await refresh(sandbox, 'x')).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect((await token(sandbox, { grant_type: 'refresh_token' })).body.error).toBe('invalid_client');
    const odd = `Basic ${Buffer.from('cli%zz:secret').toString('base64')}`;
    expect((await token(sandbox, { grant_type: 'refresh_token' }, { authorization: odd })).status).toBe(401);
    expect((await token(sandbox, { grant_type: 'password', client_id: 'client' })).body.error).toBe(
      'unsupported_grant_type',
    );
  });

  test('gives partners a token of their own kind', async () => {
    const sandbox = await openSandbox();
    const response = await fetch(`${sandbox.url}/partners/oauth2/default/v1/token`, {
      method: 'POST',
      headers: { authorization: BASIC },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const { access_token, expires_in }: Json = await response.json();
    expect(expires_in).toBe(3_600);
    const headers = { authorization: access_token, 'x-api-key': 'key' };
    expect((await sandbox.call('GET', '/partner/webhooks/subscriptions', undefined, headers)).status).toBe(200);
    expect(await statusWith(sandbox, access_token)).toBe(403);
  });
});
