import type { Collection, Db, Document } from 'mongodb';
import type { RequestBudget } from '../../src/constant-contact/api-client.ts';
import { silentLogger } from '../../src/logger.ts';
import { createRequestBudget } from '../../src/store/request-budget.ts';
import type { WorldTime } from './time.ts';

export const REQUESTS_PER_SECOND = 4;

/**
 * The gateway's own budget, shared through the database, in the world's time: its clock and the database server's show it.
 * Who takes a request holds the time until `release`, which whoever sends it owes.
 */
export function createWorldBudget({
  db,
  time,
  perDay,
  onTaken,
}: {
  db: Db;
  time: WorldTime;
  perDay: number;
  onTaken: () => void;
}): RequestBudget {
  const budget = createRequestBudget({
    db: atWorldTime(db, time),
    clock: time.heldClock,
    perSecond: REQUESTS_PER_SECOND,
    perDay,
    random: () => 0.5,
    logger: silentLogger,
  });
  return {
    async take(priority, signal) {
      await time.hold();
      try {
        await budget.take(priority, signal);
      } catch (error) {
        time.release();
        throw error;
      }
      onTaken();
    },
    penalize: (kind) => budget.penalize(kind),
    sentLate: (delayMs) => budget.sentLate(delayMs),
  };
}

/** `$$NOW` is the world's time. */
function atWorldTime(db: Db, time: WorldTime): Db {
  return new Proxy(db, {
    get: (target, key) =>
      key === 'collection'
        ? (name: string, options: object) => ofWorldTime(target.collection(name, options), time)
        : Reflect.get(target, key, target),
  });
}

function ofWorldTime(collection: Collection, time: WorldTime): Collection {
  return new Proxy(collection, {
    get(target, key) {
      if (key !== 'findOneAndUpdate') return Reflect.get(target, key, target);
      return (filter: Document, pipeline: Document[], options: object) =>
        target.findOneAndUpdate(filter, withNow(pipeline, new Date(time.nowMs)) as Document[], options);
    },
  });
}

function withNow(value: unknown, now: Date): unknown {
  if (value === '$$NOW') return now;
  if (Array.isArray(value)) return value.map((each) => withNow(each, now));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withNow(each, now)]));
}
