import { DecoratorHandler, type Dispatcher, errors, type FormData, Pool } from 'undici';
import { DomainError } from '../domain-error.ts';
import type { ApiLimits } from './api-limits.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | FormData;
}

/** One request and what came of it: an answer of any status, or why there is none. */
export type Exchange =
  | {
      readonly kind: 'ANSWER';
      readonly status: number;
      readonly text: string;
      readonly date: string | null;
      readonly retryAfter: string | null;
    }
  | {
      readonly kind: 'NO_CONNECTION' | 'CUT' | 'TIMEOUT' | 'TOO_LARGE';
      readonly cause: unknown;
    };

export interface Connection {
  /**
   * Rejects only with the reason of an aborted `signal`, `CANCELLED` after `close`, or for a defect. Redirects are not followed.
   * `onSend` is called when the request goes out: on a new connection that is later than it was asked for.
   */
  exchange(request: HttpRequest, signal: AbortSignal, onSend: () => void): Promise<Exchange>;
  close(): Promise<void>;
}

/** Failures before a byte of the request could have gone out. */
const NOT_CONNECTED_CODES = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

export function createConnection(origin: string, limits: ApiLimits): Connection {
  const pool = new Pool(origin, {
    connections: limits.connections,
    pipelining: 1,
    connect: { timeout: limits.connectMs },
    headersTimeout: limits.headersMs,
    bodyTimeout: limits.bodyMs,
    maxResponseSize: limits.responseBytes,
  });
  return {
    async exchange(request, signal, onSend) {
      signal.throwIfAborted();
      // A controller of its own for each attempt: `AbortSignal.any` on a signal that lives for a whole run would gather listeners.
      const attempt = new AbortController();
      const onAbort = (): void => attempt.abort(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      const timer = setTimeout(() => attempt.abort(new errors.BodyTimeoutError()), limits.attemptMs);
      try {
        const response = await pool.compose(noticeSend(onSend)).request({ ...request, signal: attempt.signal });
        const text = await response.body.text();
        return {
          kind: 'ANSWER',
          status: response.statusCode,
          text,
          date: headerOf(response, 'date'),
          retryAfter: headerOf(response, 'retry-after'),
        };
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof errors.ClientDestroyedError || error instanceof errors.ClientClosedError) {
          throw new DomainError('CANCELLED', 'The connection to Constant Contact was closed by us.', { cause: error });
        }
        // A header that cannot be sent, such as a token with a line break: no attempt would help.
        if (error instanceof errors.InvalidArgumentError) throw error;
        return { kind: kindOf(error), cause: error };
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      }
    },
    close: () => pool.destroy(),
  };
}

function noticeSend(onSend: () => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    const noticing: Dispatcher.DispatchHandler = new DecoratorHandler(handler);
    const pass = noticing.onRequestStart?.bind(noticing);
    noticing.onRequestStart = (controller, context) => {
      onSend();
      pass?.(controller, context);
    };
    return dispatch(options, noticing);
  };
}

function headerOf(response: Dispatcher.ResponseData, name: string): string | null {
  const value = response.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

function kindOf(error: unknown): 'NO_CONNECTION' | 'CUT' | 'TIMEOUT' | 'TOO_LARGE' {
  if (error instanceof errors.ResponseExceededMaxSizeError) return 'TOO_LARGE';
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) return 'TIMEOUT';
  const codes = codesOf(error);
  if (codes.length > 0 && codes.every((code) => NOT_CONNECTED_CODES.has(code))) return 'NO_CONNECTION';
  return 'CUT';
}

/** A host with several addresses fails with an `AggregateError`: one error for each address. */
function codesOf(error: unknown): string[] {
  if (error instanceof AggregateError) return error.errors.flatMap(codesOf);
  if (typeof error !== 'object' || error === null || !('code' in error)) return [''];
  return [String(error.code)];
}
