import type { ApiClient } from '../constant-contact/api-client.ts';
import { CONTACTS_PAGE_LIMIT, getContactsPage } from '../constant-contact/contacts.ts';
import { isCursorRefused } from '../constant-contact/errors.ts';
import { DomainError } from '../domain-error.ts';
import type { PrimaryContact } from '../model/primary-contact.ts';
import type { ContactDocument } from '../store/contact-document.ts';
import type { Store } from '../store/store.ts';
import { type ContactDiff, diffContact } from './decide/compare.ts';
import { eraseRow } from './decide/erase.ts';
import type { FieldPolicy } from './decide/merge-fields.ts';
import { barredRows, loadImages, newestOfEach } from './pull/join-page.ts';

/** Contacts in one request. */
export const LIVE_PAGE_SIZE = CONTACTS_PAGE_LIMIT;

export interface LivePage {
  /** Deleted ones, too. */
  readonly contacts: readonly PrimaryContact[];
  /** The cursor of the next page; null on the last one. */
  readonly next: string | null;
}

/**
 * One page of at most `LIVE_PAGE_SIZE` contacts as the primary has them now, at interactive priority: one request. Of all,
 * or of the members of a list. Writes nothing.
 * @throws DomainError INVALID_INPUT when the primary does not know the cursor any more
 */
export type ReadLivePage = (
  params: { readonly cursor: string | null; readonly listId?: string },
  signal: AbortSignal,
) => Promise<LivePage>;

export function createReadLivePage({ api }: { api: ApiClient }): ReadLivePage {
  return async ({ cursor, listId }, signal) => {
    const query = { status: ['all'], limit: LIVE_PAGE_SIZE, ...(listId === undefined ? {} : { listIds: [listId] }) };
    try {
      return await getContactsPage(api, cursor === null ? { query } : { cursor }, { signal, priority: 'INTERACTIVE' });
    } catch (error) {
      if (!isCursorRefused(error)) throw error;
      throw new DomainError(
        'INVALID_INPUT',
        'Constant Contact does not know this place in its contacts any more: begin the comparison anew, without `after`.',
        { cause: error },
      );
    }
  };
}

/** A contact as the primary has it now, beside what is stored. */
export interface LiveComparison {
  /** Null: nothing is stored of it. */
  readonly stored: ContactDocument | null;
  readonly theirs: PrimaryContact;
  readonly diff: ContactDiff;
}

/** Compares a page with the stored images, as a pull would match them; people who were erased are left out. Writes nothing. */
export async function compareLivePage(
  contacts: readonly PrimaryContact[],
  { store, policy }: { readonly store: Store; readonly policy: FieldPolicy },
): Promise<LiveComparison[]> {
  const rows = newestOfEach(contacts);
  const patience = <T>(operation: () => Promise<T>) => operation();
  const images = await loadImages(store, patience, rows);
  const barred = await barredRows(store, patience, rows, images);
  return rows.flatMap((row): LiveComparison[] => {
    if (barred.has(row)) return [];
    const stored = images.get(row.contactId) ?? null;
    const theirs = stored?.erasedAt === undefined ? row : eraseRow(row);
    return [{ stored, theirs, diff: diffContact({ stored, theirs, policy }) }];
  });
}
