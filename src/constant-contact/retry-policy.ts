import type { ApiLimits } from './api-limits.ts';
import type { PrimaryRequestError } from './errors.ts';

/** The primary's window is a second: a shorter wait after `throttled` is thrown away. */
const THROTTLED_MIN_MS = 1000;

/**
 * How long to wait before a failed request is sent again; null: not again. Exponential backoff with full jitter
 * (a random part of a ceiling that doubles), so that many clients do not come back at once.
 * @param failures how often this request has failed, this time included
 * @param sameFailures how often in this way
 */
export function retryDelayMs({
  failure,
  method,
  failures,
  sameFailures,
  limits,
  random,
}: {
  failure: PrimaryRequestError;
  method: string;
  failures: number;
  sameFailures: number;
  limits: ApiLimits;
  random: () => number;
}): number | null {
  if (sameFailures >= attemptsFor(failure, method, limits)) return null;
  const retryAfterMs = failure.retryAfterMs ?? 0;
  if (retryAfterMs > limits.maxRetryAfterMs) return null;
  const ceilingMs = Math.min(limits.maxDelayMs, limits.baseDelayMs * 2 ** (failures - 1));
  const atLeastMs = Math.max(retryAfterMs, failure.code === 'PRIMARY_THROTTLED' ? THROTTLED_MIN_MS : 0);
  return atLeastMs + random() * ceilingMs;
}

function attemptsFor(failure: PrimaryRequestError, method: string, limits: ApiLimits): number {
  // Throttled requests were not done: any method may be sent again.
  if (failure.code === 'PRIMARY_THROTTLED') return limits.throttledAttempts;
  // A write that may have been done is never repeated blindly, not even a PUT: since it was prepared the subscriber may
  // have opted out, and a PUT carries the permission.
  if (!failure.retryable || (method !== 'GET' && failure.effect !== 'NOT_SENT')) return 1;
  if (failure.code === 'PRIMARY_UNAVAILABLE') return limits.attempts;
  if (failure.code === 'PRIMARY_BAD_RESPONSE') return limits.badResponseAttempts;
  return 1;
}
