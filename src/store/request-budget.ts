import type { Db } from 'mongodb';
import type { Clock } from '../clock.ts';
import { BudgetExhaustedError } from '../domain-error.ts';
import type { Logger } from '../logger.ts';
import { createBudgetDocument, type Slots } from './request-budget-document.ts';
import { createWaitingLine, type RequestPriority } from './waiting-line.ts';

export type { RequestPriority } from './waiting-line.ts';

/** After `throttled` all instances pause so long, and a random part of as much again. */
const THROTTLED_PAUSE_MS = 1000;
/** Above so many requests a second slots are taken in blocks: timers cannot keep them apart. */
const SINGLE_SLOTS_UP_TO = 50;
/**
 * Slots stand so much wider apart than 1/perSecond: in any second that the receiver looks at, requests may arrive some
 * milliseconds off their slots (24 ms in all for single slots), and 97.6 % of the ceiling is still used.
 */
const SINGLE_SPREAD = 1.024;
/** Blocks are sent at once: their spread makes room for one block more in a second, and for 45 ms of delay. */
const BLOCK_SPREAD = 1.1;
const BLOCK_SHARE = 0.045;
/** A slot whose owner wakes up later than this is not used as it is. */
const LATE_MS = 6;
/** A request that went out later than this met others on its way, whatever is done now. */
const MOST_SHIFT_MS = 1000;
/**
 * How long before it is due a slot may be taken, in spacings. Nobody books further ahead, so that whoever is more urgent,
 * in whichever process, finds the next slot free; and the more urgent may reach for it earlier.
 */
const REACH: { readonly [priority in RequestPriority]: number } = {
  INTERACTIVE: 0.9,
  PUSH_SAFETY: 0.5,
  BACKGROUND: 0.2,
};
const SHORTEST_REACH_MS = 5;

export interface RequestBudgetStatus {
  readonly perSecond: number;
  readonly perDay: number;
  readonly usedToday: number;
  /** 0 as well when the primary said that its quota is used up. */
  readonly remainingToday: number;
  /** 00:00 UTC of the next day, by the database server's clock. */
  readonly resetsAt: Date;
}

export interface SharedRequestBudget {
  /**
   * Resolves when this caller may send one request now, and counts it. Rejects with `BudgetExhaustedError`, the signal's
   * reason, or the driver's error when MongoDB does not answer.
   */
  take(priority: RequestPriority, signal: AbortSignal): Promise<void>;
  /** The primary said 429: THROTTLED makes all instances pause, QUOTA_EXCEEDED ends the UTC day for them. */
  penalize(kind: 'THROTTLED' | 'QUOTA_EXCEEDED'): Promise<void>;
  /** The request went out so much later than it was let go: all later slots move by as much. */
  sentLate(delayMs: number): Promise<void>;
  status(): Promise<RequestBudgetStatus>;
  /** How many callers of this process wait for a request. */
  waiting(): Readonly<Record<RequestPriority, number>>;
}

/**
 * One budget for all instances, in the collection `requestBudget`: spaced slots for `perSecond`, a counter for the UTC
 * day, both by the database server's clock. A share of the day is kept from BACKGROUND.
 */
export function createRequestBudget(options: {
  db: Db;
  clock: Clock;
  perSecond: number;
  perDay: number;
  /** Of the day, for INTERACTIVE and PUSH_SAFETY alone; 0 to 1, default 0.1. */
  reserveShare?: number;
  /** In [0, 1). */
  random: () => number;
  logger: Logger;
}): SharedRequestBudget {
  const { clock, perSecond, perDay, random, logger } = options;
  const single = perSecond <= SINGLE_SLOTS_UP_TO;
  const spacingMs = (1000 / perSecond) * (single ? SINGLE_SPREAD : BLOCK_SPREAD);
  const mostAtOnce = single ? 1 : Math.max(1, Math.floor(perSecond * BLOCK_SHARE));
  const reserve = Math.floor(perDay * (options.reserveShare ?? 0.1));
  const document = createBudgetDocument(options.db, spacingMs);
  const line = createWaitingLine();
  let serving = false;

  /** Serves the waiters of this process, the most urgent first, until none is left. Its outcome reaches them; it never rejects. */
  async function serve(): Promise<void> {
    if (serving) return;
    serving = true;
    try {
      for (let priority = line.mostUrgent(); priority !== null; priority = line.mostUrgent()) await serveNext(priority);
    } catch (error) {
      line.rejectAll(error);
    } finally {
      // In one step with finding the line empty: who joins afterwards starts anew.
      serving = false;
    }
  }

  async function serveNext(priority: RequestPriority): Promise<void> {
    const reachMs = Math.max(SHORTEST_REACH_MS, REACH[priority] * spacingMs);
    // What is booked against the whole day is not for BACKGROUND.
    const leastUrgent = priority === 'BACKGROUND' ? 'BACKGROUND' : 'PUSH_SAFETY';
    const askedAtMs = clock.now().getTime();
    const slots = await document.book({
      count: Math.min(line.length(leastUrgent), mostAtOnce),
      dayLimit: priority === 'BACKGROUND' ? perDay - reserve : perDay,
      reachMs,
    });
    if (slots.exhausted) {
      const { usedToday, resetsAt } = slots;
      logger.warn({ priority, usedToday, resetsAt }, 'request budget of the day is used up');
      line.reject(priority, exhausted(priority, slots));
    } else if (slots.count === 0) {
      await line.sleep(clock, slots.waitMs - reachMs, priority);
    } else {
      await use(slots, (askedAtMs + clock.now().getTime()) / 2, leastUrgent);
    }
  }

  /**
   * Waits for booked slots and gives them to whoever is most urgent then.
   * @param bookedAtMs by our clock: halfway between question and answer, which is wrong by half the way at most
   */
  async function use(booked: Slots, bookedAtMs: number, leastUrgent: RequestPriority): Promise<void> {
    const dueAtMs = bookedAtMs + booked.waitMs;
    // Never longer than the server said: our clock may have been set back between the question and now.
    const waitMs = Math.min(dueAtMs - clock.now().getTime(), booked.waitMs);
    if (waitMs > 0) await clock.sleep(waitMs);
    let { count } = booked;
    if (single && clock.now().getTime() - dueAtMs > LATE_MS) count = await document.rebookLate(booked);
    const unused = count - line.admit(count, leastUrgent);
    if (unused > 0) await document.handBack(booked, unused);
  }

  function exhausted(priority: RequestPriority, { resetsAt, quotaExceeded, usedToday }: Slots): BudgetExhaustedError {
    const message = quotaExceeded
      ? 'Constant Contact says that the requests of the day are used up.'
      : `${usedToday} of ${perDay} requests of the day are used${
          priority === 'BACKGROUND' && reserve > 0 ? `; the last ${reserve} are kept for more urgent work` : ''
        }.`;
    return new BudgetExhaustedError(
      'REQUEST_BUDGET_EXHAUSTED',
      `${message} More are available at ${resetsAt.toISOString()}.`,
      { resetsAt },
    );
  }

  return {
    take(priority, signal) {
      const admitted = line.join(priority, signal);
      void serve();
      return admitted;
    },
    async penalize(kind) {
      logger.warn({ kind }, 'the primary refused a request for the rate limit');
      if (kind === 'QUOTA_EXCEEDED') await document.endDay();
      else await document.pause(THROTTLED_PAUSE_MS * (1 + random()));
    },
    async sentLate(delayMs) {
      if (single) await document.shift(Math.min(delayMs, MOST_SHIFT_MS));
    },
    waiting: line.lengths,
    async status() {
      const { usedToday, quotaExceeded, resetsAt } = await document.read();
      const remainingToday = quotaExceeded ? 0 : Math.max(0, perDay - usedToday);
      return { perSecond, perDay, usedToday, remainingToday, resetsAt };
    },
  };
}
