import { DomainError } from '../domain-error.ts';
import type { TokenSource } from './api-client.ts';

/** A token given in the settings (`CC_ACCESS_TOKEN`, the sandbox's): never stored, cannot be refreshed. */
export function createStaticTokenSource(token: string): TokenSource {
  return {
    accessToken: async () => token,
    async refresh() {
      throw new DomainError(
        'RECONNECT_REQUIRED',
        'Constant Contact does not accept the access token. Set a fresh one as CC_ACCESS_TOKEN, or connect the account with CC_CLIENT_ID.',
      );
    },
  };
}
