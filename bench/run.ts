// Runs one benchmark by name; without a name, the list.
import { readdir, readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

const folder = new URL('./', import.meta.url);
const names = (await readdir(folder, { withFileTypes: true }))
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && entry.name !== 'run.ts')
  .map((entry) => entry.name.slice(0, -'.ts'.length))
  .sort();

/** The comment at the top of the file. */
async function descriptionOf(name: string): Promise<string> {
  const lines = (await readFile(new URL(`${name}.ts`, folder), 'utf8')).split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  return lines
    .slice(0, end)
    .map((line) => line.replace(/^\/\/ ?/, ''))
    .join(' ');
}

const [name] = process.argv.slice(2);
if (name === undefined) {
  const width = Math.max(...names.map(({ length }) => length));
  for (const known of names) process.stdout.write(`${known.padEnd(width)}  ${await descriptionOf(known)}\n`);
} else if (names.includes(name)) {
  process.argv.splice(2, 1);
  await import(pathToFileURL(new URL(`${name}.ts`, folder).pathname).href);
} else {
  process.stderr.write(`There is no benchmark ${JSON.stringify(name)}. Known: ${names.join(', ')}.\n`);
  process.exitCode = 2;
}
