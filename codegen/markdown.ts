/** A page that nobody is to edit; empty blocks are left out. */
export function generatedPage({ title, from, body }: { title: string; from: string; body: readonly string[] }): string {
  const notice = `<!-- Written by \`npm run codegen\` from ${from}: change that, not this. -->`;
  return `${[notice, `# ${title}`, ...body].filter((block) => block !== '').join('\n\n')}\n`;
}

/** A table in GitHub's Markdown; cells are Markdown themselves, on one line. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(header), `|${header.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

const cell = (text: string) => text.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');

export const code = (text: string) => `\`${text}\``;
