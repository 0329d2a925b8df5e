import { setTimeout as delay } from 'node:timers/promises';
import { DomainError } from '../domain-error.ts';

const LIMIT_MS = 30_000;

/**
 * Runs a write that may be larger than the buffer of a socket (some 200 KB on a Unix socket). A server that stops reading in
 * the middle of it leaves the driver (7.9) waiting for the socket to drain, and for ever where the connection is given up
 * meanwhile; its own `timeoutMS` has no effect. So the write ends here as one that the store did not answer, and is done again.
 * It must be one that may be done twice.
 * @throws DomainError STORE_UNREACHABLE after 30 s; what the write throws.
 */
export async function largeWrite<T>(write: () => Promise<T>): Promise<T> {
  const settled = new AbortController();
  const limit = delay(LIMIT_MS, undefined, { signal: settled.signal, ref: false }).then(() => {
    throw new DomainError('STORE_UNREACHABLE', 'MongoDB has not taken a write for 30 seconds. Is it running?', {
      retryable: true,
    });
  });
  try {
    return await Promise.race([write(), limit]);
  } finally {
    settled.abort();
  }
}
