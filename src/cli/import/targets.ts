/** What a column can be: fields of a contact, as a mapping file and the header of an export name them. */
export type Target =
  | { readonly kind: 'FIELD'; readonly field: TextField }
  | { readonly kind: 'LISTS' }
  | { readonly kind: 'PHONE'; readonly position: number; readonly part: 'number' | 'kind' }
  | { readonly kind: 'ADDRESS'; readonly position: number; readonly part: AddressPart }
  | { readonly kind: 'CUSTOM_FIELD'; readonly name: string };

export const TEXT_FIELDS = [
  'email',
  'firstName',
  'lastName',
  'jobTitle',
  'companyName',
  'birthday',
  'anniversary',
] as const;
export type TextField = (typeof TEXT_FIELDS)[number];

export const ADDRESS_PARTS = ['kind', 'street', 'city', 'state', 'postalCode', 'country'] as const;
export type AddressPart = (typeof ADDRESS_PARTS)[number];

/** Of phone numbers and of street addresses: the API's own limit. */
export const MOST_POSITIONS = 3;
const CUSTOM_FIELD = 'customField:';

/** Columns that an export or an error file has and no import changes. */
export const READ_ONLY_COLUMNS = [
  'contactId',
  'status',
  'permissionToSend',
  'optInAt',
  'optOutAt',
  'optOutReason',
  'tags',
  'syncState',
  'updatedAt',
] as const;
export const ERROR_COLUMNS = ['csg_row', 'csg_problems'] as const;

/** Written as `email`, `lists`, `phone1`, `phone1.kind`, `address2.city`, `customField:Favourite colour`; null for none. */
export function parseTarget(text: string): Target | null {
  const field = TEXT_FIELDS.find((name) => name === text);
  if (field !== undefined) return { kind: 'FIELD', field };
  if (text === 'lists') return { kind: 'LISTS' };
  if (text.startsWith(CUSTOM_FIELD)) return { kind: 'CUSTOM_FIELD', name: text.slice(CUSTOM_FIELD.length).trim() };
  const phone = /^phone([1-3])(\.kind)?$/.exec(text);
  if (phone !== null)
    return { kind: 'PHONE', position: Number(phone[1]), part: phone[2] === undefined ? 'number' : 'kind' };
  const address = /^address([1-3])\.(\w+)$/.exec(text);
  const part = ADDRESS_PARTS.find((name) => name === address?.[2]);
  return part === undefined ? null : { kind: 'ADDRESS', position: Number(address?.[1]), part };
}

export const TARGET_HELP =
  'email, firstName, lastName, jobTitle, companyName, birthday, anniversary, lists, phone1 to phone3, phone1.kind, ' +
  'address1.street (.kind, .city, .state, .postalCode, .country), customField:NAME, or null to leave a column out';

const COMMON_NAMES: Readonly<Record<string, string>> = {
  emailaddress: 'email',
  mail: 'email',
  company: 'companyName',
  phone: 'phone1',
  phonenumber: 'phone1',
};

const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
const KNOWN_NAMES = new Map([
  ...[...TEXT_FIELDS, 'lists'].map((name) => [plain(name), name] as const),
  ...Object.entries(COMMON_NAMES),
]);

/** What a column is by its name alone: case, blanks and signs do not matter; null where the name tells nothing. */
export function recognise(columnName: string): Target | null {
  return parseTarget(columnName) ?? parseTarget(KNOWN_NAMES.get(plain(columnName)) ?? '');
}
