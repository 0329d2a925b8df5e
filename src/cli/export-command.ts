import { open } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import type { ContactDetailFieldsFragment, ContactFilter, GatewayClient } from '../client/index.ts';
import { counted } from '../counted.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { fileFailure } from './file-failure.ts';
import type { CustomField } from './import/column-mapping.ts';
import { CELL_SEPARATOR, choiceText } from './import/contact-input.ts';
import { ADDRESS_PARTS, MOST_POSITIONS, READ_ONLY_COLUMNS, TEXT_FIELDS } from './import/targets.ts';
import type { Output } from './output.ts';
import { createTransferView } from './progress.ts';

const PAGE_SIZE = 500;

export interface ExportOptions {
  readonly format: 'csv' | 'ndjson';
  readonly after?: string;
  /** Spreadsheets run cells that begin like a formula: such cells get a `'` in front. */
  readonly forSpreadsheets: boolean;
}

type Contact = ContactDetailFieldsFragment;
interface Column {
  readonly name: string;
  readonly read: (contact: Contact) => string | null | undefined;
}

/** `csg export`: all contacts, or those of a filter, page by page. What it writes as CSV `csg import` reads by itself. */
export async function runExport({
  client,
  file,
  filter,
  options,
  output,
  signal,
}: {
  client: GatewayClient;
  /** Null: stdout. */
  file: string | null;
  filter: ContactFilter;
  options: ExportOptions;
  output: Output;
  signal: AbortSignal;
}): Promise<ExitCode> {
  const columns = exportColumns((await client.customFields()).customFields);
  const { totalCount } = (await client.contactCount({ filter })).contacts;
  const escape_formulas = options.forSpreadsheets;
  const format = (contacts: readonly Contact[]): string =>
    options.format === 'ndjson'
      ? contacts.map((contact) => `${JSON.stringify(contact)}\n`).join('')
      : stringify(
          contacts.map((contact) => columns.map(({ read }) => read(contact) ?? '')),
          { escape_formulas },
        );
  const view = createTransferView(output, () => performance.now());
  let after = options.after ?? null;
  const target = file === null ? openStdout() : await openFile(file, after !== null);
  let contacts = 0;
  let isWhole = false;
  try {
    if (options.format === 'csv' && after === null) await target.write(stringify([columns.map(({ name }) => name)]));
    while (!signal.aborted && !isWhole) {
      const { contacts: page } = await client.fullContacts({
        first: PAGE_SIZE,
        after,
        filter,
        orderBy: { field: 'ID' },
      });
      await target.write(format(page.nodes));
      contacts += page.nodes.length;
      after = page.pageInfo.endCursor ?? after;
      isWhole = !page.pageInfo.hasNextPage;
      view.show({ done: contacts, share: totalCount === 0 ? 1 : Math.min(1, contacts / totalCount) });
    }
  } catch (error) {
    if (error instanceof ReaderGone) return EXIT.done;
    throw error;
  } finally {
    view.end();
    await target.close();
  }
  const summary = { file, format: options.format, contacts, interrupted: !isWhole, after: isWhole ? null : after };
  const text = `${counted(contacts, 'contact')}${file === null ? '' : ` in ${file}`}.`;
  const rest = isWhole || after === null ? '' : `\nInterrupted: --after ${after} writes what is missing behind it.`;
  // What goes to stdout is the contacts alone.
  if (file === null) output.note(text + rest);
  else output.answer(summary, text + rest);
  return isWhole ? EXIT.done : EXIT.interrupted;
}

interface Target {
  /** Resolves when there is room for more. */
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

/** Who reads stdout wants no more of it, as `head` does: no failure. */
class ReaderGone extends Error {}

function openStdout(): Target {
  return {
    write: (text) =>
      new Promise((resolve, reject) => {
        process.stdout.write(text, (error) => {
          if (!error) resolve();
          else if ('code' in error && error.code === 'EPIPE') reject(new ReaderGone());
          else reject(fileFailure(EXIT.failed, 'The export cannot be written to stdout', error));
        });
      }),
    close: async () => {},
  };
}

/** @param append behind an export that was interrupted */
async function openFile(file: string, append: boolean): Promise<Target> {
  const failed = (exitCode: ExitCode) => (cause: unknown) => {
    throw fileFailure(exitCode, `${file} cannot be written`, cause);
  };
  const handle = await open(file, append ? 'a' : 'w', 0o600).catch(failed(EXIT.usage));
  return {
    write: async (text) => void (await handle.appendFile(text).catch(failed(EXIT.failed))),
    close: () => handle.close(),
  };
}

const READ_ONLY: Readonly<Record<(typeof READ_ONLY_COLUMNS)[number], Column['read']>> = {
  contactId: ({ contactId }) => contactId,
  status: ({ status }) => status,
  permissionToSend: ({ consent }) => consent.permissionToSend,
  optInAt: ({ consent }) => consent.optInAt,
  optOutAt: ({ consent }) => consent.optOutAt,
  optOutReason: ({ consent }) => consent.optOutReason,
  tags: ({ tags }) => tags.map(({ name }) => name).join(`${CELL_SEPARATOR} `),
  syncState: ({ syncState }) => syncState,
  updatedAt: ({ updatedAt }) => updatedAt,
};

function exportColumns(customFields: readonly CustomField[]): Column[] {
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  const positions = Array.from({ length: MOST_POSITIONS }, (_, index) => index);
  return [
    ...TEXT_FIELDS.map((name): Column => {
      if (name !== 'birthday') return { name, read: (contact) => contact[name] };
      return { name, read: ({ birthday }) => birthday && `${twoDigits(birthday.month)}-${twoDigits(birthday.day)}` };
    }),
    { name: 'lists', read: ({ lists }) => lists.map(({ name }) => name).join(`${CELL_SEPARATOR} `) },
    ...positions.flatMap((index): Column[] => [
      { name: `phone${index + 1}`, read: ({ phoneNumbers }) => phoneNumbers[index]?.number },
      { name: `phone${index + 1}.kind`, read: ({ phoneNumbers }) => phoneNumbers[index]?.kind },
    ]),
    ...positions.flatMap((index) =>
      ADDRESS_PARTS.map(
        (part): Column => ({
          name: `address${index + 1}.${part}`,
          read: ({ streetAddresses }) => streetAddresses[index]?.[part],
        }),
      ),
    ),
    ...customFields.map((field): Column => {
      const { customFieldId, label } = field;
      const isUnique = customFields.filter((other) => other.label === label).length === 1;
      return {
        name: `customField:${isUnique ? label : customFieldId}`,
        read: (contact) => customFieldText(contact, field),
      };
    }),
    ...READ_ONLY_COLUMNS.map((name): Column => ({ name, read: READ_ONLY[name] })),
  ];
}

function customFieldText({ customFields }: Contact, { customFieldId, choices }: CustomField): string | null {
  const found = customFields.find((value) => value.customFieldId === customFieldId);
  if (found === undefined || found.choiceIds.length === 0) return found?.value ?? null;
  return found.choiceIds.map((id) => choiceText(choices, id)).join(`${CELL_SEPARATOR} `);
}
