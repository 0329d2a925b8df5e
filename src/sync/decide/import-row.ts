import type { PrimaryCustomField } from '../../model/primary-contact.ts';
import type {
  Birthday,
  CustomFieldValue,
  FieldValue,
  PhoneNumber,
  Profile,
  ProfileField,
  StreetAddress,
} from '../../model/profile.ts';
import type { ImportFormat } from './push-limits.ts';

/** A value to send; null clears. */
export interface FieldWrite {
  readonly field: ProfileField;
  readonly value: FieldValue;
}

type Row = Record<string, string | number>;

interface Keys {
  readonly phones: Readonly<Record<string, string>>;
  /** Before the names of an address's parts, by its kind. */
  readonly addresses: Readonly<Record<string, string>>;
}

/**
 * What each format has a key for, by kind. The bare address keys mean the address at home, and are used for it because the API
 * names `home country` once with a blank and once without (API-FACTS section 10). The documented headings of a file are fewer
 * than the keys of JSON: one phone number, of kind `other`, and one address, at home. What has none goes one by one.
 */
const KEYS: Readonly<Record<ImportFormat, Keys>> = {
  json: {
    phones: { home: 'home_phone', work: 'work_phone', mobile: 'mobile_phone', other: 'other_phone' },
    addresses: { home: '', work: 'work_', other: 'other_' },
  },
  csv: { phones: { other: 'phone' }, addresses: { home: '' } },
};
const ADDRESS_KEYS = [
  ['street', 'street'],
  ['city', 'city'],
  ['state', 'state'],
  ['postalCode', 'zip'],
  ['country', 'country'],
] as const;

/**
 * The row of an import that sets these values, or null if an import cannot: it clears nothing, removes nothing, knows each
 * kind of phone number and address once, no choices, no international phone numbers, and finds the contact by its email.
 */
export function createImportRow(
  email: string,
  writes: readonly FieldWrite[],
  {
    base,
    customFields,
    format,
  }: {
    /** What the contact has in the primary; null: it is new there. */
    readonly base: Profile | null;
    readonly customFields: ReadonlyMap<string, PrimaryCustomField>;
    readonly format: ImportFormat;
  },
): Row | null {
  const keys = KEYS[format];
  const row: Row = { email };
  for (const { field, value } of writes) {
    if (value === null) return null;
    switch (field) {
      case 'email':
        // The address is what the row is found by: another one would create a second contact.
        if (base !== null) return null;
        break;
      case 'firstName':
        row['first_name'] = value as string;
        break;
      case 'lastName':
        row['last_name'] = value as string;
        break;
      case 'jobTitle':
        row['job_title'] = value as string;
        break;
      case 'companyName':
        row['company_name'] = value as string;
        break;
      case 'birthday':
        row['birthday_month'] = (value as Birthday).month;
        row['birthday_day'] = (value as Birthday).day;
        break;
      case 'anniversary':
        row['anniversary'] = value as string;
        break;
      case 'phoneNumbers':
        if (!setPhoneNumbers(row, keys, value as readonly PhoneNumber[], base?.phoneNumbers ?? [])) return null;
        break;
      case 'streetAddresses':
        if (!setStreetAddresses(row, keys, value as readonly StreetAddress[], base?.streetAddresses ?? [])) return null;
        break;
      default:
        if (!setCustomField(row, value as CustomFieldValue, customFields)) return null;
    }
  }
  return row;
}

function setPhoneNumbers(
  row: Row,
  { phones }: Keys,
  ours: readonly PhoneNumber[],
  base: readonly PhoneNumber[],
): boolean {
  if (!isEachKindOnce(ours) || !isEachKindOnce(base) || !keepsKinds(ours, base)) return false;
  return ours.every(({ kind, number }) => {
    const key = phones[kind];
    const isInternational = number.startsWith('+') && !/^\+\D*1/.test(number);
    if (key === undefined || isInternational) return false;
    row[key] = number;
    return true;
  });
}

function setStreetAddresses(
  row: Row,
  { addresses }: Keys,
  ours: readonly StreetAddress[],
  base: readonly StreetAddress[],
): boolean {
  if (!isEachKindOnce(ours) || !isEachKindOnce(base) || !keepsKinds(ours, base)) return false;
  return ours.every((address) => {
    const prefix = addresses[address.kind];
    if (prefix === undefined) return false;
    const before = base.find(({ kind }) => kind === address.kind);
    return ADDRESS_KEYS.every(([part, key]) => {
      const value = address[part];
      if (value !== null && value !== '') row[`${prefix}${key}`] = value;
      else if ((before?.[part] ?? '') !== '') return false;
      return true;
    });
  });
}

const isEachKindOnce = (items: readonly { readonly kind: string }[]): boolean =>
  new Set(items.map(({ kind }) => kind)).size === items.length;

/** An import sets what it names and leaves the rest: a kind that is gone here would stay there. */
const keepsKinds = (ours: readonly { readonly kind: string }[], base: readonly { readonly kind: string }[]): boolean =>
  base.every(({ kind }) => ours.some((item) => item.kind === kind));

function setCustomField(
  row: Row,
  { customFieldId, value, choiceIds }: CustomFieldValue,
  customFields: ReadonlyMap<string, PrimaryCustomField>,
): boolean {
  const name = customFields.get(customFieldId)?.name;
  // What an import makes of choices is not documented.
  if (name === undefined || value === null || value === '' || choiceIds.length > 0) return false;
  row[`cf:${name}`] = value;
  return true;
}
