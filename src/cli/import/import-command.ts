import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { GatewayClient } from '../../client/index.ts';
import { counted } from '../../counted.ts';
import { answeredFailure } from '../answered-failure.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exit-codes.ts';
import { fileFailure } from '../file-failure.ts';
import { checkLists } from '../named-lists.ts';
import type { Output } from '../output.ts';
import { createTransferView } from '../progress.ts';
import { type Batch, batchRows } from './batch-rows.ts';
import { bindColumns, NO_MAPPING, readMapping } from './column-mapping.ts';
import { parseContactRow } from './contact-input.ts';
import { decodeText } from './decode-text.ts';
import { checkErrorPath, createErrorFile, type ErrorFile } from './error-file.ts';
import { type Row, readRows } from './read-rows.ts';
import { type BatchOutcome, saveBatch } from './save-batch.ts';
import type { SaveDoor } from './save-door.ts';

export interface ImportOptions {
  readonly mapping?: string;
  readonly list?: readonly string[];
  readonly dryRun: boolean;
  readonly errors?: string;
  readonly fromRow: number;
  readonly delimiter?: string;
  readonly encoding?: string;
  readonly clearEmpty: boolean;
}

interface Summary {
  file: string;
  dryRun: boolean;
  /** Rows that were looked at: those of the next four together. */
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
  /** Of those saved: rows with a list that the contact is not added to. */
  refused: number;
  /** Rows before `--from-row`. */
  skipped: number;
  /** The last row that is done: what comes behind it is not. */
  lastRow: number;
  interrupted: boolean;
  errorsFile: string | null;
}

/** `csg import`: reads a CSV file of any size and saves its rows by the same door as every front end, a batch at a time. */
export async function runImport({
  client,
  save,
  url,
  file,
  options,
  output,
  signal,
}: {
  client: GatewayClient;
  /** How rows are saved. */
  save: SaveDoor;
  url: string;
  file: string;
  options: ImportOptions;
  output: Output;
  signal: AbortSignal;
}): Promise<ExitCode> {
  const { dryRun, fromRow, clearEmpty } = options;
  const lists = options.list ?? [];
  const errorPath = options.errors ?? `${file === '-' ? 'import' : file.replace(/\.csv$/i, '')}.errors.csv`;
  const mapping = options.mapping === undefined ? NO_MAPPING : await readMapping(options.mapping);
  const source = await openSource(file);
  const text = decodeText(source.chunks, options.encoding ?? null);
  const { header, rows } = await readRows(text, options.delimiter ?? null);
  const { customFields } = await client.customFields();
  const bindings = bindColumns({ header, mapping, customFields });
  await checkLists(client, lists);
  await checkErrorPath(errorPath, file);

  const errors = createErrorFile({ path: errorPath, header, append: fromRow > 1 });
  const summary: Summary = {
    ...{ file, dryRun, rows: 0, created: 0, updated: 0, unchanged: 0, failed: 0, refused: 0, skipped: 0 },
    ...{ lastRow: fromRow - 1, interrupted: false, errorsFile: null },
  };
  const view = createTransferView(output, () => performance.now());
  const rowOptions = { bindings, lists, clearEmpty };
  const parse = ({ cells }: Row) => {
    const parsed = parseContactRow(cells, rowOptions);
    const extra = cells.length - header.length;
    if (extra === 0) return parsed;
    const message = `the row has ${cells.length} cells, and the header ${header.length}: is the delimiter within a cell that has no quotes?`;
    return { ...parsed, problems: [{ column: 'all', message }] };
  };
  const ahead = { lastRow: 0 };
  const batches = batchRows(from(rows, fromRow, summary, ahead), parse);
  // Rows are read ahead of those that are saved.
  const share = () => {
    const read = source.share();
    return read === null ? null : read * (summary.lastRow / ahead.lastRow);
  };
  try {
    const mayGoOn = () => {
      summary.interrupted = signal.aborted;
      return !signal.aborted;
    };
    const saveRows = (batch: Batch) => saveBatch(save, batch, { dryRun, signal });
    for await (const { batch, outcome } of inOrder(batches, saveRows, mayGoOn)) {
      await errors.add(outcome.failed);
      await errors.add(outcome.refused);
      summary.created += outcome.created;
      summary.updated += outcome.updated;
      summary.unchanged += outcome.unchanged;
      summary.failed += outcome.failed.length;
      summary.refused += outcome.refused.length;
      summary.rows += batch.rows.length + batch.failed.length;
      summary.lastRow = batch.lastRow;
      view.show({ done: summary.rows, share: share() });
    }
  } catch (cause) {
    summary.interrupted = signal.aborted;
    if (!signal.aborted) throw stopped(answeredFailure(cause, url), summary);
  } finally {
    view.end();
    await errors.close();
    await batches.return().catch(() => {}); // It has said already what was wrong.
    source.close();
  }
  summary.errorsFile = errors.path;
  output.answer(summary, describe(summary, errors));
  if (summary.interrupted) return EXIT.interrupted;
  return summary.failed > 0 ? EXIT.failed : EXIT.done;
}

/**
 * Saves two batches at a time, and answers them in order. Those that share an address go one after the other. Where it
 * may not go on, what is under way comes to its end, and nothing more begins.
 */
async function* inOrder(
  batches: AsyncIterable<Batch>,
  save: (batch: Batch) => Promise<BatchOutcome>,
  mayGoOn: () => boolean,
): AsyncGenerator<{ readonly batch: Batch; readonly outcome: BatchOutcome }, void, undefined> {
  let before: { readonly batch: Batch; readonly outcome: Promise<BatchOutcome> } | null = null;
  for await (const batch of batches) {
    if (!mayGoOn()) break;
    const behind: typeof before = before;
    if (behind !== null && [...batch.keys].some((key) => behind.batch.keys.has(key))) await behind.outcome;
    const outcome = save(batch);
    outcome.catch(() => {}); // Told when it is its turn.
    before = { batch, outcome };
    if (behind !== null) yield { batch: behind.batch, outcome: await behind.outcome };
  }
  if (before !== null) yield { batch: before.batch, outcome: await before.outcome };
}

interface Source {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Of the file that was read, from 0 to 1; null where its size is not known. */
  share(): number | null;
  close(): void;
}

async function openSource(file: string): Promise<Source> {
  let size: number | null = null;
  if (file !== '-') {
    const found = await stat(file).catch((cause: unknown) => {
      throw fileFailure(EXIT.usage, `${file} cannot be read`, cause);
    });
    if (found.isDirectory()) throw new CommandFailure(EXIT.usage, `${file} cannot be read: it is a folder.`);
    // Of what another program writes meanwhile nobody knows how much it is.
    if (found.isFile()) size = found.size;
  }
  const stream = file === '-' ? process.stdin : createReadStream(file);
  let bytes = 0;
  async function* measured(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const chunk of stream) {
        bytes += chunk.length;
        yield chunk;
      }
    } catch (cause) {
      throw fileFailure(EXIT.failed, `${file} cannot be read`, cause);
    }
  }
  return {
    chunks: measured(),
    share: () => (size === null || size === 0 ? null : bytes / size),
    close: () => void stream.destroy(),
  };
}

async function* from(
  rows: AsyncIterable<readonly Row[]>,
  fromRow: number,
  summary: Summary,
  ahead: { lastRow: number },
) {
  for await (const some of rows) {
    ahead.lastRow = some.at(-1)?.row ?? ahead.lastRow;
    const wanted = some.filter(({ row }) => row >= fromRow);
    summary.skipped += some.length - wanted.length;
    if (wanted.length > 0) yield wanted;
  }
}

const goOn = ({ lastRow, dryRun }: Summary) =>
  `${dryRun ? 'Nothing was saved' : `What is before it is saved`}. Go on with the same command and --from-row ${lastRow + 1}.`;

/** What ended the import, and how it goes on. */
function stopped(cause: unknown, summary: Summary): unknown {
  if (!(cause instanceof CommandFailure)) return cause;
  if (summary.rows === 0) return cause;
  const message = `${cause.message}\nThe import ended at row ${summary.lastRow + 1}. ${goOn(summary)}`;
  return new CommandFailure(cause.exitCode, message, { cause });
}

function describe(summary: Summary, errors: ErrorFile): string {
  const count = (value: number) => value.toLocaleString('en-US');
  const { rows, created, updated, unchanged, failed, refused, skipped, dryRun, interrupted } = summary;
  const lines = [
    `${counted(rows, 'row')}${dryRun ? ', nothing saved (dry run)' : ''}: ${count(created)} created, ${count(updated)} updated, ${count(unchanged)} unchanged, ${count(failed)} failed.`,
  ];
  if (skipped > 0) lines.push(`${counted(skipped, 'row')} before them passed over.`);
  if (refused > 0) lines.push(`${count(refused)} saved, but for lists that they may not be added to.`);
  if (errors.path !== null) lines.push(`What is wrong with which row stands in ${errors.path}.`);
  if (interrupted) lines.push(`Interrupted before row ${summary.lastRow + 1}. ${goOn(summary)}`);
  else if (!dryRun && created + updated > 0) lines.push('See what a push would send: csg plan');
  return lines.join('\n');
}
