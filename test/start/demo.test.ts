import { describe, expect, test } from 'vitest';
import { allEnded, createWorkingDir, type GatewayProcess, startGateway } from './gateway-process.ts';

// Started without settings, but for the port: the demo on the embedded engine, its 4 requests a second included.

const STOP_LIMIT_MS = 5_000;

async function urlOf(gateway: GatewayProcess): Promise<string> {
  const [, url] = await gateway.says(/GraphQL\s+(http:\S+)\/graphql/);
  return url ?? '';
}

// biome-ignore lint/suspicious/noExplicitAny: what an operation answers has the shape of its document.
async function ask(url: string, query: string): Promise<any> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data: unknown; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

/** Follows the run that is under way to its end, as a front end would; without one there is nothing to wait for. */
async function lastRun(url: string) {
  const { syncStatus } = await ask(url, '{ syncStatus { active { id } } }');
  for (const { id } of syncStatus.active) {
    const query = encodeURIComponent(`subscription { syncProgress(runId: "${id}") { sequence } }`);
    await (await fetch(`${url}/graphql?query=${query}`, { headers: { accept: 'text/event-stream' } })).text();
  }
  const { syncRuns } = await ask(
    url,
    '{ syncRuns(first: 1) { nodes { status apiRequests counts { fetched created } } } }',
  );
  return syncRuns.nodes[0];
}

const CONTACTS = '{ contacts(first: 500, orderBy: { field: EMAIL }) { totalCount nodes { id contactId email } } }';

// Two starts and a whole sync in a test, on a machine that does other things, too; a killed run waits for its lease to end.
describe('the demo', { timeout: 120_000 }, () => {
  test('fills the store by a first sync, stops by Ctrl-C, and the next start finds it all', async () => {
    await using dir = await createWorkingDir();
    await using first = startGateway({ cwd: dir.path });
    const url = await urlOf(first);
    expect(new URL(url).hostname).toBe('127.0.0.1');
    expect(await lastRun(url)).toMatchObject({ status: 'SUCCEEDED', counts: { fetched: 5000, created: 5000 } });
    const before = await ask(url, CONTACTS);
    expect(before.contacts.totalCount).toBe(5000);
    const { contactLists } = await ask(url, '{ contactLists(first: 50) { nodes { name } } }');
    expect(contactLists.nodes).toHaveLength(12);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);

    const pids = await first.processIds();
    expect(pids.length).toBeGreaterThan(1);
    first.child.kill('SIGINT');
    const { code, afterMs } = await first.ended();
    expect(code).toBe(0);
    expect(afterMs).toBeLessThan(STOP_LIMIT_MS);
    expect(await allEnded(pids)).toBeLessThan(1_000);

    await using second = startGateway({ cwd: dir.path });
    const again = await urlOf(second);
    expect(await ask(again, CONTACTS)).toEqual(before);
    expect(await lastRun(again)).toMatchObject({ status: 'SUCCEEDED', counts: { created: 0 } });
    expect(await ask(again, CONTACTS)).toEqual(before);
  });

  test('stops in the middle of its first sync, on Ctrl-C that reaches it twice, with readers connected', async () => {
    await using dir = await createWorkingDir();
    await using gateway = startGateway({ cwd: dir.path });
    const url = await urlOf(gateway);
    const query = encodeURIComponent('subscription { syncRunChanged { phase } }');
    const reader = await fetch(`${url}/graphql?query=${query}`, { headers: { accept: 'text/event-stream' } });
    const pids = await gateway.processIds();
    gateway.child.kill('SIGINT');
    gateway.child.kill('SIGINT');
    const [text, { code, afterMs }] = await Promise.all([reader.text(), gateway.ended()]);
    expect(text.trimEnd().endsWith('event: complete\ndata:')).toBe(true);
    expect(code).toBe(0);
    expect(afterMs).toBeLessThan(STOP_LIMIT_MS);
    await allEnded(pids);
  });

  test('killed, it leaves no process behind, and the next start goes on with the run', async () => {
    await using dir = await createWorkingDir();
    await using first = startGateway({ cwd: dir.path });
    await urlOf(first);
    const pids = await first.processIds();
    expect(pids.length).toBeGreaterThan(1);
    first.child.kill('SIGKILL');
    await first.ended();
    expect(await allEnded(pids)).toBeLessThan(STOP_LIMIT_MS);

    await using second = startGateway({ cwd: dir.path });
    const url = await urlOf(second);
    expect(await lastRun(url)).toMatchObject({ status: 'SUCCEEDED' });
    expect((await ask(url, CONTACTS)).contacts.totalCount).toBe(5000);
  });
});
