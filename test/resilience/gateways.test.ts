import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { allEnded } from '../start/gateway-process.ts';
import { expectWhole, openWorld, peopleAct, startPull, until } from './world.ts';

/** Half of all, the other half are kills of pushes: `RESILIENCE_KILLS=50 npx vitest run test/resilience` kills more often. */
const KILLS = Math.ceil(Number(process.env['RESILIENCE_KILLS'] ?? 6) / 2);
/** A dead or frozen owner's run goes on elsewhere within this time. */
const TAKEOVER_LIMIT_MS = 15_000;
const SLOW_PAGES = { route: 'GET /v3/contacts', delayMs: 60 };

describe('gateways', () => {
  test(`killed at ${KILLS} random moments of pulls, end up with the truth`, {
    timeout: 120_000 + KILLS * 20_000,
  }, async () => {
    await using world = await openWorld();
    await world.sandbox.control('POST', '/faults', SLOW_PAGES);
    const pids: number[] = [];
    let next = world.gateway();
    for (let round = 0; round < KILLS; round++) {
      const gateway = await next;
      next = world.gateway();
      await startPull(gateway, round % 2 === 0 ? 'FULL' : 'INCREMENTAL');
      pids.push(...(await gateway.processIds()));
      await peopleAct(world.sandbox, round);
      await delay(Math.random() * 700);
      gateway.child.kill('SIGKILL');
      await gateway.ended();
      await world.expireLeases();
    }
    await allEnded(pids);
    const last = await next;
    expect(await world.lastRunEnded()).toMatchObject({ status: 'SUCCEEDED' });
    await startPull(last, 'FULL');
    expect(await world.lastRunEnded()).toMatchObject({ status: 'SUCCEEDED', counts: { rejected: 0 } });
    await expectWhole(world);
  });

  test('frozen for longer than its lease and woken again, writes nothing any more; another goes on within 15 s', {
    timeout: 240_000,
  }, async () => {
    await using world = await openWorld();
    const frozen = await world.gateway({ LOG_LEVEL: 'info' });
    const other = await world.gateway();
    await world.sandbox.control('POST', '/faults', { route: 'GET /v3/contacts', delayMs: 300 });
    await startPull(frozen);
    const { lease } = await world.firstPage();
    frozen.child.kill('SIGSTOP');
    const frozenAt = performance.now();
    const taken = await until('another owner', async () => {
      const run = await world.store.syncRuns.collection.findOne({ 'lease.token': { $gt: lease?.token } });
      return run === null || run.counts.fetched === 0 ? null : run;
    });
    expect(performance.now() - frozenAt).toBeLessThan(TAKEOVER_LIMIT_MS);
    expect(taken.lease?.owner).not.toBe(lease?.owner);
    await world.sandbox.control('DELETE', '/faults');
    const end = await world.lastRunEnded();
    expect(end).toMatchObject({ status: 'SUCCEEDED', counts: { fetched: 4_000 } });
    // What the frozen one had stored and not recorded is met again, and nothing of it is made twice.
    expect(end.counts.created + end.counts.unchanged).toBe(4_000);

    const contacts = () => world.store.contacts.collection.find().sort({ _id: 1 }).toArray();
    const before = await contacts();
    frozen.child.kill('SIGCONT');
    await frozen.says(/run given up/);
    expect(await contacts()).toEqual(before);
    expect(await world.store.syncRuns.get(end._id)).toEqual(end);
    // It is as good as new: what it does next counts.
    await peopleAct(world.sandbox, 1);
    await startPull(frozen, 'FULL');
    expect(await world.lastRunEnded()).toMatchObject({ status: 'SUCCEEDED' });
    await expectWhole(world);
    expect(other.child.exitCode).toBeNull();
  });

  test('three on one store, started together, run each turn of the schedule once, also where one of them is killed', {
    timeout: 240_000,
  }, async () => {
    await using world = await openWorld({ contacts: 600 });
    const settings = { SYNC_SCHEDULE: '*/2 * * * * *' };
    const [first] = await Promise.all([world.gateway(settings), world.gateway(settings), world.gateway(settings)]);
    const runs = async () => world.store.syncRuns.collection.find({ trigger: 'SCHEDULE' }).sort({ _id: 1 }).toArray();
    await until('two scheduled runs', async () => ((await runs()).length >= 2 ? true : null));
    first?.child.kill('SIGKILL');
    await peopleAct(world.sandbox, 1);
    await world.expireLeases();
    const seen = (await runs()).length;
    await until('three more', async () => ((await runs()).length >= seen + 3 ? true : null));
    const started = (await runs()).map(({ queuedAt }) => queuedAt.getTime());
    const turns = Math.floor((Math.max(...started) - Math.min(...started)) / 2_000) + 2;
    expect(started.length).toBeLessThanOrEqual(turns);
    const last = await world.gateway();
    // The next turn of the schedule may come first.
    await until('a full pull to start', async () =>
      (await startPull(last, 'FULL')) === 'StartSyncSuccess' ? true : null,
    );
    await until('a full pull', async () =>
      world.store.syncRuns.collection.findOne({ mode: 'FULL', status: 'SUCCEEDED' }),
    );
  });
});
