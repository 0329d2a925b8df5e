import type { ApiClient } from '../constant-contact/api-client.ts';
import { contactListPages } from '../constant-contact/contact-lists.ts';
import { type ContactCounts, getContactCounts } from '../constant-contact/contacts.ts';
import type { PrimaryList } from '../model/primary-contact.ts';

/** What the primary counts now. */
export interface PrimaryCounts {
  readonly contacts: ContactCounts;
  /** All lists that exist, with their counts of all members. */
  readonly lists: readonly PrimaryList[];
  readonly apiRequests: number;
}

export type ReadPrimaryCounts = (signal: AbortSignal) => Promise<PrimaryCounts>;

/** Two requests, and one more for each 500 lists beyond the first. */
export function createPrimaryCounts({ api }: { api: ApiClient }): ReadPrimaryCounts {
  return async (signal) => {
    let apiRequests = 0;
    const context = {
      signal,
      priority: 'INTERACTIVE',
      onRequest: () => {
        apiRequests += 1;
      },
    } as const;
    const contacts = await getContactCounts(api, context);
    const lists: PrimaryList[] = [];
    for await (const page of contactListPages(api, { includeMembershipCount: 'all' }, context))
      lists.push(...page.rows);
    return { contacts, lists, apiRequests };
  };
}
