import { createHash, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { DomainError } from '../domain-error.ts';
import type { PublishedKeys } from './published-keys.ts';

export const CONSTANT_CONTACT_SIGNATURE = 'x-ctct-webhook-sig';

/** Either way (API-FACTS section 9). */
const TOLERANCE_SECONDS = 5 * 60;
const LONGEST_SIGNATURE = 8_000;
/** Compact form with a detached payload: nothing between the dots. */
const DETACHED = /^([\w-]+)\.\.([\w-]+)$/;

const protectedHeader = z.object({
  alg: z.literal('RS256'),
  b64: z.literal(false),
  crit: z.tuple([z.literal('b64')]),
  ts: z.int().nonnegative(),
});

/**
 * Checks the signature of a partner notification: a detached JWS over the raw body (RFC 7515, RFC 7797), by RS256 alone.
 * @returns a name for the signature: the same notification sent again has the same
 * @throws DomainError UNAUTHENTICATED, or AUTH_UNAVAILABLE where the keys cannot be read
 */
export async function verifyConstantContact({
  signature,
  body,
  keys,
  clock,
}: {
  signature: string | undefined;
  body: Buffer;
  keys: PublishedKeys;
  clock: Clock;
}): Promise<string> {
  const [, header, bytes] = (signature ?? '').length > LONGEST_SIGNATURE ? [] : (DETACHED.exec(signature ?? '') ?? []);
  if (header === undefined || bytes === undefined) throw refusal('has no signature in the documented form');
  const parsed = protectedHeader.safeParse(parseHeader(header));
  if (!parsed.success) throw refusal('is not signed in the documented way');
  const ageSeconds = clock.now().getTime() / 1_000 - parsed.data.ts;
  if (Math.abs(ageSeconds) > TOLERANCE_SECONDS) throw refusal('was not signed within five minutes');

  const signed = Buffer.concat([Buffer.from(`${header}.`, 'ascii'), body]);
  const given = Buffer.from(bytes, 'base64url');
  const isSignedByOne = (candidates: readonly KeyObject[]) =>
    candidates.some((key) => verify('RSA-SHA256', signed, key, given));
  if (!isSignedByOne(await keys.known())) {
    const newer = await keys.newer();
    if (newer === null || !isSignedByOne(newer)) throw refusal('is not signed by its sender');
  }
  // Of the bytes, not of their spelling: base64 can write the same bytes in several ways.
  return createHash('sha256').update(given).digest('hex');
}

function parseHeader(header: string): unknown {
  try {
    return JSON.parse(Buffer.from(header, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

const refusal = (reason: string) => new DomainError('UNAUTHENTICATED', `The notification ${reason}.`);
