import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { CustomFieldsQuery } from '../../client/index.ts';
import { CommandFailure, EXIT } from '../exit-codes.ts';
import { fileFailure } from '../file-failure.ts';
import { ERROR_COLUMNS, parseTarget, READ_ONLY_COLUMNS, recognise, TARGET_HELP, type Target } from './targets.ts';

const mappingSchema = z.strictObject({
  /** Column name to target; null: the column is left out. */
  columns: z.record(z.string(), z.string().nullable()).default({}),
  /** Target to a value that every row gets, as if a column held it. */
  values: z.record(z.string(), z.string()).default({}),
});
export type Mapping = z.infer<typeof mappingSchema>;

export const NO_MAPPING: Mapping = { columns: {}, values: {} };

export type CustomField = CustomFieldsQuery['customFields'][number];

/** Where the text of a target comes from. */
export interface Binding {
  readonly target:
    | Exclude<Target, { kind: 'CUSTOM_FIELD' }>
    | { readonly kind: 'CUSTOM_FIELD'; readonly field: CustomField };
  /** For people: the column's name, or the target of a fixed value. */
  readonly column: string;
  readonly read: (cells: readonly string[]) => string;
}

/** @throws CommandFailure that says what is wrong with the file. */
export async function readMapping(path: string): Promise<Mapping> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    if (cause instanceof SyntaxError)
      throw new CommandFailure(EXIT.usage, `The mapping ${path} is no JSON: ${cause.message}`, { cause });
    throw fileFailure(EXIT.usage, `The mapping ${path} cannot be read`, cause);
  }
  const parsed = mappingSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new CommandFailure(EXIT.usage, `The mapping ${path} is not right:\n${z.prettifyError(parsed.error)}`);
}

/**
 * Binds each column to what it is: as the mapping says, else by its name.
 * @throws CommandFailure with all problems: nothing of a file is lost because nobody knew what it was
 */
export function bindColumns({
  header,
  mapping,
  customFields,
}: {
  header: readonly string[];
  mapping: Mapping;
  customFields: readonly CustomField[];
}): Binding[] {
  const problems: string[] = [];
  const bindings: Binding[] = [];
  const bind = (target: Target, column: string, read: Binding['read']) => {
    if (target.kind !== 'CUSTOM_FIELD') return void bindings.push({ target, column, read });
    const field = findCustomField(customFields, target.name);
    if (field === undefined) problems.push(`${column}: the account has no custom field ${JSON.stringify(target.name)}`);
    else bindings.push({ target: { kind: 'CUSTOM_FIELD', field }, column, read });
  };

  for (const [index, name] of header.entries()) {
    if (name !== '' && header.indexOf(name) !== index) problems.push(`${name}: two columns have this name`);
    const told = mapping.columns[name];
    if (told === null || (told === undefined && isIgnored(name))) continue;
    const target = told === undefined ? recogniseWith(name, customFields) : parseTarget(told);
    if (target !== null) bind(target, name, (cells) => cells[index]?.trim() ?? '');
    else if (told !== undefined) problems.push(`${name}: ${JSON.stringify(told)} is nothing that a column can be`);
    else problems.push(`${name || `column ${index + 1}`}: its name does not tell what it is`);
  }
  for (const name of Object.keys(mapping.columns))
    if (!header.includes(name)) problems.push(`${name}: the mapping names it, and the file has no such column`);
  for (const [name, value] of Object.entries(mapping.values)) {
    const target = parseTarget(name);
    if (target === null) problems.push(`${name}: is nothing that can be given a value`);
    else bind(target, name, () => value);
  }

  const places = bindings.map(({ target }) => JSON.stringify(target));
  for (const [index, { target, column }] of bindings.entries())
    if (target.kind !== 'LISTS' && places.indexOf(JSON.stringify(target)) !== index)
      problems.push(`${column}: another column is the same`);
  if (!bindings.some(({ target }) => target.kind === 'FIELD' && target.field === 'email'))
    problems.push('no column is the email address, by which contacts are known');
  if (problems.length === 0) return bindings;
  throw new CommandFailure(
    EXIT.usage,
    `The columns are not clear:\n${problems.map((problem) => `  ${problem}`).join('\n')}\nA mapping file (--mapping) says what a column is: ${TARGET_HELP}.`,
  );
}

const isIgnored = (name: string) => [...READ_ONLY_COLUMNS, ...ERROR_COLUMNS].some((ignored) => ignored === name);

function recogniseWith(name: string, customFields: readonly CustomField[]): Target | null {
  const known = recognise(name);
  if (known !== null) return known;
  return findCustomField(customFields, name) === undefined ? null : { kind: 'CUSTOM_FIELD', name };
}

function findCustomField(fields: readonly CustomField[], name: string): CustomField | undefined {
  const same = (text: string) => text.toLowerCase() === name.toLowerCase();
  return (
    fields.find(({ customFieldId }) => customFieldId === name) ??
    fields.find(({ label }) => same(label)) ??
    fields.find((field) => same(field.name))
  );
}
