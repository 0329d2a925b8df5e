import {
  type Contact,
  type ContactCustomField,
  type EmailAddress,
  formatInstant,
  type PhoneNumber,
  type SmsChannel,
  type StreetAddress,
} from '../contact.ts';
import type { ContactList, CustomField, Tag } from './catalogue.ts';
import { type Facts, generateFacts } from './facts.ts';
import {
  COMPANIES,
  EMAIL_DOMAINS,
  JOB_TITLES,
  NOTES,
  PLACES,
  SCRIPTS,
  type Script,
  type SpelledName,
  STREETS,
} from './people.ts';
import { formatUuid, mix, Randomness, unmix } from './randomness.ts';

/** The first telephone number given to a generated SMS channel; the contact's index is added. */
const FIRST_SMS_NUMBER = 2_000_000_000;
const KINDS = ['home', 'work', 'mobile', 'other'] as const;

const SCRIPT_OF_PERCENT: readonly Script[] = SCRIPTS.flatMap((script) => Array<Script>(script.share).fill(script));

/**
 * Makes contact number `index` of an account whenever it is asked for: always the same one for the same seed, so a million untouched
 * contacts cost no memory. Shares beyond those of `generateFacts`: 7 % have no name, 10 % a plus-address, 3 % an address mostly longer than
 * the 50 characters that an import takes, 25 % a company, 20 % a birthday, 30 % phones, 25 % postal addresses, 5 % notes, 30 % custom fields and
 * 1 % all 25 of them. 42 % of names are not in Latin script.
 */
export class ContactGenerator {
  readonly size: number;
  readonly #seed: number;
  readonly #until: number;
  readonly #lists: readonly ContactList[];
  readonly #tags: readonly Tag[];
  readonly #customFields: readonly CustomField[];

  constructor(options: {
    size: number;
    seed: number;
    until: number;
    lists: readonly ContactList[];
    tags: readonly Tag[];
    customFields: readonly CustomField[];
  }) {
    this.size = options.size;
    this.#seed = options.seed;
    this.#until = options.until;
    this.#lists = options.lists;
    this.#tags = options.tags;
    this.#customFields = options.customFields;
  }

  facts(index: number): Facts {
    return generateFacts({
      seed: this.#seed,
      index,
      until: this.#until,
      listCount: this.#lists.length,
      tagCount: this.#tags.length,
    });
  }

  /** The index is hidden in the id's first word, so ids need no table. */
  contactId(index: number): string {
    const key = mix(this.#seed);
    const word = mix((index ^ key) >>> 0);
    return formatUuid(word, mix(word ^ 0x51ed270b), mix(word ^ 0x2545f491), mix(word ^ key));
  }

  indexOfContactId(contactId: string): number | undefined {
    const index = (unmix(Number.parseInt(contactId.slice(0, 8), 16)) ^ mix(this.#seed)) >>> 0;
    return index < this.size && this.contactId(index) === contactId ? index : undefined;
  }

  /** Addresses carry their contact's number before a plus part or the at sign. */
  indexOfEmail(address: string): number | undefined {
    const digits = /^[^@+]*?(\d+)(?:\+[^@]*)?@/.exec(address)?.[1];
    if (digits === undefined) return undefined;
    const index = Number(digits);
    if (index >= this.size) return undefined;
    return this.contact(index).email_address?.address.toLowerCase() === address.toLowerCase() ? index : undefined;
  }

  indexOfSmsNumber(number: string): number | undefined {
    const index = Number(number) - FIRST_SMS_NUMBER;
    if (!Number.isInteger(index) || index < 0 || index >= this.size) return undefined;
    return this.facts(index).sms === 'none' ? undefined : index;
  }

  contact(index: number): Contact {
    const facts = this.facts(index);
    const randomness = new Randomness(this.#seed, index, 2);
    const contactId = this.contactId(index);
    const createdAt = formatInstant(facts.createdAt);
    const updatedAt = facts.updatedAt === facts.createdAt ? createdAt : formatInstant(facts.updatedAt);
    const script = SCRIPT_OF_PERCENT[randomness.below(100)] ?? SCRIPTS[0];
    const first = randomness.pick(script.first);
    const last = randomness.pick(script.last);
    // Someone without an address must have a name, or nothing would be left of them.
    const isNamed = !facts.hasEmail || !randomness.chance(0.07);
    const hasBirthday = randomness.chance(0.2);
    return {
      contact_id: contactId,
      email_address: facts.hasEmail ? this.#email({ index, facts, randomness, first, last, createdAt }) : undefined,
      first_name: isNamed ? first[0] : undefined,
      last_name: isNamed ? last[0] : undefined,
      job_title: randomness.chance(0.15) ? randomness.pick(JOB_TITLES) : undefined,
      company_name: randomness.chance(0.25) ? randomness.pick(COMPANIES) : undefined,
      birthday_month: hasBirthday ? 1 + randomness.below(12) : undefined,
      birthday_day: hasBirthday ? 1 + randomness.below(28) : undefined,
      anniversary: randomness.chance(0.1) ? createdAt.slice(0, 10) : undefined,
      create_source: randomness.chance(0.4) ? 'Contact' : 'Account',
      update_source: updatedAt === createdAt ? undefined : randomness.chance(0.2) ? 'Contact' : 'Account',
      created_at: createdAt,
      updated_at: updatedAt,
      deleted_at: facts.deletedAt > 0 ? formatInstant(facts.deletedAt).slice(0, 10) : undefined,
      custom_fields: randomness.chance(0.3) ? this.#customFieldValues(randomness) : [],
      phone_numbers: randomness.chance(0.3) ? phoneNumbers(randomness, contactId, createdAt) : [],
      street_addresses: randomness.chance(0.25) ? streetAddresses(randomness, contactId, createdAt) : [],
      list_memberships: facts.lists.map((position) => this.#lists[position]?.list_id ?? ''),
      taggings: facts.tags.map((position) => this.#tags[position]?.tag_id ?? ''),
      notes: randomness.chance(0.05)
        ? [{ note_id: partId(contactId, 'c'), created_at: createdAt, content: randomness.pick(NOTES) }]
        : [],
      sms_channel:
        facts.sms === 'none' ? undefined : smsChannel({ index, contactId, createdAt, permission: facts.sms }),
    };
  }

  #email({
    index,
    facts,
    randomness,
    first,
    last,
    createdAt,
  }: {
    index: number;
    facts: Facts;
    randomness: Randomness;
    first: SpelledName;
    last: SpelledName;
    createdAt: string;
  }): EmailAddress {
    const style = randomness.below(100);
    const separator = style < 60 ? '.' : style < 75 ? '_' : style < 85 ? '-' : '';
    const name = style < 90 ? `${first[1]}${separator}${last[1]}` : `${first[1].slice(0, 1)}${last[1]}`;
    const plus = randomness.chance(0.1) ? '+news' : randomness.chance(0.03) ? '+very-long-mailbox-label-for-news' : '';
    const address = `${name}${index}${plus}@${randomness.pick(EMAIL_DOMAINS)}`;
    const confirmed = facts.permission === 'explicit' && randomness.chance(0.5);
    const isOut = facts.permission === 'unsubscribed';
    const optOutAt = isOut ? formatInstant(facts.optOutAt) : undefined;
    return {
      // The spelling of some addresses has capital letters; uniqueness ignores them.
      address: randomness.chance(0.04) ? address.slice(0, 1).toUpperCase() + address.slice(1) : address,
      permission_to_send: facts.permission,
      created_at: createdAt,
      updated_at: optOutAt ?? createdAt,
      opt_in_source: facts.permission === 'explicit' ? 'Contact' : 'Account',
      opt_in_date: createdAt,
      opt_out_source: isOut ? (randomness.chance(0.9) ? 'Contact' : 'Account') : undefined,
      opt_out_date: optOutAt,
      opt_out_reason: isOut && randomness.chance(0.3) ? 'Too many emails' : undefined,
      confirm_status: facts.permission === 'pending_confirmation' ? 'pending' : confirmed ? 'confirmed' : 'off',
    };
  }

  #customFieldValues(randomness: Randomness): ContactCustomField[] {
    const isFull = randomness.below(30) === 0;
    const count = isFull ? 25 : 1 + randomness.below(4);
    const start = isFull ? 0 : randomness.below(Math.max(1, this.#customFields.length - count));
    return this.#customFields.slice(start, start + count).map((field) => customFieldValue(randomness, field));
  }
}

function customFieldValue(randomness: Randomness, { custom_field_id, type }: CustomField): ContactCustomField {
  switch (type) {
    case 'single_select':
      return { custom_field_id, choice_ids: [choiceId(1 + randomness.below(5))] };
    case 'multi_select':
      return { custom_field_id, choice_ids: [choiceId(1), choiceId(2 + randomness.below(4))] };
    case 'number':
      return { custom_field_id, value: String(randomness.below(100_000)) };
    case 'currency':
      return { custom_field_id, value: (randomness.below(1_000_000) / 100).toFixed(2) };
    case 'boolean':
      return { custom_field_id, value: randomness.chance(0.5) ? 'true' : 'false' };
    case 'date':
      return { custom_field_id, value: `20${10 + randomness.below(15)}-0${1 + randomness.below(9)}-15` };
    case 'datetime':
      return { custom_field_id, value: `20${10 + randomness.below(15)}-0${1 + randomness.below(9)}-15T12:00:00Z` };
    case 'string':
    case 'text_area':
      return { custom_field_id, value: randomness.pick(COMPANIES) };
  }
}

/** Contacts name choices by strings of six digits. */
export function choiceId(choice: number): string {
  return String(choice).padStart(6, '0');
}

/** Ids of a contact's parts are its own id under another first word. */
function partId(contactId: string, kind: string): string {
  return `${kind.padEnd(8, '0')}${contactId.slice(8)}`;
}

function phoneNumbers(randomness: Randomness, contactId: string, at: string): PhoneNumber[] {
  const count = randomness.chance(0.8) ? 1 : 3;
  const first = randomness.below(KINDS.length);
  return Array.from({ length: count }, (_, position) => ({
    phone_number_id: partId(contactId, `a${position}`),
    phone_number: `(555) ${100 + randomness.below(900)}-${1000 + randomness.below(9000)}`,
    kind: KINDS[(first + position) % KINDS.length] ?? 'other',
    created_at: at,
    updated_at: at,
  }));
}

function streetAddresses(randomness: Randomness, contactId: string, at: string): StreetAddress[] {
  const [city, state, postalCode, country] = randomness.pick(PLACES);
  return [
    {
      street_address_id: partId(contactId, 'b0'),
      kind: randomness.chance(0.7) ? 'home' : 'work',
      street: `${1 + randomness.below(300)} ${randomness.pick(STREETS)}`,
      city,
      state,
      postal_code: postalCode,
      country,
      created_at: at,
      updated_at: at,
    },
  ];
}

function smsChannel({
  index,
  contactId,
  createdAt,
  permission,
}: {
  index: number;
  contactId: string;
  createdAt: string;
  permission: string;
}): SmsChannel {
  return {
    sms_channel_id: partId(contactId, 'd0'),
    sms_address: String(FIRST_SMS_NUMBER + index),
    dial_code: '1',
    country_code: 'US',
    update_source: 'Contact',
    create_source: 'Contact',
    sms_channel_consents: [
      {
        sms_consent_permission: permission,
        consent_type: 'promotional_sms',
        opt_in_date: permission === 'explicit' || permission === 'unsubscribed' ? createdAt : undefined,
        opt_out_date: permission === 'unsubscribed' ? createdAt : undefined,
        created_at: createdAt,
        updated_at: createdAt,
      },
    ],
  };
}
