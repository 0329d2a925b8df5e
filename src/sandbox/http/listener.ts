import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../faults.ts';
import type { SandboxState } from '../sandbox-state.ts';
import { authorize } from './access.ts';
import { ApiError, methodNotAllowed, notAcceptable, notFound, quotaExceeded, throttled } from './api-error.ts';
import { reply, type Spoiling } from './reply.ts';
import { readBody } from './request-body.ts';
import type { ApiRequest, ApiResponse, Match, Route } from './route.ts';

const BODY_LIMIT_BYTES = 1_048_576;
const CONTROL_BODY_LIMIT_BYTES = 16 * 1_048_576;

/** Asks for the connection to be cut instead of an answer. */
class Disconnect extends Error {}

/**
 * What happens to an API request, in this order: it is counted, a fault may hit it, the token is checked, the limits, the route; a fault
 * may hit the answer too.
 */
export async function handleApi(
  { message, response, url, prefix }: { message: IncomingMessage; response: ServerResponse; url: URL; prefix: string },
  sandbox: SandboxState,
  match: (method: string, path: string) => Match<SandboxState>,
): Promise<void> {
  const arrivedAtMs = performance.now();
  const { world } = sandbox;
  const path = url.pathname.slice(prefix.length);
  const method = message.method ?? 'GET';
  const found = match(method, path);
  const template = found.kind === 'found' ? found.route.path : undefined;
  world.stats.countArrival(`${method} ${template ?? '(unknown)'}`, arrivedAtMs);
  const fault = world.faults.draw(method, path, template);
  let answer: ApiResponse;
  try {
    answer = await withFault(fault, { response, url }, async () => {
      if (found.kind === 'unknown') throw notFound();
      if (found.kind === 'wrong_method') throw methodNotAllowed();
      const { route, params } = found;
      authorize(route, message.headers, sandbox);
      const verdict = world.limit.admit(arrivedAtMs);
      if (verdict.reason === 'throttled') world.stats.throttled += 1;
      if (verdict.reason === 'quota_exceeded') world.stats.quotaExceeded += 1;
      if (!verdict.allowed) throw verdict.reason === 'throttled' ? throttled() : quotaExceeded();
      if (!acceptsAnswer(message.headers.accept)) throw notAcceptable();
      const body = await readBody(message, route.bodyLimitBytes ?? BODY_LIMIT_BYTES);
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
  await drain(message);
  reply(response, answer, spoilingOf(fault));
}

/** A control call: neither counted nor limited, and never hit by a fault. */
export async function handleControl(
  { message, response, url, prefix }: { message: IncomingMessage; response: ServerResponse; url: URL; prefix: string },
  sandbox: SandboxState,
  match: (method: string, path: string) => Match<SandboxState>,
): Promise<void> {
  const method = message.method ?? 'GET';
  const path = url.pathname.slice(prefix.length);
  let answer: ApiResponse;
  try {
    const found = match(method, path);
    if (found.kind === 'unknown') throw notFound(`There is no control call ${path}.`);
    if (found.kind === 'wrong_method') throw methodNotAllowed();
    const body = await readBody(message, CONTROL_BODY_LIMIT_BYTES);
    const { route, params } = found;
    answer = await route.handle(
      { method, path, params, query: url.searchParams, headers: message.headers, body },
      sandbox,
    );
  } catch (error) {
    answer = refusal(error);
  }
  await drain(message);
  reply(response, answer, undefined);
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
  return fault?.truncate === true ? 'truncated' : undefined;
}

function acceptsAnswer(accept: string | undefined): boolean {
  return accept === undefined || /\*\/\*|application\/(\*|json)|text\/(\*|csv|html)/i.test(accept);
}

/** An unread body would stand in the way of the next request on the connection. */
async function drain(message: IncomingMessage): Promise<void> {
  if (!message.readableEnded && !message.destroyed) message.resume();
}

/** An API route works on the account of the moment, whatever `reset` did before. */
export function onWorld(route: Route): Route<SandboxState> {
  return { ...route, handle: (request: ApiRequest, sandbox: SandboxState) => route.handle(request, sandbox.world) };
}
