import {
  type Contact,
  type ContactCustomField,
  type PhoneNumber,
  parseInstant,
  type SmsChannel,
  type StreetAddress,
} from '../contact.ts';
import { changeContact, withPermission } from '../contact-changes.ts';
import { EMAIL_PATTERN, parseAnniversary } from '../contact-input.ts';
import { NO_PARTS, newEmail } from '../contact-writes.ts';
import type { CustomField } from '../generator/catalogue.ts';
import { choiceId } from '../generator/contact-generator.ts';
import { mergedFields } from '../routes/sign-up-form.ts';
import type { World } from '../world.ts';

/** A row's values by their keys; blank ones are left out. */
export type ImportRow = ReadonlyMap<string, string>;

export interface ImportTarget {
  readonly listIds: readonly string[];
  readonly smsPermission: 'explicit' | 'not_set';
}

export interface ImportCounts {
  persons: Set<string>;
  errors: number;
  correctable: number;
  cannotAdd: number;
}

const CORE_KEYS = ['first_name', 'last_name', 'job_title', 'company_name'] as const;
const PHONE_KEYS = [
  ['phone', 'other'],
  ['home_phone', 'home'],
  ['work_phone', 'work'],
  ['mobile_phone', 'mobile'],
  ['other_phone', 'other'],
] as const;
const ADDRESS_KEYS = [
  ['', 'home'],
  ['home_', 'home'],
  ['work_', 'work'],
  ['other_', 'other'],
] as const;

/** One row into the account. Never clears anything; adds to lists and never removes; later rows win over earlier ones of the same person. */
export function importRow(world: World, row: ImportRow, target: ImportTarget, counts: ImportCounts): void {
  const email = row.get('email');
  const number = row.get('sms_number')?.replaceAll('-', '');
  if (hasCorrectableMistake(row, email, number)) {
    counts.correctable += 1;
    return;
  }
  if (hasTooLongValue(row) || !hasKnownCustomFields(world, row)) {
    counts.errors += 1;
    return;
  }
  const index =
    (email === undefined ? undefined : world.book.indexOfEmail(email)) ??
    (number === undefined ? undefined : world.book.indexOfSmsNumber(number));
  const at = world.timestamp();
  const before = index === undefined ? undefined : world.book.get(index);
  const next = withRow(world, { before, row, email, number, target, at });
  if (next.list_memberships.length < new Set([...(before?.list_memberships ?? []), ...target.listIds]).size) {
    counts.cannotAdd += 1;
  }
  if (index === undefined) world.book.add(next);
  else changeContact(world, { index, actor: 'client', next });
  counts.persons.add(next.contact_id);
}

function hasCorrectableMistake(row: ImportRow, email: string | undefined, number: string | undefined): boolean {
  if (email === undefined && number === undefined) return true;
  if (email !== undefined && !EMAIL_PATTERN.test(email)) return true;
  if (number !== undefined && !/^\d{10,16}$/.test(number)) return true;
  const month = row.get('birthday_month');
  const day = row.get('birthday_day');
  if ((month === undefined) !== (day === undefined)) return true;
  if (month !== undefined && !(/^\d{1,2}$/.test(month) && Number(month) >= 1 && Number(month) <= 12)) return true;
  if (day !== undefined && !(/^\d{1,2}$/.test(day) && Number(day) >= 1 && Number(day) <= 31)) return true;
  const anniversary = row.get('anniversary');
  return anniversary !== undefined && parseAnniversary(anniversary) === undefined;
}

function hasTooLongValue(row: ImportRow): boolean {
  for (const [key, value] of row) if (value.length > maxLengthOf(key)) return true;
  return false;
}

function maxLengthOf(key: string): number {
  if (key.startsWith('cf:') || key.endsWith('street') || key.endsWith('street2')) return 255;
  return key.startsWith('sms_') ? 16 : 50;
}

function hasKnownCustomFields(world: World, row: ImportRow): boolean {
  for (const key of row.keys()) if (key.startsWith('cf:') && !world.customFieldNames.has(key.slice(3))) return false;
  return true;
}

function withRow(
  world: World,
  {
    before,
    row,
    email,
    number,
    target,
    at,
  }: {
    before: Contact | undefined;
    row: ImportRow;
    email: string | undefined;
    number: string | undefined;
    target: ImportTarget;
    at: string;
  },
): Contact {
  const { deleted_at, ...alive } = before ?? createdByImport(world, at);
  const wasUnsubscribed = alive.email_address?.permission_to_send === 'unsubscribed';
  const isRefused = wasUnsubscribed && !world.quirks.importResubscribes;
  const base = wasUnsubscribed && !isRefused ? resubscribed(alive, at) : alive;
  const emailAddress =
    base.email_address ??
    (email === undefined ? undefined : newEmail({ address: email, permission: 'implicit', source: 'Account', at }));
  const channel =
    base.sms_channel ?? (number === undefined ? undefined : importedChannel(world, number, row, target, at));
  return {
    ...base,
    ...(emailAddress === undefined ? {} : { email_address: emailAddress }),
    ...importedCore(row),
    ...(before === undefined ? {} : { update_source: 'Account' as const }),
    updated_at: at,
    phone_numbers: importedPhones(world, base.phone_numbers, row, at),
    street_addresses: importedAddresses(world, base.street_addresses, row, at),
    custom_fields: mergedFields(base.custom_fields, importedFields(world, row)),
    list_memberships: isRefused
      ? base.list_memberships
      : [...new Set([...base.list_memberships, ...target.listIds])].slice(0, 50),
    ...(channel === undefined ? {} : { sms_channel: channel }),
  };
}

function createdByImport(world: World, at: string): Contact {
  return { contact_id: world.createId(), create_source: 'Account', created_at: at, updated_at: at, ...NO_PARTS };
}

function resubscribed<T extends Pick<Contact, 'email_address'>>(contact: T, at: string): T {
  if (contact.email_address === undefined) return contact;
  return {
    ...contact,
    email_address: withPermission(contact.email_address, { permission: 'implicit', source: 'Account', at }),
  };
}

function importedCore(row: ImportRow): object {
  const core: Record<string, string | number> = {};
  for (const key of CORE_KEYS) {
    const value = row.get(key);
    if (value !== undefined) core[key] = value;
  }
  const month = row.get('birthday_month');
  const day = row.get('birthday_day');
  if (month !== undefined && day !== undefined) {
    core['birthday_month'] = Number(month);
    core['birthday_day'] = Number(day);
  }
  const anniversary = parseAnniversary(row.get('anniversary') ?? '');
  if (anniversary !== undefined) core['anniversary'] = anniversary;
  return core;
}

/** A number replaces that of its kind. The fourth is lost. */
function importedPhones(world: World, before: readonly PhoneNumber[], row: ImportRow, at: string): PhoneNumber[] {
  let phones = [...before];
  for (const [key, kind] of PHONE_KEYS) {
    const phone_number = row.get(key);
    if (phone_number === undefined) continue;
    const phone = { phone_number_id: world.createId(), phone_number, kind, created_at: at, updated_at: at };
    phones = [...phones.filter((other) => other.kind !== kind), phone];
  }
  return phones.slice(0, 3);
}

function importedAddresses(
  world: World,
  before: readonly StreetAddress[],
  row: ImportRow,
  at: string,
): StreetAddress[] {
  let addresses = [...before];
  for (const [prefix, kind] of ADDRESS_KEYS) {
    const streets = [row.get(`${prefix}street`), row.get(`${prefix}street2`)].filter((line) => line !== undefined);
    const sent = {
      street: streets.length === 0 ? undefined : streets.join(' '),
      city: row.get(`${prefix}city`),
      state: row.get(`${prefix}state`),
      postal_code: row.get(`${prefix}zip`),
      country: row.get(`${prefix}country`) ?? (prefix === 'home_' ? row.get('home country') : undefined),
    };
    const given = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined));
    if (Object.keys(given).length === 0) continue;
    const known = addresses.find((address) => address.kind === kind);
    const address = {
      street_address_id: world.createId(),
      kind,
      created_at: at,
      ...known,
      ...given,
      updated_at: at,
    };
    addresses = [...addresses.filter((other) => other.kind !== kind), address];
  }
  return addresses.slice(0, 3);
}

function importedFields(world: World, row: ImportRow): ContactCustomField[] {
  const fields: ContactCustomField[] = [];
  for (const [key, value] of row) {
    const field = key.startsWith('cf:') ? world.customFieldNames.get(key.slice(3)) : undefined;
    if (field !== undefined) fields.push(fieldValue(field, value));
  }
  return fields;
}

/** Choices are imported by their labels, several of them separated by commas. */
function fieldValue({ custom_field_id, choices }: CustomField, value: string): ContactCustomField {
  if (choices === undefined) return { custom_field_id, value };
  const labels = value.split(',').map((label) => label.trim());
  const chosen = choices.filter((choice) => labels.includes(choice.choice_label));
  return { custom_field_id, choice_ids: chosen.map((choice) => choiceId(choice.choice_id)) };
}

function importedChannel(world: World, number: string, row: ImportRow, target: ImportTarget, at: string): SmsChannel {
  const consentedAt = row.get('sms_consent_date');
  const isExplicit = target.smsPermission === 'explicit' && consentedAt !== undefined;
  const optIn = isExplicit && !Number.isNaN(parseInstant(consentedAt)) ? new Date(consentedAt).toISOString() : at;
  return {
    sms_channel_id: world.createId(),
    sms_address: number,
    dial_code: '1',
    country_code: 'US',
    update_source: 'Account',
    create_source: 'Account',
    sms_channel_consents: [
      {
        sms_consent_permission: isExplicit ? 'explicit' : 'not_set',
        consent_type: 'promotional_sms',
        ...(isExplicit ? { opt_in_date: optIn } : {}),
        created_at: at,
        updated_at: at,
      },
    ],
  };
}
