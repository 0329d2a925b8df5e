import { describe, expect, it } from 'vitest';
import { decodeContact } from '../../src/constant-contact/contact-row.ts';
import { decodeAddressedContact, decodeWrittenContact } from '../../src/constant-contact/written-contact.ts';

const BEFORE = {
  contact_id: 'c-1',
  email_address: { address: 'ann@example.com', permission_to_send: 'implicit' },
  first_name: 'Ann',
  custom_fields: [{ custom_field_id: 'cf-1', value: 'red' }],
  list_memberships: ['list-a'],
  taggings: ['tag-a'],
  phone_numbers: [{ phone_number: '555', kind: 'home' }],
  street_addresses: [{ kind: 'home', city: 'Boston' }],
  notes: [{ note_id: 'n-1', created_at: '2026-01-01T00:00:00Z', content: 'Hello' }],
};
const { contact_id, email_address } = BEFORE;
const before = decodeContact(BEFORE);

describe('the answer to a write', () => {
  it('says what it names, and leaves the other parts of the contact as they were read before', () => {
    const bare = decodeWrittenContact({ contact_id, email_address, first_name: 'Anna' }, before);
    expect(bare).toEqual({ ...before, profile: { ...before.profile, firstName: 'Anna' } });
    const some = decodeWrittenContact({ ...BEFORE, list_memberships: [], taggings: null }, before);
    expect(some).toEqual({ ...before, listIds: [] });
  });

  it('is no image of somebody with an address where it names none: that would take the consent away', () => {
    expect(() => decodeWrittenContact({ contact_id, first_name: 'Ann' }, before)).toThrow('email_address: missing');
    expect(() => decodeAddressedContact({ contact_id, first_name: 'Ann' })).toThrow('email_address: missing');
    const reachedByPhone = decodeContact({ contact_id, first_name: 'Ann' });
    expect(decodeWrittenContact({ contact_id, first_name: 'Anna' }, reachedByPhone).profile.email).toBeNull();
  });
});
