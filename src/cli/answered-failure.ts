import { ClientError } from 'graphql-request';
import { ConnectionLost, GatewayError } from '../client/index.ts';
import { isDomainError } from '../domain-error.ts';
import { CommandFailure, codedFailure, EXIT, type ExitCode } from './exit-codes.ts';

const EXIT_CODES: Readonly<Record<string, ExitCode>> = {
  UNAUTHENTICATED: EXIT.refused,
  FORBIDDEN: EXIT.refused,
  GRAPHQL_VALIDATION_FAILED: EXIT.usage,
  INVALID_INPUT: EXIT.usage,
  NOT_FOUND: EXIT.usage,
};

/** What to do, where the gateway cannot know what a caller of the command line has in hand. */
const HINTS: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: ' Set CSG_API_KEY to a key that this gateway knows: `csg keys create` makes one.',
  FORBIDDEN: ' Set CSG_API_KEY to a key with that scope, or add it to the entry of this key in API_KEYS.',
};

/** What the gateway at `url` answered, or that it did not, as a sentence with an exit code; a defect comes back as it is. */
export function answeredFailure(error: unknown, url: string): unknown {
  if (error instanceof ClientError) {
    const [first] = error.response.errors ?? [];
    if (first === undefined) return noGateway(`${url} answered ${error.response.status}, as no gateway does.`);
    // An operation that does not fit the schema of a gateway of another version is answered without extensions.
    const extensions: Readonly<Record<string, unknown>> | undefined = first.extensions;
    return refused(extensions?.['code'], first.message, error);
  }
  if (error instanceof GatewayError || isDomainError(error)) return refused(error.code, error.message, error);
  const lost = error instanceof ConnectionLost || (error instanceof TypeError && error.message === 'fetch failed');
  return lost ? noGateway(`No gateway answers at ${url}${reasonOf(error)}.`, error) : error;
}

function refused(code: unknown, message: string, cause: unknown): CommandFailure {
  const known = typeof code === 'string' ? code : '';
  return codedFailure(EXIT_CODES[known] ?? EXIT.failed, `${message}${HINTS[known] ?? ''}`, known, cause);
}

const noGateway = (happened: string, cause?: unknown) =>
  new CommandFailure(
    EXIT.failed,
    `${happened} Look whether it runs, and at --url or CSG_URL; without either a command finds the one of this machine.`,
    { cause },
  );

/** ` (ECONNREFUSED)`, ` (ENOTFOUND)`: what the network said, where it did. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (typeof cause !== 'object' || cause === null) return '';
  return 'code' in cause && typeof cause.code === 'string' ? ` (${cause.code})` : reasonOf(cause);
}
