/** The closed set of errors that a caller may handle. Anything else that is thrown is a defect and is masked. */
export const ERROR_CODES = [
  'CONFIG_INVALID',
  'STORE_UNREACHABLE',
  'STORE_FULL',
  'STORE_IN_USE',
  'STORE_UNSUPPORTED',
  'INVALID_INPUT',
  'NOT_FOUND',
  'UNAUTHENTICATED',
  'AUTH_UNAVAILABLE',
  'FORBIDDEN',
  'RATE_LIMITED',
  'SYNC_ALREADY_RUNNING',
  'NOT_CONNECTED',
  'RECONNECT_REQUIRED',
  'ACCOUNT_MISMATCH',
  'PARTNER_NOT_CONFIGURED',
  'REQUEST_BUDGET_EXHAUSTED',
  'PRIMARY_THROTTLED',
  'PRIMARY_QUOTA_EXCEEDED',
  'PRIMARY_QUEUE_FULL',
  'PRIMARY_UNAUTHORIZED',
  'PRIMARY_FORBIDDEN',
  'PRIMARY_REFUSED',
  'PRIMARY_NOT_FOUND',
  'PRIMARY_CONFLICT',
  'PRIMARY_UNAVAILABLE',
  'PRIMARY_BAD_RESPONSE',
  'PRIMARY_RESPONSE_TOO_LARGE',
  'LEASE_LOST',
  'PLAN_STALE',
  'MASS_CHANGE',
  'REVISION_CONFLICT',
  'EMAIL_TAKEN',
  'CONTACT_ERASED',
  'CONTACT_BUSY',
  'CANCELLED',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/**
 * An expected failure. `message` is for people: what happened, why, what to do. It never holds a secret.
 * `retryable` is a property of the error, not of the place that catches it.
 */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; retryable?: boolean } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DomainError';
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

export function isDomainError(error: unknown, code?: ErrorCode): error is DomainError {
  return error instanceof DomainError && (code === undefined || error.code === code);
}

/** The day's requests are used up: `REQUEST_BUDGET_EXHAUSTED` by our own count, `PRIMARY_QUOTA_EXCEEDED` by the primary's word. */
export class BudgetExhaustedError extends DomainError {
  /** 00:00 UTC of the next day: retrying before cannot help. */
  readonly resetsAt: Date;

  constructor(
    code: 'REQUEST_BUDGET_EXHAUSTED' | 'PRIMARY_QUOTA_EXCEEDED',
    message: string,
    options: { resetsAt: Date; cause?: unknown },
  ) {
    super(code, message, { cause: options.cause, retryable: true });
    this.name = 'BudgetExhaustedError';
    this.resetsAt = options.resetsAt;
  }
}
