import { expect } from 'vitest';
import type { ContactDocument } from '../../src/store/contact-document.ts';
import type { Store } from '../../src/store/store.ts';
import type { TestSandbox, TrueContact } from './sandbox.ts';

const truthOf = (contact: TrueContact) => ({
  contactId: contact.contact_id,
  email: contact.email_address?.address ?? null,
  firstName: contact.first_name ?? null,
  permission: contact.email_address?.permission_to_send.toUpperCase() ?? null,
  deleted: (contact.deleted_at ?? null) !== null,
  lists: [...(contact.list_memberships ?? [])].sort(),
  tags: [...(contact.taggings ?? [])].sort(),
});

const imageOf = (contact: ContactDocument) => ({
  contactId: contact.contactId,
  email: contact.primary?.email ?? null,
  firstName: contact.primary?.firstName ?? null,
  permission: contact.consent?.permissionToSend ?? null,
  deleted: contact.status === 'DELETED',
  lists: [...contact.lists].sort(),
  tags: [...contact.tags].sort(),
});

const byId = (a: { contactId: string | null }, b: { contactId: string | null }) =>
  String(a.contactId).localeCompare(String(b.contactId));

/** The store holds exactly what the primary holds. */
export async function expectInStep({ sandbox, store }: { sandbox: TestSandbox; store: Store }): Promise<void> {
  const truth = (await sandbox.truth()).map(truthOf).sort(byId);
  const images = (await store.contacts.collection.find().toArray()).map(imageOf).sort(byId);
  expect(images).toEqual(truth);
}
