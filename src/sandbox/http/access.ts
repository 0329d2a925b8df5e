import type { IncomingHttpHeaders } from 'node:http';
import type { SandboxState } from '../sandbox-state.ts';
import { forbidden, unauthorized } from './api-error.ts';
import type { Route } from './route.ts';

/** The token that every sandbox accepts for everything. */
export const SANDBOX_TOKEN = 'sandbox';

const PARTNER_SCOPE = 'v3api/general.partner';

/** Refuses with 401 a token that is unknown or expired, with 403 one whose scopes do not cover the route. */
export function authorize(route: Route<SandboxState>, headers: IncomingHttpHeaders, { tokens }: SandboxState): void {
  // Partner calls carry their token without a scheme, and an API key beside it.
  const isPartner = route.scope === 'partner';
  const pattern = isPartner ? /^(\S+)$/ : /^Bearer\s+(\S+)$/i;
  const token = pattern.exec(headers.authorization ?? '')?.[1];
  if (token === undefined || (isPartner && headers['x-api-key'] === undefined)) throw unauthorized();
  if (token === SANDBOX_TOKEN) return;
  const grant = tokens.grantOf(token);
  if (grant === undefined) throw unauthorized();
  if (route.scope !== undefined && !grant.scopes.includes(isPartner ? PARTNER_SCOPE : route.scope)) throw forbidden();
}
