import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Nothing but this machine is reached, whatever a page or the browser itself may ask for.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
];
/** For one step in the browser; an expectation that is not met by then fails the test. */
const STEP_LIMIT_MS = 30_000;

/** Why tests in a browser are skipped on a machine without one. */
export const NO_BROWSER = `no Chromium on this machine: install one of ${NAMES.join(', ')} or set CHROMIUM_PATH`;

/** The program of the browser: `CHROMIUM_PATH`, else the first of the usual names on the PATH. */
export function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const given = process.env['CHROMIUM_PATH'];
  const candidates = given ? [given] : NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return candidates.find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts headless Chromium with a new profile of its own: one for a test file, a page or context for each test. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(NO_BROWSER);
  // Not imported: Node cannot link it where a loader is registered, as it is for the benchmarks.
  const { chromium }: typeof import('playwright-core') = createRequire(import.meta.url)('playwright-core');
  return chromium.launch({ executablePath, args: ARGUMENTS, headless: true });
}

/** A page with cookies and storage of its own. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<TestPage> {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin', ...options });
  context.setDefaultTimeout(STEP_LIMIT_MS);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  return { page, context, problems, [Symbol.asyncDispose]: () => context.close() };
}

export interface TestPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors that the page threw or that the browser wrote to its console, such as what a security policy refused. */
  readonly problems: string[];
  [Symbol.asyncDispose](): Promise<void>;
}
