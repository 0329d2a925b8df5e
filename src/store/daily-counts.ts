import type { Db } from 'mongodb';
import type { CountsByStatus } from '../model/consent.ts';
import { largeWrite } from './large-write.ts';

/** How many contacts there were on a day, as the last pull of that day left them. */
export interface DailyCountsDocument {
  /** The day in UTC, as YYYY-MM-DD. */
  readonly _id: string;
  readonly at: Date;
  readonly byStatus: CountsByStatus;
  /** By Constant Contact's own count; largest first. */
  readonly lists: readonly DailyListCount[];
  readonly expiresAt: Date;
}

export interface DailyListCount {
  readonly listId: string;
  readonly name: string;
  readonly memberCount: number;
}

export interface DailyCountsStore {
  /** A later look on the same day takes the place of an earlier one. */
  put(counts: Omit<DailyCountsDocument, '_id' | 'expiresAt'>): Promise<void>;
  /** Oldest first, of the days from `since` on. Days without a pull are missing. */
  since(since: Date): Promise<DailyCountsDocument[]>;
  /** The store begins anew: another account's contacts are to come. */
  reset(): Promise<void>;
}

const DAY_MS = 86_400_000;
/** The same month of the last year can be looked at. */
export const DAYS_KEPT = 400;

const dayOf = (at: Date) => at.toISOString().slice(0, 10);

export async function ensureDailyCountsIndexes(db: Db): Promise<void> {
  await db
    .collection('dailyCounts')
    .createIndexes([{ key: { expiresAt: 1 }, name: 'expiresAt', expireAfterSeconds: 0 }]);
}

export function createDailyCountsStore(db: Db): DailyCountsStore {
  const collection = db.collection<DailyCountsDocument>('dailyCounts');
  return {
    async put(counts) {
      const expiresAt = new Date(counts.at.getTime() + DAYS_KEPT * DAY_MS);
      const day = { ...counts, expiresAt };
      await largeWrite(() => collection.replaceOne({ _id: dayOf(counts.at) }, day, { upsert: true }));
    },
    since: (since) =>
      collection
        .find({ _id: { $gte: dayOf(since) } })
        .sort({ _id: 1 })
        .toArray(),
    async reset() {
      // By the index of the days: no query of the store reads a collection without one.
      await collection.deleteMany({ _id: { $gte: '' } });
    },
  };
}
