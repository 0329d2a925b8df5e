import { SCOPES, type Scope } from '../config.ts';
import { DomainError } from '../domain-error.ts';

/** Who calls, and what they may. */
export interface Caller {
  /** Of the API key, or the token's subject: stands in runs and changes as the one who made them. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** From here on nobody is this caller any more; null: it does not end. */
  readonly expiresAt: Date | null;
}

/** Where nobody is asked: the gateway then serves this machine alone. */
export const LOCAL_CALLER: Caller = { name: 'local', scopes: new Set(SCOPES), expiresAt: null };

/**
 * Tells who calls by an `Authorization` header.
 * @throws DomainError UNAUTHENTICATED; AUTH_UNAVAILABLE (retryable) where the keys that it takes cannot be read
 */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>;

export function hasScope({ scopes }: Caller, scope: Scope): boolean {
  return scopes.has(scope) || scopes.has('admin');
}

/** @throws DomainError FORBIDDEN where the caller lacks one of them. */
export function assertScopes(caller: Caller, needed: readonly Scope[]): void {
  for (const scope of needed) {
    if (!hasScope(caller, scope)) throw new DomainError('FORBIDDEN', `This needs the scope ${scope}.`);
  }
}

export function hasExpired({ expiresAt }: Caller, now: Date): boolean {
  return expiresAt !== null && expiresAt.getTime() <= now.getTime();
}
