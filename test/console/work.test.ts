import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { createApiKey } from '../../src/auth/api-keys.ts';
import { findChromium, openBrowser } from '../kit/browser.ts';
import { browserTest } from '../kit/browser-test.ts';
import { createLocally, workLocally } from '../kit/local-work.ts';
import { hintSender } from '../webhooks/sender.ts';
import { openCuttableNetwork } from './cuttable-network.ts';
import { openTestConsole, type TestConsole, violationsOf, visit } from './open-console.ts';

const WEBHOOK_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
/** More than the brake lets pass: a tenth of the contacts, and fifty. */
const MANY = 60;

let browser: Browser;
let console: TestConsole;

beforeAll(async () => {
  if (findChromium() === undefined) return;
  browser = await openBrowser();
  console = await openTestConsole({ isPartner: true, settings: { WEBHOOK_SECRETS: WEBHOOK_SECRET } });
});
afterAll(async () => {
  await browser?.close();
  await console?.[Symbol.asyncDispose]();
});

/** Contacts of the primary that may be written to. */
async function activeContacts(): Promise<string[]> {
  const truth = await console.sandbox.truth();
  return truth
    .filter(({ deleted_at, email_address }) => !deleted_at && email_address?.permission_to_send === 'explicit')
    .map(({ contact_id }) => contact_id);
}

browserTest('a sync is started and watched from its start to its end', async () => {
  await using opened = await visit(browser, { url: console.gateway.url, path: '/runs' });
  const { page, problems } = opened;
  await page.getByText('No run yet').waitFor();
  await page.getByRole('button', { name: 'How much it reads' }).click();
  await page.getByRole('option', { name: 'Everything' }).click();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Pull contacts, full' }).waitFor();
  const log = page.getByRole('log');
  await log.getByText('The run has succeeded.').waitFor();
  await log.getByText('Started', { exact: true }).waitFor();
  await page.getByText('Succeeded', { exact: true }).waitFor();
  expect(await page.locator('dt:has-text("New here") + dd').textContent()).toBe('300');
  await page.getByRole('link', { name: 'Runs' }).click();
  await page.getByRole('link', { name: 'Pull contacts, full' }).waitFor();
  expect(problems).toEqual([]);
});

browserTest('a run that waits for a decision is followed over a reload and a lost network, and confirmed', async () => {
  const gone = (await activeContacts()).slice(-MANY);
  await Promise.all(gone.map((id) => console.sandbox.control('DELETE', `/contacts/${id}`)));
  await using network = await openCuttableNetwork(console.gateway.url);
  await using opened = await visit(browser, { url: network.url, path: '/runs' });
  const { page } = opened;
  await page.getByRole('button', { name: 'How much it reads' }).click();
  await page.getByRole('option', { name: 'Everything' }).click();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByRole('button', { name: 'Confirm' }).waitFor();
  const steps = page.getByRole('log').locator('li');
  const seen = await steps.count();

  await page.reload();
  await page.getByRole('button', { name: 'Confirm' }).waitFor();
  await steps.nth(seen - 1).waitFor();

  network.cut();
  await page.getByText('Connecting').waitFor();
  network.mend();
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('log').getByText('The run has succeeded.').waitFor();
  expect(await page.locator('dt:has-text("Deleted") + dd').textContent()).toBe(String(MANY));

  const { data } = await console.gateway.graphql('{ syncRuns(first: 1) { nodes { lastSequence } } }');
  expect(await steps.count()).toBe(data.syncRuns.nodes[0].lastSequence);
});

browserTest('what happens while the network is gone is there when it is back', async () => {
  await using network = await openCuttableNetwork(console.gateway.url);
  await using opened = await visit(browser, { url: network.url, path: '/runs' });
  const { page } = opened;
  await page.getByText('Live', { exact: true }).waitFor();
  network.cut();
  await page.getByText('Connecting').waitFor();
  await console.run('{ kind: UNSUBSCRIBES }');
  network.mend();
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Pull opt-outs' }).waitFor();
});

browserTest('the overview counts anew what a run has changed, lists too', async () => {
  await using opened = await visit(browser, { url: console.gateway.url, path: '/' });
  const { page } = opened;
  await page.getByText('Live', { exact: true }).waitFor();
  const [list] = await console.store.lists.all();
  const link = page.getByRole('link', { name: list?.name ?? '', exact: true });
  const sizeOf = (count: number) =>
    page
      .getByRole('listitem')
      .filter({ has: link })
      .filter({ hasText: `${count}` });
  const before = await console.store.contacts.countOnList(list?.listId ?? '');
  await sizeOf(before).waitFor();
  const [leaving] = (await console.sandbox.truth()).filter(
    ({ deleted_at, list_memberships }) => !deleted_at && list_memberships?.includes(list?.listId ?? ''),
  );
  await console.sandbox.control('POST', `/lists/${list?.listId}/members`, { remove: [leaving?.contact_id] });
  await console.run('{ kind: CONTACTS, mode: FULL }');
  await sizeOf(before - 1).waitFor();
});

browserTest('a run that ends before the connection for news stands is there, too', async () => {
  await using opened = await visit(browser, { url: console.gateway.url, path: '/runs' });
  const { page } = opened;
  let connect = () => {};
  const mayConnect = new Promise<void>((resolve) => {
    connect = resolve;
  });
  await page.routeWebSocket('**/graphql', async (socket) => {
    await mayConnect;
    socket.connectToServer();
  });
  await page.reload();
  await page.getByRole('link', { name: 'Pull opt-outs' }).waitFor();
  await console.run('{ kind: LISTS }');
  expect(await page.getByRole('link', { name: 'Pull lists' }).count()).toBe(0);
  connect();
  await page.getByRole('link', { name: 'Pull lists' }).waitFor();
});

browserTest('a page that is gone to without a network says what to do, and is there when the network is', async () => {
  await using network = await openCuttableNetwork(console.gateway.url);
  await using opened = await visit(browser, { url: network.url, path: '/contacts' });
  const { page } = opened;
  await page.getByRole('table').getByRole('link').first().waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  network.cut();
  await page.getByText('Connecting').waitFor();
  await page.getByLabel('Search').fill('a');
  await page.getByText('Look whether it runs').waitFor();
  network.mend();
  await page.getByRole('table').getByRole('link').first().waitFor();
  expect(await page.getByText('The gateway cannot be reached.').count()).toBe(0);
});

browserTest('a page begins at its top, for the keyboard, too; one whose file has gone says so', async () => {
  await using opened = await visit(browser, { url: console.gateway.url, path: '/' });
  const { page } = opened;
  await page.getByRole('link', { name: 'All runs' }).click();
  await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
  await expect.poll(() => page.evaluate('[scrollY, document.activeElement.id]')).toEqual([0, 'main']);
  await page.route('**/assets/webhooks-page*', (route) => route.abort());
  await page.getByRole('link', { name: 'Webhooks' }).click();
  await page.getByRole('heading', { level: 1, name: 'This page cannot be shown' }).waitFor();
  await page.getByRole('link', { name: 'Runs', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
});

browserTest('a conflict is shown with its three values and decided', async () => {
  const [id = ''] = await activeContacts();
  await workLocally(console, id, { fields: { firstName: 'Ours' } });
  await console.sandbox.control('PATCH', `/contacts/${id}`, { first_name: 'Theirs' });
  await console.run('{ kind: CONTACTS }');

  await using opened = await visit(browser, { url: console.gateway.url, path: '/' });
  const { page, problems } = opened;
  await page.getByText('1 contact changed on both sides to different values.').waitFor();
  await page.getByRole('link', { name: 'Resolve' }).click();
  await page.getByRole('table').getByRole('link').first().click();
  const conflict = page.getByRole('region', { name: 'Conflicts' });
  await conflict.getByText('Theirs', { exact: true }).waitFor();
  await conflict.getByText('Ours', { exact: true }).waitFor();
  await conflict.getByRole('button', { name: 'Keep ours: First name' }).click();
  await conflict.waitFor({ state: 'detached' });
  await page.getByRole('region', { name: 'Waiting for the next push' }).getByText('Ours').waitFor();
  const { data } = await console.gateway.graphql(
    `{ contact(by: { contactId: "${id}" }) { firstName syncState conflicts { field } } }`,
  );
  expect(data.contact).toEqual({ firstName: 'Ours', syncState: 'PENDING_PUSH', conflicts: [] });
  expect(problems).toEqual([]);
});

browserTest('the push plan says what is left out and why, and exactly that plan is pushed', async () => {
  const [, , leaving = ''] = await activeContacts();
  await createLocally(console, { fields: { email: 'new.person@example.org', firstName: 'New' } });
  await workLocally(console, leaving, { fields: { companyName: 'Acme' } });
  await console.sandbox.control('POST', `/contacts/${leaving}/unsubscribe`, { reason: 'too many' });
  await console.run('{ kind: CONTACTS }');

  await using opened = await visit(browser, { url: console.gateway.url, path: '/differences?tab=plan' });
  const { page, problems } = opened;
  await page.getByText('Left out, and why (1)').waitFor();
  await page.getByRole('region', { name: 'What a push leaves out' }).getByText('has unsubscribed').waitFor();
  await page.getByRole('button', { name: 'Push exactly this' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Push', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Push' }).waitFor();
  await page.getByRole('log').getByText('The run has succeeded.').waitFor();
  const truth = await console.sandbox.truth();
  expect(truth.map(({ email_address }) => email_address?.address)).toContain('new.person@example.org');
  expect((await console.sandbox.stats()).resubscribed).toEqual([]);
  expect(problems).toEqual([]);
});

browserTest('a plan that Constant Contact has overtaken is not pushed, and the new one is a step away', async () => {
  const [, , , leaving = ''] = await activeContacts();
  await workLocally(console, leaving, { fields: { companyName: 'Overtaken' } });
  await using opened = await visit(browser, { url: console.gateway.url, path: '/differences?tab=plan' });
  const { page } = opened;
  await page.getByRole('button', { name: 'Push exactly this' }).click();
  await console.sandbox.control('POST', `/contacts/${leaving}/unsubscribe`, { reason: 'too late' });
  await page.getByRole('dialog').getByRole('button', { name: 'Push', exact: true }).click();
  await page.getByRole('alert').getByText('PLAN_STALE').waitFor();
  await page.getByRole('link', { name: 'See the new plan' }).click();
  await page.getByText('Nothing to push').waitFor();
  await page.getByRole('region', { name: 'What a push leaves out' }).getByText('Company name').first().waitFor();
});

browserTest('contacts are searched, ordered and scrolled to the last one, few rows at a time', async () => {
  await using opened = await visit(browser, { url: console.gateway.url, path: '/contacts?order=EMAIL' });
  const { page } = opened;
  const { data } = await console.gateway.graphql(
    '{ contacts(last: 1, orderBy: { field: EMAIL }) { totalCount nodes { email } } }',
  );
  const { totalCount, nodes } = data.contacts;
  await page.getByText(`${totalCount} contacts`).waitFor();
  const scroller = page.getByRole('region', { name: 'Contacts, scrolling' });
  const last = page.getByRole('link', { name: nodes[0].email, exact: true });
  await scroller.focus();
  while ((await last.count()) === 0) await page.keyboard.press('End');
  await last.waitFor();
  expect(await page.getByRole('row').count()).toBeLessThan(60);

  const { name } = (await console.gateway.graphql('{ contactLists(first: 1) { nodes { name } } }')).data.contactLists
    .nodes[0];
  await page.getByRole('combobox', { name: 'List' }).fill(name.slice(0, -1));
  await page.getByRole('option', { name, exact: true }).click();
  await expect.poll(() => new URL(page.url()).searchParams.has('list')).toBe(true);
  await page.getByRole('combobox', { name: 'List' }).fill('All');
  await page.getByRole('option', { name: 'All', exact: true }).click();
  await expect.poll(() => new URL(page.url()).searchParams.has('list')).toBe(false);

  await page.getByLabel('Search').fill(nodes[0].email);
  await page.getByText('1 contact', { exact: true }).waitFor();
  await last.click();
  await page.getByRole('heading', { level: 1, name: nodes[0].email }).waitFor();
  await page.getByRole('button', { name: 'Read it now' }).click();
  await page.getByRole('columnheader', { name: 'There, now' }).waitFor();
});

browserTest('contacts that a run has changed since are shown when they are asked for', async () => {
  await using opened = await visit(browser, { url: console.gateway.url, path: '/contacts' });
  const { page, problems } = opened;
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('table').getByRole('link').first().waitFor();
  const [id] = await activeContacts();
  await console.sandbox.control('PATCH', `/contacts/${id}`, { last_name: 'Changed-Meanwhile' });
  await console.run('{ kind: CONTACTS }');
  await page.getByRole('button', { name: 'Show the changes' }).click();
  await page.getByRole('cell', { name: 'Changed-Meanwhile' }).waitFor();
  await page.getByRole('button', { name: 'Show the changes' }).waitFor({ state: 'detached' });
  expect(problems).toEqual([]);
});

browserTest('a webhook appears as it comes in, with what it said, and is replayed', async () => {
  await using opened = await visit(browser, { url: console.gateway.url, path: '/webhooks' });
  const { page } = opened;
  await page.getByText('No webhook yet').waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  const send = hintSender({ url: () => console.gateway.url, secret: WEBHOOK_SECRET });
  const emails = ['nobody@example.org'];
  expect((await send({ type: 'contact.changed', data: { emails } })).status).toBe(202);
  await page.getByRole('button', { name: /contact\.changed/ }).click();
  await page.getByRole('region', { name: 'Payload' }).getByText('nobody@example.org').waitFor();
  await page.getByRole('button', { name: 'Replay contact.changed' }).click();
  await page.getByRole('button', { name: 'Replay contact.changed' }).waitFor();
});

browserTest("a partner's subscription is made, refused with its reason, moved and ended", async () => {
  await using opened = await visit(browser, { url: console.gateway.url, path: '/webhooks' });
  const { page, problems } = opened;
  await page.getByRole('tab', { name: 'Subscriptions' }).click();
  const subscribe = page.getByRole('button', { name: 'Subscribe: Account cancelled' });
  await subscribe.click();
  const dialog = page.getByRole('dialog');
  const address = dialog.getByLabel('Where notifications go');
  await address.fill('http://contacts.example.com/hook');
  await dialog.getByRole('button', { name: 'Subscribe' }).click();
  await dialog.getByRole('alert').getByText('https').waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await expect
    .poll(() => page.evaluate('document.activeElement.getAttribute("aria-label")'))
    .toBe('Subscribe: Account cancelled');

  await page.keyboard.press('Enter');
  await address.fill('https://contacts.example.com/hook');
  await page.keyboard.press('Enter');
  await page.getByText('https://contacts.example.com/hook', { exact: true }).waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await page.getByRole('button', { name: 'Change the address: Account cancelled' }).click();
  await address.fill('https://contacts.example.com/other');
  await dialog.getByRole('button', { name: 'Move it there' }).click();
  await page.getByText('https://contacts.example.com/other', { exact: true }).waitFor();
  const { data } = await console.gateway.graphql('{ webhookSubscriptions { topic hookUri } }');
  expect(data.webhookSubscriptions).toEqual([
    { topic: 'ACCOUNT_CANCELLED', hookUri: 'https://contacts.example.com/other' },
  ]);
  await page.getByRole('button', { name: 'End: Account cancelled' }).click();
  await dialog.getByRole('button', { name: 'End it' }).click();
  await subscribe.waitFor();
  expect((await console.gateway.graphql('{ webhookSubscriptions { topic } }')).data.webhookSubscriptions).toEqual([]);
  expect(problems).toEqual([]);
});

browserTest(
  'where callers identify themselves it asks for a key, forgets it with the page, and shows what the key may',
  async () => {
    const key = createApiKey({ name: 'operator', scopes: ['sync:read'] });
    await using guarded = await openTestConsole({ contacts: 20, settings: { API_KEYS: key.setting } });
    await using opened = await visit(browser, { url: guarded.gateway.url, path: '/' });
    const { page, context } = opened;
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByLabel('API key or token').fill('csg_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The gateway does not know this key').waitFor();
    await page.getByLabel('API key or token').fill(key.key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByText('Your key does not allow this.').first().waitFor();
    await page.getByText('Nothing of what your key lets you see needs attention.').waitFor();
    expect(await context.storageState()).toEqual({ cookies: [], origins: [] });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  },
);
