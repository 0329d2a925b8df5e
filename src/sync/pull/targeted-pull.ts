import type { ObjectId } from 'mongodb';
import type { Clock } from '../../clock.ts';
import type { ApiClient, CallContext } from '../../constant-contact/api-client.ts';
import { getContactsPage, readContact } from '../../constant-contact/contacts.ts';
import { isDomainError } from '../../domain-error.ts';
import type { Logger } from '../../logger.ts';
import type { Store } from '../../store/store.ts';
import type { FieldPolicy } from '../decide/merge.ts';
import { storedAsPrimary } from '../decide/stored-as-primary.ts';
import { createStorePatience } from '../store-patience.ts';
import { createPageWriter } from './page-writer.ts';
import { storePage } from './store-page.ts';

/** As many as wait for the budget at once. */
const CONCURRENT_READS = 4;

/** Contacts that are said to have changed. */
export interface NamedContacts {
  readonly contactIds: readonly string[];
  readonly emails: readonly string[];
}

/** For each name that could not be pulled, why. */
export type TargetedPull = (named: NamedContacts, signal: AbortSignal) => Promise<ReadonlyMap<string, Error>>;

/**
 * Reads the named contacts, one request each (the API reads no several by id), at interactive priority, and stores them
 * as a pull would. One that the primary does not have any more is taken for deleted.
 */
export function createTargetedPull({
  store,
  api,
  policy,
  clock,
  newId,
  logger,
}: {
  store: Store;
  api: ApiClient;
  policy: FieldPolicy;
  clock: Clock;
  newId: () => ObjectId;
  logger: Logger;
}): TargetedPull {
  return async ({ contactIds, emails }, signal) => {
    const patience = createStorePatience({ clock, logger, signal });
    const writer = createPageWriter({ store, policy, clock, newId, session: { runId: newId(), patience } });
    const context: CallContext = { signal, priority: 'INTERACTIVE' };
    const failures = new Map<string, Error>();

    async function pullOne(contactId: string): Promise<void> {
      const found = await readContact(api, contactId, context);
      if (found !== null) {
        await storePage(writer, { contacts: [found.contact], readAt: found.primaryDate, mark: null });
        return;
      }
      const [stored] = await patience(() => store.contacts.byContactIds([contactId]));
      if (stored === undefined || stored.status === 'DELETED') return;
      const gone = { ...storedAsPrimary({ ...stored, contactId }), listIds: [], deletedAt: clock.now() };
      await storePage(writer, { contacts: [gone], readAt: clock.now(), mark: null });
    }

    async function pullByEmail(email: string): Promise<void> {
      // Without a status the API hides deleted contacts (API-FACTS section 2).
      const page = await getContactsPage(api, { query: { email, status: ['all'] } }, context);
      await storePage(writer, { contacts: page.contacts, readAt: page.primaryDate, mark: null });
    }

    const work = [
      ...[...new Set(contactIds)].map((name) => ({ name, pull: pullOne })),
      ...[...new Set(emails)].map((name) => ({ name, pull: pullByEmail })),
    ];
    const next = work.values();
    const worker = async (): Promise<void> => {
      for (const { name, pull } of next) {
        try {
          await pull(name);
        } catch (error) {
          signal.throwIfAborted();
          if (!isDomainError(error)) throw error;
          failures.set(name, error);
        }
      }
    };
    await Promise.all(Array.from({ length: CONCURRENT_READS }, worker));
    return failures;
  };
}
