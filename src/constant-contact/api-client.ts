import type { FormData } from 'undici';
import type { Clock } from '../clock.ts';
import { BudgetExhaustedError, DomainError } from '../domain-error.ts';
import type { Logger } from '../logger.ts';
import { inSpan, NO_TRACING, type Span, type Tracing } from '../tracing.ts';
import { type ApiLimits, DEFAULT_API_LIMITS } from './api-limits.ts';
import { decodingReason } from './decoding.ts';
import type { PrimaryRequestError } from './errors.ts';
import { createConnection, type HttpRequest } from './http-exchange.ts';
import { badResponseOf, type FailedRequest, failureOf } from './request-failure.ts';
import { retryDelayMs } from './retry-policy.ts';

/** In order: who waits for a person, who guards a subscriber's wish, who has time. */
export type Priority = 'INTERACTIVE' | 'PUSH_SAFETY' | 'BACKGROUND';

export interface RequestBudget {
  /**
   * Resolves when this caller may send one request now; counts it. Rejects with `BudgetExhaustedError`
   * (`REQUEST_BUDGET_EXHAUSTED`) or the signal's reason.
   */
  take(priority: Priority, signal: AbortSignal): Promise<void>;
  /** The primary said 429: tell all instances. */
  penalize(kind: 'THROTTLED' | 'QUOTA_EXCEEDED'): Promise<void>;
  /** The request went out so much later than it was let go (a connection had to be opened): the next ones keep their distance. */
  sentLate?(delayMs: number): Promise<void>;
}

export interface TokenSource {
  accessToken(signal: AbortSignal): Promise<string>;
  /** The token was refused (401): a new one, or `RECONNECT_REQUIRED`. */
  refresh(refusedToken: string, signal: AbortSignal): Promise<string>;
}

export interface CallContext {
  readonly signal: AbortSignal;
  readonly priority: Priority;
  /** Called once for each request actually sent, retries included: runs count with it. */
  readonly onRequest?: () => void;
}

export interface ApiRequest<T> {
  readonly method: HttpRequest['method'];
  /** As in the API's documentation, `/contacts/{contact_id}`: for messages and metrics. */
  readonly pathTemplate: string;
  /** The path itself, encoded. Default: the template. */
  readonly path?: string;
  /** Undefined values are left out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** An object is sent as JSON, form data as multipart. */
  readonly body?: { readonly json: unknown } | { readonly jsonText: string | Buffer } | { readonly form: FormData };
  /** Throws on anything that is not what the API promises. `null` stands for an empty body. */
  readonly decode: (body: unknown) => T;
}

export interface ApiResponse<T> {
  readonly status: number;
  /** The primary's own clock, its `Date` header. */
  readonly date: Date | null;
  readonly body: T;
}

export interface ApiClient {
  /**
   * Sends one request: budget, token, time limits, bounded retries, decoding. Only a GET is repeated when its effect is
   * unknown. Throws `PrimaryRequestError`, `BudgetExhaustedError`, what the token source throws, or the signal's reason.
   */
  send<T>(request: ApiRequest<T>, context: CallContext): Promise<ApiResponse<T>>;
  /** Ends open requests and connections. */
  close(): Promise<void>;
}

export interface RequestOutcome {
  /** `GET /contacts/{contact_id}` */
  readonly route: string;
  /** `ok`, an `ErrorCode`, or `cancelled`. */
  readonly outcome: string;
  readonly durationMs: number;
}

/** Below it a delay between leave and sending is not worth a word to the budget. */
const LATE_MS = 4;

export function createApiClient(options: {
  /** With the version: `https://api.cc.email/v3`. */
  apiUrl: string;
  tokens: TokenSource;
  /** The headers by which a request proves who sends it. Default: the token as a bearer. No message repeats them. */
  credentialHeaders?: (token: string) => Readonly<Record<string, string>>;
  budget: RequestBudget;
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  logger: Logger;
  limits?: Partial<ApiLimits>;
  /** Told of each attempt. */
  onOutcome?: (outcome: RequestOutcome) => void;
  tracing?: Tracing;
}): ApiClient {
  const {
    tokens,
    credentialHeaders = bearer,
    budget,
    clock,
    random,
    logger,
    onOutcome,
    tracing = NO_TRACING,
  } = options;
  const limits = { ...DEFAULT_API_LIMITS, ...options.limits };
  const base = new URL(options.apiUrl);
  const basePath = base.pathname.replace(/\/+$/, '');
  const connection = createConnection(base.origin, limits);

  /** One attempt, the wait for its turn included: an answer, or the typed error it came to. */
  function attempt<T>(request: ApiRequest<T>, token: string, context: CallContext) {
    const { method, pathTemplate } = request;
    const attributes = {
      'http.request.method': method,
      'url.template': pathTemplate,
      'csg.priority': context.priority,
    };
    return inSpan(tracing, { name: `${method} ${pathTemplate}`, kind: 'CLIENT', attributes }, (span) =>
      exchange(request, token, context, span),
    );
  }

  async function exchange<T>(request: ApiRequest<T>, token: string, context: CallContext, span: Span) {
    const credentials = credentialHeaders(token);
    const failed: FailedRequest = {
      method: request.method,
      path: request.pathTemplate,
      fromCursor: request.query?.['cursor'] !== undefined,
      secrets: [token, ...Object.values(credentials)],
    };
    const askedAt = clock.now();
    await budget.take(context.priority, context.signal);
    context.onRequest?.();
    const startedAt = clock.now();
    span.set({ 'csg.budget.wait_ms': startedAt.getTime() - askedAt.getTime() });
    let late = Promise.resolve();
    const onSend = (): void => {
      const delayMs = clock.now().getTime() - startedAt.getTime();
      if (delayMs >= LATE_MS) late = reportLate(delayMs);
    };
    let outcome = 'cancelled';
    try {
      const outgoing = toHttpRequest(basePath, request, credentials);
      const answer = await connection.exchange(outgoing, context.signal, onSend);
      await late;
      if (answer.kind === 'ANSWER') span.set({ 'http.response.status_code': answer.status });
      if (answer.kind !== 'ANSWER' || answer.status < 200 || answer.status > 299) {
        const failure = failureOf(failed, answer, clock.now());
        outcome = failure.code;
        return failure;
      }
      const decoded = decodeBody(request, answer.text);
      if ('reason' in decoded) {
        outcome = 'PRIMARY_BAD_RESPONSE';
        return badResponseOf(failed, answer.status, decoded.reason);
      }
      outcome = 'ok';
      return { status: answer.status, date: parseHttpDate(answer.date), body: decoded.body };
    } finally {
      const durationMs = clock.now().getTime() - startedAt.getTime();
      if (outcome !== 'ok') span.fail(outcome);
      onOutcome?.({ route: `${request.method} ${request.pathTemplate}`, outcome, durationMs });
    }
  }

  async function reportLate(delayMs: number): Promise<void> {
    try {
      await budget.sentLate?.(delayMs);
    } catch (error) {
      // The request itself is not affected; the next `take` meets the same trouble and throws it.
      logger.warn({ error, delayMs }, 'could not tell the request budget of a late request');
    }
  }

  /** How long to wait before the next attempt; throws where there is none. */
  async function delayAfter(
    failure: PrimaryRequestError,
    method: string,
    earlier: readonly PrimaryRequestError[],
  ): Promise<number> {
    if (failure.code === 'PRIMARY_QUOTA_EXCEEDED') {
      await budget.penalize('QUOTA_EXCEEDED');
      throw new BudgetExhaustedError('PRIMARY_QUOTA_EXCEEDED', failure.message, {
        resetsAt: nextUtcDay(clock.now()),
        cause: failure,
      });
    }
    if (failure.code === 'PRIMARY_THROTTLED') await budget.penalize('THROTTLED');
    const failures = earlier.length + 1;
    const sameFailures = earlier.filter(({ code }) => code === failure.code).length + 1;
    const delayMs = retryDelayMs({ failure, method, failures, sameFailures, limits, random });
    if (delayMs === null) throw failure;
    return delayMs;
  }

  return {
    async send(request, context) {
      let token = await tokens.accessToken(context.signal);
      let refreshed = false;
      const failures: PrimaryRequestError[] = [];
      for (;;) {
        const result = await attempt(request, token, context);
        if (!(result instanceof DomainError)) return result;
        if (result.code === 'PRIMARY_UNAUTHORIZED' && !refreshed) {
          refreshed = true;
          token = await tokens.refresh(token, context.signal);
          continue;
        }
        const delayMs = await delayAfter(result, request.method, failures);
        failures.push(result);
        const { route, code, status } = result;
        const fields = { route, code, status, failures: failures.length, delayMs: Math.round(delayMs) };
        logger.warn(fields, 'request failed, trying again');
        await clock.sleep(delayMs, context.signal);
      }
    },
    close: () => connection.close(),
  };
}

function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}

function toHttpRequest(
  basePath: string,
  request: ApiRequest<unknown>,
  credentials: Readonly<Record<string, string>>,
): HttpRequest {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query ?? {})) if (value !== undefined) query.set(name, value);
  const path = `${basePath}${request.path ?? request.pathTemplate}${query.size === 0 ? '' : `?${query}`}`;
  const headers = { ...credentials, accept: 'application/json', 'user-agent': 'contact-sync-gateway' };
  if (request.body === undefined) return { method: request.method, path, headers };
  // The multipart boundary is the HTTP client's to write.
  if ('form' in request.body) return { method: request.method, path, headers, body: request.body.form };
  const body = 'json' in request.body ? JSON.stringify(request.body.json) : request.body.jsonText;
  return { method: request.method, path, headers: { ...headers, 'content-type': 'application/json' }, body };
}

function decodeBody<T>(request: ApiRequest<T>, text: string): { body: T } | { reason: string } {
  let parsed: unknown;
  try {
    parsed = text === '' ? null : JSON.parse(text);
  } catch {
    // The parser's message quotes the body, which holds people's data.
    return { reason: `the answer is not JSON (${text.length} characters)` };
  }
  try {
    return { body: request.decode(parsed) };
  } catch (error) {
    const reason = decodingReason(error);
    if (reason === null) throw error;
    return { reason: `the answer has another form than documented: ${reason}` };
  }
}

function parseHttpDate(value: string | null): Date | null {
  const at = value === null ? Number.NaN : Date.parse(value);
  return Number.isNaN(at) ? null : new Date(at);
}

function nextUtcDay(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1));
}
