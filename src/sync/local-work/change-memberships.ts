import type { Refusal } from '../../model/stored-contact.ts';
import type { ContactDocument } from '../../store/contact-document.ts';
import { wishLists } from '../decide/list-wishes.ts';
import { listSubject } from '../decide/refusals.ts';
import { type ContactKey, findContacts } from './contact-keys.ts';
import { changeContacts, type Decided, type LocalWorkContext, localWrite } from './local-work.ts';

export interface MembershipOutcome {
  /** Null: there is no such contact. */
  readonly contact: ContactDocument | null;
  /** False: it was on the list, or off it, already, or that was wished for before. */
  readonly changed: boolean;
  readonly refusal: Refusal | null;
}

/** Wishes that contacts be put on a list, or taken off it, by the next push. An outcome for each contact, in order. */
export async function changeMemberships(
  context: LocalWorkContext,
  { listId, kind, contacts }: { listId: string; kind: 'add' | 'remove'; contacts: readonly (ContactKey | null)[] },
): Promise<MembershipOutcome[]> {
  return changeContacts<MembershipOutcome>(context, contacts.length, async (items) => {
    const found = await findContacts(
      context.store,
      items.map((item) => contacts[item] ?? null),
    );
    const seen = new Set<string>();
    const decided = new Map<number, Decided<MembershipOutcome>>();
    for (const [index, item] of items.entries()) {
      const stored = found[index] ?? null;
      const isRepeated = stored !== null && seen.has(stored._id.toHexString());
      if (stored !== null) seen.add(stored._id.toHexString());
      // Whoever is named twice is written once; the second time there is nothing left to do.
      decided.set(item, isRepeated ? unchanged(stored) : decideMembership(context, stored, { listId, kind }));
    }
    return decided;
  });
}

const unchanged = (contact: ContactDocument | null): Decided<MembershipOutcome> => ({
  outcome: { contact, changed: false, refusal: null },
  write: null,
});

const erased = (listId: string, refusedAt: Date): Refusal => ({
  subject: listSubject(listId),
  reason: 'ERASED',
  message: 'The person was erased, and must not come back.',
  refusedAt,
  runId: null,
});

function decideMembership(
  context: LocalWorkContext,
  stored: ContactDocument | null,
  { listId, kind }: { listId: string; kind: 'add' | 'remove' },
): Decided<MembershipOutcome> {
  if (stored === null) return unchanged(null);
  if (stored.erasedAt !== undefined)
    return { outcome: { contact: stored, changed: false, refusal: erased(listId, stored.erasedAt) }, write: null };
  const wishes = { add: [], remove: [], [kind]: [listId] };
  const local = { changedBy: context.changedBy, now: context.now() };
  const { contact, changes, refused } = wishLists(stored, wishes, local);
  const [refusal = null] = refused;
  if (changes.length === 0) return { outcome: { contact: stored, changed: false, refusal }, write: null };
  const write = localWrite(context, stored, { contact, changes });
  return { outcome: { contact: write.next, changed: refusal === null, refusal }, write };
}
