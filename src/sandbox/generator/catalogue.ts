import { formatInstant } from '../contact.ts';
import { LIST_NAMES, TAG_NAMES } from './people.ts';
import { Randomness, randomUuid } from './randomness.ts';

export interface ContactList {
  readonly list_id: string;
  readonly name: string;
  readonly description?: string;
  readonly favorite: boolean;
  readonly created_at: string;
  readonly updated_at: string;
  readonly deleted_at?: string;
}

export interface Tag {
  readonly tag_id: string;
  readonly name: string;
  readonly tag_source: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface CustomFieldChoice {
  readonly choice_id: number;
  readonly choice_label: string;
  readonly display_order: number;
}

export const CUSTOM_FIELD_TYPES = [
  'string',
  'text_area',
  'date',
  'datetime',
  'number',
  'currency',
  'boolean',
  'single_select',
  'multi_select',
] as const;
export type CustomFieldType = (typeof CUSTOM_FIELD_TYPES)[number];

export interface CustomField {
  readonly custom_field_id: string;
  readonly label: string;
  readonly name: string;
  readonly type: CustomFieldType;
  readonly version: number;
  readonly metadata?: object;
  readonly choices?: readonly CustomFieldChoice[];
  readonly created_at: string;
  readonly updated_at: string;
}

/** The `name` that the API makes of a label: small letters, blanks become underscores. */
export function customFieldName(label: string): string {
  return label.trim().toLowerCase().replaceAll(/\s+/g, '_').slice(0, 50);
}

export function generateLists({ seed, count, until }: { seed: number; count: number; until: number }): ContactList[] {
  return Array.from({ length: count }, (_, index) => {
    const randomness = new Randomness(seed, index, 0x11);
    const base = LIST_NAMES[index % LIST_NAMES.length] ?? 'List';
    const round = Math.floor(index / LIST_NAMES.length);
    const createdAt = until - Math.floor((6 - (5 * index) / count) * 31_536_000);
    return {
      list_id: randomUuid(randomness),
      name: round === 0 ? base : `${base} ${round + 1}`,
      ...(randomness.chance(0.6) ? { description: `People of "${base}"` } : {}),
      favorite: index === 0,
      created_at: formatInstant(createdAt),
      updated_at: formatInstant(createdAt + randomness.below(until - createdAt)),
    };
  });
}

export function generateTags({ seed, until }: { seed: number; until: number }): Tag[] {
  return TAG_NAMES.map((name, index) => {
    const randomness = new Randomness(seed, index, 0x22);
    const createdAt = formatInstant(until - 94_608_000 + index * 86_400);
    return {
      tag_id: randomUuid(randomness),
      name,
      tag_source: 'Contact',
      created_at: createdAt,
      updated_at: createdAt,
    };
  });
}

const FIELD_LABELS: readonly (readonly [string, CustomFieldType])[] = [
  ['Favourite colour', 'single_select'],
  ['Hobbies', 'multi_select'],
  ['Customer number', 'number'],
  ['Customer since', 'date'],
  ['Last visit', 'datetime'],
  ['Lifetime value', 'currency'],
  ['Wants catalogue', 'boolean'],
  ['Remarks', 'text_area'],
  ['Πόλη καταγωγής', 'string'],
  ['Любимая книга', 'string'],
];
const CHOICES = ['Red', 'Green', 'Blue', 'Голубой', 'その他'];

/** 28 fields: more than the 25 that one contact may have. */
export function generateCustomFields({ seed, until }: { seed: number; until: number }): CustomField[] {
  return Array.from({ length: 28 }, (_, index) => {
    const [label, type] = FIELD_LABELS[index] ?? [`Detail ${index + 1}`, 'string' as const];
    const createdAt = formatInstant(until - 126_144_000 + index * 3_600);
    const choices = CHOICES.map((choice_label, position) => ({
      choice_id: position + 1,
      choice_label,
      display_order: position + 1,
    }));
    return {
      custom_field_id: randomUuid(new Randomness(seed, index, 0x33)),
      label,
      name: customFieldName(label),
      type,
      version: type === 'date' || type === 'datetime' ? 2 : 1,
      ...(type === 'single_select' || type === 'multi_select' ? { choices } : {}),
      created_at: createdAt,
      updated_at: createdAt,
    };
  });
}
