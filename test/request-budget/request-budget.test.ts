import { setMaxListeners } from 'node:events';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { BudgetExhaustedError } from '../../src/domain-error.ts';
import { silentLogger } from '../../src/logger.ts';
import { createRequestBudget, type RequestPriority } from '../../src/store/request-budget.ts';
import { createBudgetDocument } from '../../src/store/request-budget-document.ts';
import { openTestStore, type TestStore } from '../kit/store.ts';

const DAY_MS = 86_400_000;
const LAST_OF_DAY_MS = 10_000;
/** The day is the server's, whose clock no test sets: what counts the requests of a day does not begin in its last seconds. */
beforeEach(async () => {
  const leftMs = DAY_MS - (Date.now() % DAY_MS);
  if (leftMs < LAST_OF_DAY_MS) await systemClock.sleep(leftMs + 100);
}, 2 * LAST_OF_DAY_MS);

function openBudget(
  store: TestStore,
  { perSecond = 100_000, perDay = 10_000, reserveShare = 0.1, clock = systemClock } = {},
) {
  return createRequestBudget({
    db: store.db,
    clock,
    perSecond,
    perDay,
    reserveShare,
    random: () => 0,
    logger: silentLogger,
  });
}

/** A signal that never aborts. */
const never = new AbortController().signal;
setMaxListeners(0, never);

async function changeBudget(store: TestStore, change: object): Promise<void> {
  await store.db.collection<{ _id: string }>('requestBudget').updateOne({ _id: 'primary' }, { $set: change });
}

describe('the budget of the day', () => {
  test('counts every request of every instance exactly, also where thousands are taken at once', async () => {
    await using store = await openTestStore();
    const instances = [openBudget(store, { perDay: 100_000 }), openBudget(store, { perDay: 100_000 })];
    await Promise.all(
      instances.flatMap((budget) => Array.from({ length: 5_000 }, () => budget.take('BACKGROUND', never))),
    );
    expect(await instances[0]?.status()).toMatchObject({
      perSecond: 100_000,
      perDay: 100_000,
      usedToday: 10_000,
      remainingToday: 90_000,
    });
  });

  test('keeps its reserve from BACKGROUND, then gives it to the others, then refuses everybody until 00:00 UTC', async () => {
    await using store = await openTestStore();
    const budget = openBudget(store, { perDay: 20 });
    for (let taken = 0; taken < 18; taken += 1) await budget.take('BACKGROUND', never);
    const refused = await budget.take('BACKGROUND', never).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(BudgetExhaustedError);
    expect(refused).toMatchObject({ code: 'REQUEST_BUDGET_EXHAUSTED', retryable: true });
    const { resetsAt } = await budget.status();
    expect(resetsAt.toISOString()).toMatch(/T00:00:00\.000Z$/);
    expect(resetsAt.getTime() - Date.now()).toBeGreaterThan(-60_000);
    expect(resetsAt.getTime() - Date.now()).toBeLessThan(24 * 3_600_000 + 60_000);
    expect(refused).toMatchObject({ resetsAt });

    await budget.take('PUSH_SAFETY', never);
    await budget.take('INTERACTIVE', never);
    await expect(budget.take('INTERACTIVE', never)).rejects.toMatchObject({ code: 'REQUEST_BUDGET_EXHAUSTED' });
    expect(await budget.status()).toMatchObject({ usedToday: 20, remainingToday: 0 });
  });

  test('gives nothing of the reserve to BACKGROUND callers who come together with urgent ones', async () => {
    await using store = await openTestStore();
    const budget = openBudget(store, { perDay: 10 });
    for (let taken = 0; taken < 9; taken += 1) await budget.take('BACKGROUND', never);
    const outcomes = await Promise.allSettled([
      budget.take('BACKGROUND', never),
      budget.take('BACKGROUND', never),
      budget.take('INTERACTIVE', never),
    ]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });

  test.each([1, 2, 5])('with %i requests a day everybody may use all of them', async (perDay) => {
    await using store = await openTestStore();
    const budget = openBudget(store, { perDay });
    for (let taken = 0; taken < perDay; taken += 1) await budget.take('BACKGROUND', never);
    await expect(budget.take('INTERACTIVE', never)).rejects.toMatchObject({ code: 'REQUEST_BUDGET_EXHAUSTED' });
  });

  test('a new UTC day starts from zero', async () => {
    await using store = await openTestStore();
    const budget = openBudget(store, { perDay: 1 });
    await budget.take('INTERACTIVE', never);
    await budget.penalize('QUOTA_EXCEEDED');
    await changeBudget(store, { day: '2020-02-29' });
    await budget.take('INTERACTIVE', never);
    expect(await budget.status()).toMatchObject({ usedToday: 1, remainingToday: 0 });
  });

  test('ends for all instances when the primary says that its quota is used up', async () => {
    await using store = await openTestStore();
    const [told, other] = [openBudget(store), openBudget(store)];
    await told.take('BACKGROUND', never);
    await told.penalize('QUOTA_EXCEEDED');
    await expect(other.take('INTERACTIVE', never)).rejects.toMatchObject({ code: 'REQUEST_BUDGET_EXHAUSTED' });
    expect(await other.status()).toMatchObject({ usedToday: 1, remainingToday: 0 });
  });
});

describe('the slots', () => {
  test('all instances pause for a second when one was throttled', async () => {
    await using store = await openTestStore();
    const [told, other] = [openBudget(store), openBudget(store)];
    await told.penalize('THROTTLED');
    const startedAt = performance.now();
    await other.take('INTERACTIVE', never);
    expect(performance.now() - startedAt).toBeGreaterThan(900);
  });

  test('a slot absurdly far ahead, as after a clock of the server was set back, is forgotten', async () => {
    await using store = await openTestStore();
    const budget = openBudget(store, { perSecond: 4 });
    await budget.take('BACKGROUND', never);
    await changeBudget(store, { nextAt: Date.now() + 3_600_000 });
    await budget.take('BACKGROUND', AbortSignal.timeout(10_000));
  });

  test('an aborted caller leaves at once with its reason, and is not counted', async () => {
    await using store = await openTestStore();
    const budget = openBudget(store, { perSecond: 1 });
    await budget.take('BACKGROUND', never);
    const abort = new AbortController();
    const waiting = budget.take('BACKGROUND', abort.signal);
    expect(budget.waiting()).toEqual({ INTERACTIVE: 0, PUSH_SAFETY: 0, BACKGROUND: 1 });
    const reason = new Error('cancelled by the user');
    abort.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(budget.waiting().BACKGROUND).toBe(0);
    await expect(budget.take('BACKGROUND', abort.signal)).rejects.toBe(reason);
    await budget.take('BACKGROUND', never);
    expect(await budget.status()).toMatchObject({ usedToday: 2 });
  });

  test('hands back a slot whose caller left before it was due; one of the reserve goes to nobody less urgent', async () => {
    await using store = await openTestStore();
    const abort = new AbortController();
    let sleeps = 0;
    const clock: Clock = {
      now: systemClock.now,
      sleep(ms, signal) {
        sleeps += 1;
        return systemClock.sleep(ms, signal);
      },
    };
    const options = { db: store.db, perSecond: 4, perDay: 10, random: () => 0, logger: silentLogger };
    const budget = createRequestBudget({ ...options, clock });
    await budget.take('BACKGROUND', never);
    await changeBudget(store, { used: 9, nextAt: Date.now() + 200 });
    const urgent = budget.take('INTERACTIVE', abort.signal);
    const background = budget.take('BACKGROUND', never).catch((error: unknown) => error);
    // INTERACTIVE reaches for a slot 200 ms ahead: the one sleep is that before the booked slot.
    await expect.poll(() => sleeps, { interval: 5 }).toBe(1);
    abort.abort();
    await expect(urgent).rejects.toBe(abort.signal.reason);
    expect(await background).toMatchObject({ code: 'REQUEST_BUDGET_EXHAUSTED' });
    expect((await budget.status()).usedToday).toBe(9);
  });

  test('go to the most urgent first, and among equals to who came first', async () => {
    await using store = await openTestStore();
    const budget = openBudget(store, { perSecond: 20 });
    await budget.take('BACKGROUND', never);
    const order: string[] = [];
    const join = async (name: string, priority: RequestPriority) => {
      await budget.take(priority, never);
      order.push(name);
    };
    await Promise.all([
      join('pull', 'BACKGROUND'),
      join('push', 'PUSH_SAFETY'),
      join('second pull', 'BACKGROUND'),
      join('reader', 'INTERACTIVE'),
      join('second reader', 'INTERACTIVE'),
    ]);
    expect(order).toEqual(['reader', 'second reader', 'push', 'pull', 'second pull']);
  });

  test.each(['the same instance', 'another instance'])(
    'an urgent caller of %s does not wait behind the others',
    async (which) => {
      await using store = await openTestStore();
      const budget = openBudget(store, { perSecond: 4 });
      const urgent = which === 'the same instance' ? budget : openBudget(store, { perSecond: 4 });
      const order: string[] = [];
      const background = Array.from({ length: 6 }, async () => {
        await budget.take('BACKGROUND', never);
        order.push('background');
      });
      await background[0];
      await urgent.take('INTERACTIVE', never);
      order.push('interactive');
      await Promise.all(background);
      expect(order.indexOf('interactive')).toBeLessThanOrEqual(3);
    },
  );

  test('wait no longer than the server says, though our own clock is set back meanwhile', async () => {
    await using store = await openTestStore();
    const waits: number[] = [];
    let looks = 0;
    const clock: Clock = {
      now: () => new Date(Date.now() - 3_600_000 * looks++),
      async sleep(ms) {
        waits.push(ms);
        await systemClock.sleep(Math.min(ms, 1_000));
      },
    };
    const budget = openBudget(store, { perSecond: 4, clock });
    for (let taken = 0; taken < 3; taken += 1) await budget.take('INTERACTIVE', never);
    expect(waits.length).toBeGreaterThan(0);
    expect(Math.max(...waits)).toBeLessThan(1_000);
  });

  test('a late owner moves its slot, or gives it up where the one after it is taken', async () => {
    await using store = await openTestStore();
    const document = createBudgetDocument(store.db, 250);
    const wanted = { count: 1, dayLimit: 100, reachMs: 1_000 };
    const first = await document.book(wanted);
    expect(first).toMatchObject({ count: 1, waitMs: 0 });
    expect(await document.rebookLate(first)).toBe(1);
    const second = await document.book(wanted);
    const third = await document.book(wanted);
    expect(third.waitMs).toBeGreaterThan(250);
    expect((await document.read()).usedToday).toBe(3);
    expect(await document.rebookLate(second)).toBe(0);
    expect((await document.read()).usedToday).toBe(2);
    const fourth = await document.book(wanted);
    expect(fourth.waitMs).toBeGreaterThan(third.waitMs);
  });

  test('all later slots move by as much as a request went out late', async () => {
    await using store = await openTestStore();
    const budget = openBudget(store, { perSecond: 4 });
    const document = createBudgetDocument(store.db, 256);
    const booked = await document.book({ count: 1, dayLimit: 100, reachMs: 0 });
    await budget.sentLate(40);
    const next = await document.book({ count: 1, dayLimit: 100, reachMs: 1_000 });
    expect(next.nextAt - booked.nextAt).toBe(256 + 40);
  });

  test('slots taken in blocks stay under the ceiling in any second', async () => {
    await using store = await openTestStore();
    const instances = [openBudget(store, { perSecond: 200 }), openBudget(store, { perSecond: 200 })];
    const grants: number[] = [];
    const enough = AbortSignal.timeout(2_500);
    setMaxListeners(0, enough);
    await Promise.allSettled(
      instances.flatMap((budget) =>
        Array.from({ length: 20 }, async () => {
          for (let taken = 0; taken < 100; taken += 1) {
            await budget.take('BACKGROUND', enough);
            grants.push(performance.now());
          }
        }),
      ),
    );
    const inSecondFrom = (from: number) => grants.filter((at) => at >= from && at < from + 1_000).length;
    expect(grants.length).toBeGreaterThan(200);
    expect(Math.max(...grants.map(inSecondFrom))).toBeLessThanOrEqual(200);
  });

  test('callers hear that MongoDB does not answer, and none is left waiting', async () => {
    const store = await openTestStore();
    const budget = openBudget(store);
    await store[Symbol.asyncDispose]();
    const outcomes = await Promise.allSettled([budget.take('BACKGROUND', never), budget.take('INTERACTIVE', never)]);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'STORE_UNREACHABLE', retryable: true } });
    }
  });
});
