import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { createApiKey } from '../../src/auth/api-keys.ts';
import { findChromium, openBrowser, openPage } from '../kit/browser.ts';
import { browserTest } from '../kit/browser-test.ts';
import { openTestGateway, type TestGateway } from '../kit/gateway.ts';
import { openTestSandbox, type TestSandbox } from '../kit/sandbox.ts';
import { openTestStore, type TestStore } from '../kit/store.ts';

const admin = createApiKey({ name: 'ops', scopes: ['admin'] });

let browser: Browser | undefined;
let sandbox: TestSandbox;
let store: TestStore;
let gateway: TestGateway;

beforeAll(async () => {
  if (findChromium() !== undefined) browser = await openBrowser();
  sandbox = await openTestSandbox({ contacts: 20 });
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await sandbox[Symbol.asyncDispose]();
});

function settings(more: Record<string, string> = {}): Record<string, string> {
  return {
    CC_CLIENT_ID: 'client',
    CC_API_URL: sandbox.apiUrl,
    CC_AUTH_URL: `${sandbox.url}/oauth2/default/v1`,
    CC_REQUESTS_PER_SECOND: '1000',
    TOKEN_KEY: createHash('sha256').update(randomBytes(8)).digest('base64'),
    ...more,
  };
}

async function newPage(): Promise<Awaited<ReturnType<typeof openPage>>> {
  if (browser === undefined) throw new Error('there is no browser');
  return openPage(browser);
}

/** Where `PICTURES` names a folder, the pages are kept there for a person to look at. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['PICTURES'];
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
}

describe('in a browser', () => {
  beforeEach(async () => {
    store = await openTestStore();
    gateway = await openTestGateway({ store, settings: settings() });
  });
  afterEach(async () => {
    await gateway[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });

  browserTest('the owner connects the account on the page of Constant Contact, and is told so', async () => {
    await using tab = await newPage();
    await tab.page.goto(`${gateway.url}/oauth/connect`);
    expect(new URL(tab.page.url()).origin).toBe(sandbox.url);
    await tab.page.click('#allow');
    await tab.page.waitForURL(`${gateway.url}/oauth/callback**`);
    expect(await tab.page.textContent('h1')).toBe('Connected');
    expect(await tab.page.textContent('p')).toContain('Sandbox Garden Supply');
    await picture(tab.page, 'connected');
    const { data } = await gateway.graphql('{ syncStatus { connection } }');
    expect(data.syncStatus.connection).toBe('CONNECTED');
    expect((await tab.context.cookies()).map(({ name }) => name)).not.toContain('csg_oauth');
    // A browser asks for an icon that the authorization page does not have.
    expect(tab.problems.filter((problem) => !/status of 404/.test(problem))).toEqual([]);

    await tab.page.reload();
    expect(await tab.page.textContent('h1')).toBe('Not connected');
    expect((await gateway.graphql('{ syncStatus { connection } }')).data.syncStatus.connection).toBe('CONNECTED');
  });

  browserTest('an owner who says no is told that nothing has changed, and may try again', async () => {
    await using tab = await newPage();
    await tab.page.goto(`${gateway.url}/oauth/connect`);
    await tab.page.click('#deny');
    await tab.page.waitForURL(`${gateway.url}/oauth/callback**`);
    expect(await tab.page.textContent('h1')).toBe('Not connected');
    expect(await tab.page.textContent('body')).toContain('Access was denied');
    await picture(tab.page, 'refused');
    await tab.page.click('text=Try again');
    await tab.page.click('#allow');
    await tab.page.waitForURL(`${gateway.url}/oauth/callback**`);
    expect(await tab.page.textContent('h1')).toBe('Connected');
  });

  browserTest('the answer of another browser connects nothing', async () => {
    await using victim = await newPage();
    await using attacker = await newPage();
    await attacker.page.goto(`${gateway.url}/oauth/connect`);
    const state = new URL(attacker.page.url()).searchParams.get('state') ?? '';
    await victim.page.goto(`${gateway.url}/oauth/callback?code=of-another&state=${encodeURIComponent(state)}`);
    expect(await victim.page.textContent('h1')).toBe('Not connected');
    expect(await victim.page.textContent('body')).toContain('This browser has not begun a connection');
    await picture(victim.page, 'foreign-state');
    expect((await gateway.graphql('{ syncStatus { connection } }')).data.syncStatus.connection).toBe('NOT_CONNECTED');
  });
});

browserTest('where callers are asked who they are, the page asks for an administrator’s key first', async () => {
  await using filled = await openTestStore();
  await using guarded = await openTestGateway({ store: filled, settings: settings({ API_KEYS: admin.setting }) });
  await using tab = await newPage();
  await tab.page.goto(`${guarded.url}/oauth/connect`);
  await picture(tab.page, 'key');
  await tab.page.fill('input[name=key]', 'a guess');
  await tab.page.click('button');
  expect(await tab.page.textContent('body')).toContain('unknown or lacks the scope');
  await tab.page.fill('input[name=key]', admin.key);
  await tab.page.click('button');
  await tab.page.click('#allow');
  await tab.page.waitForURL(`${guarded.url}/oauth/callback**`);
  expect(await tab.page.textContent('h1')).toBe('Connected');
});
