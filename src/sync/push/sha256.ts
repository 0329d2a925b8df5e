import { createHash } from 'node:crypto';

/** Of the parts, one after the other, as hex: what plans are told apart by. */
export function sha256(parts: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
