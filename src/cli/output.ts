/** Where a command writes: answers to stdout, everything else to stderr. */
export interface Output {
  /** Answers are one JSON document. */
  readonly json: boolean;
  /** A person watches stderr: progress may be drawn over itself. */
  readonly interactive: boolean;
  /** Terminal columns. */
  readonly width: number;
  answer(value: unknown, text: string): void;
  note(text: string): void;
  draw(text: string): void;
}

export function createOutput({ json }: { json: boolean }): Output {
  return {
    json,
    interactive: process.stderr.isTTY === true && !json,
    width: process.stderr.columns ?? 80,
    answer: (value, text) => void process.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : `${text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
    draw: (text) => void process.stderr.write(text),
  };
}

/** Columns as wide as their widest cell; the last one may be as long as it likes. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [header, ...rows].map(line).join('\n');
}

/** Takes control characters out: what people are called must not reach the terminal as a command. */
export function printable(text: string | null | undefined): string {
  return (text ?? '').replace(/\p{Cc}/gu, ' ');
}

/** `2m 05s`, `3h 20m` */
export function formatSeconds(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole}s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`;
  return `${Math.floor(whole / 3_600)}h ${two(Math.floor((whole % 3_600) / 60))}m`;
}
