import type { PrimaryCustomField } from '../../model/primary-contact.ts';
import {
  type CustomFieldValue,
  FIXED_FIELDS,
  type FieldValue,
  type FixedField,
  type PhoneNumber,
  type ProfileField,
  type StreetAddress,
} from '../../model/profile.ts';
import {
  INPUT_LIMITS,
  type InputProblem,
  parseAnniversary,
  parseBirthday,
  parseEmail,
  parseText,
  type ReportProblem,
} from './input-values.ts';
import { customFieldOf, sameIds } from './unified-contact.ts';

export type { InputProblem } from './input-values.ts';

/** What a caller wants to change: only what is given changes, null clears. Custom fields not named stay as they are. */
export interface LocalInput {
  readonly email?: string | null;
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly jobTitle?: string | null;
  readonly companyName?: string | null;
  /** `{month, day}`, or text as `MM-DD`. */
  readonly birthday?: { readonly month: number; readonly day: number } | string | null;
  readonly anniversary?: string | null;
  readonly phoneNumbers?: readonly { readonly number: string; readonly kind: string }[] | null;
  readonly streetAddresses?: readonly (Partial<StreetAddress> & { readonly kind: string })[] | null;
  readonly customFields?:
    | readonly {
        readonly customFieldId: string;
        readonly value?: string | null;
        readonly choiceIds?: readonly string[] | null;
      }[]
    | null;
}

/** Normalised values by field; null: to be cleared. */
export type FieldValues = { readonly [field in ProfileField]?: FieldValue };
export type CustomFieldsById = ReadonlyMap<string, PrimaryCustomField>;

const PHONE_KINDS = ['home', 'work', 'mobile', 'other'];
const ADDRESS_KINDS = ['home', 'work', 'other'];
const ADDRESS_PARTS = ['street', 'city', 'state', 'postalCode', 'country'] as const;

/**
 * Checks an edit against the limits of the API and normalises it. All problems at once; `values` are to be used only if
 * there are none. How many custom fields the contact has in the end is checked by `applyLocalEdit`'s caller and the plan.
 * @param stored the custom fields that the contact has: choices that are stored and offered no more may be sent back as they are
 */
export function parseLocalInput(
  input: LocalInput,
  {
    customFields,
    stored = [],
  }: { readonly customFields: CustomFieldsById; readonly stored?: readonly CustomFieldValue[] },
): { readonly values: FieldValues; readonly problems: readonly InputProblem[] } {
  const problems: InputProblem[] = [];
  const values: { [field in ProfileField]?: FieldValue } = {};
  for (const field of FIXED_FIELDS) {
    const raw = input[field];
    if (raw !== undefined) values[field] = parseFixedField(field, raw, reporter(problems, field));
  }
  if (input.email !== undefined && values.email === null && !problems.some(({ path }) => path[0] === 'email')) {
    // Its consent hangs on the address: without it nothing would say any more that the person has left.
    problems.push({ path: ['email'], message: 'can be changed, but not taken away' });
  }
  const given = input.customFields ?? [];
  if (given.length > INPUT_LIMITS.customFields) {
    problems.push({ path: ['customFields'], message: `must be ${INPUT_LIMITS.customFields} at most` });
  }
  const seen = new Set<string>();
  for (const [index, raw] of given.entries()) {
    const report = reporter(problems, 'customFields', String(index));
    if (seen.has(raw.customFieldId)) report('names a custom field a second time', 'customFieldId');
    seen.add(raw.customFieldId);
    values[customFieldOf(raw.customFieldId)] = parseCustomField(raw, { customFields, stored, report });
  }
  return { values, problems };
}

/** What the API would not take of a value that is stored. */
export function fieldProblems(field: ProfileField, value: FieldValue, customFields: CustomFieldsById): InputProblem[] {
  const problems: InputProblem[] = [];
  if (value === null) return problems;
  const report = reporter(problems, field);
  if (isFixedField(field)) parseFixedField(field, value, report);
  else parseCustomField(value as CustomFieldValue, { customFields, stored: [], report });
  return problems;
}

const isFixedField = (field: ProfileField): field is FixedField => (FIXED_FIELDS as readonly string[]).includes(field);

function reporter(problems: InputProblem[], ...start: readonly string[]): ReportProblem {
  return (message, ...path) => problems.push({ path: [...start, ...path], message });
}

function parseFixedField(field: FixedField, raw: unknown, report: ReportProblem): FieldValue {
  switch (field) {
    case 'email':
      return parseEmail(raw, report);
    case 'birthday':
      return parseBirthday(raw, report);
    case 'anniversary':
      return parseAnniversary(raw, report);
    case 'phoneNumbers':
      return parseList(raw, INPUT_LIMITS.phoneNumbers, parsePhoneNumber, report);
    case 'streetAddresses':
      return parseList(raw, INPUT_LIMITS.streetAddresses, parseStreetAddress, report);
    default:
      return parseText(raw, { max: INPUT_LIMITS.name, report });
  }
}

function parseList<Item>(
  raw: unknown,
  max: number,
  parse: (raw: Readonly<Record<string, unknown>>, report: ReportProblem) => Item,
  report: ReportProblem,
): Item[] | null {
  if (raw === null || raw === undefined) return null;
  if (!Array.isArray(raw)) {
    report('must be a list');
    return null;
  }
  if (raw.length > max) report(`must be ${max} at most`);
  const items = raw.map((item, index) =>
    parse(item ?? {}, (message, ...path) => report(message, String(index), ...path)),
  );
  return items.length === 0 ? null : items;
}

function parsePhoneNumber(raw: Readonly<Record<string, unknown>>, report: ReportProblem): PhoneNumber {
  const max = INPUT_LIMITS.phoneNumber;
  const number = parseText(raw['number'], { max, report: (message) => report(message, 'number') });
  if (number === null || !/\d/.test(number)) report('must be a phone number', 'number');
  return { number: number ?? '', kind: parseKind(raw['kind'], PHONE_KINDS, report) };
}

function parseStreetAddress(raw: Readonly<Record<string, unknown>>, report: ReportProblem): StreetAddress {
  const [street, city, state, postalCode, country] = ADDRESS_PARTS.map((part) => {
    const max = part === 'street' ? INPUT_LIMITS.street : INPUT_LIMITS.addressPart;
    return parseText(raw[part], { max, report: (message) => report(message, part) });
  });
  const address = {
    kind: parseKind(raw['kind'], ADDRESS_KINDS, report),
    street: street ?? null,
    city: city ?? null,
    state: state ?? null,
    postalCode: postalCode ?? null,
    country: country ?? null,
  };
  if (ADDRESS_PARTS.every((part) => address[part] === null)) report('says nothing');
  return address;
}

function parseKind(raw: unknown, kinds: readonly string[], report: ReportProblem): string {
  if (typeof raw === 'string' && kinds.includes(raw.toLowerCase())) return raw.toLowerCase();
  report(`must be one of ${kinds.join(', ')}`, 'kind');
  return 'other';
}

function parseCustomField(
  raw: NonNullable<LocalInput['customFields']>[number],
  {
    customFields,
    stored,
    report,
  }: { customFields: CustomFieldsById; stored: readonly CustomFieldValue[]; report: ReportProblem },
): CustomFieldValue | null {
  const definition = customFields.get(raw.customFieldId);
  if (definition === undefined) report('is no custom field of Constant Contact', 'customFieldId');
  const isSelect = definition?.type === 'single_select' || definition?.type === 'multi_select';
  const value = parseText(raw.value, {
    max: INPUT_LIMITS.customFieldValue,
    isMultiline: definition?.type === 'text_area',
    report: (message) => report(message, 'value'),
  });
  const choiceIds = [...new Set(raw.choiceIds ?? [])];
  if (isSelect && value !== null) report('must be empty: this field has choices', 'value');
  if (definition !== undefined && !isSelect && choiceIds.length > 0) {
    report('must be empty: this field has no choices', 'choiceIds');
  }
  if (definition?.type === 'single_select' && choiceIds.length > 1) report('must be one choice', 'choiceIds');
  const unknown = choiceIds.find((id) => isSelect && !definition.choices.some(({ choiceId }) => choiceId === id));
  const isAsStored = stored.some(
    (value) => value.customFieldId === raw.customFieldId && sameIds(value.choiceIds, choiceIds),
  );
  if (unknown !== undefined && !isAsStored) {
    const offered = definition?.choices.map(({ choiceId, label }) => `${label} (${choiceId})`).join(', ');
    report(`holds ${JSON.stringify(unknown)}, which is no choice of this field; there are ${offered}`, 'choiceIds');
  }
  return value === null && choiceIds.length === 0 ? null : { customFieldId: raw.customFieldId, value, choiceIds };
}
