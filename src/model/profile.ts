/** The profile of a contact: the fields that both stores may change and that are merged three ways. */

export interface Birthday {
  readonly month: number;
  readonly day: number;
}

/** `kind` is `home`, `work`, `mobile` or `other`; a value the API adds later survives as it is. */
export interface PhoneNumber {
  readonly number: string;
  readonly kind: string;
}

/** `kind` is `home`, `work` or `other`. */
export interface StreetAddress {
  readonly kind: string;
  readonly street: string | null;
  readonly city: string | null;
  readonly state: string | null;
  readonly postalCode: string | null;
  readonly country: string | null;
}

/** Select fields use `choiceIds`, all others `value`. */
export interface CustomFieldValue {
  readonly customFieldId: string;
  readonly value: string | null;
  readonly choiceIds: readonly string[];
}

/** One side's image of a contact's profile. Null and absent are the same in the API: here it is always null. */
export interface Profile {
  /** In its original spelling; compare it ignoring case. */
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly jobTitle: string | null;
  readonly companyName: string | null;
  readonly birthday: Birthday | null;
  /** `YYYY-MM-DD`, as the API reads it back. */
  readonly anniversary: string | null;
  readonly phoneNumbers: readonly PhoneNumber[];
  readonly streetAddresses: readonly StreetAddress[];
  readonly customFields: readonly CustomFieldValue[];
}

export const FIXED_FIELDS = [
  'email',
  'firstName',
  'lastName',
  'jobTitle',
  'companyName',
  'birthday',
  'anniversary',
  'phoneNumbers',
  'streetAddresses',
] as const;

export type FixedField = (typeof FIXED_FIELDS)[number];

/** What is merged on its own: each fixed field, and each custom field by its id. */
export type ProfileField = FixedField | `customField:${string}`;

/** The value of a `ProfileField`; null where the contact has none. */
export type FieldValue =
  | string
  | Birthday
  | readonly PhoneNumber[]
  | readonly StreetAddress[]
  | CustomFieldValue
  | null;

export const EMPTY_PROFILE: Profile = {
  email: null,
  firstName: null,
  lastName: null,
  jobTitle: null,
  companyName: null,
  birthday: null,
  anniversary: null,
  phoneNumbers: [],
  streetAddresses: [],
  customFields: [],
};
