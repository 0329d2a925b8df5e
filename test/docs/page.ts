import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import GithubSlugger from 'github-slugger';
import { marked, type Token, type Tokens } from 'marked';

export const ROOT = join(import.meta.dirname, '..', '..');

/** A fenced block of a page. */
export interface Block {
  /** The word behind the fence, such as `graphql`. */
  readonly language: string;
  readonly text: string;
  /** Of the fence, from 1. */
  readonly line: number;
  /** From `<!-- not run: reason -->` right above the fence. */
  readonly notRun: string | null;
}

export interface Page {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly links: readonly { readonly href: string; readonly text: string }[];
  readonly codeSpans: readonly string[];
  /** What `#...` may name, as GitHub names headings. */
  readonly anchors: ReadonlySet<string>;
  readonly isGenerated: boolean;
}

const NOT_RUN = /<!-- not run: (.+?) -->\s*$/;

function parsePage(path: string, text: string): Page {
  const blocks: Block[] = [];
  const links: Page['links'][number][] = [];
  const codeSpans: string[] = [];
  const anchors = new Set<string>();
  const slugger = new GithubSlugger();
  let offset = 0;

  /** In the order of the page; `marker` is the comment right before a token. */
  function visit(tokens: readonly Token[]): void {
    let marker: string | null = null;
    for (const token of tokens) {
      if (token.type === 'code') {
        const fence = text.indexOf('```', offset);
        offset = fence + token.raw.length;
        const line = text.slice(0, fence).split('\n').length;
        blocks.push({ language: token['lang'] ?? '', text: String(token['text']), line, notRun: marker });
      } else if (token.type === 'link' || token.type === 'image') {
        links.push({ href: token['href'], text: token['text'] });
      } else if (token.type === 'codespan') {
        codeSpans.push(token['text']);
      } else if (token.type === 'heading') {
        anchors.add(slugger.slug(plainText(token)));
      }
      if (token.type === 'html') marker = NOT_RUN.exec(token.raw)?.[1] ?? null;
      else if (token.type !== 'space') marker = null;
      visit(childrenOf(token));
    }
  }
  visit(marked.lexer(text));
  return { path, text, blocks, links, codeSpans, anchors, isGenerated: text.startsWith('<!-- Written by') };
}

const tokensOf = (token: Token): readonly Token[] => ('tokens' in token ? (token.tokens ?? []) : []);

const plainText = (token: Token): string =>
  tokensOf(token)
    .map((each) => ('text' in each ? String(each['text']) : each.raw))
    .join('');

/** Items of a list, cells of a table, or what else stands within. */
function childrenOf(token: Token): readonly Token[] {
  if (token.type === 'list') return token['items'];
  if (token.type === 'table') {
    const { header, rows } = token as Tokens.Table; // marked's own union does not narrow.
    return [header, ...rows].flat().flatMap(({ tokens }) => tokens);
  }
  // A name in a link is looked for where the link leads.
  return tokensOf(token).filter(({ type }) => token.type !== 'link' || type !== 'codespan');
}

/** All pages that people read: those of docs/ and those at the root. */
export async function readPages(): Promise<readonly Page[]> {
  const names = [
    ...(await readdir(ROOT)).filter((name) => name.endsWith('.md')),
    ...(await readdir(join(ROOT, 'docs'), { recursive: true }))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join('docs', name)),
  ].sort();
  return Promise.all(names.map(async (name) => parsePage(name, await readFile(join(ROOT, name), 'utf8'))));
}

export const fromRoot = (path: string): string => relative(ROOT, path);
