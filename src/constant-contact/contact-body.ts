import type { Consent } from '../model/consent.ts';
import type { Note } from '../model/primary-contact.ts';
import type { Profile } from '../model/profile.ts';

/**
 * All that a write of a contact says. What the profile has not is cleared, because a PUT is no partial update; lists, tags and
 * notes are kept where they are left out.
 */
export interface ContactWrite {
  readonly profile: Profile;
  /** From the read just before: a stale permission could subscribe a person again. */
  readonly consent: Pick<Consent, 'permissionToSend' | 'optOutReason'>;
  readonly listIds?: readonly string[];
  readonly tagIds?: readonly string[];
  readonly notes?: readonly Note[];
}

/**
 * The body of a full write, without its source. Core properties left out are overwritten with null, sub-resources left
 * out are kept (API-FACTS section 4): so an empty array is sent where none are left. `sms_channel` is never sent: what is
 * read of it cannot be written, and left out it is kept.
 */
export function encodeContact({ profile, consent, listIds, tagIds, notes }: ContactWrite): Record<string, unknown> {
  return {
    ...(profile.email === null ? {} : { email_address: encodeEmail(profile.email, consent) }),
    ...defined({
      first_name: profile.firstName,
      last_name: profile.lastName,
      job_title: profile.jobTitle,
      company_name: profile.companyName,
      birthday_month: profile.birthday?.month,
      birthday_day: profile.birthday?.day,
      anniversary: profile.anniversary,
    }),
    custom_fields: profile.customFields.map(({ customFieldId, value, choiceIds }) => ({
      custom_field_id: customFieldId,
      ...defined({ value }),
      ...(choiceIds.length === 0 ? {} : { choice_ids: choiceIds }),
    })),
    phone_numbers: profile.phoneNumbers.map(({ number, kind }) => ({ phone_number: number, kind })),
    street_addresses: profile.streetAddresses.map(({ postalCode, ...address }) =>
      defined({ ...address, postal_code: postalCode }),
    ),
    ...(listIds === undefined ? {} : { list_memberships: listIds }),
    ...(tagIds === undefined ? {} : { taggings: tagIds }),
    ...(notes === undefined
      ? {}
      : {
          notes: notes.map(({ noteId, createdAt, content }) =>
            defined({ note_id: noteId, created_at: createdAt?.toISOString(), content }),
          ),
        }),
  };
}

function encodeEmail(address: string, consent: ContactWrite['consent']): Record<string, unknown> {
  return defined({
    address,
    permission_to_send: consent.permissionToSend?.toLowerCase(),
    opt_out_reason: consent.optOutReason,
  });
}

function defined(properties: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null && value !== undefined));
}
