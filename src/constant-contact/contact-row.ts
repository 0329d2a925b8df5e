import { z } from 'zod';
import type { Consent } from '../model/consent.ts';
import type { Note, PrimaryContact } from '../model/primary-contact.ts';
import type { Birthday, CustomFieldValue, PhoneNumber, Profile, StreetAddress } from '../model/profile.ts';
import {
  DecodingError,
  dayOrNull,
  decodingReason,
  id,
  instantOrNull,
  optionalInstant,
  optionalText,
  textOrNull,
} from './decoding.ts';

/**
 * A row of `GET /contacts` as the API sends it. Unknown fields are kept out; enum values are plain strings, so that one
 * that the API adds later survives. Lengths are not checked: what the primary holds is what it is.
 */
const contactRow = z.object({
  contact_id: id,
  email_address: z
    .object({
      address: optionalText,
      permission_to_send: optionalText,
      confirm_status: optionalText,
      opt_in_date: optionalInstant,
      opt_in_source: optionalText,
      opt_out_date: optionalInstant,
      opt_out_source: optionalText,
      opt_out_reason: optionalText,
    })
    .nullish(),
  first_name: optionalText,
  last_name: optionalText,
  job_title: optionalText,
  company_name: optionalText,
  // The published read model swaps the two names and bounds the day by 12: no range is checked.
  birthday_month: z.int().nullish(),
  birthday_day: z.int().nullish(),
  anniversary: optionalText,
  created_at: optionalInstant,
  updated_at: optionalInstant,
  deleted_at: optionalInstant,
  custom_fields: z
    .array(
      z.object({
        custom_field_id: id,
        value: optionalText,
        // Strings on contacts, numbers where choices are defined.
        choice_ids: z.array(z.union([z.string(), z.number()])).nullish(),
      }),
    )
    .nullish(),
  phone_numbers: z.array(z.object({ phone_number: optionalText, kind: optionalText })).nullish(),
  street_addresses: z
    .array(
      z.object({
        kind: optionalText,
        street: optionalText,
        city: optionalText,
        state: optionalText,
        postal_code: optionalText,
        country: optionalText,
      }),
    )
    .nullish(),
  list_memberships: z.array(z.string()).nullish(),
  taggings: z.array(z.string()).nullish(),
  notes: z.array(z.object({ note_id: optionalText, created_at: optionalInstant, content: optionalText })).nullish(),
});
type ContactRow = z.infer<typeof contactRow>;

/** A row that cannot be decoded. `raw` is as it came. */
export interface RejectedContact {
  readonly raw: unknown;
  readonly contactId: string | null;
  /** Where it fails, without the values. */
  readonly reason: string;
}

export function parseContactRow(
  raw: unknown,
): { readonly contact: PrimaryContact } | { readonly rejected: RejectedContact } {
  const decoded = contactRow.safeParse(raw);
  try {
    if (!decoded.success) throw decoded.error;
    return { contact: toPrimaryContact(decoded.data) };
  } catch (error) {
    const reason = decodingReason(error);
    if (reason === null) throw error;
    return { rejected: { raw, contactId: contactIdOf(raw), reason } };
  }
}

/** The contact of an answer that is about one alone. Throws what makes that answer unreadable. */
export function decodeContact(raw: unknown): PrimaryContact {
  const parsed = parseContactRow(raw);
  if ('rejected' in parsed) throw new DecodingError(parsed.rejected.reason);
  return parsed.contact;
}

function contactIdOf(raw: unknown): string | null {
  const decoded = z.object({ contact_id: id }).safeParse(raw);
  return decoded.success ? decoded.data.contact_id : null;
}

function toPrimaryContact(row: ContactRow): PrimaryContact {
  return {
    contactId: row.contact_id,
    profile: toProfile(row),
    consent: toConsent(row.email_address),
    listIds: row.list_memberships ?? [],
    tagIds: row.taggings ?? [],
    notes: row.notes?.map(toNote) ?? [],
    createdAt: instantOrNull(row.created_at),
    updatedAt: instantOrNull(row.updated_at),
    deletedAt: dayOrNull(row.deleted_at),
  };
}

function toProfile(row: ContactRow): Profile {
  return {
    email: textOrNull(row.email_address?.address),
    firstName: textOrNull(row.first_name),
    lastName: textOrNull(row.last_name),
    jobTitle: textOrNull(row.job_title),
    companyName: textOrNull(row.company_name),
    birthday: toBirthday(row),
    anniversary: textOrNull(row.anniversary),
    phoneNumbers: row.phone_numbers?.flatMap(toPhoneNumber) ?? [],
    streetAddresses: row.street_addresses?.map(toStreetAddress) ?? [],
    customFields: row.custom_fields?.map(toCustomFieldValue) ?? [],
  };
}

function toBirthday({ birthday_month: month, birthday_day: day }: ContactRow): Birthday | null {
  return typeof month === 'number' && typeof day === 'number' ? { month, day } : null;
}

function toPhoneNumber(row: NonNullable<ContactRow['phone_numbers']>[number]): PhoneNumber[] {
  const number = textOrNull(row.phone_number);
  return number === null ? [] : [{ number, kind: textOrNull(row.kind) ?? 'other' }];
}

function toStreetAddress(row: NonNullable<ContactRow['street_addresses']>[number]): StreetAddress {
  return {
    kind: textOrNull(row.kind) ?? 'other',
    street: textOrNull(row.street),
    city: textOrNull(row.city),
    state: textOrNull(row.state),
    postalCode: textOrNull(row.postal_code),
    country: textOrNull(row.country),
  };
}

function toCustomFieldValue(row: NonNullable<ContactRow['custom_fields']>[number]): CustomFieldValue {
  return {
    customFieldId: row.custom_field_id,
    value: textOrNull(row.value),
    choiceIds: row.choice_ids?.map(String) ?? [],
  };
}

function toNote(row: NonNullable<ContactRow['notes']>[number]): Note {
  return { noteId: row.note_id ?? '', createdAt: instantOrNull(row.created_at), content: row.content ?? '' };
}

const NO_CONSENT: Consent = {
  permissionToSend: null,
  confirmStatus: null,
  optInAt: null,
  optInSource: null,
  optOutAt: null,
  optOutSource: null,
  optOutReason: null,
};

function toConsent(email: ContactRow['email_address']): Consent {
  if (email === undefined || email === null) return NO_CONSENT;
  return {
    permissionToSend: textOrNull(email.permission_to_send)?.toUpperCase() ?? null,
    confirmStatus: textOrNull(email.confirm_status),
    optInAt: instantOrNull(email.opt_in_date),
    optInSource: textOrNull(email.opt_in_source),
    optOutAt: instantOrNull(email.opt_out_date),
    optOutSource: textOrNull(email.opt_out_source),
    optOutReason: textOrNull(email.opt_out_reason),
  };
}
