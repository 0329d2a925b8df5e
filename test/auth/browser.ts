import { createHash, randomBytes } from 'node:crypto';
import type { OauthServer } from '../../src/constant-contact/oauth.ts';

/** Presses a button of the sandbox's authorization page; answers where the browser is sent. */
export async function pressButton(authorizeUrl: string, decision: 'allow' | 'deny'): Promise<URL> {
  const url = new URL(authorizeUrl);
  const body = new URLSearchParams([...url.searchParams, ['decision', decision]]);
  const response = await fetch(`${url.origin}${url.pathname}`, { method: 'POST', body, redirect: 'manual' });
  return new URL(response.headers.get('location') ?? 'http://none.invalid');
}

/** A code of the sandbox's authorization server, with what proves that it was asked for here. */
export async function authorizationCode({ oauth, redirectUri }: { oauth: OauthServer; redirectUri: string }) {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const answer = await pressButton(oauth.authorizeUrl({ redirectUri, state: 'state', challenge }), 'allow');
  return { verifier, challenge, code: answer.searchParams.get('code') ?? '' };
}
