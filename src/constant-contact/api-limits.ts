/** Bounds of one API client. Times in milliseconds. */
export interface ApiLimits {
  readonly connectMs: number;
  /** Until the first byte of the answer. */
  readonly headersMs: number;
  /** Between two pieces of a body. */
  readonly bodyMs: number;
  /** One attempt from start to end: ends a body that only drips. */
  readonly attemptMs: number;
  readonly responseBytes: number;
  readonly connections: number;
  /** Failures of this kind at most: the service is in trouble (500, 503, sockets, time limits). */
  readonly attempts: number;
  /** Answers at most that cannot be decoded. */
  readonly badResponseAttempts: number;
  /** Answers `throttled` at most. */
  readonly throttledAttempts: number;
  /** The backoff's first ceiling; it doubles with every attempt up to `maxDelayMs`. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** A longer `Retry-After` is not waited for here: the error is thrown, retryable. */
  readonly maxRetryAfterMs: number;
}

export const DEFAULT_API_LIMITS: ApiLimits = {
  connectMs: 10_000,
  headersMs: 30_000,
  bodyMs: 30_000,
  attemptMs: 120_000,
  responseBytes: 32 * 1024 * 1024,
  connections: 8,
  attempts: 6,
  badResponseAttempts: 3,
  throttledAttempts: 8,
  baseDelayMs: 500,
  maxDelayMs: 20_000,
  maxRetryAfterMs: 60_000,
};
