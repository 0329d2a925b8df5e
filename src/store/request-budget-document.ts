import type { Db, Document } from 'mongodb';
import { isDuplicateKey, mapStoreError } from './errors.ts';

/** A slot further ahead than this comes from a server clock that was set back, and is forgotten. */
const FURTHEST_SLOT_MS = 5000;

/** The one document of `requestBudget`. Times are the server's own, in milliseconds since 1970. */
interface BudgetDocument {
  readonly _id: 'primary';
  /** UTC day that `used` counts, `2026-01-31`. */
  readonly day: string;
  readonly used: number;
  /** The primary said so: the day has ended for everybody. */
  readonly quotaExceeded: boolean;
  /** When the next free slot is due. */
  readonly nextAt: number;
  /** Of the last update: the server's time, the slot found, and how many were given. */
  readonly now: number;
  readonly slotAt: number;
  readonly given: number;
}

/** What came of a booking. */
export interface Slots {
  /** Slots booked; 0 when the next one is too far ahead, or the day is used up. */
  readonly count: number;
  /** Until the (first) slot is due, from the server's answer on. */
  readonly waitMs: number;
  readonly exhausted: boolean;
  readonly usedToday: number;
  readonly quotaExceeded: boolean;
  readonly resetsAt: Date;
  /** Names the booking: its day, and where the next free slot stood after it. */
  readonly day: string;
  readonly nextAt: number;
}

export interface BudgetDocumentAccess {
  /** Books up to `count` neighbouring slots if the first is due within `reachMs` and the day has requests left. */
  book(wanted: { count: number; dayLimit: number; reachMs: number }): Promise<Slots>;
  /**
   * The owner of a single slot woke up late. Moves the slot to now, which costs only the delay, unless the one after it
   * is taken: then the slot is given up and not counted. Answers 1 or 0.
   */
  rebookLate(booked: Slots): Promise<number>;
  /** Booked slots that nobody needed. */
  handBack(booked: Slots, count: number): Promise<void>;
  /** No slot before so many milliseconds from now. */
  pause(ms: number): Promise<void>;
  /** Moves every slot that is not booked yet. */
  shift(ms: number): Promise<void>;
  endDay(): Promise<void>;
  read(): Promise<Pick<Slots, 'usedToday' | 'quotaExceeded' | 'resetsAt'>>;
}

/** Each operation is one atomic update that reads `$$NOW`, so that the clocks of the instances do not matter. */
export function createBudgetDocument(db: Db, spacingMs: number): BudgetDocumentAccess {
  // Not waiting for the journal or a majority: each request waits for this write, and what a crash of the server can lose
  // is the count of its last moments.
  const collection = db.collection<BudgetDocument>('requestBudget', { writeConcern: { w: 1, journal: false } });

  async function update(stages: Document[]): Promise<BudgetDocument> {
    const run = () =>
      collection.findOneAndUpdate({ _id: 'primary' }, [...ROLL_OVER, ...stages], {
        upsert: true,
        returnDocument: 'after',
      });
    // Two instances may make the first document at once. Most servers settle that themselves; older ones refuse one of
    // them, and it finds the document there.
    const again = (error: unknown) => (isDuplicateKey(error) ? run() : Promise.reject(error));
    const updated = await run()
      .catch(again)
      .catch((error: unknown) => Promise.reject(mapStoreError(error)));
    if (updated === null) throw new Error('an upsert answered no document');
    return updated;
  }

  return {
    async book({ count, dayLimit, reachMs }) {
      const left = { $cond: ['$quotaExceeded', 0, { $max: [0, { $subtract: [dayLimit, '$used'] }] }] };
      const due = { $lte: [{ $subtract: ['$slotAt', '$now'] }, reachMs] };
      const updated = await update([
        { $set: { given: { $cond: [due, { $min: [count, left] }, 0] } } },
        {
          $set: {
            used: { $add: ['$used', '$given'] },
            nextAt: {
              $cond: [{ $gt: ['$given', 0] }, { $add: ['$slotAt', { $multiply: ['$given', spacingMs] }] }, '$nextAt'],
            },
          },
        },
      ]);
      const { given, used, day, nextAt, quotaExceeded } = updated;
      return {
        count: given,
        waitMs: updated.slotAt - updated.now,
        exhausted: given === 0 && (quotaExceeded || used >= dayLimit),
        usedToday: used,
        quotaExceeded,
        resetsAt: dayAfter(day),
        day,
        nextAt,
      };
    },

    async rebookLate({ day, nextAt }) {
      const stillLast = { $eq: ['$nextAt', nextAt] };
      const { given } = await update([
        { $set: { given: { $cond: [stillLast, 1, 0] } } },
        {
          $set: {
            nextAt: { $cond: [{ $eq: ['$given', 1] }, { $add: ['$now', spacingMs] }, '$nextAt'] },
            used: takeBack(day, { $subtract: [1, '$given'] }),
          },
        },
      ]);
      return given;
    },

    async handBack({ day, nextAt }, count) {
      const handedBack = { $subtract: ['$nextAt', count * spacingMs] };
      await update([
        {
          $set: {
            used: takeBack(day, count),
            nextAt: { $cond: [{ $eq: ['$nextAt', nextAt] }, handedBack, '$nextAt'] },
          },
        },
      ]);
    },

    async pause(ms) {
      await update([{ $set: { nextAt: { $max: ['$nextAt', { $add: ['$now', ms] }] } } }]);
    },

    async shift(ms) {
      await update([{ $set: { nextAt: { $add: ['$nextAt', ms] } } }]);
    },

    async endDay() {
      await update([{ $set: { quotaExceeded: true } }]);
    },

    async read() {
      const { used, quotaExceeded, day } = await update([]);
      return { usedToday: used, quotaExceeded, resetsAt: dayAfter(day) };
    },
  };
}

/** Brings the document up to the server's time: a new day counts from 0, and the next slot is never in the past. */
const ROLL_OVER: readonly Document[] = [
  { $set: { now: { $toDouble: '$$NOW' }, today: { $dateToString: { format: '%Y-%m-%d', date: '$$NOW' } } } },
  {
    $set: {
      used: { $cond: [{ $eq: ['$day', '$today'] }, '$used', 0] },
      quotaExceeded: { $and: [{ $eq: ['$day', '$today'] }, '$quotaExceeded'] },
      day: '$today',
      nextAt: {
        $cond: [{ $gt: ['$nextAt', { $add: ['$now', FURTHEST_SLOT_MS] }] }, '$now', { $ifNull: ['$nextAt', '$now'] }],
      },
      given: 0,
    },
  },
  { $set: { slotAt: { $max: ['$now', '$nextAt'] } } },
  { $unset: 'today' },
];

function takeBack(day: string, count: unknown): Document {
  return { $cond: [{ $eq: ['$day', day] }, { $max: [0, { $subtract: ['$used', count] }] }, '$used'] };
}

function dayAfter(day: string): Date {
  return new Date(Date.parse(day) + 24 * 60 * 60 * 1000);
}
