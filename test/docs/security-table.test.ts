import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './page.ts';

/** The titles of the OWASP API Security Top 10 of 2023. */
const TOP_TEN = [
  'Broken Object Level Authorization',
  'Broken Authentication',
  'Broken Object Property Level Authorization',
  'Unrestricted Resource Consumption',
  'Broken Function Level Authorization',
  'Unrestricted Access to Sensitive Business Flows',
  'Server Side Request Forgery',
  'Security Misconfiguration',
  'Improper Inventory Management',
  'Unsafe Consumption of APIs',
];

/** Each link to a test file in SECURITY.md, with the names of tests behind it. */
async function namedTests(): Promise<{ file: string; title: string }[]> {
  const page = await readFile(join(ROOT, 'SECURITY.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('|') && line.includes('“'));
  return rows.flatMap((row) =>
    row
      .split(/(?=\[[^\]]+\]\()/)
      .slice(1)
      .flatMap((part) => {
        const file = /\]\(([^)]+)\)/.exec(part)?.[1] ?? '';
        return [...part.matchAll(/“([^”]+)”/g)].map(([, title]) => ({ file, title: title ?? '' }));
      }),
  );
}

test('every test that SECURITY.md names is there, in the file it names', async () => {
  const named = await namedTests();
  expect(named.length).toBeGreaterThan(60);
  const missing: string[] = [];
  for (const { file, title } of named) {
    const code = await readFile(join(ROOT, file), 'utf8').catch(() => '');
    // As a whole: a test, or a row of a table of tests.
    if (!["'", '"', '`'].some((quote) => code.includes(`${quote}${title}${quote}`))) missing.push(`${file}: ${title}`);
  }
  expect(missing).toEqual([]);
});

test('each item of the OWASP Top 10 has a row of its own, with tests', async () => {
  const page = await readFile(join(ROOT, 'SECURITY.md'), 'utf8');
  const rows = page.split('\n').flatMap((line) => /^\| (API\d+:2023 [^|]+) \|.*“/.exec(line)?.[1] ?? []);
  expect(rows).toEqual(TOP_TEN.map((title, index) => `API${index + 1}:2023 ${title}`));
});
