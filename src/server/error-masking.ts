import { GraphQLError, type GraphQLErrorExtensions } from 'graphql';
import { isDomainError } from '../domain-error.ts';
import type { Logger } from '../logger.ts';
import type { OperationOutcome } from './metrics.ts';

const MASKED_MESSAGE = 'Something went wrong on our side. The log tells more under this request id.';

/** Follows `originalError`: each executor wraps what a resolver throws, some twice. */
function rootCause(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError !== undefined && cause.originalError !== null) {
    cause = cause.originalError;
  }
  return cause;
}

/**
 * What a caller may see of an error. A GraphQLError (syntax, validation, bad cursor) passes, a DomainError passes as its
 * message and `extensions.code`; anything else is a defect: logged here, once, and told as a request id alone.
 * @param options.signal Of the operation, where it has one: to be stopped by it is no defect.
 */
export function maskError({
  error,
  requestId,
  logger,
  signal,
}: {
  error: unknown;
  requestId: string;
  logger: Logger;
  signal?: AbortSignal;
}): {
  error: GraphQLError;
  outcome: Exclude<OperationOutcome, 'ok'>;
} {
  const cause = rootCause(error);
  const place = error instanceof GraphQLError ? { nodes: error.nodes ?? null, path: error.path ?? null } : {};
  if (cause instanceof GraphQLError && error instanceof GraphQLError) {
    // Neither executor gives a code to a variable that does not fit; such an error belongs to no field. The compiled one's
    // errors have no extensions at all, whatever their type says.
    const extensions: GraphQLErrorExtensions | undefined = error.extensions;
    const isUnnamed = error.path === undefined && extensions?.['code'] === undefined;
    const named = isUnnamed
      ? new GraphQLError(error.message, { ...place, extensions: { code: 'INVALID_INPUT' } })
      : error;
    return { error: named, outcome: 'refused' };
  }
  if (isDomainError(cause)) {
    const extensions = { code: cause.code, retryable: cause.retryable };
    return { error: new GraphQLError(cause.message, { ...place, extensions }), outcome: 'refused' };
  }
  if (signal?.aborted === true && cause === signal.reason) {
    const extensions = { code: 'CANCELLED' };
    return { error: new GraphQLError('The caller left before the end.', { ...place, extensions }), outcome: 'refused' };
  }
  logger.error({ requestId, path: place.path?.join('.'), error: cause }, 'a GraphQL operation failed');
  const extensions = { code: 'INTERNAL_SERVER_ERROR', requestId };
  return { error: new GraphQLError(MASKED_MESSAGE, { ...place, extensions }), outcome: 'failed' };
}
