import { z } from 'zod';

/** Longer input is not decoded: an address of 80 characters and an id need less than half of it. */
const LENGTH_LIMIT = 1_000;

/** Encodes and decodes the cursors of one connection in one order; `connection` binds them to it. */
export interface CursorCodec<T> {
  encode(position: T): string;
  /** Undefined for anything that this codec did not write. */
  decode(cursor: string): T | undefined;
}

/** A cursor is base64url of `[connection, ...fields]` in JSON: opaque to clients, checked field by field when it comes back. */
export function createCursorCodec<F extends readonly unknown[], T>({
  connection,
  fields,
  toFields,
  fromFields,
}: {
  connection: string;
  fields: z.ZodType<F>;
  toFields: (position: T) => F;
  fromFields: (fields: F) => T;
}): CursorCodec<T> {
  return {
    encode: (position) => Buffer.from(JSON.stringify([connection, ...toFields(position)])).toString('base64url'),
    decode(cursor) {
      if (cursor.length > LENGTH_LIMIT) return undefined;
      const decoded = parseJsonArray(Buffer.from(cursor, 'base64url').toString('utf8'));
      if (decoded === undefined || decoded[0] !== connection) return undefined;
      const result = fields.safeParse(decoded.slice(1));
      return result.success ? fromFields(result.data) : undefined;
    },
  };
}

function parseJsonArray(text: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The hex form of an `ObjectId`. */
export const objectIdHex = z.string().regex(/^[0-9a-f]{24}$/);
