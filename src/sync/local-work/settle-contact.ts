import { FIXED_FIELDS, type ProfileField } from '../../model/profile.ts';
import type { ContactDocument } from '../../store/contact-document.ts';
import {
  discardLocal,
  type LocalContext,
  type LocalResult,
  requestDeletion,
  resolveConflict as resolveConflictIn,
} from '../decide/local-edit.ts';
import { type ContactKey, findContacts } from './contact-keys.ts';
import {
  changeContacts,
  hindrance,
  isUnderWay,
  type LocalWorkContext,
  type LocalWorkFailure,
  localChange,
  localWrite,
  tooFast,
} from './local-work.ts';

/** One contact, as the caller has seen it. */
export interface ContactTarget {
  readonly contact: ContactKey | null;
  readonly ifRevision: number | null;
}

export type ChangeOutcome = { readonly kind: 'CHANGED'; readonly contact: ContactDocument } | LocalWorkFailure;

/** A subject of local work: a field, `list:<list_id>`, or `contact` for a wish to delete it. */
export function isSubject(text: string): boolean {
  return (
    (FIXED_FIELDS as readonly string[]).includes(text) || text === 'contact' || /^(?:customField|list):./.test(text)
  );
}

/** Drops pending work: the subjects given, or (null) all of it. A contact that exists only here must keep its address. */
export function discardLocalChanges(
  context: LocalWorkContext,
  { subjects, ...target }: ContactTarget & { readonly subjects: readonly string[] | null },
): Promise<ChangeOutcome> {
  return changeOne(context, target, (stored, local) => {
    if (stored.localOnly && (subjects === null || subjects.includes('email'))) {
      const message = 'exists only here: without its changes nothing of it is left. Delete the contact instead.';
      return { kind: 'INVALID', problems: [{ path: ['contact'], message }] };
    }
    return discardLocal(stored, subjects, local);
  });
}

/** Decides an open conflict: LOCAL puts the local value back as a pending change, PRIMARY lets it go. */
export function resolveConflict(
  context: LocalWorkContext,
  { field, keep, ...target }: ContactTarget & { readonly field: string; readonly keep: 'LOCAL' | 'PRIMARY' },
): Promise<ChangeOutcome> {
  return changeOne(context, target, (stored, local) => {
    if (stored.conflicts.some((conflict) => conflict.field === field)) {
      return resolveConflictIn(stored, { field: field as ProfileField, keep }, local);
    }
    return { kind: 'INVALID', problems: [{ path: ['field'], message: 'has no open conflict.' }] };
  });
}

export type DeleteOutcome =
  /** It existed only here and is gone. */
  | { readonly kind: 'REMOVED' }
  /** The next push asks the primary to delete it. */
  | { readonly kind: 'REQUESTED'; readonly contact: ContactDocument }
  | { readonly kind: 'DELETED_BEFORE'; readonly contact: ContactDocument }
  | LocalWorkFailure;

const MOST_ROUNDS = 10;

/** Removes a contact that exists only here; asks the primary to delete any other at the next push. */
export async function deleteContact(context: LocalWorkContext, target: ContactTarget): Promise<DeleteOutcome> {
  const { store } = context;
  let isRequested = false;
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const [stored = null] = await findContacts(store, [target.contact]);
    if (stored === null) return { kind: isRequested ? 'REMOVED' : 'NOT_FOUND' };
    const hindered = hindrance(stored, isRequested ? null : target.ifRevision);
    if (hindered !== null) return hindered;
    if (stored.deletedAt !== null) return { kind: 'DELETED_BEFORE', contact: stored };
    if (stored.deletion === null) {
      const result = requestDeletion(stored, { changedBy: context.changedBy, now: context.now() });
      const write = localWrite(context, stored, result);
      isRequested = (await store.contacts.write([write])).length === 0;
      if (!isRequested || write.next.localOnly) continue;
      return { kind: 'REQUESTED', contact: write.next };
    }
    // While a push may be creating it, its deletion has to follow it to the primary. In this order: a push stores its batch
    // first, and looks for the wish then.
    if (!stored.localOnly || (await isUnderWay(context, stored))) return { kind: 'REQUESTED', contact: stored };
    const change = { kind: 'DELETION', subject: 'contact', before: stored.deletion, after: null } as const;
    if (await store.contacts.remove(stored, localChange(context, [change]))) return { kind: 'REMOVED' };
  }
  throw tooFast();
}

async function changeOne(
  context: LocalWorkContext,
  { contact: key, ifRevision }: ContactTarget,
  change: (stored: ContactDocument, local: LocalContext) => LocalResult | LocalWorkFailure,
): Promise<ChangeOutcome> {
  const [outcome] = await changeContacts<ChangeOutcome>(context, 1, async () => {
    const [stored = null] = await findContacts(context.store, [key]);
    return new Map([[0, decide(stored)]]);
  });
  return outcome ?? { kind: 'NOT_FOUND' };

  function decide(stored: ContactDocument | null) {
    const fail = (failure: LocalWorkFailure) => ({ outcome: failure, write: null });
    if (stored === null) return fail({ kind: 'NOT_FOUND' });
    const hindered = hindrance(stored, ifRevision);
    if (hindered !== null) return fail(hindered);
    const result = change(stored, { changedBy: context.changedBy, now: context.now() });
    if ('kind' in result) return fail(result);
    if (result.contact === stored) return { outcome: { kind: 'CHANGED', contact: stored } as const, write: null };
    const write = localWrite(context, stored, result);
    return { outcome: { kind: 'CHANGED', contact: write.next } as const, write };
  }
}
