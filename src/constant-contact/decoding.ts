import { z } from 'zod';

/** The pieces that rows of every resource are made of. In the API null and absent are the same. */

/** Ids are UUIDs today; what matters is that one can stand in a path and in a field name. */
export const id = z.string().regex(/^[\w-]{1,64}$/);
export const optionalText = z.string().nullish();
export const optionalCount = z.int().nonnegative().nullish();
export const optionalInstant = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}/)
  .nullish();

/** Blank is absent: the API overwrites with null what is blank. */
export function textOrNull(value: string | null | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}

const LOCAL_TIME = /T\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/;

/**
 * An instant: with `Z`, an offset or milliseconds; without an offset it is UTC.
 * @throws DecodingError when it is none
 */
export function instantOrNull(value: string | null | undefined): Date | null {
  if (value === undefined || value === null) return null;
  const at = Date.parse(value.endsWith('Z') || !LOCAL_TIME.test(value) ? value : `${value}Z`);
  if (Number.isNaN(at)) throw new DecodingError('not a timestamp');
  return new Date(at);
}

/** A day at 00:00 UTC; a time behind it is left out. */
export function dayOrNull(value: string | null | undefined): Date | null {
  return instantOrNull(value?.slice(0, 10));
}

/** A body that is not what the API promises. `message` says where and never what stood there: it may be a person's data. */
export class DecodingError extends Error {
  override readonly name = 'DecodingError';
}

/** Why decoding failed, or null when the error is none of decoding. */
export function decodingReason(error: unknown): string | null {
  if (error instanceof DecodingError) return error.message;
  if (!(error instanceof z.ZodError)) return null;
  const issues = error.issues.slice(0, 3).map((issue) => {
    const path = issue.path.join('.');
    return path === '' ? issue.message : `${path}: ${issue.message}`;
  });
  const more = error.issues.length - issues.length;
  return issues.join('; ') + (more > 0 ? `; and ${more} more` : '');
}
