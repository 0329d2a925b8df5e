import { join } from 'node:path';
import { parse as parseGraphQL, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { createSchema } from '../../src/schema/schema.ts';
import { compareJson, compareText } from './answers.ts';
import { type Demo, startDemo } from './demo.ts';
import { type Block, type Page, ROOT, readPages } from './page.ts';

// What the pages tell to paste and to type, on one demo, in the order of the page. A block that is not run says why, in a
// comment right above its fence: <!-- not run: it needs ... -->. A block `json` or `text` after one that is run is its answer.

/** As docs/webhooks.md has it. */
const WEBHOOK_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const LANGUAGES = ['graphql', 'sh', 'json', 'text', 'yaml', 'ts', 'mermaid'];

const pages = (await readPages()).filter(({ isGenerated, blocks }) => !isGenerated && blocks.length > 0);
const schema = createSchema();

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo({ WEBHOOK_SECRETS: WEBHOOK_SECRET });
}, 90_000);
afterAll(async () => {
  await demo?.[Symbol.asyncDispose]();
});

/** `data:` of server-sent events, as one list. */
const eventsOf = (text: string) => [...text.matchAll(/^data: ?(\{.+)$/gm)].map(([, data]) => JSON.parse(data ?? ''));

async function runPage(page: Page): Promise<void> {
  const shell = await demo.openShell();
  const renamed = new Map<string, string>();
  /** What the page says, for the gateway of this test: its addresses, and what earlier answers brought. */
  const here = (text: string) =>
    [...renamed]
      .reduce((result, [from, to]) => result.replaceAll(from, to), text)
      .replaceAll('http://127.0.0.1:4000', demo.url)
      .replace(/^SANDBOX=.*$/gm, `SANDBOX=${demo.sandboxUrl}`)
      .replace(
        /'(\.\/client\/index\.ts|contact-sync-gateway\/client)'/g,
        `'${join(ROOT, 'src', 'client', 'index.ts')}'`,
      );

  let answer: string | null = null;
  for (const block of page.blocks) {
    const place = `${page.path}:${block.line}`;
    expect(LANGUAGES, place).toContain(block.language);
    const last = answer;
    answer = null;
    if (block.language === 'graphql') expect(validate(schema, parseGraphQL(block.text)), place).toEqual([]);
    if (block.language === 'json') parseJson(block, place);
    if (block.language === 'yaml') expect(() => parseYaml(block.text), place).not.toThrow();
    if (block.notRun !== null) continue;
    if (block.language === 'graphql') {
      answer = (await demo.graphql(here(block.text))).text;
      expect(answer, place).not.toContain('"errors"');
    }
    if (block.language === 'ts') answer = await demo.runTypeScript(here(block.text));
    if (block.language === 'sh') answer = await shell(here(block.text));
    if (last === null) continue;
    if (block.language === 'json') {
      const comparison = compareJson(parseJson(block, place), JSON.parse(last));
      expect(comparison.problems, place).toEqual([]);
      for (const [from, to] of comparison.renamed) renamed.set(from, to);
    }
    if (block.language === 'text' && block.text.includes('data: {')) {
      const events = eventsOf(last);
      for (const event of eventsOf(block.text)) {
        const isAlike = events.some((other) => compareJson(event, other).problems.length === 0);
        expect(isAlike, `${place}: no event is like ${JSON.stringify(event)}\n${last}`).toBe(true);
      }
    } else if (block.language === 'text') expect(compareText(block.text, last), place).toEqual([]);
  }
}

function parseJson(block: Block, place: string) {
  try {
    return JSON.parse(block.text);
  } catch (error) {
    throw new Error(`${place}: ${String(error)}`);
  }
}

describe('what a page tells to paste and to type', () => {
  test.each(pages.map((page) => [page.path, page] as const))(
    'does what %s says',
    { timeout: 120_000 },
    async (_path, page) => {
      await runPage(page);
    },
  );
});
