import type { StoredContact } from '../../model/stored-contact.ts';
import { isOptedOut } from './consent.ts';
import type { RefusalReason } from './refusals.ts';
import { emailKey } from './unified-contact.ts';

/** A contact that has an email address, as far as it stands in the way of another one that wants it. */
export interface EmailOwner {
  readonly id: string;
  /** What is to be said to the other one. */
  readonly reason: RefusalReason;
}

/** A contact of the primary owns its address, deleted and unsubscribed ones too: an import would bring these back. */
export function emailOwnerOf(
  contact: Pick<StoredContact, 'deletedAt' | 'consent'> & { readonly id: string },
): EmailOwner {
  const { id, deletedAt, consent } = contact;
  if (deletedAt !== null) return { id, reason: 'DELETED_IN_PRIMARY' };
  return { id, reason: isOptedOut(consent) ? 'UNSUBSCRIBED' : 'DUPLICATE_EMAIL' };
}

/** Contacts that have or want an email address. Each address goes out once in a plan, ignoring case. */
export interface EmailClaims {
  /** Whatever becomes of the contact: the address it has in the primary is not free. All are told before the first `want`. */
  own(contact: Pick<StoredContact, 'contactId' | 'primary' | 'consent' | 'deletedAt'> & { readonly id: string }): void;
  /** The contact is to be sent with this address; `isNew`: it does not have it there yet. Asked in the order of precedence. */
  want(emailKey: string, claim: { readonly id: string; readonly isNew: boolean }): RefusalReason | null;
}

export function createEmailClaims(emailOwners: (emailKey: string) => readonly EmailOwner[]): EmailClaims {
  const owners = new Map<string, EmailOwner>();
  const wanted = new Map<string, string>();
  return {
    own(contact) {
      const key = emailKey(contact.primary?.email ?? null);
      if (key === null || contact.contactId === null) return;
      const owner = emailOwnerOf(contact);
      const other = owners.get(key);
      if (other === undefined || precedes(owner, other)) owners.set(key, owner);
    },
    want(key, { id, isNew }) {
      const others = [owners.get(key), ...(isNew ? emailOwners(key) : [])].filter(
        (owner): owner is EmailOwner => owner !== undefined && owner.id !== id,
      );
      const [first, ...rest] = others;
      if (first !== undefined) return rest.reduce((a, b) => (precedes(b, a) ? b : a), first).reason;
      const other = wanted.get(key);
      if (other !== undefined && other !== id) return 'DUPLICATE_EMAIL';
      wanted.set(key, id);
      return null;
    },
  };
}

/** Whoever has left before whoever has not: the graver reason is told. Then by id, so that no order of coming counts. */
function precedes(a: EmailOwner, b: EmailOwner): boolean {
  const isGraver = (owner: EmailOwner) => owner.reason !== 'DUPLICATE_EMAIL';
  return isGraver(a) === isGraver(b) ? a.id < b.id : isGraver(a);
}
