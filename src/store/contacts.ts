import type { Collection, Db, Document, ObjectId } from 'mongodb';
import { CONTACT_STATUSES, type ContactStatus, type CountsByStatus } from '../model/consent.ts';
import type { HistorySource } from '../model/history.ts';
import type { StoredContact } from '../model/stored-contact.ts';
import type { ContactChange, ContactDocument } from './contact-document.ts';
import { type ContactHistory, createContactHistory } from './contact-history.ts';
import { isDuplicateKey } from './errors.ts';
import { largeWrite } from './large-write.ts';
import type { SeenMark } from './seen-marks.ts';

/** An insert (`previous` null) or the replacement of exactly the revision that was read. */
export interface ContactWrite {
  readonly previous: ContactDocument | null;
  readonly next: ContactDocument;
}

export interface ContactSight {
  readonly revision: number;
  /** Whose change made this revision. */
  readonly changedBy: HistorySource;
  readonly optInAt: Date | null;
  /** Its deletion is wished here. */
  readonly isLeaving: boolean;
}

export type WaitingContact = Pick<
  ContactDocument,
  '_id' | 'contactId' | 'local' | 'localLists' | 'deletion' | 'deletedAt' | 'consent' | 'primary'
>;

export interface ContactStore {
  readonly collection: Collection<ContactDocument>;
  get(id: ObjectId): Promise<ContactDocument | null>;
  byIds(ids: readonly ObjectId[]): Promise<ContactDocument[]>;
  byContactIds(contactIds: readonly string[]): Promise<ContactDocument[]>;
  /** By `contact_id`, where there is such a contact. */
  revisionsOf(contactIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** What tells whether a contact is still as it was planned, by `_id` as text; without those that are gone. */
  sightsOf(ids: readonly ObjectId[]): Promise<ReadonlyMap<string, ContactSight>>;
  /** Of these, the contacts in which local work may wait; none of those in sync. */
  waitingAmong(ids: readonly ObjectId[]): Promise<WaitingContact[]>;
  /** Of these, the contacts of the primary that opted in or out since. */
  optedSince(ids: readonly ObjectId[], since: Date): Promise<ContactDocument[]>;
  /** At most one per key: emails are unique among contacts that exist only here. */
  localOnlyByEmailKeys(emailKeys: readonly string[]): Promise<ContactDocument[]>;
  /** Contacts of either kind with this unified email, those of the primary first. */
  byEmailKey(emailKey: string): Promise<ContactDocument[]>;
  /** The same for several emails, in no order. */
  byEmailKeys(emailKeys: readonly string[]): Promise<ContactDocument[]>;
  /** Contacts with local work, by `_id`, after the given one: these fields of them. */
  pending<Field extends keyof ContactDocument>(
    after: ObjectId | null,
    limit: number,
    fields: readonly Field[],
  ): Promise<Pick<ContactDocument, Field | '_id'>[]>;
  /** Contacts of the primary with one of these emails: unified, or there, where a local change hides it. */
  ofPrimaryByEmailKeys(emailKeys: readonly string[]): Promise<ContactDocument[]>;
  /**
   * Writes what is still based on what is stored, in two batches at once: the server has more than one core. Answers the
   * writes that were not (somebody else was faster, or an insert that exists already): read again, decide again, write again.
   */
  write(writes: readonly ContactWrite[]): Promise<ContactWrite[]>;
  /**
   * Takes out exactly the revision that was read; its history stays, with `change` as its end. False: it has changed since.
   * Idempotent: who is gone at this revision keeps the end that was told first.
   */
  remove(previous: ContactDocument, change: ContactChange): Promise<boolean>;
  /** Marks contacts as seen by a walk; changes no revision. */
  markSeen(contactIds: readonly string[], mark: SeenMark): Promise<void>;
  /** Contacts of the primary that the full pull of this mark has not seen, by `contactId`, after the given one. */
  unseen(mark: SeenMark, afterContactId: string, limit: number): Promise<ContactDocument[]>;
  /** Contacts on one of the lists that the walk of this mark over their members has not seen. */
  unseenOnLists(listIds: readonly string[], mark: SeenMark, limit: number): Promise<ContactDocument[]>;
  /** Members of the list by our own memberships. */
  countOnList(listId: string): Promise<number>;
  countByStatus(status: ContactStatus): Promise<number>;
  countsByStatus(): Promise<CountsByStatus>;
  countBySyncState(state: StoredContact['syncState']): Promise<number>;
  countWithRefusals(): Promise<number>;
  readonly localChangesSince: ContactHistory['localChangesSince'];
  readonly history: ContactHistory['page'];
}

/** `$type` although the ids are strings: without it the server does not see that the partial index holds them all. */
const ofPrimary = (contactIds: readonly string[]) => ({
  contactId: { $in: [...contactIds], $type: 'string' as const },
});

const WAITING = {
  contactId: 1,
  local: 1,
  localLists: 1,
  deletion: 1,
  deletedAt: 1,
  consent: 1,
  primary: 1,
} as const satisfies { readonly [field in keyof ContactDocument]?: 1 };

/**
 * Replaces the document if it is of this revision, and else leaves it. The condition stands here and not in the filter because
 * a filter of `_id` alone is one that servers do not plan: with 16 indexes to choose from, planning takes longer than writing.
 */
function replaceRevision(revision: number, next: ContactDocument): Document[] {
  return [{ $replaceWith: { $cond: [{ $eq: ['$revision', revision] }, { $literal: next }, '$$ROOT'] } }];
}

export function createContactStore(db: Db): ContactStore {
  const collection = db.collection<ContactDocument>('contacts');
  const history = createContactHistory(db);

  const countByStatus = (status: ContactStatus) => collection.countDocuments({ status });

  /** Which of the writes did not come through: their own change does not stand in the store. */
  async function notWritten(writes: readonly ContactWrite[]): Promise<ContactWrite[]> {
    const stored = await collection
      .find(
        { _id: { $in: writes.map(({ next }) => next._id) } },
        { projection: { revision: 1, 'change._id': 1, erasedAt: 1 } },
      )
      .toArray();
    const changeOf = new Map(stored.map((document) => [document._id.toHexString(), document]));
    const lost = writes.filter(({ next }) => {
      const found = changeOf.get(next._id.toHexString());
      return found === undefined || !found.change._id.equals(next.change._id);
    });
    for (const { previous, next } of lost) {
      const found = changeOf.get(next._id.toHexString());
      if (previous === null || previous.erasedAt !== undefined) continue;
      if (found === undefined ? await history.isForgotten(previous) : found.erasedAt !== undefined) {
        await history.takeBack(previous);
      }
    }
    return lost;
  }

  /** Nothing is stored of it but its history, up to this revision. */
  async function isGoneAt(previous: ContactDocument): Promise<boolean> {
    if ((await collection.findOne({ _id: previous._id }, { projection: { _id: 1 } })) !== null) return false;
    return history.holds(previous);
  }

  /** One unordered batch; false when a part of it was not written. */
  async function writeBatch(writes: readonly ContactWrite[]): Promise<boolean> {
    if (writes.length === 0) return true;
    const operations = writes.map(({ previous, next }) =>
      previous === null
        ? { insertOne: { document: next } }
        : { updateOne: { filter: { _id: previous._id }, update: replaceRevision(previous.revision, next) } },
    );
    try {
      const result = await largeWrite(() => collection.bulkWrite(operations, { ordered: false }));
      return result.insertedCount + result.modifiedCount === writes.length;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return false;
    }
  }

  return {
    collection,
    get: (id) => collection.findOne({ _id: id }),
    byIds: (ids) => collection.find({ _id: { $in: [...ids] } }).toArray(),
    byContactIds: (contactIds) => collection.find(ofPrimary(contactIds)).toArray(),

    async revisionsOf(contactIds) {
      const found = await collection
        .find(ofPrimary(contactIds), { projection: { _id: 0, contactId: 1, revision: 1 } })
        .toArray();
      return new Map(found.map(({ contactId, revision }) => [contactId ?? '', revision]));
    },

    async sightsOf(ids) {
      const found = await collection
        .find(
          { _id: { $in: [...ids] } },
          { projection: { revision: 1, 'consent.optInAt': 1, 'change.source': 1, deletion: 1 } },
        )
        .toArray();
      return new Map(
        found.map(({ _id, revision, consent, change, deletion }) => [
          _id.toHexString(),
          { revision, changedBy: change.source, optInAt: consent?.optInAt ?? null, isLeaving: deletion !== null },
        ]),
      );
    },

    waitingAmong: (ids) =>
      collection
        .find<WaitingContact>({ _id: { $in: [...ids] }, syncState: { $ne: 'IN_SYNC' } }, { projection: WAITING })
        .toArray(),

    optedSince: (ids, since) =>
      collection
        .find({
          _id: { $in: [...ids] },
          contactId: { $type: 'string' },
          $or: [{ 'consent.optInAt': { $gte: since } }, { 'consent.optOutAt': { $gte: since } }],
        })
        .toArray(),

    localOnlyByEmailKeys: (emailKeys) =>
      emailKeys.length === 0
        ? Promise.resolve([])
        : collection
            .find({ localOnly: true, emailKey: { $in: [...emailKeys], $type: 'string' } })
            .hint('localOnly_emailKey')
            .toArray(),
    byEmailKey: (emailKey) => collection.find({ emailKey }).sort({ localOnly: 1 }).limit(10).toArray(),

    byEmailKeys: (emailKeys) =>
      emailKeys.length === 0 ? Promise.resolve([]) : collection.find({ emailKey: { $in: [...emailKeys] } }).toArray(),

    pending: (after, limit, fields) =>
      collection
        .find<Pick<ContactDocument, (typeof fields)[number] | '_id'>>(
          {
            syncState: { $in: ['PENDING_PUSH', 'ONLY_LOCAL', 'CONFLICT'] },
            ...(after === null ? {} : { _id: { $gt: after } }),
          },
          { projection: Object.fromEntries(fields.map((field) => [field, 1])) },
        )
        .sort({ _id: 1 })
        .limit(limit)
        .toArray(),

    ofPrimaryByEmailKeys: (emailKeys) =>
      collection
        .find({
          contactId: { $type: 'string' },
          $or: [{ emailKey: { $in: [...emailKeys] } }, { primaryEmailKey: { $in: [...emailKeys], $type: 'string' } }],
        })
        .toArray(),

    async write(writes) {
      if (writes.length === 0) return [];
      await history.keep(writes.flatMap(({ previous }) => previous ?? []));
      const half = Math.ceil(writes.length / 2);
      const halves = await Promise.all([writeBatch(writes.slice(0, half)), writeBatch(writes.slice(half))]);
      if (halves.every((isWritten) => isWritten)) return [];
      return notWritten(writes);
    },

    async remove(previous, change) {
      await history.keep([previous]);
      const { deletedCount } = await collection.deleteOne({ _id: previous._id, revision: previous.revision });
      // Gone already: perhaps by this very removal, whose answer was lost before its end was told.
      if (deletedCount === 0 && !(await isGoneAt(previous))) return false;
      await history.end(previous, change);
      return true;
    },

    async markSeen(contactIds, { field, value }) {
      await collection.updateMany(ofPrimary(contactIds), { $set: { [field]: value } });
    },

    unseen: ({ field, value }, afterContactId, limit) =>
      collection
        .find({ contactId: { $gt: afterContactId, $type: 'string' }, [field]: { $ne: value } })
        .sort({ contactId: 1 })
        .limit(limit)
        .toArray(),

    unseenOnLists: (listIds, { field, value }, limit) =>
      collection
        .find({ lists: { $in: [...listIds] }, contactId: { $type: 'string' }, [field]: { $ne: value } })
        .limit(limit)
        .toArray(),

    countOnList: (listId) => collection.countDocuments({ lists: listId }),
    countByStatus,
    async countsByStatus() {
      const counted = CONTACT_STATUSES.map(async (status) => [status, await countByStatus(status)] as const);
      return Object.fromEntries(await Promise.all(counted)) as CountsByStatus;
    },

    countBySyncState: (syncState) => collection.countDocuments({ syncState }),
    countWithRefusals: () =>
      collection.countDocuments({ 'refusals.subject': { $exists: true } }, { hint: 'refusal_id' }),

    localChangesSince: history.localChangesSince,
    history: history.page,
  };
}
