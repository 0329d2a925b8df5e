import type { CombinedError } from 'urql';
import { ERROR_CATALOGUE, TRANSPORT_ERRORS } from '../../../src/error-catalogue.ts';
import type { UserErrorFieldsFragment } from './generated.ts';

/** What a person is told when something did not go well. */
export interface Problem {
  /** Null where nothing of the gateway has answered. */
  readonly code: string | null;
  /** What happened and why. */
  readonly message: string;
  /** What to do about it; null where the message says that, too. */
  readonly todo: string | null;
}

const CATALOGUE: Readonly<Record<string, { readonly todo: string } | undefined>> = {
  ...TRANSPORT_ERRORS,
  ...ERROR_CATALOGUE,
};
/** Where somebody who looks at the console has another way on than somebody who writes a program. */
const HERE: Readonly<Record<string, string | null | undefined>> = {
  INVALID_INPUT: null,
  NOT_FOUND: 'It may have gone or ended since. Load the page anew to see what there is.',
  FORBIDDEN: 'Sign in with a key or token that has it, or have it added to this one.',
  SYNC_ALREADY_RUNNING: 'Follow that run, or cancel it.',
  NOT_CONNECTED: null,
  RECONNECT_REQUIRED: 'Connect the account again; runs go on by themselves then.',
  REVISION_CONFLICT: null,
  PLAN_STALE: null,
  // Of a run: a defect.
  INTERNAL: 'Start it again. If it comes back, report it with what the log of the gateway says of this run.',
  INTERNAL_SERVER_ERROR:
    'Try again. If it comes back, report it with what the log of the gateway says under this request.',
};

/** With what the catalogue of errors, or the console itself, tells to do about a code. */
export function problemOfCode(code: string, message: string): Problem {
  const here = HERE[code];
  return { code, message, todo: here === undefined ? (CATALOGUE[code]?.todo ?? null) : here };
}

/** Why an operation as a whole, or a field of it, has no answer. */
export function problemOfError(error: CombinedError): Problem {
  const [first] = error.graphQLErrors;
  if (first !== undefined) {
    const { code, requestId } = first.extensions;
    const lead = code === 'FORBIDDEN' ? 'Your key does not allow this. ' : '';
    const id = typeof requestId === 'string' ? ` (request ${requestId})` : '';
    return problemOfCode(String(code), `${lead}${first.message}${id}`);
  }
  if (error.response === undefined) {
    return {
      code: null,
      message: 'The gateway cannot be reached.',
      todo: 'Look whether it runs and whether this machine reaches it, then try again. What is shown is loaded anew as soon as it answers.',
    };
  }
  return {
    code: null,
    message: `The gateway, or what stands before it, answered with status ${String(error.response.status)}.`,
    todo: 'Try again. If it lasts, look at the log of the gateway and at the proxy in front of it.',
  };
}

/** What is wrong with an input, without the paths that only a program knows. */
function sentences(problems: readonly { readonly message: string }[]): string {
  return problems
    .map(({ message }) => `${message.charAt(0).toUpperCase()}${message.slice(1)}${message.endsWith('.') ? '' : '.'}`)
    .join(' ');
}

/** How a mutation answers: done, or `...UserErrorFields`. */
type Result = { readonly __typename: string } | (UserErrorFieldsFragment & { readonly __typename: string }) | undefined;

/** Why a mutation was not done; null where it was. */
export function problemOf(error: CombinedError | undefined, result: Result): Problem | null {
  if (error !== undefined) return problemOfError(error);
  if (result === undefined || !('code' in result)) return null;
  const message = 'problems' in result ? sentences(result.problems) : result.message;
  return problemOfCode(result.code, message);
}

/** Whether it failed only because the caller lacks a scope. */
export function isForbidden(error: CombinedError | undefined): boolean {
  return hasCode(error, 'FORBIDDEN');
}

export function hasCode(error: CombinedError | undefined, code: string): boolean {
  return error?.graphQLErrors.some(({ extensions }) => extensions['code'] === code) === true;
}
