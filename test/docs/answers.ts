/**
 * Holds what a page prints as an answer against what was answered. Values differ from start to start, the shape does not:
 * the same fields, the same kinds of values. An answer of the page may stop early in a list.
 */

/** Ids, cursors, hashes and addresses: what a later block of the page repeats. */
const REPEATED_VALUE = /^[^\s]{12,}$/;

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export interface Comparison {
  readonly problems: readonly string[];
  /** Values of the page and what stands in their place this time. */
  readonly renamed: ReadonlyMap<string, string>;
}

export function compareJson(printed: Json, actual: Json): Comparison {
  const problems: string[] = [];
  const renamed = new Map<string, string>();
  const visit = (page: Json, real: Json, path: string): void => {
    const kinds = [kindOf(page), kindOf(real)];
    if (kinds[0] !== kinds[1]) {
      problems.push(`${path}: the page says ${kinds[0]}, the answer is ${kinds[1]}: ${JSON.stringify(real)}`);
    } else if (isList(page) && isList(real)) {
      if (page.length > real.length)
        problems.push(`${path}: the page has ${page.length} items, the answer ${real.length}`);
      for (const [index, item] of page.entries()) {
        const other = real[index];
        if (other !== undefined) visit(item, other, `${path}[${index}]`);
      }
    } else if (isObject(page) && isObject(real)) {
      const names = [Object.keys(page).sort().join(), Object.keys(real).sort().join()];
      if (names[0] !== names[1]) problems.push(`${path}: the page has the fields ${names[0]}, the answer ${names[1]}`);
      for (const [name, value] of Object.entries(page)) {
        const other = real[name];
        if (other !== undefined) visit(value, other, `${path}.${name}`);
      }
    } else if (typeof page === 'string' && typeof real === 'string' && page !== real) {
      if (isName(page)) problems.push(`${path}: the page says ${page}, the answer is ${real}`);
      else if (REPEATED_VALUE.test(page)) renamed.set(page, real);
    }
  };
  visit(printed, actual, 'answer');
  return { problems, renamed };
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const isObject = (value: Json): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** Of a type or an enumeration: the same every time. */
const isName = (text: string) => /^[A-Z][A-Za-z]+(Success|Running|Input)$|^[A-Z]+(_[A-Z]+)*$/.test(text);

function kindOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value;
}

/** Lines of a text answer, in order; `…` stands for any lines, or for the rest of one. Words with a digit may differ. */
export function compareText(printed: string, actual: string): readonly string[] {
  const real = linesOf(actual);
  const problems: string[] = [];
  let at = 0;
  for (const line of linesOf(printed)) {
    if (line === '…') continue;
    const start = line.endsWith(' …') ? line.slice(0, -2) : null;
    const found = real.findIndex(
      (each, index) => index >= at && (start === null ? each === line : each.startsWith(start)),
    );
    if (found === -1) problems.push(`no line is like: ${line}`);
    else at = found + 1;
  }
  return problems.length === 0 ? [] : [...problems, `the answer is:\n${real.join('\n')}`];
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(likeness).join(' '))
    .filter((line) => line !== '');

const likeness = (word: string) => (/\d|@/.test(word) ? '#' : word);
