import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Contact, formatInstant, parseInstant } from '../../src/sandbox/contact.ts';
import { decodeCursor, encodeCursor } from '../../src/sandbox/cursor.ts';
import { generateCustomFields, generateLists, generateTags } from '../../src/sandbox/generator/catalogue.ts';
import { ContactGenerator } from '../../src/sandbox/generator/contact-generator.ts';
import { mix, unmix } from '../../src/sandbox/generator/randomness.ts';

const UNTIL = Date.parse('2026-07-01T00:00:00Z') / 1000;

function generator(seed: number, size: number): ContactGenerator {
  return new ContactGenerator({
    size,
    seed,
    until: UNTIL,
    lists: generateLists({ seed, count: 12, until: UNTIL }),
    tags: generateTags({ seed, until: UNTIL }),
    customFields: generateCustomFields({ seed, until: UNTIL }),
  });
}

describe('generated contacts', () => {
  const size = 20_000;
  const source = generator(1, size);
  const contacts = Array.from({ length: size }, (_, index) => source.contact(index));
  const share = (keep: (contact: Contact) => boolean) => contacts.filter(keep).length / size;

  test('are the same for the same seed, and others for another', () => {
    const again = generator(1, size);
    expect(again.contact(19_999)).toEqual(contacts[19_999]);
    expect(generator(2, size).contact(19_999)).not.toEqual(contacts[19_999]);
  });

  test('have ids and addresses of their own, by which they are found without a table', () => {
    expect(new Set(contacts.map((contact) => contact.contact_id)).size).toBe(size);
    const addresses = contacts.flatMap((contact) => contact.email_address?.address.toLowerCase() ?? []);
    expect(new Set(addresses).size).toBe(addresses.length);
    for (const [index, contact] of contacts.entries()) {
      expect(source.indexOfContactId(contact.contact_id)).toBe(index);
      const address = contact.email_address?.address;
      if (address !== undefined) expect(source.indexOfEmail(address.toUpperCase())).toBe(index);
      const number = contact.sms_channel?.sms_address;
      if (number !== undefined) expect(source.indexOfSmsNumber(number)).toBe(index);
    }
    expect(generator(2, size).indexOfContactId(contacts[0]?.contact_id ?? '')).toBeUndefined();
  });

  test.each<[string, number, number, (contact: Contact) => boolean]>([
    ['have no address', 0.01, 0.03, (contact) => contact.email_address === undefined],
    ['are deleted', 0.02, 0.04, (contact) => contact.deleted_at !== undefined],
    ['are unsubscribed', 0.08, 0.12, (contact) => contact.email_address?.permission_to_send === 'unsubscribed'],
    ['wait for confirmation', 0.03, 0.05, (c) => c.email_address?.permission_to_send === 'pending_confirmation'],
    ['are on hold', 0.01, 0.03, (contact) => contact.email_address?.permission_to_send === 'temp_hold'],
    ['are not set', 0.03, 0.05, (contact) => contact.email_address?.permission_to_send === 'not_set'],
    ['are on no list', 0.08, 0.14, (contact) => contact.list_memberships.length === 0],
    ['have all 25 custom fields', 0.005, 0.015, (contact) => contact.custom_fields.length === 25],
    ['have a plus-address', 0.1, 0.16, (contact) => contact.email_address?.address.includes('+') === true],
    ['are too long for an import', 0.01, 0.05, (contact) => (contact.email_address?.address.length ?? 0) > 50],
    ['have names in Cyrillic', 0.09, 0.14, (contact) => /\p{Script=Cyrillic}/u.test(contact.first_name ?? '')],
    ['have names in Greek', 0.03, 0.07, (contact) => /\p{Script=Greek}/u.test(contact.first_name ?? '')],
    [
      'have names in Han, Kana or Hangul',
      0.1,
      0.15,
      (c) => /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u.test(c.first_name ?? ''),
    ],
    ['have names in Arabic', 0.06, 0.1, (contact) => /\p{Script=Arabic}/u.test(contact.first_name ?? '')],
    ['have names in Hebrew', 0.02, 0.06, (contact) => /\p{Script=Hebrew}/u.test(contact.first_name ?? '')],
    ['have tags', 0.13, 0.17, (contact) => contact.taggings.length > 0],
    ['have an SMS channel', 0.03, 0.07, (contact) => contact.sms_channel !== undefined],
    ['have notes', 0.04, 0.06, (contact) => contact.notes.length > 0],
    ['have three phones', 0.03, 0.08, (contact) => contact.phone_numbers.length === 3],
    ['have a postal address', 0.2, 0.3, (contact) => contact.street_addresses.length > 0],
  ])('some %s', (_what, low, high, keep) => {
    expect(share(keep)).toBeGreaterThan(low);
    expect(share(keep)).toBeLessThan(high);
  });

  test('were made and changed within ten years before a fixed day, in that order', () => {
    const years = new Set<string>();
    for (const { created_at, updated_at, email_address } of contacts) {
      years.add(created_at.slice(0, 4));
      expect(updated_at >= created_at).toBe(true);
      for (const instant of [updated_at, email_address?.updated_at ?? updated_at]) {
        expect(parseInstant(instant)).toBeLessThanOrEqual(UNTIL);
      }
    }
    expect(years.size).toBeGreaterThan(9);
  });
});

describe('properties', () => {
  test('unmix undoes mix', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (value) => unmix(mix(value)) === value));
  });

  test('instants are written as Date writes them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 7_258_118_400 }), (seconds) => {
        expect(formatInstant(seconds)).toBe(`${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`);
      }),
    );
  });

  test('a cursor gives back its query, and survives an address bar as it is', () => {
    const names = fc.constantFrom('email', 'updated_after', 'name');
    fc.assert(
      fc.property(
        fc.dictionary(names, fc.string({ unit: 'grapheme' })),
        fc.integer({ min: 1, max: 500 }),
        (fields, limit) => {
          const query = new URLSearchParams({ ...fields, status: 'all,deleted' });
          const text = encodeCursor({ limit, next: '7', query });
          const arrived = new URLSearchParams(`cursor=${text}`).get('cursor') ?? '';
          const cursor = decodeCursor(arrived);
          expect([cursor.limit, cursor.next]).toEqual([limit, '7']);
          expect(Object.fromEntries(cursor.query)).toEqual(Object.fromEntries(query));
        },
      ),
    );
  });
});
