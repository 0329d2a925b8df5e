import type { Document, Filter, ObjectId } from 'mongodb';
import type { ContactDocument, ContactHistoryDocument } from '../../store/contact-document.ts';
import type { RejectedRowDocument } from '../../store/rejected-rows.ts';
import type { Store } from '../../store/store.ts';
import { IGNORING_CASE, type WebhookDeliveryDocument } from '../../store/webhook-deliveries.ts';
import { emailKey } from '../decide/unified-contact.ts';

/** By what a person is named in records that are kept elsewhere than in the contact. */
export interface PersonNames {
  readonly contactIds: readonly string[];
  /** As `emailKey` writes them. */
  readonly emailKeys: readonly string[];
}

export function namesOf(contacts: readonly ContactDocument[]): PersonNames {
  const contactIds = contacts.flatMap(({ contactId }) => contactId ?? []);
  // The address here and the one that the primary has still.
  const emailKeys = contacts.flatMap((contact) =>
    [contact.emailKey, emailKey(contact.primary?.email ?? null)].filter((key) => key !== null),
  );
  return { contactIds: [...new Set(contactIds)], emailKeys: [...new Set(emailKeys)] };
}

function deliveriesOf({ contactIds, emailKeys }: PersonNames): Filter<WebhookDeliveryDocument> {
  const named: Document[] = [
    { 'payload.data.contactIds': { $in: [...contactIds] } },
    { 'payload.data.emails': { $in: [...emailKeys] } },
  ];
  return { $or: named };
}

/** Webhooks that name the person, and rows of the person that could not be decoded. */
export async function recordsOf(store: Store, names: PersonNames) {
  const [webhookDeliveries, rejectedRows] = await Promise.all([
    store.webhookDeliveries.collection.find(deliveriesOf(names), { collation: IGNORING_CASE }).toArray(),
    rejectedRowsOf(store)
      .find({ contactId: { $in: [...names.contactIds] } })
      .toArray(),
  ]);
  return { webhookDeliveries, rejectedRows };
}

/**
 * Forgets the history and the rejected rows of the contacts, and takes the person's names out of webhooks. Those of others
 * whom the same webhook names stay.
 */
export async function forgetRecordsOf(
  store: Store,
  { contacts, ...names }: PersonNames & { readonly contacts: readonly ObjectId[] },
): Promise<void> {
  await store.db.collection<ContactHistoryDocument>('contactHistory').deleteMany({ contact: { $in: [...contacts] } });
  await rejectedRowsOf(store).deleteMany({ contactId: { $in: [...names.contactIds] } });
  const without = (path: string, gone: readonly string[]) => ({
    [path]: { $filter: { input: `$${path}`, cond: { $not: [{ $in: ['$$this', { $literal: gone }] }] } } },
  });
  const $set = {
    ...without('payload.data.contactIds', names.contactIds),
    ...without('payload.data.emails', names.emailKeys),
  };
  await store.webhookDeliveries.collection.updateMany(deliveriesOf(names), [{ $set }], { collation: IGNORING_CASE });
}

export const rejectedRowsOf = ({ db }: Store) => db.collection<RejectedRowDocument>('rejectedRows');
