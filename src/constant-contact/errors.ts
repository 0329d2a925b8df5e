import { DomainError, type ErrorCode } from '../domain-error.ts';

/**
 * What is known of a failed request's effect.
 * `NOT_SENT`: it never left. `REFUSED`: the primary answered that it did not do it.
 * `UNKNOWN`: it may have been done (cut connection, time limit, 5xx, an answer that cannot be read).
 */
export type RequestEffect = 'NOT_SENT' | 'REFUSED' | 'UNKNOWN';

/** A request that the primary did not answer as asked. Never holds a token or what was sent. */
export class PrimaryRequestError extends DomainError {
  /** `GET /contacts/{contact_id}`: method and path template. */
  readonly route: string;
  /** Null where there was no answer. */
  readonly status: number | null;
  /** `error_key` of the answer, where it has one. */
  readonly errorKey: string | null;
  readonly effect: RequestEffect;
  /** The request went on from a cursor, and that was what the primary refused. */
  readonly cursorRefused: boolean;
  /** `Retry-After` of the answer. */
  readonly retryAfterMs: number | null;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      route: string;
      effect: RequestEffect;
      status?: number;
      errorKey?: string | null;
      cursorRefused?: boolean;
      retryAfterMs?: number | null;
      retryable?: boolean;
      cause?: unknown;
    },
  ) {
    super(code, message, options);
    this.name = 'PrimaryRequestError';
    this.route = options.route;
    this.status = options.status ?? null;
    this.errorKey = options.errorKey ?? null;
    this.effect = options.effect;
    this.cursorRefused = options.cursorRefused ?? false;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** The cursor has expired or is not taken any more: the walk must start again from its query. */
export function isCursorRefused(error: unknown): boolean {
  return error instanceof PrimaryRequestError && error.cursorRefused;
}

/** A write that may have happened: look it up before doing it again. */
export function isOutcomeUnknown(error: unknown): boolean {
  return error instanceof PrimaryRequestError && error.effect === 'UNKNOWN';
}
