import { createCsvMeter } from './import-csv.ts';
import type { ImportFormat } from './push-limits.ts';
import { utf8Bytes } from './utf8-bytes.ts';

/** Measures the body of an import while serialised rows are added. */
export interface BodyMeter {
  /** Adds the row and answers the bytes of all, unless they would be more than `most`: then null, and it is not added. */
  add(row: string, most: number): number | null;
}

/** For a file of CSV: of the file, without the frame that it is sent in. */
export function createBodyMeter(format: ImportFormat, listIds: readonly string[]): BodyMeter {
  return format === 'csv' ? createCsvMeter() : createJsonMeter(listIds);
}

function createJsonMeter(listIds: readonly string[]): BodyMeter {
  let bytes = IMPORT_START.length + utf8Bytes(importEnd(listIds));
  // Each row after the first takes a comma, too.
  let comma = 0;
  return {
    add(row, most) {
      const sum = bytes + comma + utf8Bytes(row);
      if (sum > most) return null;
      bytes = sum;
      comma = 1;
      return bytes;
    },
  };
}

/** The body of an import: exactly these bytes are counted, and are to be sent. `rows` are serialised. */
export function importBody(rows: readonly string[], listIds: readonly string[]): string {
  return `${IMPORT_START}${rows.join(',')}${importEnd(listIds)}`;
}

const IMPORT_START = '{"import_data":[';
const importEnd = (listIds: readonly string[]): string => `],"list_ids":${JSON.stringify(listIds)}}`;
