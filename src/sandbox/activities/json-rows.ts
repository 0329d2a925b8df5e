const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x7b, 0x5b]);
const CLOSING = new Set([0x7d, 0x5d]);

/**
 * How many rows of `import_data` lie wholly within the first `limitBytes` of a JSON import, whatever its spacing. The body is known to be valid.
 */
export function countRowsWithin(body: Buffer, limitBytes: number): number {
  const key = body.indexOf('"import_data"');
  let count = 0;
  let depth = 0;
  let isInString = false;
  for (let position = key + '"import_data"'.length; position < Math.min(body.length, limitBytes); position += 1) {
    const byte = body[position] ?? 0;
    if (isInString) {
      if (byte === BACKSLASH) position += 1;
      else if (byte === QUOTE) isInString = false;
    } else if (byte === QUOTE) {
      isInString = true;
    } else if (OPENING.has(byte)) {
      depth += 1;
    } else if (CLOSING.has(byte)) {
      depth -= 1;
      if (depth === 1) count += 1;
      if (depth === 0) break;
    }
  }
  return count;
}
