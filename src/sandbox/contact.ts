/** What a permission may be. The order is the code kept in the contact book's columns. */
export const PERMISSIONS = [
  'explicit',
  'implicit',
  'not_set',
  'pending_confirmation',
  'temp_hold',
  'unsubscribed',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const SOURCES = ['Contact', 'Account'] as const;
export type Source = (typeof SOURCES)[number];

/** Permissions that allow mail: what "active" members of a list have. */
export function isMailable(permission: Permission | undefined): boolean {
  return permission === 'explicit' || permission === 'implicit';
}

export interface EmailAddress {
  readonly address: string;
  readonly permission_to_send: Permission;
  readonly created_at: string;
  readonly updated_at: string;
  readonly opt_in_source?: Source | undefined;
  readonly opt_in_date?: string | undefined;
  readonly opt_out_source?: Source | undefined;
  readonly opt_out_date?: string | undefined;
  readonly opt_out_reason?: string | undefined;
  readonly confirm_status: 'pending' | 'confirmed' | 'off';
}

export interface ContactCustomField {
  readonly custom_field_id: string;
  readonly value?: string | undefined;
  readonly choice_ids?: readonly string[] | undefined;
}

export interface PhoneNumber {
  readonly phone_number_id: string;
  readonly phone_number: string;
  readonly kind: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface StreetAddress {
  readonly street_address_id: string;
  readonly kind: string;
  readonly street?: string | undefined;
  readonly city?: string | undefined;
  readonly state?: string | undefined;
  readonly postal_code?: string | undefined;
  readonly country?: string | undefined;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface Note {
  readonly note_id: string;
  readonly created_at: string;
  readonly content: string;
}

export interface SmsConsent {
  readonly sms_consent_permission: string;
  readonly consent_type: string;
  readonly opt_in_date?: string | undefined;
  readonly opt_out_date?: string | undefined;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface SmsChannel {
  readonly sms_channel_id: string;
  readonly sms_address: string;
  readonly dial_code: string;
  readonly country_code: string;
  readonly update_source: Source;
  readonly create_source: Source;
  readonly sms_channel_consents: readonly SmsConsent[];
}

/**
 * The whole truth about one person, in the words of the API. Never changed in place: a change is a new object. Absent and undefined are the same:
 * generated contacts have all properties, because objects of one shape are made and written twice as fast.
 */
export interface Contact {
  readonly contact_id: string;
  readonly email_address?: EmailAddress | undefined;
  readonly first_name?: string | undefined;
  readonly last_name?: string | undefined;
  readonly job_title?: string | undefined;
  readonly company_name?: string | undefined;
  readonly birthday_month?: number | undefined;
  readonly birthday_day?: number | undefined;
  /** `YYYY-MM-DD`. */
  readonly anniversary?: string | undefined;
  readonly update_source?: Source | undefined;
  readonly create_source: Source;
  readonly created_at: string;
  readonly updated_at: string;
  /** A day without time, as the API gives it. */
  readonly deleted_at?: string | undefined;
  readonly custom_fields: readonly ContactCustomField[];
  readonly phone_numbers: readonly PhoneNumber[];
  readonly street_addresses: readonly StreetAddress[];
  readonly list_memberships: readonly string[];
  readonly taggings: readonly string[];
  readonly notes: readonly Note[];
  readonly sms_channel?: SmsChannel | undefined;
}

const TWO_DIGITS = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'));

/**
 * Seconds since 1970 as the API writes them: whole seconds, UTC. A page of contacts holds thousands of these, and `Date` took a third of the
 * time of making it; hence the civil calendar in integers (days are counted from 1 March, so that the leap day comes last).
 */
export function formatInstant(seconds: number): string {
  const day = Math.floor(seconds / 86_400);
  const time = seconds - day * 86_400;
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const date = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const clock = `${TWO_DIGITS[Math.floor(time / 3_600)]}:${TWO_DIGITS[Math.floor(time / 60) % 60]}:${TWO_DIGITS[time % 60]}`;
  return `${year}-${TWO_DIGITS[month]}-${TWO_DIGITS[date]}T${clock}Z`;
}

export function parseInstant(text: string): number {
  return Math.floor(Date.parse(text) / 1000);
}

export const INCLUDES = [
  'custom_fields',
  'list_memberships',
  'taggings',
  'notes',
  'phone_numbers',
  'street_addresses',
  'sms_channel',
] as const;
export type Include = (typeof INCLUDES)[number];

/** The answer's form of a contact: sub-resources only where asked for. Absent properties vanish in `JSON.stringify`. */
export function contactView(contact: Contact, include: ReadonlySet<Include>): object {
  const hidden = INCLUDES.filter((name) => !include.has(name) && contact[name] !== undefined);
  if (hidden.length === 0) return contact;
  const view: Record<string, unknown> = { ...contact };
  for (const name of hidden) view[name] = undefined;
  return view;
}
