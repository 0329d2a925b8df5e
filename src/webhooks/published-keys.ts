import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { DomainError } from '../domain-error.ts';
import type { Logger } from '../logger.ts';

const FETCH_LIMIT_MS = 5_000;
const MOST_BYTES = 256 * 1024;
const MOST_KEYS = 20;
/** Keys are read again at most once in this time, whoever sends whatever. */
const REFETCH_MS = 60_000;
/** So old they are read again before they are used: a key that was taken back must not be good for as long as nobody sends. */
const VALID_MS = 60 * 60_000;
/** Where none could be read yet, a sender is not turned away for a whole minute. */
const FIRST_RETRY_MS = 5_000;

const jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });
const rsaKey = z.looseObject({
  kty: z.literal('RSA'),
  n: z.string().min(300),
  e: z.string(),
  use: z.literal('sig').optional(),
  alg: z.literal('RS256').optional(),
});

export interface PublishedKeys {
  /** What is known, read before the first use and once an hour. @throws DomainError AUTH_UNAVAILABLE */
  known(): Promise<readonly KeyObject[]>;
  /** After a signature that none of them made: what is published now; null where that was asked a moment ago. */
  newer(): Promise<readonly KeyObject[] | null>;
}

/** The RSA keys that are published at an address, kept by this process. */
export function createPublishedKeys({
  url,
  clock,
  logger,
}: {
  url: string;
  clock: Clock;
  logger: Logger;
}): PublishedKeys {
  let keys: readonly KeyObject[] | null = null;
  let validUntil = 0;
  let readAgainAt = 0;
  let reading: Promise<readonly KeyObject[]> | null = null;

  async function read(): Promise<readonly KeyObject[]> {
    const now = clock.now().getTime();
    readAgainAt = now + (keys === null ? FIRST_RETRY_MS : REFETCH_MS);
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(FETCH_LIMIT_MS) });
    const text = await textOf(response);
    if (!response.ok) throw new Error(`no keys: ${response.status}`);
    const found = jwks.parse(JSON.parse(text)).keys.flatMap((key) => rsaKey.safeParse(key).data ?? []);
    keys = found.slice(0, MOST_KEYS).map(({ kty, n, e }) => createPublicKey({ key: { kty, n, e }, format: 'jwk' }));
    validUntil = now + VALID_MS;
    readAgainAt = now + REFETCH_MS;
    logger.info({ keyCount: keys.length }, 'keys of webhook signatures read');
    return keys;
  }

  const readOnce = () => {
    reading ??= read().finally(() => {
      reading = null;
    });
    return reading;
  };

  async function newer(): Promise<readonly KeyObject[] | null> {
    if (reading === null && clock.now().getTime() < readAgainAt) return null;
    try {
      return await readOnce();
    } catch (error) {
      logger.warn({ error }, 'keys of webhook signatures not read again, the known ones are used');
      return null;
    }
  }

  return {
    newer,
    async known() {
      if (keys !== null) return clock.now().getTime() < validUntil ? keys : ((await newer()) ?? keys);
      if (reading === null && clock.now().getTime() < readAgainAt) throw unavailable(undefined);
      try {
        return await readOnce();
      } catch (cause) {
        logger.warn({ error: cause }, 'keys of webhook signatures not read');
        throw unavailable(cause);
      }
    },
  };
}

/** Not more of it than is read as keys. */
async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error(`no keys: more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function unavailable(cause: unknown): DomainError {
  return new DomainError('AUTH_UNAVAILABLE', 'The keys of the sender cannot be read now: send it again later.', {
    cause,
    retryable: true,
  });
}
