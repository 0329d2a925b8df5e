import type { Clock } from '../clock.ts';
import type { TokenSource } from '../constant-contact/api-client.ts';
import type { TokenGrant } from '../constant-contact/token-endpoint.ts';
import { DomainError } from '../domain-error.ts';
import { untilAborted } from '../until-aborted.ts';

/** A token is not handed out in its last minute, or the last tenth of a shorter life. */
const LAST_PART_MS = 60_000;

export interface PartnerTokenSource extends TokenSource {
  close(): void;
}

/**
 * A partner's token, kept in this process alone: nobody's consent stands behind it, it lasts an hour, and the credentials
 * bring another at any time. All who need a new one at the same time share one request.
 * @throws from `accessToken` and `refresh` what `requestToken` throws, or the signal's reason.
 */
export function createPartnerTokenSource({
  requestToken,
  clock,
}: {
  requestToken: (signal: AbortSignal) => Promise<TokenGrant>;
  clock: Clock;
}): PartnerTokenSource {
  // The request belongs to all who wait for it: no caller's signal ends it.
  const closing = new AbortController();
  let known: { readonly token: string; readonly usableUntilMs: number } | null = null;
  let renewing: Promise<string> | null = null;

  async function renew(): Promise<string> {
    const { accessToken, expiresInSeconds } = await requestToken(closing.signal);
    const lifeMs = expiresInSeconds * 1_000;
    const usableUntilMs = clock.now().getTime() + lifeMs - Math.min(LAST_PART_MS, lifeMs / 10);
    known = { token: accessToken, usableUntilMs };
    return accessToken;
  }

  async function obtain(refused: string | null, signal: AbortSignal): Promise<string> {
    if (known !== null && known.token !== refused && clock.now().getTime() < known.usableUntilMs) return known.token;
    renewing ??= renew().finally(() => {
      renewing = null;
    });
    return untilAborted(renewing, signal);
  }

  return {
    accessToken: (signal) => obtain(null, signal),
    refresh: (refusedToken, signal) => obtain(refusedToken, signal),
    close() {
      closing.abort(new DomainError('CANCELLED', 'The gateway is stopping.'));
    },
  };
}
