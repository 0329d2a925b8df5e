import { connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { nodeId } from '../../src/schema/node-id.ts';
import { expectInStep } from '../kit/in-step.ts';
import { ask, openFiles, openWorld, peopleAct, residentBytes, startPull, until } from './world.ts';

describe('200 subscribers that stop reading', () => {
  const STALLED = 200;
  const EVENTS = 500;
  /** Beside what a gateway at work needs anyway; what all of them leave unread is more than a gigabyte. */
  const GROWTH_LIMIT_BYTES = 250 * 1024 * 1024;

  /** Connections to MongoDB that may have been opened meanwhile. */
  const POOL_LIMIT = 40;

  test('cost a bounded piece of memory and harm nobody, not even the stop', { timeout: 240_000 }, async () => {
    await using world = await openWorld({ contacts: 1_000 });
    const gateway = await world.gateway();
    const pid = gateway.child.pid ?? 0;
    await startPull(gateway);
    const old = await world.lastRunEnded();
    // A run with a past that nobody reads in one go.
    const at = new Date();
    const message = 'x'.repeat(24_000);
    const past = Array.from({ length: EVENTS }, (_, index) => ({
      runId: old._id,
      sequence: old.lastSequence + 1 + index,
      at,
      type: 'PROGRESS' as const,
      message,
    }));
    await world.store.db.collection('syncEvents').insertMany(past);
    await world.store.syncRuns.collection.updateOne(
      { _id: old._id },
      { $set: { lastSequence: EVENTS, lastEvent: null } },
    );
    const idle = { files: await openFiles(pid), bytes: await residentBytes(pid) };

    const { port, hostname } = new URL(gateway.url);
    const id = nodeId('SyncRun', old._id);
    const query = encodeURIComponent(
      `subscription { syncProgress(runId: "${id}") { sequence message run { id counts { fetched } } } }`,
    );
    // Asked again where it is overloaded, as below.
    const stall = () =>
      until('an answer other than 503', async () => {
        const socket = connect(Number(port), hostname).on('error', () => {});
        socket.write(`GET /graphql?query=${query} HTTP/1.1\r\nhost: ${hostname}\r\naccept: text/event-stream\r\n\r\n`);
        await new Promise((resolve) => socket.once('readable', resolve));
        if (!String(socket.read()).startsWith('HTTP/1.1 503')) return socket;
        socket.destroy();
        return null;
      });
    const stalled: Socket[] = await Promise.all(Array.from({ length: STALLED }, stall));
    expect(await subscriptions(gateway.url)).toBe(STALLED);

    // Everybody else is served as ever: a whole run, its events over SSE, and questions.
    await peopleAct(world.sandbox, 1);
    await startPull(gateway, 'FULL');
    const run = await until('a new run', async () => {
      const newest = await world.store.syncRuns.collection.findOne({}, { sort: { _id: -1 } });
      return newest === null || newest._id.equals(old._id) ? null : newest;
    });
    const runId = nodeId('SyncRun', run._id);
    const progress = encodeURIComponent(`subscription { syncProgress(runId: "${runId}") { sequence } }`);
    const reading = await served(`${gateway.url}/graphql?query=${progress}`, { accept: 'text/event-stream' });
    const told = [...(await reading.text()).matchAll(/"sequence":(\d+)/g)].map(([, sequence]) => Number(sequence));
    const end = await world.lastRunEnded();
    expect(end.status).toBe('SUCCEEDED');
    expect(told).toEqual(Array.from({ length: end.lastSequence }, (_, index) => index + 1));
    await ask(gateway.url, '{ contacts(first: 50) { nodes { email } } }');

    expect((await residentBytes(pid)) - idle.bytes).toBeLessThan(GROWTH_LIMIT_BYTES);

    // Who goes is forgotten: no subscription and no socket stays.
    for (const socket of stalled.splice(0, STALLED / 2)) socket.destroy();
    await until('half of them gone', async () => ((await subscriptions(gateway.url)) === STALLED / 2 ? true : null));
    const most = idle.files + STALLED / 2 + POOL_LIMIT;
    await until('their sockets closed', async () => ((await openFiles(pid)) <= most ? true : null));
    // And who still stalls does not hold up the stop.
    gateway.child.kill('SIGTERM');
    const { code, afterMs } = await gateway.ended();
    expect(code).toBe(0);
    expect(afterMs).toBeLessThan(5_000);
    for (const socket of stalled) socket.destroy();
    await expectInStep(world);
  });

  /** A gateway that is overloaded says so, and is asked again. */
  function served(url: string, headers: Record<string, string>): Promise<Response> {
    return until('an answer other than 503', async () => {
      const response = await fetch(url, { headers });
      return response.status === 503 ? null : response;
    });
  }

  async function subscriptions(url: string): Promise<number> {
    const text = await (await fetch(`${url}/metrics`)).text();
    return Number(/^csg_graphql_subscriptions_count\{transport="sse"\} (\d+)$/m.exec(text)?.[1]);
  }
});
