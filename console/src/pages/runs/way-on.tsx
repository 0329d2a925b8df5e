import type { ReactNode } from 'react';
import { Link } from 'wouter';

/** Where to go on after an error, where that is a page of its own. */
export function wayOn(code: string | null): ReactNode {
  if (code === 'PLAN_STALE') return <Link href="/differences?tab=plan">See the new plan</Link>;
  // A page load of its own: it belongs to the gateway and to Constant Contact.
  if (code === 'NOT_CONNECTED' || code === 'RECONNECT_REQUIRED')
    return <a href="/oauth/connect">Connect the account</a>;
  return undefined;
}
