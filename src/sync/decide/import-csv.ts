import { stringify } from 'csv-stringify/sync';
import type { BodyMeter } from './import-body.ts';
import { utf8Bytes } from './utf8-bytes.ts';

type Cells = Readonly<Record<string, string | number>>;

// Rows are planned as an import of JSON would send them: we have serialised them ourselves.
const cellsOf = (row: string): Cells => JSON.parse(row) as Cells;

/**
 * The file of an import. Each row names some of the columns, and its other cells are empty, which says nothing: an import
 * clears nothing by an empty value (API-FACTS section 11).
 *
 * Every cell is quoted, so that line breaks, commas and blanks at its ends arrive as they are. One that begins with `=`, `+`,
 * `-` or `@` is not prefixed, as files for spreadsheets have it: no spreadsheet opens this one, and the prefix would become a
 * part of the name in Constant Contact.
 */
export function importCsv(rows: readonly string[]): string {
  const cells = rows.map(cellsOf);
  const columns = [...new Set(cells.flatMap((row) => Object.keys(row)))];
  return stringify([columns, ...cells.map((row) => columns.map((column) => row[column]))], { quoted: true });
}

/** Measures `importCsv`: a column that a row brings new costs each row before it a comma. */
export function createCsvMeter(): BodyMeter {
  const columns = new Set<string>();
  let rows = 0;
  let quotedBytes = 0;
  return {
    add(row, most) {
      const cells = cellsOf(row);
      const added = Object.keys(cells).filter((column) => !columns.has(column));
      const texts = [...added, ...Object.values(cells).filter((value) => value !== '')];
      const quoted = texts.reduce<number>((sum, text) => sum + quotedLength(String(text)), quotedBytes);
      // Of each line, the heading's too: its commas and its end.
      const sum = quoted + (rows + 2) * (columns.size + added.length);
      if (sum > most) return null;
      for (const column of added) columns.add(column);
      quotedBytes = quoted;
      rows += 1;
      return sum;
    },
  };
}

const quotedLength = (text: string): number => utf8Bytes(text) + 2 + (text.split('"').length - 1);
