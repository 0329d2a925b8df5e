import type { SaveContactInput } from '../../client/index.ts';
import { parseEmail } from '../../sync/decide/input-values.ts';
import type { Binding, CustomField } from './column-mapping.ts';

/** What is wrong with a row, by column. */
export interface RowProblem {
  readonly column: string;
  readonly message: string;
}

/** A row as the gateway takes it. */
export interface ParsedRow {
  readonly input: SaveContactInput;
  readonly problems: readonly RowProblem[];
  /** The column that a problem's path leads to: `phoneNumbers`, `0`, `number`. */
  columnOf(path: readonly string[]): string;
}

/** Between lists, and between choices, in one cell. */
export const CELL_SEPARATOR = ';';

const parts = (cell: string) =>
  cell
    .split(CELL_SEPARATOR)
    .map((part) => part.trim())
    .filter((part) => part !== '');

/**
 * One row as the input of `saveContacts`. Empty cells say nothing, or clear where `clearEmpty` is given; an empty list cell
 * takes nobody off a list.
 */
export function parseContactRow(
  cells: readonly string[],
  { bindings, lists, clearEmpty }: { bindings: readonly Binding[]; lists: readonly string[]; clearEmpty: boolean },
): ParsedRow {
  const problems: RowProblem[] = [];
  /** Column by the beginning of the path. */
  const columns = new Map<string, string>();
  let email = '';
  const fields: Record<string, string | null> = {};
  const listNames: { name: string; column: string }[] = lists.map((name) => ({ name, column: '--list' }));
  const phones = new Map<number, Record<string, string>>();
  const addresses = new Map<number, Record<string, string>>();
  const customFields: { customFieldId: string; value?: string | null; choiceIds?: string[] }[] = [];
  const slot = (slots: typeof phones, position: number) => {
    const found = slots.get(position) ?? {};
    slots.set(position, found);
    return found;
  };

  for (const { target, column, read } of bindings) {
    const text = read(cells);
    switch (target.kind) {
      case 'FIELD':
        columns.set(target.field, column);
        if (target.field === 'email') {
          email = text;
          const report = (message: string) => problems.push({ column, message });
          if (text === '') report('is missing: contacts are known by it');
          else parseEmail(text, report);
        } else if (text !== '' || clearEmpty) fields[target.field] = text === '' ? null : text;
        break;
      case 'LISTS':
        for (const name of parts(text)) listNames.push({ name, column });
        break;
      case 'PHONE':
        slot(phones, target.position)[target.part] = text;
        columns.set(`phoneNumbers.${target.position}.${target.part}`, column);
        break;
      case 'ADDRESS':
        slot(addresses, target.position)[target.part] = text;
        columns.set(`streetAddresses.${target.position}.${target.part}`, column);
        break;
      case 'CUSTOM_FIELD':
        if (text === '' && !clearEmpty) break;
        columns.set(`customFields.${customFields.length}`, column);
        customFields.push(customFieldValue(target.field, text, (message) => problems.push({ column, message })));
    }
  }

  const given = [...phones].filter(([, { number = '' }]) => number !== '');
  const streets = [...addresses].filter(([, { kind: _, ...rest }]) => Object.values(rest).some((text) => text !== ''));
  const input: SaveContactInput = {
    contact: { email },
    ...fields,
    ...(given.length > 0 || (clearEmpty && phones.size > 0)
      ? { phoneNumbers: given.map(([, { number = '', kind }]) => ({ number, kind: kind || 'other' })) }
      : {}),
    ...(streets.length > 0 || (clearEmpty && addresses.size > 0)
      ? { streetAddresses: streets.map(([, { kind, ...rest }]) => ({ kind: kind || 'home', ...rest })) }
      : {}),
    ...(customFields.length > 0 ? { customFields } : {}),
    ...(listNames.length > 0 ? { lists: listNames.map(({ name }) => ({ name })) } : {}),
  };
  const positions = { phoneNumbers: given, streetAddresses: streets };
  return {
    input,
    problems,
    columnOf([field = '', index = '', part = '']) {
      if (field === 'contact') return columns.get('email') ?? 'email';
      if (field === 'lists') return listNames[Number(index)]?.column ?? 'lists';
      if (field === 'phoneNumbers' || field === 'streetAddresses') {
        const position = positions[field][Number(index)]?.[0];
        const first = [...columns].find(([path]) => path.startsWith(`${field}.${position ?? ''}`))?.[1];
        return columns.get(`${field}.${position}.${part}`) ?? first ?? field;
      }
      return columns.get(`${field}.${index}`) ?? columns.get(field) ?? field;
    },
  };
}

function customFieldValue(
  { customFieldId, type, choices }: CustomField,
  text: string,
  report: (message: string) => void,
): { customFieldId: string; value?: string | null; choiceIds?: string[] } {
  if (type !== 'single_select' && type !== 'multi_select') return { customFieldId, value: text === '' ? null : text };
  const choiceIds = parts(text).flatMap((part) => {
    const found = choices.find(
      ({ choiceId, label }) => choiceId === part || label.toLowerCase() === part.toLowerCase(),
    );
    if (found !== undefined) return [found.choiceId];
    report(`has no choice ${JSON.stringify(part)}; there are ${choices.map(({ label }) => label).join(', ')}`);
    return [];
  });
  return { customFieldId, choiceIds };
}
