import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../faults.ts';
import type { SandboxState } from '../sandbox-state.ts';
import type { World } from '../world.ts';
import { authorize } from './access.ts';
import { ApiError, methodNotAllowed, notAcceptable, notFound, quotaExceeded, throttled } from './api-error.ts';
import { reply, type Spoiling } from './reply.ts';
import { readBody } from './request-body.ts';
import type { ApiRequest, ApiResponse, Match, Route } from './route.ts';

const BODY_LIMIT_BYTES = 1_048_576;
const CONTROL_BODY_LIMIT_BYTES = 16 * 1_048_576;

/** Asks for the connection to be cut instead of an answer. */
class Disconnect extends Error {}

/** One of the sandbox's faces, found by the beginning of a path. */
export interface Door {
  readonly prefix: string;
  /** `api` is counted and limited, `open` (OAuth, keys) is counted by route alone, `control` is neither, and no fault hits it. */
  readonly kind: 'api' | 'open' | 'control';
  readonly match: (method: string, path: string) => Match<SandboxState>;
}

/**
 * What happens to a request, in this order: it is counted, a fault may hit it, the token is checked, the limits, the route; a fault may hit the
 * answer too.
 */
export async function handle(
  { message, response, url }: { message: IncomingMessage; response: ServerResponse; url: URL },
  sandbox: SandboxState,
  door: Door,
): Promise<void> {
  const arrivedAtMs = sandbox.steadyNowMs();
  const { world } = sandbox;
  world.activities.settle();
  const method = message.method ?? 'GET';
  const path = url.pathname.slice(door.prefix.length);
  const found = door.match(method, path);
  // Faults and counters know API routes without `/v3`, the others by their whole path.
  const prefix = door.kind === 'api' ? '' : door.prefix;
  const template = found.kind === 'found' ? `${prefix}${found.route.path}` : undefined;
  if (door.kind === 'api') world.stats.countArrival(`${method} ${template ?? '(unknown)'}`, arrivedAtMs);
  if (door.kind === 'open') world.stats.countRoute(`${method} ${template ?? '(unknown)'}`);
  const fault = door.kind === 'control' ? undefined : world.faults.draw(method, `${prefix}${path}`, template);
  let answer: ApiResponse;
  try {
    answer = await withFault(fault, { response, url }, async () => {
      if (found.kind === 'unknown') throw notFound();
      if (found.kind === 'wrong_method') throw methodNotAllowed();
      const { route, params } = found;
      if (door.kind === 'api') {
        authorize(route, message.headers, sandbox);
        admit(world, arrivedAtMs);
        if (!acceptsAnswer(message.headers.accept)) throw notAcceptable();
      }
      const limitBytes =
        door.kind === 'control' ? CONTROL_BODY_LIMIT_BYTES : (route.bodyLimitBytes ?? BODY_LIMIT_BYTES);
      const body = await readBody(message, limitBytes);
      const request = { method, path, params, query: url.searchParams, headers: message.headers, body };
      return route.handle(request, sandbox);
    });
  } catch (error) {
    if (error instanceof Disconnect) {
      response.destroy();
      return;
    }
    answer = refusal(error);
  }
  // An unread body would stand in the way of the next request on the connection.
  if (!message.readableEnded) message.resume();
  reply(response, answer, spoilingOf(fault));
}

function admit(world: World, arrivedAtMs: number): void {
  const { reason } = world.limit.admit(arrivedAtMs);
  if (reason === 'throttled') {
    world.stats.throttled += 1;
    throw throttled();
  }
  if (reason === 'quota_exceeded') {
    world.stats.quotaExceeded += 1;
    throw quotaExceeded();
  }
}

async function withFault(
  fault: Fault | undefined,
  { response, url }: { response: ServerResponse; url: URL },
  process: () => Promise<ApiResponse>,
): Promise<ApiResponse> {
  if (fault === undefined) return process();
  if (fault.delayMs !== undefined) await pause(fault.delayMs, response);
  const isAfter = fault.disconnect === 'after' || fault.when === 'after';
  const processed = isAfter ? await process() : undefined;
  if (fault.disconnect !== undefined && fault.disconnect !== false) throw new Disconnect();
  if (fault.status !== undefined) return faultAnswer(fault.status, fault.error_key, url);
  return processed ?? process();
}

/** Waits, but not for a client that has gone. */
async function pause(delayMs: number, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  const abort = () => gone.abort();
  response.once('close', abort);
  try {
    await delay(delayMs, undefined, { signal: gone.signal });
  } catch {
    throw new Disconnect();
  } finally {
    response.off('close', abort);
  }
}

const FAULT_KEYS: Readonly<Record<number, readonly [key: string, message: string]>> = {
  400: ['contacts.api.validation.error', 'Bad request'],
  401: ['unauthorized', 'Unauthorized'],
  403: ['forbidden', 'Forbidden'],
  404: ['contacts.api.not_found', 'The requested resource was not found.'],
  409: ['contacts.api.conflict', 'Conflict'],
  429: ['throttled', 'Too Many Requests'],
  500: ['contacts.api.internal_error', 'There was a problem with our internal service.'],
  503: ['contacts.api.service_unavailable', 'Our internal service is temporarily unavailable.'],
};

function faultAnswer(status: number, errorKey: string | undefined, url: URL): ApiResponse {
  const [key, message] = FAULT_KEYS[status] ?? ['contacts.api.error', 'Error'];
  if (url.pathname.includes('/oauth2/')) {
    return {
      status,
      body: { error: errorKey ?? (status >= 500 ? 'server_error' : 'invalid_request'), error_description: message },
    };
  }
  const error = {
    error_key: errorKey ?? key,
    error_message: errorKey === 'quota_exceeded' ? 'Limit Exceeded' : message,
  };
  return { status, body: [401, 403, 429].includes(status) ? error : [error] };
}

function refusal(error: unknown): ApiResponse {
  if (error instanceof ApiError) return { status: error.status, body: error.body };
  // A mistake of the sandbox itself: say it aloud, or a test hunts for it in the wrong place.
  process.stderr.write(`sandbox: ${error instanceof Error ? error.stack : String(error)}\n`);
  return faultAnswer(500, undefined, new URL('http://sandbox.invalid/'));
}

function spoilingOf(fault: Fault | undefined): Spoiling {
  if (fault?.malformed === true) return 'malformed';
  if (fault?.spoilRow === true) return 'row';
  return fault?.truncate === true ? 'truncated' : undefined;
}

function acceptsAnswer(accept: string | undefined): boolean {
  return accept === undefined || /\*\/\*|application\/(\*|json)|text\/(\*|csv|html)/i.test(accept);
}

/** An API route works on the account of the moment, whatever `reset` did before. */
export function onWorld(route: Route): Route<SandboxState> {
  return { ...route, handle: (request: ApiRequest, sandbox: SandboxState) => route.handle(request, sandbox.world) };
}
