import type { CombinedError } from 'urql';

/** What a person can do something with: the gateway's own words, or that it cannot be reached. */
export function errorMessage(error: CombinedError): string {
  const [first] = error.graphQLErrors;
  if (first?.extensions['code'] === 'FORBIDDEN') return `Your key does not allow this. ${first.message}`;
  if (first !== undefined) return first.message;
  if (error.response === undefined) return 'The gateway cannot be reached. It is tried again by itself.';
  return `The gateway answered with status ${String(error.response.status)}.`;
}

/** Whether it failed only because the caller lacks a scope: a part of a page is then left out rather than shown broken. */
export function isForbidden(error: CombinedError | undefined): boolean {
  return error?.graphQLErrors.some(({ extensions }) => extensions['code'] === 'FORBIDDEN') === true;
}
