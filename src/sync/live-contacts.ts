import type { ApiClient } from '../constant-contact/api-client.ts';
import { getContact } from '../constant-contact/contacts.ts';
import { type DomainError, isDomainError } from '../domain-error.ts';
import type { PrimaryContact } from '../model/primary-contact.ts';

/** As many as wait for the budget at once: it spaces them, and what is waiting can be cancelled. */
const CONCURRENT_READS = 8;

/**
 * Reads contacts of the primary now, by `contact_id`, at interactive priority. The API has no filter by id and `email=`
 * takes one address, so it is one request for each contact, each id once. For each id: the contact, null when the
 * primary has none, or why it could not be read. When the request budget or the connection is gone, the rest is not
 * tried: they would end the same.
 */
export function createLiveContacts({ api }: { api: ApiClient }) {
  return async (
    contactIds: readonly string[],
    signal: AbortSignal,
  ): Promise<(PrimaryContact | DomainError | null)[]> => {
    const answers = new Map<string, PrimaryContact | DomainError | null>();
    const waiting = [...new Set(contactIds)];
    let fatal: DomainError | undefined;
    const work = async (): Promise<void> => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
        const answer = fatal ?? (await readOne(api, id, signal));
        if (isDomainError(answer) && concernsAll(answer)) fatal = answer;
        answers.set(id, answer);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENT_READS }, work));
    return contactIds.map((id) => answers.get(id) ?? null);
  };
}

async function readOne(
  api: ApiClient,
  contactId: string,
  signal: AbortSignal,
): Promise<PrimaryContact | DomainError | null> {
  try {
    return await getContact(api, contactId, { signal, priority: 'INTERACTIVE' });
  } catch (error) {
    if (isDomainError(error)) return error;
    throw error;
  }
}

function concernsAll({ code }: DomainError): boolean {
  return (
    code === 'REQUEST_BUDGET_EXHAUSTED' ||
    code === 'PRIMARY_QUOTA_EXCEEDED' ||
    code === 'PRIMARY_UNAUTHORIZED' ||
    code === 'RECONNECT_REQUIRED' ||
    code === 'NOT_CONNECTED'
  );
}
