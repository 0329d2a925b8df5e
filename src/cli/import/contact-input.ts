import type { SaveContactInput } from '../../client/index.ts';
import { parseEmail } from '../../sync/decide/input-values.ts';
import type { Binding, CustomField } from './column-mapping.ts';

/** What is wrong with a row, by column. */
export interface RowProblem {
  readonly column: string;
  readonly message: string;
}

/** What is saved of a row: its contact and lists are named as a file can name them. */
export interface RowInput extends Omit<SaveContactInput, 'contact' | 'lists'> {
  contact: { email: string };
  lists?: { name: string }[];
}

/** A row as the gateway takes it. */
export interface ParsedRow {
  readonly input: RowInput;
  readonly problems: readonly RowProblem[];
  /** The column that a problem's path leads to: `phoneNumbers`, `0`, `number`. */
  columnOf(path: readonly string[]): string;
}

/** Between lists, and between choices, in one cell. */
export const CELL_SEPARATOR = ';';

const partsOf = (cell: string) =>
  cell
    .split(CELL_SEPARATOR)
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** What holds for all rows of a file. */
export interface RowOptions {
  readonly bindings: readonly Binding[];
  /** Lists that every row is for. */
  readonly lists: readonly string[];
  /** An empty cell clears, instead of saying nothing. */
  readonly clearEmpty: boolean;
}

/**
 * One row as the input of `saveContacts`. Empty cells say nothing, or clear where `clearEmpty` is given; an empty list cell
 * takes nobody off a list.
 */
export function parseContactRow(cells: readonly string[], options: RowOptions): ParsedRow {
  const { bindings, clearEmpty } = options;
  const problems: RowProblem[] = [];
  let email = '';
  const fields: Record<string, string | null> = {};
  const customFields: NonNullable<SaveContactInput['customFields']> = [];
  for (const { target, column, read } of bindings) {
    if (target.kind !== 'FIELD' && target.kind !== 'CUSTOM_FIELD') continue;
    const text = read(cells);
    const report = (message: string) => problems.push({ column, message });
    if (target.kind === 'CUSTOM_FIELD') {
      if (isSaid(text, options)) customFields.push(customFieldValue(target.field, text));
    } else if (target.field === 'email') {
      email = text;
      if (text === '') report('is missing: contacts are known by it');
      else parseEmail(text, report);
    } else if (isSaid(text, options)) fields[target.field] = text === '' ? null : text;
  }

  const phones = phonesIn(cells, bindings);
  const addresses = addressesIn(cells, bindings);
  const lists = listsIn(cells, options);
  const isCleared = (kind: 'PHONE' | 'ADDRESS') => clearEmpty && bindings.some(({ target }) => target.kind === kind);
  const input: RowInput = {
    contact: { email },
    ...fields,
    ...(phones.length > 0 || isCleared('PHONE')
      ? { phoneNumbers: phones.map(({ parts: { number = '', kind } }) => ({ number, kind: kind || 'other' })) }
      : {}),
    ...(addresses.length > 0 || isCleared('ADDRESS')
      ? { streetAddresses: addresses.map(({ parts: { kind, ...rest } }) => ({ kind: kind || 'home', ...rest })) }
      : {}),
    ...(customFields.length > 0 ? { customFields } : {}),
    ...(lists.length > 0 ? { lists: lists.map(({ name }) => ({ name })) } : {}),
  };
  // Looked for when it is asked for: most rows have no problem.
  return { input, problems, columnOf: (path) => columnOf(path, cells, options) };
}

const isSaid = (text: string, { clearEmpty }: RowOptions) => text !== '' || clearEmpty;

function columnOf(
  [field = '', index = '', part = '']: readonly string[],
  cells: readonly string[],
  options: RowOptions,
) {
  const { bindings } = options;
  const columnWhere = (isMeant: (target: Binding['target']) => boolean) =>
    bindings.find(({ target }) => isMeant(target))?.column;
  switch (field) {
    case 'lists':
      return listsIn(cells, options)[Number(index)]?.column ?? 'lists';
    case 'customFields': {
      const given = bindings.filter(
        ({ target, read }) => target.kind === 'CUSTOM_FIELD' && isSaid(read(cells), options),
      );
      return given[Number(index)]?.column ?? field;
    }
    case 'phoneNumbers':
    case 'streetAddresses': {
      const kind = field === 'phoneNumbers' ? 'PHONE' : 'ADDRESS';
      const given = kind === 'PHONE' ? phonesIn(cells, bindings) : addressesIn(cells, bindings);
      const position = given[Number(index)]?.position;
      const isThere = (target: Binding['target']) =>
        target.kind === kind && (position === undefined || target.position === position);
      const exact = columnWhere((target) => isThere(target) && 'part' in target && target.part === part);
      return exact ?? columnWhere(isThere) ?? field;
    }
    default: {
      const name = field === 'contact' ? 'email' : field;
      return columnWhere((target) => target.kind === 'FIELD' && target.field === name) ?? name;
    }
  }
}

/** The lists that a row is for, with the column that names each. */
function listsIn(cells: readonly string[], { bindings, lists }: RowOptions): { name: string; column: string }[] {
  return [
    ...lists.map((name) => ({ name, column: '--list' })),
    ...bindings.flatMap(({ target, column, read }) =>
      target.kind === 'LISTS' ? partsOf(read(cells)).map((name) => ({ name, column })) : [],
    ),
  ];
}

/** Phone number 1 to 3, or address 1 to 3, of a row. */
interface Slot {
  readonly position: number;
  readonly parts: Record<string, string>;
}

const phonesIn = (cells: readonly string[], bindings: readonly Binding[]) =>
  slotsIn('PHONE', cells, bindings).filter(({ parts: { number = '' } }) => number !== '');

const addressesIn = (cells: readonly string[], bindings: readonly Binding[]) =>
  slotsIn('ADDRESS', cells, bindings).filter(({ parts: { kind: _, ...rest } }) =>
    Object.values(rest).some((text) => text !== ''),
  );

function slotsIn(kind: 'PHONE' | 'ADDRESS', cells: readonly string[], bindings: readonly Binding[]): Slot[] {
  const slots: Slot[] = [];
  for (const { target, read } of bindings) {
    if (target.kind !== kind) continue;
    const known = slots.find(({ position }) => position === target.position);
    const slot = known ?? { position: target.position, parts: {} };
    if (known === undefined) slots.push(slot);
    slot.parts[target.part] = read(cells);
  }
  return slots;
}

function customFieldValue(
  { customFieldId, type, choices }: CustomField,
  text: string,
): { customFieldId: string; value?: string | null; choiceIds?: string[] } {
  if (type !== 'single_select' && type !== 'multi_select') return { customFieldId, value: text === '' ? null : text };
  // One that is offered no more goes as it stands: the contact may have it.
  return { customFieldId, choiceIds: partsOf(text).map((part) => findChoice(choices, part)?.choiceId ?? part) };
}

const findChoice = (choices: CustomField['choices'], text: string) =>
  choices.find(({ choiceId }) => choiceId === text) ??
  choices.find(({ label }) => label.toLowerCase() === text.toLowerCase());

/** What a cell says of a choice, so that it is read as the same one: its label, or its id where that is not clear. */
export function choiceText(choices: CustomField['choices'], id: string): string {
  const label = choices.find(({ choiceId }) => choiceId === id)?.label ?? id;
  const [part = '', ...more] = partsOf(label);
  return more.length === 0 && findChoice(choices, part)?.choiceId === id ? label : id;
}
