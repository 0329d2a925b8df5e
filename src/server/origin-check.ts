import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback } from '../config.ts';

/** The host of a `Host` header, without its port. */
function hostName(header: string): string {
  return header.replace(/:\d+$/, '');
}

/**
 * True for a foreign name that was made to point at this machine (DNS rebinding). Asked where the gateway serves this
 * machine only and nobody is asked who they are: the pages open in its browser are strangers too.
 */
export function isForeignHost({ host }: IncomingHttpHeaders): boolean {
  return host !== undefined && !isLoopback(hostName(host));
}

/** The origins of other sites whose pages may use GraphQL. */
export type AllowedOrigins = ReadonlySet<string>;

/**
 * True for a WebSocket that a page of another site opens, unless that site is allowed. Browsers always send `Origin` with
 * it, and unlike a request no CORS rule stops it; other clients send none.
 */
export function isForeignOrigin({ host, origin }: IncomingHttpHeaders, allowed: AllowedOrigins): boolean {
  if (origin === undefined || allowed.has(origin)) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}

/**
 * True for a request that a page of another site has its browser send, unless that site is allowed: an image, a link, a form.
 * Nothing asks for leave first there, and nobody reads the answer, but the work would be done. By Fetch Metadata, which
 * browsers send along and other clients do not.
 */
export function isSentByForeignPage(headers: IncomingHttpHeaders, allowed: AllowedOrigins): boolean {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return false;
  return headers.origin === undefined || !allowed.has(headers.origin);
}
