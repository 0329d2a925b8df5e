import type { Config } from '../config.ts';
import { DomainError } from '../domain-error.ts';
import { createApiKeyCheck } from './api-keys.ts';
import { type Authenticate, LOCAL_CALLER } from './caller.ts';
import { createJwtCheck } from './json-web-tokens.ts';

const BEARER = /^Bearer +(\S+)$/i;
const JWT_FORM = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** True where callers are asked who they are. */
export function isAuthenticationConfigured({ apiKeys, jwt }: Config['auth']): boolean {
  return apiKeys.length > 0 || jwt !== null;
}

/** By API key or JSON Web Token, each in `Authorization: Bearer`. Without any configured, everybody is `LOCAL_CALLER`. */
export function createAuthenticate(config: Config['auth']): Authenticate {
  if (!isAuthenticationConfigured(config)) return async () => LOCAL_CALLER;
  const callerOfKey = createApiKeyCheck(config.apiKeys);
  const callerOfToken = config.jwt === null ? null : createJwtCheck(config.jwt);
  return async (authorization) => {
    if (authorization === undefined) {
      throw new DomainError('UNAUTHENTICATED', 'Send an API key or a token as `Authorization: Bearer ...`.');
    }
    const credential = BEARER.exec(authorization)?.[1];
    if (credential === undefined)
      throw new DomainError('UNAUTHENTICATED', 'Only `Authorization: Bearer ...` is taken.');
    if (callerOfToken !== null && JWT_FORM.test(credential)) return await callerOfToken(credential);
    const caller = callerOfKey(credential);
    if (caller === null) throw new DomainError('UNAUTHENTICATED', 'This key is unknown.');
    return caller;
  };
}
