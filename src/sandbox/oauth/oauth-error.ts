import { ApiError } from '../http/api-error.ts';

/** The authorization server's own form of a refusal. */
export function oauthError(status: number, error: string, description: string): ApiError {
  return new ApiError(status, { error, error_description: description });
}
