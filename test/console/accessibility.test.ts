import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { findChromium, openBrowser, type TestPage } from '../kit/browser.ts';
import { browserTest } from '../kit/browser-test.ts';
import { createLocally, workLocally } from '../kit/local-work.ts';
import { openTestConsole, settled, type TestConsole, violationsOf, visit } from './open-console.ts';

const DESKTOP = { width: 1280, height: 800 };

let browser: Browser;
let console: TestConsole;
let opened: TestPage;
let page: Page;
let contactPath: string;
let runPath: string;

beforeAll(async () => {
  if (findChromium() === undefined) return;
  browser = await openBrowser();
  console = await openTestConsole();
  await console.run('{ kind: CONTACTS, mode: FULL }');
  const [first, second] = (await console.sandbox.truth()).filter(
    ({ deleted_at, email_address }) => !deleted_at && email_address?.permission_to_send === 'explicit',
  );
  const inConflict = first?.contact_id ?? '';
  await workLocally(console, inConflict, { fields: { firstName: 'Ours', jobTitle: 'Baker' } });
  await workLocally(console, second?.contact_id ?? '', { fields: { companyName: 'Acme' } });
  await createLocally(console, { fields: { email: 'new.person@example.org', firstName: 'New' } });
  await console.sandbox.control('PATCH', `/contacts/${inConflict}`, { first_name: 'Theirs' });
  await console.run('{ kind: CONTACTS }');
  const [today] = await console.store.dailyCounts.since(new Date());
  if (today === undefined) throw new Error('the pulls have left no counts');
  const { byStatus, lists } = today;
  await console.store.dailyCounts.put({ at: new Date(today.at.getTime() - 86_400_000), byStatus, lists });
  const { data } = await console.gateway.graphql(
    `{ contact(by: { contactId: "${inConflict}" }) { id conflicts { field } } syncRuns(first: 1) { nodes { id } } }`,
  );
  expect(data.contact.conflicts).toHaveLength(1);
  contactPath = `/contacts/${encodeURIComponent(data.contact.id)}`;
  runPath = `/runs/${encodeURIComponent(data.syncRuns.nodes[0].id)}`;
  // Without motion colours change at once: in between, no two of them need to contrast.
  const options = { viewport: DESKTOP, reducedMotion: 'reduce' } as const;
  opened = await visit(browser, { url: console.gateway.url, path: '/', options });
  ({ page } = opened);
});
afterAll(async () => {
  await browser?.close();
  await console?.[Symbol.asyncDispose]();
});

/** Goes to an address within the page, as its links do: the whole is loaded once for all tests. */
async function goTo(path: string): Promise<void> {
  await page.evaluate(`history.pushState(null, "", ${JSON.stringify(path)})`);
  await settled(page);
}

/** Places of the navigation that do not stand in the window as a whole. */
async function outOfSight(narrow: Page): Promise<string[]> {
  return narrow.evaluate(`[...document.querySelectorAll('nav a')].filter((link) => {
    const { left, right } = link.getBoundingClientRect();
    return left < 0 || right > innerWidth;
  }).map((link) => link.textContent)`);
}

const PAGES = [
  ['the overview', () => '/'],
  ['the runs', () => '/runs'],
  ['one run', () => runPath],
  ['the contacts', () => '/contacts'],
  ['one contact with a conflict', () => contactPath],
  ['the contacts that differ', () => '/differences'],
  ['the lists that differ', () => '/differences?tab=lists'],
  ['the push plan', () => '/differences?tab=plan'],
  ['the counts', () => '/differences?tab=counts'],
  ['the webhooks', () => '/webhooks'],
  ["a partner's subscriptions where there is no partner", () => '/webhooks?tab=subscriptions'],
  ['a run that is not there', () => '/runs/none'],
] as const;

describe.each(PAGES)('%s', (_name, path) => {
  browserTest('passes axe-core in light and in dark, fits 360 pixels, and breaks no policy', async () => {
    await goTo(path());
    expect(await violationsOf(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violationsOf(page, 'color-contrast')).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 360, height: 780 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await outOfSight(page)).toEqual([]);
    await page.setViewportSize(DESKTOP);
    expect(opened.problems).toEqual([]);
  });
});

browserTest('open choices and dialogs pass axe-core, too', async () => {
  await goTo('/runs');
  await page.getByRole('button', { name: 'What it does' }).click();
  await page.getByRole('option', { name: 'Push', exact: true }).waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'All lists' }).click();
  await page.getByRole('dialog').getByRole('checkbox').first().waitFor();
  expect(await violationsOf(page)).toEqual([]);
  expect(opened.problems).toEqual([]);
});

browserTest('a run is started by the keyboard alone', async () => {
  await page.goto('/runs');
  await settled(page);
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('listbox').waitFor();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  // The focus comes back to it when the choices have gone.
  await page.locator('button:focus', { hasText: 'Pull opt-outs' }).waitFor();
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Start');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Pull opt-outs' }).waitFor();
});
