import type { IncomingHttpHeaders } from 'node:http';
import type { AllowedOrigins } from './origin-check.ts';

/** How long a browser may remember the answer to its preflight request. */
const PREFLIGHT_SECONDS = 600;

/**
 * What CORS says to a page of another site: leave, where its origin is on the list, else nothing. Never for credentials:
 * GraphQL takes no cookie, and a key or token is the page's own to send.
 */
export function crossOriginHeaders(
  { method, headers }: { method: string; headers: IncomingHttpHeaders },
  allowed: AllowedOrigins,
): Readonly<Record<string, string>> {
  if (allowed.size === 0) return {};
  const { origin } = headers;
  // Also without leave: a cache must not hand the answer for one origin to another.
  const vary = { vary: 'origin' };
  if (origin === undefined || !allowed.has(origin)) return vary;
  const leave = { ...vary, 'access-control-allow-origin': origin };
  if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined)
    return { ...leave, 'access-control-expose-headers': 'x-request-id, retry-after' };
  return {
    ...leave,
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'authorization, content-type, accept, last-event-id',
    'access-control-max-age': String(PREFLIGHT_SECONDS),
  };
}
