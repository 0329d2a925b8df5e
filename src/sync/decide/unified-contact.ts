import {
  type CustomFieldValue,
  EMPTY_PROFILE,
  FIXED_FIELDS,
  type FieldValue,
  type FixedField,
  type PhoneNumber,
  type Profile,
  type ProfileField,
  type StreetAddress,
} from '../../model/profile.ts';
import type { StoredContact } from '../../model/stored-contact.ts';

const CUSTOM_FIELD_PREFIX = 'customField:';

/** The id of a custom field's `ProfileField`; null for a fixed field. */
export function customFieldIdOf(field: ProfileField): string | null {
  return field.startsWith(CUSTOM_FIELD_PREFIX) ? field.slice(CUSTOM_FIELD_PREFIX.length) : null;
}

export function customFieldOf(customFieldId: string): ProfileField {
  return `${CUSTOM_FIELD_PREFIX}${customFieldId}`;
}

/** The fields with a local change. */
export function localFields(contact: Pick<StoredContact, 'local'>): ProfileField[] {
  return Object.keys(contact.local) as ProfileField[]; // Object.keys forgets the names.
}

/** Both stores as one: the primary's image, overlaid with what was changed here. The only place that does it. */
export function unifiedProfile(stored: Pick<StoredContact, 'primary' | 'local'>): Profile {
  const image = stored.primary ?? EMPTY_PROFILE;
  const fields = localFields(stored);
  if (fields.length === 0) return image;
  // One copy for all of them: this is done for every contact that is written.
  const profile = { ...image };
  for (const field of fields) {
    const change = stored.local[field];
    if (change !== undefined) setField(profile, field, change.value);
  }
  return profile;
}

/** The value of one field; null where the profile has none. */
export function readField(profile: Profile, field: ProfileField): FieldValue {
  const customFieldId = customFieldIdOf(field);
  if (customFieldId === null) return emptyToNull(profile[field as FixedField]);
  return emptyToNull(profile.customFields.find((custom) => custom.customFieldId === customFieldId) ?? null);
}

/** Every fixed field, and each custom field that the profile has. */
export function profileFields(profile: Profile): ProfileField[] {
  return [...FIXED_FIELDS, ...profile.customFields.map(({ customFieldId }) => customFieldOf(customFieldId))];
}

/** The profile with one field replaced; a value of null clears it. */
export function withField(profile: Profile, field: ProfileField, value: FieldValue): Profile {
  const copy = { ...profile };
  setField(copy, field, value);
  return copy;
}

function setField(profile: Profile, field: ProfileField, value: FieldValue): void {
  const set = emptyToNull(value);
  const customFieldId = customFieldIdOf(field);
  if (customFieldId === null) {
    Object.assign(profile, { [field]: set ?? EMPTY_PROFILE[field as FixedField] });
    return;
  }
  const others = profile.customFields.filter((custom) => custom.customFieldId !== customFieldId);
  Object.assign(profile, { customFields: set === null ? others : [...others, set] });
}

/**
 * Whether two values of a field mean the same. Null, absent and empty are one. An email ignores case. Phone numbers,
 * addresses and choices are compared as multisets: the API keeps no order that could be relied on, so that a row whose
 * order alone differs is no change.
 */
export function fieldValuesEqual(field: ProfileField, a: FieldValue, b: FieldValue): boolean {
  if (a === b) return true;
  switch (field) {
    case 'email':
      return emailKey(a as string | null) === emailKey(b as string | null);
    case 'birthday': {
      const [left, right] = [a, b] as ({ month: number; day: number } | null)[];
      return left?.month === right?.month && left?.day === right?.day;
    }
    case 'phoneNumbers':
      return samePhoneNumbers((a ?? []) as readonly PhoneNumber[], (b ?? []) as readonly PhoneNumber[]);
    case 'streetAddresses':
      return sameStreetAddresses((a ?? []) as readonly StreetAddress[], (b ?? []) as readonly StreetAddress[]);
    case 'firstName':
    case 'lastName':
    case 'jobTitle':
    case 'companyName':
    case 'anniversary':
      return sameText(a as string | null, b as string | null);
    default:
      return sameCustomFieldValue(a as CustomFieldValue | null, b as CustomFieldValue | null);
  }
}

/** Whether two images mean the same, field by field as `fieldValuesEqual`. Cheap where they do. */
export function sameProfile(a: Profile, b: Profile): boolean {
  return (
    (a.email === b.email || emailKey(a.email) === emailKey(b.email)) &&
    sameText(a.firstName, b.firstName) &&
    sameText(a.lastName, b.lastName) &&
    sameText(a.jobTitle, b.jobTitle) &&
    sameText(a.companyName, b.companyName) &&
    a.birthday?.month === b.birthday?.month &&
    a.birthday?.day === b.birthday?.day &&
    sameText(a.anniversary, b.anniversary) &&
    samePhoneNumbers(a.phoneNumbers, b.phoneNumbers) &&
    sameStreetAddresses(a.streetAddresses, b.streetAddresses) &&
    sameCustomFields(a.customFields, b.customFields)
  );
}

/** The form in which emails are compared and looked up; null for none. */
export function emailKey(email: string | null): string | null {
  if (email === null) return null;
  const key = email.trim().toLowerCase().normalize('NFC');
  return key === '' ? null : key;
}

/** `last first`, lower-cased and normalised: for order and search. */
export function nameKey({ firstName, lastName }: Pick<Profile, 'firstName' | 'lastName'>): string {
  return searchKey(`${lastName ?? ''} ${firstName ?? ''}`);
}

/** `first last`, as `nameKey`: for search. */
export function firstNameKey({ firstName, lastName }: Pick<Profile, 'firstName' | 'lastName'>): string {
  return searchKey(`${firstName ?? ''} ${lastName ?? ''}`);
}

/** The form in which names are compared and looked up. */
export function searchKey(name: string): string {
  return name.trim().toLowerCase().normalize('NFKC');
}

/** Whether both hold the same ids, in whatever order. */
export function sameIds(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  if (a.length === 0) return true;
  return a.every((id) => b.includes(id)) && b.every((id) => a.includes(id));
}

function emptyToNull(value: FieldValue): FieldValue {
  if (value === null || value === '') return null;
  if (Array.isArray(value)) return value.length === 0 ? null : value;
  if (isCustomFieldValue(value)) return isEmptyCustomField(value) ? null : value;
  return value;
}

const isCustomFieldValue = (value: NonNullable<FieldValue>): value is CustomFieldValue =>
  typeof value === 'object' && 'customFieldId' in value;

const isEmptyCustomField = ({ value, choiceIds }: CustomFieldValue): boolean =>
  (value === null || value === '') && choiceIds.length === 0;

const sameText = (a: string | null, b: string | null): boolean => a === b || (a ?? '') === (b ?? '');

const samePhoneNumbers = (a: readonly PhoneNumber[], b: readonly PhoneNumber[]): boolean =>
  sameMultiset(a, b, samePhoneNumber);

const samePhoneNumber = (a: PhoneNumber, b: PhoneNumber): boolean => a.number === b.number && a.kind === b.kind;

const sameStreetAddresses = (a: readonly StreetAddress[], b: readonly StreetAddress[]): boolean =>
  sameMultiset(a, b, sameStreetAddress);

const sameStreetAddress = (a: StreetAddress, b: StreetAddress): boolean =>
  a.kind === b.kind &&
  sameText(a.street, b.street) &&
  sameText(a.city, b.city) &&
  sameText(a.state, b.state) &&
  sameText(a.postalCode, b.postalCode) &&
  sameText(a.country, b.country);

function sameCustomFieldValue(a: CustomFieldValue | null, b: CustomFieldValue | null): boolean {
  return sameText(a?.value ?? null, b?.value ?? null) && sameIds(a?.choiceIds ?? [], b?.choiceIds ?? []);
}

function sameCustomFields(a: readonly CustomFieldValue[], b: readonly CustomFieldValue[]): boolean {
  if (sameMultiset(a, b, sameNamedValue)) return true;
  const left = a.filter((custom) => !isEmptyCustomField(custom));
  const right = b.filter((custom) => !isEmptyCustomField(custom));
  return sameMultiset(left, right, sameNamedValue);
}

const sameNamedValue = (a: CustomFieldValue, b: CustomFieldValue): boolean =>
  a.customFieldId === b.customFieldId && sameCustomFieldValue(a, b);

/** The common case, equal in the same order, costs one walk; these arrays are short. */
function sameMultiset<Item>(a: readonly Item[], b: readonly Item[], same: (x: Item, y: Item) => boolean): boolean {
  if (a.length !== b.length) return false;
  let start = 0;
  for (const item of a) {
    const other = b[start];
    if (other === undefined || !same(item, other)) break;
    start += 1;
  }
  if (start === a.length) return true;
  const rest = b.slice(start);
  return a.slice(start).every((item) => {
    const found = rest.findIndex((other) => same(item, other));
    if (found < 0) return false;
    rest.splice(found, 1);
    return true;
  });
}
