import type { IncomingHttpHeaders } from 'node:http';
import type { SandboxState } from '../sandbox-state.ts';
import { unauthorized } from './api-error.ts';
import type { Route } from './route.ts';

/** The token that every sandbox accepts for everything. */
export const SANDBOX_TOKEN = 'sandbox';

/** Refuses with 401 a token that is unknown or expired. */
export function authorize(_route: Route<SandboxState>, headers: IncomingHttpHeaders, _sandbox: SandboxState): void {
  const token = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (token !== SANDBOX_TOKEN) throw unauthorized();
}
