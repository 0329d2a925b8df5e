import { z } from 'zod';
import type { PrimaryContact } from '../model/primary-contact.ts';
import { decodeContact } from './contact-row.ts';
import { DecodingError } from './decoding.ts';

const part = z.unknown().optional();
const subResources = z.object({
  custom_fields: part,
  list_memberships: part,
  taggings: part,
  notes: part,
  phone_numbers: part,
  street_addresses: part,
});

/**
 * The answer to a write of somebody who has an address.
 * @throws DecodingError without the address: nothing would tell whose answer it is
 */
export function decodeAddressedContact(raw: unknown): PrimaryContact {
  const contact = decodeContact(raw);
  if (contact.profile.email === null) throw new DecodingError('email_address: missing');
  return contact;
}

/**
 * The answer to an update, as an image of the contact. A GET leaves out the sub-resources that it was not asked for, and whether a
 * write answers with all of them is documented nowhere: those that it does not name are as they were read before.
 * @throws DecodingError without the address, and with it the consent, of somebody who had one: the contact must be read
 */
export function decodeWrittenContact(raw: unknown, before: PrimaryContact): PrimaryContact {
  const after = before.profile.email === null ? decodeContact(raw) : decodeAddressedContact(raw);
  const named = subResources.parse(raw);
  const sideOf = (name: keyof typeof named): PrimaryContact => ((named[name] ?? null) === null ? before : after);
  return {
    ...after,
    profile: {
      ...after.profile,
      phoneNumbers: sideOf('phone_numbers').profile.phoneNumbers,
      streetAddresses: sideOf('street_addresses').profile.streetAddresses,
      customFields: sideOf('custom_fields').profile.customFields,
    },
    listIds: sideOf('list_memberships').listIds,
    tagIds: sideOf('taggings').tagIds,
    notes: sideOf('notes').notes,
  };
}
