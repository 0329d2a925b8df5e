import { emailKey } from '../../sync/decide/unified-contact.ts';
import type { ParsedRow, RowProblem } from './contact-input.ts';
import type { Row } from './read-rows.ts';

export interface BatchRow {
  readonly row: Row;
  readonly parsed: ParsedRow;
}

/** Rows that are saved by one call, and those between them that cannot be sent at all. */
export interface Batch {
  readonly rows: readonly BatchRow[];
  readonly failed: readonly { readonly row: Row; readonly problems: readonly RowProblem[] }[];
  /** Email keys of `rows`. */
  readonly keys: ReadonlySet<string | null>;
  /** The last row of the file that it answers for. */
  readonly lastRow: number;
}

/** Below what a call takes, 1,000: of two calls under way the memory is that of one, and the young garbage less. */
const MOST_ROWS = 500;
/** Half of what the gateway takes as one request, for what JSON adds to the text. */
const MOST_BYTES = 512 * 1024;
const BYTES_PER_ROW = 250;

/**
 * Groups rows into calls. An address that comes again begins a new batch: a call takes each contact once, and rows count in
 * the order of the file wherever the batches end.
 */
export async function* batchRows(
  rows: AsyncIterable<readonly Row[]>,
  parse: (row: Row) => ParsedRow,
): AsyncGenerator<Batch, void, undefined> {
  let batch: BatchRow[] = [];
  let failed: Batch['failed'][number][] = [];
  let lastRow = 0;
  let bytes = 0;
  let keys = new Set<string | null>();
  const take = (): Batch => {
    const taken = { rows: batch, failed, keys, lastRow };
    batch = [];
    failed = [];
    bytes = 0;
    keys = new Set();
    return taken;
  };
  for await (const some of rows) {
    for (const row of some) {
      const parsed = parse(row);
      const size = BYTES_PER_ROW + row.cells.reduce((sum, cell) => sum + Buffer.byteLength(cell), 0);
      const key = emailKey(parsed.input.contact.email ?? null);
      const isFull = batch.length >= MOST_ROWS || bytes + size > MOST_BYTES || failed.length >= MOST_ROWS;
      if (isFull || (parsed.problems.length === 0 && keys.has(key))) yield take();
      lastRow = row.row;
      if (parsed.problems.length > 0) failed.push({ row, problems: parsed.problems });
      else {
        batch.push({ row, parsed });
        keys.add(key);
        bytes += size;
      }
    }
  }
  if (batch.length > 0 || failed.length > 0) yield take();
}
