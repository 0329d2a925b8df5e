import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ApiKey, Scope } from '../config.ts';
import type { Caller } from './caller.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest();

/** The caller of a key; null for an unknown one. How long it takes says nothing of how near a guess came. */
export function createApiKeyCheck(apiKeys: readonly ApiKey[]): (key: string) => Caller | null {
  const callers = apiKeys.map(({ name, scopes, sha256 }) => ({
    sha256,
    caller: { name, scopes: new Set(scopes), expiresAt: null },
  }));
  return (key) => {
    const given = sha256(key);
    let found: Caller | null = null;
    // All of them, always.
    for (const { sha256, caller } of callers) if (timingSafeEqual(given, sha256)) found = caller;
    return found;
  };
}

/** A new key, and the entry of API_KEYS by which the gateway knows it. The key itself is kept nowhere. */
export function createApiKey({ name, scopes }: { name: string; scopes: readonly Scope[] }): {
  key: string;
  setting: string;
} {
  const key = `csg_${randomBytes(32).toString('base64url')}`;
  return { key, setting: `${name}:${scopes.join('+')}:${sha256(key).toString('hex')}` };
}
