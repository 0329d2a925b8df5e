/** The gateway refused an operation, or answered it with errors; asking the same again does not help. */
export class GatewayError extends Error {
  /** `extensions.code` of the first error, such as INVALID_INPUT. */
  readonly code: string | undefined;

  constructor(message: string, code: string | undefined, options?: ErrorOptions) {
    super(message, options);
    this.name = 'GatewayError';
    this.code = code;
  }
}

/** The connection broke before the subscription was complete: subscribe again, from where it broke. */
export class ConnectionLost extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConnectionLost';
  }
}

/** What a gateway answers to an operation, and to a subscription again and again. */
export interface Answer<T> {
  readonly data?: T | null;
  readonly errors?: readonly AnsweredError[];
}

export interface AnsweredError {
  readonly message: string;
  readonly extensions?: { readonly code?: unknown };
}

/** Refusals that are over by themselves. */
const PASSING_CODES: readonly unknown[] = ['OVERLOADED', 'RATE_LIMITED'];

/** What the first of the errors of an answer is to a caller. */
export function failureOf([error]: readonly AnsweredError[]): GatewayError | ConnectionLost {
  if (error === undefined) return new GatewayError('the gateway answered without data', undefined);
  const code = error.extensions?.code;
  if (PASSING_CODES.includes(code)) return new ConnectionLost(error.message);
  return new GatewayError(error.message, typeof code === 'string' ? code : undefined);
}

/** @throws GatewayError, ConnectionLost where the answer has errors. */
export function dataOf<T>({ data, errors = [] }: Answer<T>): T {
  if (errors.length > 0 || data === null || data === undefined) throw failureOf(errors);
  return data;
}
