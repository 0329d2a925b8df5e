import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { CommandFailure, EXIT } from '../exit-codes.ts';

/** One row of the file. `row` 1 is the first below the header; empty lines are not counted. */
export interface Row {
  readonly row: number;
  readonly cells: readonly string[];
}

const DELIMITERS = [',', ';', '\t', '|'];
/** A row that is longer has most likely a quote that is never closed. */
const LONGEST_ROW_CHARS = 1024 * 1024;

/** The delimiter that is found most often in the first line, outside of quotes. */
function detectDelimiter(firstLine: string): string {
  const plain = firstLine.replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((delimiter) => plain.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** Holds back the beginning until the first line is whole. */
async function readFirstLine(text: AsyncIterator<string>): Promise<{ readonly begun: string; readonly line: string }> {
  let begun = '';
  for (;;) {
    const [line = '', next] = begun.split(/\r\n|\n|\r/, 2);
    if (next !== undefined || begun.length > LONGEST_ROW_CHARS) return { begun, line };
    const { value, done } = await text.next();
    if (done === true) return { begun, line };
    begun += value;
  }
}

/**
 * Reads CSV as RFC 4180 has it (quotes, new lines within them), with CRLF or LF.
 * @param delimiter null: the one that the header uses
 * @returns the header, and the rows below it, as many at a time as are there: a promise for each of them takes longer than
 *   reading it
 * @throws CommandFailure where it is no CSV, with the line
 */
export async function readRows(
  text: AsyncGenerator<string, void, undefined>,
  delimiter: string | null,
): Promise<{ readonly header: readonly string[]; readonly rows: AsyncGenerator<readonly Row[], void, undefined> }> {
  const { begun, line } = await readFirstLine(text);
  async function* whole() {
    yield begun;
    yield* text;
  }
  const parser = parse({
    delimiter: delimiter ?? detectDelimiter(line),
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW_CHARS,
  });
  // What goes wrong reaches the reader of the rows.
  pipeline(Readable.from(whole()), parser, () => {});
  const records: AsyncIterator<string[]> = parser[Symbol.asyncIterator]();
  const next = async (): Promise<string[] | null> => {
    try {
      const { value, done } = await records.next();
      return done === true ? null : value;
    } catch (error) {
      throw error instanceof CsvError ? noCsv(error) : error;
    }
  };
  const header = await next();
  if (header === null) throw new CommandFailure(EXIT.usage, 'The file is empty: its first line must name the columns.');
  async function* rows(): AsyncGenerator<readonly Row[], void, undefined> {
    try {
      for (let row = 1; ; ) {
        const taken: Row[] = [];
        for (let cells = await next(); cells !== null; cells = parser.read()) taken.push({ row: row++, cells });
        if (taken.length === 0) return;
        yield taken;
      }
    } finally {
      parser.destroy();
    }
  }
  return { header: header.map((name) => name.trim()), rows: rows() };
}

const REASONS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed',
  CSV_MAX_RECORD_SIZE: 'a row is longer than 1,048,576 characters: is a quote opened and never closed?',
  CSV_INVALID_CLOSING_QUOTE: 'a quote ends in the middle of a cell; a quote within quotes is written twice',
  INVALID_OPENING_QUOTE:
    'a quote stands in the middle of a cell; such a cell is put in quotes, and the quote written twice',
};

function noCsv(error: CsvError): CommandFailure {
  const line: unknown = error['lines'];
  const reason = REASONS[error.code] ?? error.message;
  return new CommandFailure(EXIT.failed, `Near line ${line}: ${reason}.`, { cause: error });
}
