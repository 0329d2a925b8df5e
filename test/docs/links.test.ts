import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isEnumType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { settingsSchema } from '../../src/config.ts';
import { ERROR_CODES } from '../../src/domain-error.ts';
import { TRANSPORT_ERRORS } from '../../src/error-catalogue.ts';
import { createSchema } from '../../src/schema/schema.ts';
import { FIELD_WINNERS } from '../../src/sync/decide/merge-fields.ts';
import { REFUSAL_REASONS } from '../../src/sync/decide/refusals.ts';
import { fromRoot, type Page, ROOT, readPages } from './page.ts';

const pages = await readPages();

/** What is wrong with a link of a page; null: nothing. Addresses of the web are not opened. */
async function problemOf(page: Page, { href, text }: Page['links'][number]): Promise<string | null> {
  if (/^(https?|mailto):/.test(href)) return null;
  const [path = '', anchor] = href.split('#');
  const file = path === '' ? page.path : fromRoot(join(ROOT, dirname(page.path), path));
  const kind = await stat(join(ROOT, file)).catch(() => null);
  if (kind === null) return `${href} leads nowhere`;
  if (anchor !== undefined) {
    const target = pages.find((each) => each.path === file);
    if (target === undefined) return `${href}: only pages have anchors`;
    if (!target.anchors.has(anchor)) return `${href}: ${file} has no heading of that name`;
  }
  // A code anchor: the name that a link to code shows stands in that file.
  const [, name] = /^`?([A-Za-z_]\w+)(?:\(\))?`?$/.exec(text) ?? [];
  if (kind.isFile() && name !== undefined && file.endsWith('.ts') && text.startsWith('`')) {
    const code = await readFile(join(ROOT, file), 'utf8');
    if (!new RegExp(`\\b${name}\\b`).test(code)) return `${href} does not hold ${name}`;
  }
  return null;
}

/** Names in capitals that a page may use: each has to be one that the code knows. */
const known = new Set<string>([
  ...Object.keys(settingsSchema.shape),
  ...ERROR_CODES,
  ...Object.keys(TRANSPORT_ERRORS),
  ...REFUSAL_REASONS,
  ...Object.values(createSchema().getTypeMap()).flatMap((type) =>
    isEnumType(type) ? type.getValues().map(({ name }) => name) : [],
  ),
  'CSG_URL',
  'CSG_API_KEY',
  'MONGODB_TEST_URI',
  'GATEWAY_URL',
  'RESILIENCE_KILLS',
  'RESILIENCE_ENGINE_KILLS',
  // Read by OpenTelemetry itself.
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_OTLP_TIMEOUT',
  'OTEL_EXPORTER_OTLP_COMPRESSION',
  'OTEL_SERVICE_NAME',
  'OTEL_RESOURCE_ATTRIBUTES',
  ...FIELD_WINNERS,
]);

describe.each(pages.map((page) => [page.path, page] as const))('%s', (_path, page) => {
  test('has no link that leads nowhere', async () => {
    const problems = await Promise.all(page.links.map((link) => problemOf(page, link)));
    expect(problems.filter((problem) => problem !== null)).toEqual([]);
  });

  test('names no setting, error or value that the code does not know', () => {
    const settingNames = page.blocks
      .filter(({ language }) => language === 'sh')
      .flatMap(({ text }) => [...text.matchAll(/^([A-Z]+_[A-Z_]+)=/gm)].map(([, name]) => name ?? ''));
    const names = page.codeSpans
      .map((span) => span.split(/[=:]/)[0] ?? '')
      .filter((span) => /^[A-Z]+(_[A-Z]+)+$/.test(span));
    // What is written from the code knows it by itself.
    const unknown = page.isGenerated ? [] : [...names, ...settingNames].filter((name) => !known.has(name));
    expect(unknown).toEqual([]);
  });
});

test('every page of docs/ can be reached from docs/README.md', () => {
  const index = pages.find(({ path }) => path === join('docs', 'README.md'));
  const linked = new Set(index?.links.map(({ href }) => join('docs', href.split('#')[0] ?? '')));
  const lost = pages.map(({ path }) => path).filter((path) => path.startsWith('docs') && !linked.has(path));
  expect(lost).toEqual([join('docs', 'README.md')]);
});
