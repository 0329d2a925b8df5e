import { redactText } from '../logger.ts';
import { parseErrorBody } from './error-body.ts';
import { PrimaryRequestError } from './errors.ts';
import type { Exchange } from './http-exchange.ts';

const MESSAGE_LENGTH = 300;

/** What the mapping needs to know of the request. */
export interface FailedRequest {
  readonly method: string;
  /** Path template, as `/contacts/{contact_id}`. */
  readonly path: string;
  readonly fromCursor: boolean;
  /** What no message may repeat. */
  readonly secrets: readonly string[];
}

/** Maps an exchange that is not a success to the one typed error. Status first, key second, never the message. */
export function failureOf(request: FailedRequest, exchange: Exchange, now: Date): PrimaryRequestError {
  const route = `${request.method} ${request.path}`;
  switch (exchange.kind) {
    case 'NO_CONNECTION':
      return new PrimaryRequestError('PRIMARY_UNAVAILABLE', `${route}: no connection to Constant Contact`, {
        route,
        effect: 'NOT_SENT',
        retryable: true,
        cause: exchange.cause,
      });
    case 'CUT':
    case 'TIMEOUT':
      return new PrimaryRequestError(
        'PRIMARY_UNAVAILABLE',
        `${route}: ${exchange.kind === 'CUT' ? 'the connection was cut' : 'no answer in time'}`,
        { route, effect: 'UNKNOWN', retryable: true, cause: exchange.cause },
      );
    case 'TOO_LARGE':
      return new PrimaryRequestError('PRIMARY_RESPONSE_TOO_LARGE', `${route}: the answer is over the size limit`, {
        route,
        effect: 'UNKNOWN',
        cause: exchange.cause,
      });
    case 'ANSWER':
      return refusalOf(request, route, exchange, now);
  }
}

function refusalOf(
  request: FailedRequest,
  route: string,
  answer: Extract<Exchange, { kind: 'ANSWER' }>,
  now: Date,
): PrimaryRequestError {
  const { status } = answer;
  const { key, message } = parseErrorBody(answer.text);
  const cursorRefused = request.fromCursor && (status === 400 || status === 404 || status === 410);
  const options = {
    route,
    status,
    errorKey: key,
    cursorRefused,
    retryAfterMs: parseRetryAfter(answer.retryAfter, now),
  };
  const said = message === null ? '' : `: ${redact(message, request.secrets)}`;
  const build = (
    code: ConstructorParameters<typeof PrimaryRequestError>[0],
    what: string,
    retryable = false,
    effect: 'REFUSED' | 'UNKNOWN' = 'REFUSED',
  ): PrimaryRequestError =>
    new PrimaryRequestError(code, `${route}: ${what} (${status})${said}`, { ...options, retryable, effect });

  if (cursorRefused) return build('PRIMARY_REFUSED', 'the cursor is not taken any more');
  if (status === 401) return build('PRIMARY_UNAUTHORIZED', 'the access token is not accepted');
  if (status === 403) {
    return build(
      'PRIMARY_FORBIDDEN',
      'not allowed: a scope or a privilege is missing, or the application is deactivated',
    );
  }
  if (status === 404) return build('PRIMARY_NOT_FOUND', 'not found');
  if (status === 409) return build('PRIMARY_CONFLICT', 'conflict');
  if (status === 429) {
    if (key === 'quota_exceeded') return build('PRIMARY_QUOTA_EXCEEDED', "the day's requests are used up", true);
    const queue = request.method === 'POST' && request.path.startsWith('/activities/') && key !== 'throttled';
    if (queue) return build('PRIMARY_QUEUE_FULL', 'too many queued activities', true);
    return build('PRIMARY_THROTTLED', 'too many requests', true);
  }
  if (status >= 500 || status === 408) return build('PRIMARY_UNAVAILABLE', 'trouble of the service', true, 'UNKNOWN');
  if (status >= 400) return build('PRIMARY_REFUSED', 'refused');
  // 1xx and 3xx: redirects are not followed, the token must not reach another host.
  return build('PRIMARY_BAD_RESPONSE', 'unexpected status', false, 'UNKNOWN');
}

/** A success whose body is not what the API promises. */
export function badResponseOf(request: FailedRequest, status: number, reason: string): PrimaryRequestError {
  const route = `${request.method} ${request.path}`;
  return new PrimaryRequestError('PRIMARY_BAD_RESPONSE', `${route}: ${redact(reason, request.secrets)}`, {
    route,
    status,
    effect: 'UNKNOWN',
    retryable: true,
  });
}

function redact(message: string, secrets: readonly string[]): string {
  const withoutSecrets = secrets
    .filter((secret) => secret !== '')
    .reduce((text, secret) => text.replaceAll(secret, '[redacted]'), message);
  return redactText(withoutSecrets).slice(0, MESSAGE_LENGTH);
}

/** Seconds or an HTTP date; null where there is none or it cannot be read. */
function parseRetryAfter(value: string | null, now: Date): number | null {
  if (value === null) return null;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}
