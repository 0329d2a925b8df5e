import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { CONSOLE_OPERATIONS } from '../../src/server/console-operations.ts';
import { createOperationList } from '../../src/server/operation-list.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { openPage, type TestPage } from '../kit/browser.ts';
import { openTestGateway, type TestGateway } from '../kit/gateway.ts';
import { openTestSandbox, type TestSandbox } from '../kit/sandbox.ts';
import { openTestStore } from '../kit/store.ts';

/** A gateway with its console, on a store and a sandbox of its own. */
export interface TestConsole {
  readonly gateway: TestGateway;
  readonly sandbox: TestSandbox;
  readonly store: Store;
  /** Does a run to its end without the console. */
  run(input: string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function openTestConsole({
  contacts = 300,
  isPartner = false,
  settings = {},
}: {
  contacts?: number;
  /** With the credentials of a technology partner, which the sandbox knows. */
  isPartner?: boolean;
  settings?: Readonly<Record<string, string>>;
} = {}): Promise<TestConsole> {
  const sandbox = await openTestSandbox({ contacts, lists: 4 });
  const testStore = await openTestStore();
  if (isPartner) await sandbox.control('POST', '/oauth/clients', [{ id: 'partner', secret: 'secret of it' }]);
  const gateway = await openTestGateway({
    store: testStore,
    settings: {
      CC_ACCESS_TOKEN: 'sandbox',
      CC_API_URL: sandbox.apiUrl,
      CC_REQUESTS_PER_SECOND: '1000',
      ...(isPartner
        ? {
            CC_PARTNER_CLIENT_ID: 'partner',
            CC_PARTNER_CLIENT_SECRET: 'secret of it',
            CC_PARTNER_API_KEY: 'key',
            CC_PARTNER_AUTH_URL: `${sandbox.url}/partners/oauth2/default/v1`,
          }
        : {}),
      ...settings,
    },
  });
  return {
    gateway,
    sandbox,
    store: createStore({ db: testStore.db, info: { kind: 'EMBEDDED', version: '8.0', changeStreams: false } }),
    async run(input) {
      const { data } = await gateway.graphql(
        `mutation { startSync(input: ${input}) { ... on StartSyncSuccess { run { id } } ... on UserError { message } } }`,
      );
      await untilEnded(gateway, data.startSync.run.id);
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await testStore[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

/** By the stream of its events, which completes with it. */
async function untilEnded({ url }: TestGateway, runId: string): Promise<void> {
  const query = `subscription { syncProgress(runId: "${runId}") { type } }`;
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query }),
  });
  expect(await response.text()).toContain('FINISHED');
}

const listed = createOperationList({ required: true, manifests: [CONSOLE_OPERATIONS] });

/** A gateway with `PERSISTED_OPERATIONS=required` would answer it: everything that the page sends is held to that. */
function isListed(body: string): boolean {
  try {
    return listed.textOf(JSON.parse(body)) !== undefined;
  } catch {
    return false;
  }
}

/** A page at `path`, as soon as its heading stands. */
export async function visit(
  browser: Browser,
  { url, path, options }: { url: string; path: string; options?: BrowserContextOptions },
): Promise<TestPage> {
  const opened = await openPage(browser, { baseURL: url, reducedMotion: 'reduce', ...options });
  opened.page.on('request', (request) => {
    const body = request.postData();
    if (request.url().endsWith('/graphql') && body !== null && !isListed(body))
      opened.problems.push(`sends an operation that is not listed: ${body}`);
  });
  await opened.page.goto(path);
  await opened.page.getByRole('heading', { level: 1 }).waitFor();
  return opened;
}

/** Nothing is left to be loaded. */
export async function settled(page: Page): Promise<void> {
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
}

/** What axe-core finds wrong with the page as it stands, by all rules or the one given: rules and places. */
export async function violationsOf(page: Page, rule?: string): Promise<string[]> {
  const options = { resultTypes: ['violations'], ...(rule === undefined ? {} : { runOnly: [rule] }) };
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
  const results: axe.AxeResults = await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`);
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}
