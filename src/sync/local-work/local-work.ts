import type { ObjectId } from 'mongodb';
import { DomainError } from '../../domain-error.ts';
import type { HistoryChange } from '../../model/history.ts';
import type { StoredContact } from '../../model/stored-contact.ts';
import type { ContactChange, ContactDocument } from '../../store/contact-document.ts';
import type { ContactWrite } from '../../store/contacts.ts';
import { otherMarksOf } from '../../store/seen-marks.ts';
import type { Store } from '../../store/store.ts';
import type { InputProblem } from '../decide/input-values.ts';

/** Who changes contacts here, and with what. */
export interface LocalWorkContext {
  readonly store: Store;
  readonly newId: () => ObjectId;
  readonly now: () => Date;
  readonly changedBy: string;
  /** Decides and answers as ever, and writes nothing. */
  readonly dryRun?: boolean;
}

/** Why nothing was changed. */
export type LocalWorkFailure =
  | { readonly kind: 'INVALID'; readonly problems: readonly InputProblem[] }
  | { readonly kind: 'NOT_FOUND' }
  /** `contact` is not at the revision that the caller has seen. */
  | { readonly kind: 'REVISION_CONFLICT'; readonly contact: ContactDocument }
  | { readonly kind: 'EMAIL_TAKEN'; readonly owner: ContactDocument }
  /** The person was erased and must not come back. */
  | { readonly kind: 'ERASED' };

/** Contacts that one call may change at most. */
export const MOST_CONTACTS = 1_000;

/** What is to be written for one item, if anything, and what to answer when it was. */
export interface Decided<Outcome> {
  readonly outcome: Outcome;
  readonly write: ContactWrite | null;
}

const MOST_ROUNDS = 10;

/**
 * Reads, decides and writes for many items at once; items whose contact somebody else has changed meanwhile are read and
 * decided again. `decide` answers each of the items, which are named by their index.
 */
export async function changeContacts<Outcome>(
  { store, dryRun = false }: Pick<LocalWorkContext, 'store' | 'dryRun'>,
  count: number,
  decide: (items: readonly number[]) => Promise<ReadonlyMap<number, Decided<Outcome>>>,
): Promise<Outcome[]> {
  const outcomes = new Map<number, Outcome>();
  let open: readonly number[] = Array.from({ length: count }, (_, index) => index);
  for (let round = 1; open.length > 0; round++) {
    if (round > MOST_ROUNDS) throw tooFast();
    const decided = await decide(open);
    const writes = [...decided.values()].flatMap(({ write }) => write ?? []);
    const refused = new Set(dryRun ? [] : await store.contacts.write(writes));
    for (const [item, { outcome, write }] of decided) {
      if (write === null || !refused.has(write)) outcomes.set(item, outcome);
    }
    open = open.filter((item) => !outcomes.has(item));
  }
  return Array.from({ length: count }, (_, index) => outcomes.get(index)).filter((outcome) => outcome !== undefined);
}

export const tooFast = () =>
  new DomainError('REVISION_CONFLICT', 'The contact is being changed too fast by others. Try again.', {
    retryable: true,
  });

/** The write of a changed contact, at the revision that was read. With `previous` null of a new one, which is completed. */
export function localWrite(
  context: LocalWorkContext,
  previous: ContactDocument | null,
  { contact, changes }: { readonly contact: StoredContact; readonly changes: readonly HistoryChange[] },
): ContactWrite {
  const change = localChange(context, changes);
  if (previous === null) {
    // Not copied, see `derive`.
    const next = Object.assign(contact, { _id: context.newId(), revision: 1, primaryReadAt: null, change });
    return { previous, next };
  }
  const { _id, revision, primaryReadAt } = previous;
  const next = { ...contact, _id, revision: revision + 1, primaryReadAt, ...otherMarksOf(previous), change };
  return { previous, next };
}

export function localChange(
  { newId, now, changedBy }: LocalWorkContext,
  changes: readonly HistoryChange[],
): ContactChange {
  return { _id: newId(), at: now(), source: 'LOCAL', runId: null, changedBy, changes };
}

/** A push may be creating it at this moment. */
export const isUnderWay = (
  { store }: Pick<LocalWorkContext, 'store'>,
  { _id }: Pick<ContactDocument, '_id'>,
): Promise<boolean> => store.pushBatches.holds(_id);

/** Why the contact may not be changed; null where it is at the revision that the caller has seen, or none was told. */
export function hindrance(contact: ContactDocument, ifRevision: number | null): LocalWorkFailure | null {
  if (contact.erasedAt !== undefined) return { kind: 'ERASED' };
  return ifRevision === null || ifRevision === contact.revision ? null : { kind: 'REVISION_CONFLICT', contact };
}
