import { ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { createApiClient } from '../../src/constant-contact/api-client.ts';
import { BudgetExhaustedError, DomainError } from '../../src/domain-error.ts';
import { silentLogger } from '../../src/logger.ts';
import type { SyncEventDocument } from '../../src/store/sync-events.ts';
import type { PullContext } from '../../src/sync/pull/pull-context.ts';
import { pullLists, pullTagsAndFields } from '../../src/sync/pull/pull-lists.ts';
import { LEASE_MS, openRunSession } from '../../src/sync/run-session.ts';
import { openSyncKit, startInput, type TestInstance } from '../kit/sync.ts';

const BY_TEST = { trigger: 'MUTATION', triggeredBy: 'test' } as const;

async function eventsOf(instance: TestInstance, runId: SyncEventDocument['runId'], afterSequence = 0) {
  const events: SyncEventDocument[] = [];
  const { signal } = new AbortController();
  for await (const { event } of instance.engine.followEvents({ runId, afterSequence, signal })) events.push(event);
  return events;
}

/** The run has stored its first page of contacts. */
async function firstPage(instance: TestInstance, runId: SyncEventDocument['runId']): Promise<void> {
  const { signal } = new AbortController();
  for await (const { event } of instance.engine.followEvents({ runId, afterSequence: 0, signal })) {
    if (event.type === 'PROGRESS') return;
  }
  throw new Error('the run ended before its first page');
}

describe('runs', () => {
  it('are one at a time of a kind: a second start answers the run that is active', async () => {
    await using kit = await openSyncKit();
    await kit.sandbox.control('POST', '/faults', { route: 'GET /v3/contact_lists', delayMs: 200 });
    const other = kit.instance();
    const [first, second, third] = await Promise.all([
      kit.engine.start(startInput({}), BY_TEST),
      other.engine.start(startInput({}), BY_TEST),
      other.engine.start(startInput({ kind: 'LISTS' }), BY_TEST),
    ]);
    expect([first.started, second.started].sort()).toEqual([false, true]);
    expect(first.run._id).toEqual(second.run._id);
    expect(third.started).toBe(true);
    await Promise.all([kit.ended(first.run), kit.ended(third.run)]);
  });

  it('are no longer kept by an instance whose lease loop stands still, and it says so', async () => {
    await using kit = await openSyncKit();
    let lateMs = 0;
    const stuck: Clock = {
      now: () => new Date(Date.now() + lateMs),
      async sleep(_ms, signal) {
        signal?.throwIfAborted();
        await new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        });
      },
    };
    const { engine } = kit.instance({ clock: stuck });
    expect(() => engine.assertAlive()).not.toThrow();
    lateMs = LEASE_MS;
    expect(() => engine.assertAlive()).toThrow('No sign of life');
    expect(() => kit.engine.assertAlive()).not.toThrow();
  });

  it('stop when cancelled by any instance, also while they wait to try again', async () => {
    await using kit = await openSyncKit({ contacts: 3_000 });
    await kit.sandbox.control('POST', '/faults', { route: 'GET /v3/contacts', delayMs: 60_000 });
    const { run } = await kit.engine.start(startInput({}), BY_TEST);
    await kit.instance().engine.cancel(run._id);
    expect(await kit.ended(run)).toMatchObject({ status: 'CANCELLED', error: null });
    await kit.sandbox.control('DELETE', '/faults');
    expect(await kit.run({})).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('wait for the connection also where the store goes away and the budget ends meanwhile', async () => {
    await using kit = await openSyncKit();
    const usedUp = () => new BudgetExhaustedError('REQUEST_BUDGET_EXHAUSTED', 'Used up.', { resetsAt: new Date() });
    const trouble = [
      new DomainError('RECONNECT_REQUIRED', 'Connect it again.'),
      new DomainError('STORE_UNREACHABLE', 'No tokens can be read.', { retryable: true }),
      new DomainError('RECONNECT_REQUIRED', 'Connect it again.'),
      usedUp(),
      usedUp(),
    ];
    const clock: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 20), signal) };
    const accessToken = async () => {
      const error = trouble.shift();
      if (error !== undefined) throw error;
      return 'sandbox';
    };
    const api = createApiClient({
      apiUrl: kit.sandbox.apiUrl,
      tokens: { accessToken, refresh: accessToken },
      budget: { take: async () => {}, penalize: async () => {} },
      clock,
      random: Math.random,
      logger: silentLogger,
    });
    const instance = kit.instance({ api, clock });
    // It would take the run over where this machine is busy.
    await kit.engine.stop();
    const run = await instance.run({ kind: 'LISTS' });
    await api.close();
    expect([run.status, run.error]).toEqual(['SUCCEEDED', null]);
    const steps = (await kit.store.syncEvents.after(run, 0, 100)).map(({ type }) => type);
    expect(steps.filter((type) => type === 'PAUSED' || type === 'RESUMED')).toEqual([
      'PAUSED',
      'RESUMED',
      'PAUSED',
      'RESUMED',
    ]);
  });

  it('cannot be cancelled once they have ended', async () => {
    await using kit = await openSyncKit();
    const run = await kit.run({ kind: 'LISTS' });
    expect(await kit.engine.cancel(run._id)).toBeNull();
  });

  it('go on at the page where a stopped instance left them', async () => {
    await using kit = await openSyncKit({ contacts: 5_000 });
    const first = kit.instance();
    await kit.stop();
    const { run } = await first.engine.start(startInput({}), BY_TEST);
    await firstPage(first, run._id);
    await first.stop();
    const left = await kit.store.syncRuns.get(run._id);
    expect(left).toMatchObject({ status: 'RUNNING', lease: null });

    const second = kit.instance();
    const end = await second.ended(run);
    expect(end).toMatchObject({ status: 'SUCCEEDED', counts: { created: 5_000, fetched: 5_000 } });
    expect(await kit.store.contacts.collection.countDocuments()).toBe(5_000);
    const events = await eventsOf(second, run._id);
    expect(events.map((event) => event.type)).toContain('RESUMED');
  });

  it('refuse the writes of an owner who has lost them', async () => {
    await using kit = await openSyncKit();
    await kit.stop();
    const { run } = await kit.store.syncRuns.enqueue({
      _id: (await kit.db.collection('ids').insertOne({})).insertedId,
      input: startInput({}),
      ...BY_TEST,
      queuedAt: new Date(),
    });
    const first = await kit.store.syncRuns.claim(run._id, 'first', 0);
    const second = await kit.store.syncRuns.claim(run._id, 'second', 60_000);
    expect(second?.lease?.token).toBe((first?.lease?.token ?? 0) + 1);
    expect(await kit.store.syncRuns.update(run._id, first?.lease?.token ?? 0, { phase: 'DONE' })).toBeNull();
    expect(await kit.store.syncRuns.renew(run._id, first?.lease?.token ?? 0, 60_000)).toBeNull();
    expect(await kit.store.syncRuns.claim(run._id, 'third', 60_000)).toBeNull();
    expect(await kit.store.syncRuns.get(run._id)).toMatchObject({ phase: 'QUEUED', lease: { owner: 'second' } });
  });
});

describe('the owner of a run who has lost it while it read', () => {
  it('stores nothing of what it has read', async () => {
    await using kit = await openSyncKit();
    const { api, engine } = kit.instance();
    await kit.engine.stop();
    await engine.stop();
    const { run } = await kit.store.syncRuns.enqueue({
      _id: new ObjectId(),
      input: startInput({ kind: 'LISTS' }),
      ...BY_TEST,
      queuedAt: new Date(),
    });
    const claimed = await kit.store.syncRuns.claim(run._id, 'first', 60_000);
    if (claimed === null) throw new Error('not claimed');
    const session = openRunSession({
      run: claimed,
      store: kit.store,
      clock: systemClock,
      logger: silentLogger,
      stopSignal: new AbortController().signal,
      onChange: () => {},
      beatMs: 3_600_000,
    });
    await kit.store.syncRuns.collection.updateOne({ _id: run._id }, { $set: { 'lease.token': 99 } });
    const pull: PullContext = {
      session,
      store: kit.store,
      api,
      clock: systemClock,
      newId: () => new ObjectId(),
      policy: { default: 'PRIMARY_WINS' },
      requestsPerSecond: 10_000,
      massChange: { share: 1, contacts: 0 },
    };
    await expect(pullLists(pull)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await expect(pullTagsAndFields(pull)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(await kit.store.lists.all()).toEqual([]);
    expect(await kit.store.customFields.all()).toEqual([]);
    await session.close();
  });
});

describe('the owner of a run whose clock was set back', () => {
  it('does not take an old sign of life for a new one', async () => {
    await using kit = await openSyncKit();
    await kit.stop();
    const { run } = await kit.store.syncRuns.enqueue({
      _id: new ObjectId(),
      input: startInput({}),
      ...BY_TEST,
      queuedAt: new Date(),
    });
    const claimed = await kit.store.syncRuns.claim(run._id, 'first', 60_000);
    if (claimed === null) throw new Error('not claimed');
    let offset = 0;
    const session = openRunSession({
      run: claimed,
      store: kit.store,
      clock: { ...systemClock, now: () => new Date(Date.now() + offset) },
      logger: silentLogger,
      stopSignal: new AbortController().signal,
      onChange: () => {},
      leaseMs: 60_000,
      beatMs: 3_600_000,
    });
    await session.assertOwned();
    const call = await session.ownedCall('BACKGROUND');
    offset = -3_600_000;
    expect(() => call.onRequest?.()).toThrow(/held up/);
    await kit.store.syncRuns.collection.updateOne({ _id: run._id }, { $set: { 'lease.token': 99 } });
    await expect(session.assertOwned()).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await session.close();
  });
});

describe('the events of a run', () => {
  it('come in order, once and without a gap, live, late, and from the middle, on any instance', async () => {
    await using kit = await openSyncKit({ contacts: 4_000 });
    const other = kit.instance();
    const { run } = await kit.engine.start(startInput({}), BY_TEST);
    const live = await Promise.all([eventsOf(kit, run._id), eventsOf(other, run._id)]);
    const late = await eventsOf(kit, run._id);
    const sequences = late.map((event) => event.sequence);
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
    expect(late[0]?.type).toBe('STARTED');
    expect(late.at(-1)?.type).toBe('FINISHED');
    expect(late.filter((event) => event.type === 'PROGRESS')).toHaveLength(8);
    for (const events of live) expect(events.map((event) => event.sequence)).toEqual(sequences);
    const rest = await eventsOf(other, run._id, 5);
    expect(rest.map((event) => event.sequence)).toEqual(sequences.slice(5));
  });

  it('end at once for a reader who leaves while nothing happens', async () => {
    await using kit = await openSyncKit();
    await kit.sandbox.control('POST', '/faults', { route: 'GET /v3/contact_lists', delayMs: 60_000 });
    const { run } = await kit.engine.start(startInput({ kind: 'LISTS' }), BY_TEST);
    const events = kit.engine.followEvents({ runId: run._id, afterSequence: 0, signal: new AbortController().signal });
    while ((await events.next()).value?.event.type !== 'PHASE');
    const pending = events.next();
    await events.return();
    expect(await pending).toEqual({ done: true, value: undefined });
  });
});

describe('followers of all runs', () => {
  it('see runs of any instance start and end', async () => {
    await using kit = await openSyncKit();
    const other = kit.instance();
    const reader = new AbortController();
    const seen: string[] = [];
    const following = (async () => {
      for await (const run of other.engine.followRuns({ kinds: ['LISTS'], signal: reader.signal })) {
        seen.push(`${run.kind} ${run.status}`);
        if (run.status === 'SUCCEEDED') return;
      }
    })();
    await kit.run({ kind: 'LISTS' });
    await following;
    expect(seen.at(-1)).toBe('LISTS SUCCEEDED');
    expect(new Set(seen.map((line) => line.split(' ')[0]))).toEqual(new Set(['LISTS']));
  });
});
