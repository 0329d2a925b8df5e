import type { IncomingHttpHeaders } from 'node:http';
import type { World } from '../world.ts';

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  /** The parameters of the route's path, by name. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer<ArrayBuffer>;
}

export interface ApiResponse {
  readonly status: number;
  /** Sent as JSON; a string goes out as it is. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route<Context = World> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/contacts/{contact_id}`, without `/v3`. */
  readonly path: string;
  /** The OAuth scope that a token needs. */
  readonly scope?: 'contact_data' | 'account_read' | 'partner';
  /** Bodies above it are refused with 413. Default 1 MiB. */
  readonly bodyLimitBytes?: number;
  readonly handle: (request: ApiRequest, context: Context) => ApiResponse | Promise<ApiResponse>;
}

export type Match<Context> =
  | { readonly kind: 'found'; readonly route: Route<Context>; readonly params: Record<string, string> }
  | { readonly kind: 'wrong_method' }
  | { readonly kind: 'unknown' };

interface Compiled<Context> {
  readonly route: Route<Context>;
  readonly segments: readonly string[];
}

/** Finds routes by method and path. A fixed segment wins over a parameter. */
export function createRouter<Context>(
  routes: readonly Route<Context>[],
): (method: string, path: string) => Match<Context> {
  const byLength = new Map<number, Compiled<Context>[]>();
  for (const route of routes) {
    const segments = route.path.split('/');
    const group = byLength.get(segments.length) ?? [];
    group.push({ route, segments });
    byLength.set(segments.length, group);
  }
  const parameters = (compiled: Compiled<Context>) =>
    compiled.segments.filter((segment) => segment.startsWith('{')).length;
  for (const group of byLength.values()) group.sort((one, other) => parameters(one) - parameters(other));

  return (method, path) => {
    const parts = path.split('/');
    let knownPath: string | undefined;
    for (const { route, segments } of byLength.get(parts.length) ?? []) {
      if (knownPath !== undefined && route.path !== knownPath) continue;
      const params = matchSegments(segments, parts);
      if (params === undefined) continue;
      if (route.method === method) return { kind: 'found', route, params };
      knownPath = route.path;
    }
    return { kind: knownPath === undefined ? 'unknown' : 'wrong_method' };
  };
}

function matchSegments(segments: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [position, segment] of segments.entries()) {
    const part = parts[position] ?? '';
    if (segment.startsWith('{')) {
      if (part === '') return undefined;
      params[segment.slice(1, -1)] = part;
    } else if (segment !== part) return undefined;
  }
  return params;
}
