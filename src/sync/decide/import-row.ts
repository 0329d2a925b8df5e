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

/** A value to send; null clears. */
export interface FieldWrite {
  readonly field: ProfileField;
  readonly value: FieldValue;
}

type Row = Record<string, string | number>;

const PHONE_KEYS: Readonly<Record<string, string>> = {
  home: 'home_phone',
  work: 'work_phone',
  mobile: 'mobile_phone',
  other: 'other_phone',
};

/**
 * The bare keys mean the address at home, and are used for it because the API names `home country` once with a blank and
 * once without (API-FACTS section 10).
 */
const ADDRESS_PREFIXES: Readonly<Record<string, string>> = { home: '', work: 'work_', other: 'other_' };
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
  }: {
    /** What the contact has in the primary; null: it is new there. */
    readonly base: Profile | null;
    readonly customFields: ReadonlyMap<string, PrimaryCustomField>;
  },
): Row | null {
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
        if (!setPhoneNumbers(row, value as readonly PhoneNumber[], base?.phoneNumbers ?? [])) return null;
        break;
      case 'streetAddresses':
        if (!setStreetAddresses(row, value as readonly StreetAddress[], base?.streetAddresses ?? [])) return null;
        break;
      default:
        if (!setCustomField(row, value as CustomFieldValue, customFields)) return null;
    }
  }
  return row;
}

function setPhoneNumbers(row: Row, ours: readonly PhoneNumber[], base: readonly PhoneNumber[]): boolean {
  if (!isEachKindOnce(ours) || !isEachKindOnce(base) || !keepsKinds(ours, base)) return false;
  return ours.every(({ kind, number }) => {
    const key = PHONE_KEYS[kind];
    const isInternational = number.startsWith('+') && !/^\+\D*1/.test(number);
    if (key === undefined || isInternational) return false;
    row[key] = number;
    return true;
  });
}

function setStreetAddresses(row: Row, ours: readonly StreetAddress[], base: readonly StreetAddress[]): boolean {
  if (!isEachKindOnce(ours) || !isEachKindOnce(base) || !keepsKinds(ours, base)) return false;
  return ours.every((address) => {
    const prefix = ADDRESS_PREFIXES[address.kind];
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

/** The body of an import: exactly these bytes are counted, and are to be sent. `rows` are serialised. */
export function importBody(rows: readonly string[], listIds: readonly string[]): string {
  return `${IMPORT_START}${rows.join(',')}${importEnd(listIds)}`;
}

const IMPORT_START = '{"import_data":[';
const importEnd = (listIds: readonly string[]): string => `],"list_ids":${JSON.stringify(listIds)}}`;

/** The bytes of an import without its rows. Each row after the first takes a comma, too. */
export function importEnvelopeBytes(listIds: readonly string[]): number {
  return IMPORT_START.length + utf8Bytes(importEnd(listIds));
}

/** The length of a text in UTF-8. JSON escapes halves of characters, so that there are none. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    // Both halves of a character beyond the first plane: four bytes together.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}
