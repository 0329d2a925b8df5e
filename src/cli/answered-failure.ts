import { ClientError } from 'graphql-request';
import { ConnectionLost } from '../client/index.ts';
import { CommandFailure, EXIT, type ExitCode } from './exit-codes.ts';

const EXIT_CODES: Readonly<Record<string, ExitCode>> = {
  UNAUTHENTICATED: EXIT.refused,
  FORBIDDEN: EXIT.refused,
  GRAPHQL_VALIDATION_FAILED: EXIT.usage,
  INVALID_INPUT: EXIT.usage,
  NOT_FOUND: EXIT.usage,
};

/** What the gateway at `url` answered, or that it did not, as a sentence with an exit code; a defect comes back as it is. */
export function answeredFailure(error: unknown, url: string): unknown {
  if (error instanceof ClientError) {
    const [first] = error.response.errors ?? [];
    // An operation that does not fit the schema of a gateway of another version is answered without extensions.
    const extensions: Readonly<Record<string, unknown>> | undefined = first?.extensions;
    const code = extensions?.['code'];
    const exitCode = (typeof code === 'string' ? EXIT_CODES[code] : undefined) ?? EXIT.failed;
    const hint = code === 'UNAUTHENTICATED' ? ' Set CSG_API_KEY.' : '';
    return new CommandFailure(exitCode, `${first?.message ?? `${url} answered ${error.response.status}.`}${hint}`);
  }
  const lost = error instanceof ConnectionLost || (error instanceof TypeError && error.message === 'fetch failed');
  return lost ? new CommandFailure(EXIT.failed, `No gateway answers at ${url}.`, { cause: error }) : error;
}
