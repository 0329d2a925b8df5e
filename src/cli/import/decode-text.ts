import { CommandFailure, EXIT } from '../exit-codes.ts';

const BYTE_ORDER_MARKS = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' },
] as const;

const HINT = 'Say how the file was saved: --encoding windows-1252, utf-16le or another.';

/** @throws CommandFailure for a name that no decoder has. */
function createDecoder(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch {
    throw new CommandFailure(
      EXIT.usage,
      `--encoding: ${JSON.stringify(encoding)} is unknown. Try utf-8 or windows-1252.`,
    );
  }
}

const NO_TEXT = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], what: 'is a workbook or an archive: save it as CSV, and import that' },
  { bytes: [0x1f, 0x8b], what: 'is compressed: unpack it, as by `gunzip -c FILE | csg import -`' },
] as const;

/** A byte order mark wins over nothing said; without either it is UTF-8. */
function encodingOf(first: Uint8Array): string {
  const begins = (bytes: readonly number[]) => bytes.every((byte, index) => first[index] === byte);
  const other = NO_TEXT.find(({ bytes }) => begins(bytes));
  if (other !== undefined) throw new CommandFailure(EXIT.usage, `The file ${other.what}.`);
  const mark = BYTE_ORDER_MARKS.find(({ bytes }) => begins(bytes));
  if (mark !== undefined) return mark.encoding;
  if (first.includes(0))
    throw new CommandFailure(EXIT.usage, `The file holds zero bytes: it is no UTF-8 text. ${HINT}`);
  return 'utf-8';
}

/**
 * Decodes chunk by chunk, without the byte order mark; `encoding` null: by the mark, else UTF-8.
 * @throws CommandFailure that names the line where the bytes are not of that encoding
 */
export async function* decodeText(
  chunks: AsyncIterable<Uint8Array>,
  encoding: string | null,
): AsyncGenerator<string, void, undefined> {
  let decoder: TextDecoder | undefined;
  let line = 1;
  for await (const chunk of chunks) {
    decoder ??= createDecoder(encoding ?? encodingOf(chunk));
    let text: string;
    try {
      text = decoder.decode(chunk, { stream: true });
    } catch (cause) {
      // U+FFFD stands where the first wrong byte is.
      const [before = ''] = new TextDecoder(decoder.encoding).decode(chunk).split('�', 1);
      throw notOfEncoding(decoder.encoding, line + newLinesIn(before), cause);
    }
    line += newLinesIn(text);
    yield text;
  }
  try {
    const rest = decoder?.decode() ?? '';
    if (rest !== '') yield rest;
  } catch (cause) {
    throw notOfEncoding(decoder?.encoding ?? 'utf-8', line, cause);
  }
}

const newLinesIn = (text: string) => text.split('\n').length - 1;

function notOfEncoding(encoding: string, line: number, cause: unknown): CommandFailure {
  return new CommandFailure(EXIT.failed, `Line ${line} holds bytes that are not ${encoding}. ${HINT}`, { cause });
}
