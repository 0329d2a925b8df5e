import { invalid } from './http/api-error.ts';

/**
 * A cursor is base64 of `limit=5&next=2&status%5B%5D=all`: a page number (for tags an id) together with the query that it goes on with,
 * as recorded from the real API. It is no key, so a walk over changing data repeats and skips rows.
 */
export interface Cursor {
  readonly limit: number;
  readonly next: string;
  /** The original query without `limit`. */
  readonly query: URLSearchParams;
}

export function encodeCursor({ limit, next, query }: Cursor): string {
  const fields = new URLSearchParams({ limit: String(limit), next });
  for (const [name, value] of query) {
    if (name === 'limit' || name === 'cursor' || name === 'include_count') continue;
    if (LISTED.has(name)) for (const part of value.split(',')) fields.append(`${name}[]`, part);
    else fields.append(name, value);
  }
  return Buffer.from(fields.toString(), 'latin1').toString('base64');
}

/** Parameters of several values, which a cursor holds one by one. */
const LISTED = new Set(['status', 'lists', 'tags', 'include', 'sms_status']);

/** Refuses with 400 what no answer of ours has ever held. */
export function decodeCursor(text: string): Cursor {
  // A plus sign that a client did not encode arrives as a blank; ours have none, and padding may be lost on the way.
  const fields = new URLSearchParams(Buffer.from(text, 'base64').toString('latin1'));
  const limit = Number(fields.get('limit'));
  const next = fields.get('next');
  if (!Number.isInteger(limit) || limit < 1 || next === null || next === '') throw cursorRefused();
  const query = new URLSearchParams();
  for (const name of new Set(fields.keys())) {
    if (name === 'limit' || name === 'next') continue;
    query.set(name.replace(/\[\]$/, ''), fields.getAll(name).join(','));
  }
  return { limit, next, query };
}

export function cursorRefused(): Error {
  return invalid('cursor is invalid or has expired');
}

/** The page number of a cursor. */
export function pageOf(cursor: Cursor): number {
  const page = Number(cursor.next);
  if (!Number.isInteger(page) || page < 1) throw cursorRefused();
  return page;
}
