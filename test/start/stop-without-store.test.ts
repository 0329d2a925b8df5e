import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openProxiedStore } from '../kit/proxied-store.ts';
import { openTestSandbox } from '../kit/sandbox.ts';
import { createWorkingDir, startGateway } from './gateway-process.ts';

const RUNS = encodeURIComponent('subscription { syncRunChanged { id } }');

function endWithTest<T extends AsyncDisposable>(part: T): T {
  onTestFinished(async () => part[Symbol.asyncDispose]());
  return part;
}

/** A gateway with a run under way and a reader of its news, whose store has just fallen silent: it takes commands and answers none. */
async function openStranded() {
  const sandbox = endWithTest(await openTestSandbox({ contacts: 10 }));
  await sandbox.control('POST', '/faults', { route: 'GET /contacts', delayMs: 60_000 });
  let isSilent = false;
  const silence = new Promise<void>(() => {});
  const store = endWithTest(await openProxiedStore({ before: async () => (isSilent ? silence : undefined) }));
  const dir = endWithTest(await createWorkingDir());
  const settings = { MONGODB_URI: store.uri, CC_ACCESS_TOKEN: 'sandbox', CC_API_URL: sandbox.apiUrl };
  const gateway = endWithTest(
    startGateway({ cwd: dir.path, settings: { ...settings, FULL_SYNC_SCHEDULE: 'off', SYNC_SCHEDULE: 'off' } }),
  );
  const [, url = ''] = await gateway.says(/GraphQL\s+(http:\S+)\/graphql/);
  await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"mutation { startSync(input: { kind: CONTACTS }) { __typename } }"}',
  });
  const reader = await fetch(`${url}/graphql?query=${RUNS}`, { headers: { accept: 'text/event-stream' } });
  const runs = store.direct.db.collection('syncRuns');
  await expect.poll(() => runs.countDocuments({ phase: 'CONTACTS' }), { timeout: 30_000 }).toBe(1);
  isSilent = true;
  return { gateway, reader };
}

test('a stop waits for a store that does not answer only so long: subscribers are told the end, and it says what is left', {
  timeout: 90_000,
}, async () => {
  const { gateway, reader } = await openStranded();
  gateway.child.kill('SIGTERM');
  const [text, { code, afterMs }] = await Promise.all([reader.text(), gateway.ended()]);
  expect(text.trimEnd().endsWith('event: complete\ndata:')).toBe(true);
  expect(code).toBe(1);
  expect(gateway.output()).toMatch(/did not stop cleanly/);
  expect(afterMs).toBeLessThan(5_000);
});

test('the second signal ends a stop at once', { timeout: 90_000 }, async () => {
  const { gateway, reader } = await openStranded();
  const cut = reader.text().catch(() => 'cut');
  let hasEnded = false;
  const ended = gateway.ended().finally(() => {
    hasEnded = true;
  });
  // What comes right after the first counts as its echo.
  while (!hasEnded) {
    gateway.child.kill('SIGTERM');
    await delay(100);
  }
  expect((await ended).code).toBe(130);
  expect(await cut).toBe('cut');
});
