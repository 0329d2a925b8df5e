import { type Collection, type Db, type ObjectId, Timestamp } from 'mongodb';
import type { WebhookSource, WebhookStatus } from '../model/webhook.ts';
import { insertOnce } from './insert-once.ts';

/** One webhook as it came in, verified, and what became of it. */
export interface WebhookDeliveryDocument {
  readonly _id: ObjectId;
  /** What makes it the same as another: comes twice, is kept once. */
  readonly dedupeKey: string;
  readonly source: WebhookSource;
  /** `contact.changed`, `account.cancel` ... */
  readonly type: string;
  readonly payload: object;
  /** By the clock of the instance that took it in. */
  readonly receivedAt: Date;
  /** The server's own time when it was stored, different for each; absent of those that an older version has stored. */
  readonly arrival?: Timestamp;
  readonly status: WebhookStatus;
  /** Attempts that failed so far. */
  readonly attempts: number;
  /** Nobody works on it before; by the server's clock. */
  readonly nextAttemptAt: Date;
  /** Who works on it. */
  readonly claim: string | null;
  /** Why it failed last, or was ignored. */
  readonly note: string | null;
  readonly settledAt: Date | null;
  /** It is forgotten then; null while it waits for somebody. */
  readonly expiresAt: Date | null;
}

export type ArrivedDelivery = WebhookDeliveryDocument & { readonly arrival: Timestamp };

export type NewWebhookDelivery = Pick<
  WebhookDeliveryDocument,
  '_id' | 'dedupeKey' | 'source' | 'type' | 'payload' | 'receivedAt'
>;

/** What came of an attempt. `waitMs`: it is tried again after it; `failed`: and this one counts. */
export type DeliveryOutcome =
  | { readonly status: 'PROCESSED' | 'IGNORED' | 'DEAD'; readonly note: string | null }
  | { readonly status: 'PENDING'; readonly note: string; readonly waitMs: number; readonly failed: boolean };

export interface WebhookDeliveryFilter {
  readonly sources?: readonly WebhookSource[] | null | undefined;
  readonly statuses?: readonly WebhookStatus[] | null | undefined;
}

export interface WebhookDeliveryStore {
  readonly collection: Collection<WebhookDeliveryDocument>;
  /** Stores what is new; answers for each whether it was: false for one that came before. */
  add(deliveries: readonly NewWebhookDelivery[]): Promise<boolean[]>;
  /** Takes deliveries that are due; nobody else gets them for `claimMs`. */
  claim(claim: string, limit: number, claimMs: number): Promise<WebhookDeliveryDocument[]>;
  /** Keeps what `claim` took for longer. */
  keep(claim: string, ids: readonly ObjectId[], claimMs: number): Promise<void>;
  /** Ends the work on deliveries that came to the same, except those that another instance has taken meanwhile. */
  settle(claim: string, ids: readonly ObjectId[], outcome: DeliveryOutcome, at: Date): Promise<void>;
  /** Makes a delivery due again, with all its attempts; null when there is none or it is still waiting. */
  replay(id: ObjectId, at: Date): Promise<WebhookDeliveryDocument | null>;
  get(id: ObjectId): Promise<WebhookDeliveryDocument | null>;
  /** How many wait for an attempt, and how many for somebody to look at them. */
  depths(): Promise<Readonly<Record<'PENDING' | 'DEAD', number>>>;
  /** Newest first, older than `after`. */
  page(options: {
    filter: WebhookDeliveryFilter;
    after: ObjectId | null;
    limit: number;
  }): Promise<WebhookDeliveryDocument[]>;
  /** When the newest one was stored, by the server's own time; the beginning of time where there is none. */
  lastArrival(): Promise<Timestamp>;
  /** In the order of their arrival. */
  arrivedAfter(arrival: Timestamp, limit: number): Promise<ArrivedDelivery[]>;
}

/** How long a delivery that is done is kept: longer than a signature is taken for fresh, so that none is replayed. */
const KEPT_MS = 30 * 86_400_000;

/** Names of people, however they are written. */
export const IGNORING_CASE = { locale: 'en', strength: 2 } as const;

export async function ensureWebhookDeliveryIndexes(db: Db): Promise<void> {
  await db.collection('webhookDeliveries').createIndexes([
    { key: { dedupeKey: 1 }, name: 'dedupeKey', unique: true },
    {
      key: { nextAttemptAt: 1 },
      name: 'pending_nextAttemptAt',
      partialFilterExpression: { status: 'PENDING' },
    },
    { key: { settledAt: 1 }, name: 'dead_settledAt', partialFilterExpression: { status: 'DEAD' } },
    { key: { arrival: 1 }, name: 'arrival' },
    { key: { expiresAt: 1 }, name: 'expiresAt', expireAfterSeconds: 0 },
    // Whom a hint names: see person-records.ts.
    { key: { 'payload.data.contactIds': 1 }, name: 'contactIds', sparse: true, collation: IGNORING_CASE },
    { key: { 'payload.data.emails': 1 }, name: 'emails', sparse: true, collation: IGNORING_CASE },
  ]);
}

/** The server takes the time of its own in place of it, where it is a field of a document that is inserted. */
const NOW = new Timestamp({ t: 0, i: 0 });
const BEGINNING = new Timestamp({ t: 0, i: 1 });

const DUE = { status: 'PENDING', $expr: { $lte: ['$nextAttemptAt', '$$NOW'] } } as const;

export function createWebhookDeliveryStore(db: Db): WebhookDeliveryStore {
  const collection = db.collection<WebhookDeliveryDocument>('webhookDeliveries');
  const inMs = (ms: number) => ({ $add: ['$$NOW', ms] });
  return {
    collection,

    add: (deliveries) =>
      insertOnce(
        collection,
        deliveries.map((delivery) => ({
          ...delivery,
          arrival: NOW,
          status: 'PENDING',
          attempts: 0,
          nextAttemptAt: new Date(0),
          claim: null,
          note: null,
          settledAt: null,
          expiresAt: null,
        })),
      ),

    async claim(claim, limit, claimMs) {
      const due = await collection
        .find(DUE, { projection: { _id: 1 } })
        .sort({ nextAttemptAt: 1 })
        .limit(limit)
        .toArray();
      if (due.length === 0) return [];
      const ids = { $in: due.map(({ _id }) => _id) };
      await collection.updateMany({ _id: ids, ...DUE }, [
        { $set: { nextAttemptAt: inMs(claimMs), claim: { $literal: claim } } },
      ]);
      return collection.find({ _id: ids, claim }).toArray();
    },

    async keep(claim, ids, claimMs) {
      await collection.updateMany({ _id: { $in: [...ids] }, claim, status: 'PENDING' }, [
        { $set: { nextAttemptAt: inMs(claimMs) } },
      ]);
    },

    async settle(claim, ids, outcome, at) {
      const ours = { _id: { $in: [...ids] }, claim };
      const { status, note } = outcome;
      if (outcome.status === 'PENDING') {
        const attempts = { $add: ['$attempts', outcome.failed ? 1 : 0] };
        const $set = { note: { $literal: note }, attempts, nextAttemptAt: inMs(outcome.waitMs), claim: null };
        await collection.updateMany(ours, [{ $set }]);
        return;
      }
      // What is dead waits for somebody to look at it.
      const expiresAt = status === 'DEAD' ? null : new Date(at.getTime() + KEPT_MS);
      const update = {
        $set: { status, note, claim: null, settledAt: at, expiresAt },
        $inc: { attempts: status === 'DEAD' ? 1 : 0 },
      };
      await collection.updateMany(ours, update);
    },

    replay: (_id, at) =>
      collection.findOneAndUpdate(
        { _id, status: { $ne: 'PENDING' } },
        { $set: { status: 'PENDING', attempts: 0, nextAttemptAt: at, note: null, settledAt: null, expiresAt: null } },
        { returnDocument: 'after' },
      ),

    get: (_id) => collection.findOne({ _id }),

    async depths() {
      // By the field of the index, too: a partial one is not used without it.
      const anyTime = { $gte: new Date(0) };
      const [PENDING, DEAD] = await Promise.all([
        collection.countDocuments({ status: 'PENDING', nextAttemptAt: anyTime }),
        collection.countDocuments({ status: 'DEAD', settledAt: anyTime }),
      ]);
      return { PENDING, DEAD };
    },

    page: ({ filter, after, limit }) =>
      collection
        .find({
          ...(after === null ? {} : { _id: { $lt: after } }),
          ...(filter.sources ? { source: { $in: [...filter.sources] } } : {}),
          ...(filter.statuses ? { status: { $in: [...filter.statuses] } } : {}),
        })
        .sort({ _id: -1 })
        .limit(limit)
        .toArray(),

    async lastArrival() {
      const newest = await collection.findOne(
        { arrival: { $gt: BEGINNING } },
        { sort: { arrival: -1 }, projection: { arrival: 1 } },
      );
      return newest?.arrival ?? BEGINNING;
    },

    arrivedAfter: (arrival, limit) =>
      collection
        .find<ArrivedDelivery>({ arrival: { $gt: arrival } })
        .sort({ arrival: 1 })
        .limit(limit)
        .toArray(),
  };
}
