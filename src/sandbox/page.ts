import { decodeCursor, encodeCursor, pageOf } from './cursor.ts';
import { invalid } from './http/api-error.ts';
import type { ApiRequest } from './http/route.ts';

/** Which page a request asks for, and by which query: the cursor's own where there is one. */
export interface PageRequest {
  readonly limit: number;
  readonly page: number;
  readonly query: URLSearchParams;
  readonly hasCursor: boolean;
}

export function parseLimit(query: URLSearchParams, { max, byDefault }: { max: number; byDefault: number }): number {
  const text = query.get('limit');
  if (text === null) return byDefault;
  const limit = /^\d+$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > max) throw invalid('limit does not have a valid value');
  return limit;
}

export function parsePage(request: ApiRequest, bounds: { max: number; byDefault: number }): PageRequest {
  const text = request.query.get('cursor');
  if (text === null)
    return { limit: parseLimit(request.query, bounds), page: 1, query: request.query, hasCursor: false };
  const cursor = decodeCursor(text);
  return { limit: Math.min(cursor.limit, bounds.max), page: pageOf(cursor), query: cursor.query, hasCursor: true };
}

/** The link to the page after this one: a path with `/v3` and no host. */
export function nextLink(path: string, { limit, page, query }: PageRequest): { next: { href: string } } {
  return { next: { href: `/v3${path}?cursor=${encodeCursor({ limit, next: String(page + 1), query })}` } };
}

/** One page of a small collection. Unlike contacts, it drops `_links` on its last page. */
export function pageOfItems<T>(
  path: string,
  pageRequest: PageRequest,
  items: readonly T[],
): { items: T[]; links: { _links?: object } } {
  const start = (pageRequest.page - 1) * pageRequest.limit;
  const end = start + pageRequest.limit;
  return {
    items: items.slice(start, end),
    links: end < items.length ? { _links: nextLink(path, pageRequest) } : {},
  };
}

/** A flag in the query: `true` or `false`. */
export function parseFlag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  if (text === null || text === 'false') return false;
  if (text !== 'true') throw invalid(`${name} does not have a valid value`);
  return true;
}

/** Comma-separated values, each one of `allowed`. */
export function parseChoices<T extends string>(
  query: URLSearchParams,
  name: string,
  allowed: readonly T[],
): T[] | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  return text.split(',').map((part) => {
    const choice = allowed.find((candidate) => candidate === part.trim());
    if (choice === undefined) throw invalid(`${name} does not have a valid value`);
    return choice;
  });
}
