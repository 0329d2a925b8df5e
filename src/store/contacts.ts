import type { Collection, Db, Document, ObjectId } from 'mongodb';
import { CONTACT_STATUSES, type ContactStatus, type CountsByStatus } from '../model/consent.ts';
import type { HistoryChange, HistorySource } from '../model/history.ts';
import type { StoredContact } from '../model/stored-contact.ts';
import { isDuplicateKey } from './errors.ts';
import { insertOnce } from './insert-once.ts';
import { largeWrite } from './large-write.ts';
import type { OtherSeenMarks, SeenMark } from './seen-marks.ts';

/** The newest change of a contact. It lives in the contact and moves to `contactHistory` when the next one replaces it. */
export interface ContactChange {
  readonly _id: ObjectId;
  readonly at: Date;
  readonly source: HistorySource;
  readonly runId: ObjectId | null;
  readonly changedBy: string;
  readonly changes: readonly HistoryChange[];
}

export interface ContactDocument extends StoredContact, OtherSeenMarks {
  readonly _id: ObjectId;
  /** Grows by one with every write: an update that is based on an older revision is refused. */
  readonly revision: number;
  readonly change: ContactChange;
  /** The primary's own clock when it gave the image that is stored: an older image never replaces a newer one. */
  readonly primaryReadAt: Date | null;
  /** When the person was erased: nothing personal is stored of it any more, nor ever again. Absent for everybody else. */
  readonly erasedAt?: Date;
}

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

export interface ContactHistoryDocument extends ContactChange {
  readonly contact: ObjectId;
  readonly revision: number;
}

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
   * Writes what is still based on what is stored, in two batches at once: the server has more than one core. Answers the writes that were not (somebody else was faster, or an
   * insert that exists already): read again, decide again, write again.
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
  /** What callers of ours have changed of these contacts after the revision of each, oldest first, by `_id` as text. */
  localChangesSince(
    contacts: readonly { readonly contact: ObjectId; readonly revision: number }[],
  ): Promise<ReadonlyMap<string, readonly ContactHistoryDocument[]>>;
  /** Newest first; `beforeRevision` null: from the newest. */
  history(contact: ObjectId, beforeRevision: number | null, limit: number): Promise<ContactHistoryDocument[]>;
}

export async function ensureContactIndexes(db: Db): Promise<void> {
  await db.collection('contacts').createIndexes([
    {
      key: { contactId: 1 },
      name: 'contactId',
      unique: true,
      partialFilterExpression: { contactId: { $type: 'string' } },
    },
    {
      key: { emailKey: 1 },
      name: 'localOnly_emailKey',
      unique: true,
      partialFilterExpression: { localOnly: true, emailKey: { $type: 'string' } },
    },
    { key: { emailKey: 1, _id: 1 }, name: 'emailKey_id' },
    {
      key: { primaryEmailKey: 1 },
      name: 'primaryEmailKey',
      partialFilterExpression: { primaryEmailKey: { $type: 'string' } },
    },
    { key: { nameKey: 1, _id: 1 }, name: 'nameKey_id' },
    // For search alone, which needs no order.
    { key: { firstNameKey: 1 }, name: 'firstNameKey' },
    { key: { updatedAt: 1, _id: 1 }, name: 'updatedAt_id' },
    { key: { status: 1, _id: 1 }, name: 'status_id' },
    { key: { syncState: 1, _id: 1 }, name: 'syncState_id' },
    // Of contacts that differ alone: few, whatever the number of contacts.
    {
      key: { syncState: 1, _id: 1 },
      name: 'differs_syncState_id',
      partialFilterExpression: { differs: true },
    },
    { key: { lists: 1, _id: 1 }, name: 'lists_id' },
    { key: { tags: 1, _id: 1 }, name: 'tags_id' },
    // Of contacts with such a wish alone: see list-diff-queries.ts.
    ...[
      { key: 'localLists.add.listId', name: 'addWish_id' },
      { key: 'localLists.remove.listId', name: 'removeWish_id' },
      { key: 'refusals.subject', name: 'refusal_id' },
    ].map(({ key, name }) => ({
      key: { [key]: 1, _id: 1 } as const,
      name,
      partialFilterExpression: { [key]: { $exists: true } },
    })),
  ]);
  await db.collection('contactHistory').createIndexes([
    { key: { contact: 1, revision: -1 }, name: 'contact_revision' },
    { key: { at: 1 }, name: 'at' },
  ]);
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
  const historyCollection = db.collection<ContactHistoryDocument>('contactHistory');

  const countByStatus = (status: ContactStatus) => collection.countDocuments({ status });

  /** Before a change is replaced, it goes to the history. Its own `_id` makes that idempotent. */
  async function keepHistory(writes: readonly ContactWrite[]): Promise<void> {
    const documents = writes.flatMap(({ previous }) =>
      previous === null ? [] : [{ ...previous.change, contact: previous._id, revision: previous.revision }],
    );
    await insertOnce(historyCollection, documents);
  }

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
      if (found === undefined ? await isForgotten(previous) : found.erasedAt !== undefined) await takeBack(previous);
    }
    return lost;
  }

  /** Who lost the race to an erasure has put a change into the history that was to be forgotten. */
  async function takeBack({ change }: ContactDocument): Promise<void> {
    await historyCollection.deleteOne({ _id: change._id });
  }

  /** Of a contact that was removed but not erased, the history stays, with an end. */
  async function isForgotten({ _id, change }: ContactDocument): Promise<boolean> {
    const other = await historyCollection.findOne({ contact: _id, _id: { $ne: change._id } });
    return other === null || other.changes.some(({ kind }) => kind === 'ERASED');
  }

  /** Nothing is stored of it but its history, up to this revision. */
  async function isGoneAt({ _id, change }: ContactDocument): Promise<boolean> {
    if ((await collection.findOne({ _id }, { projection: { _id: 1 } })) !== null) return false;
    return (await historyCollection.findOne({ _id: change._id }, { projection: { _id: 1 } })) !== null;
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
      await keepHistory(writes);
      const half = Math.ceil(writes.length / 2);
      const halves = await Promise.all([writeBatch(writes.slice(0, half)), writeBatch(writes.slice(half))]);
      if (halves.every((isWritten) => isWritten)) return [];
      return notWritten(writes);
    },

    async remove(previous, change) {
      await keepHistory([{ previous, next: previous }]);
      const { deletedCount } = await collection.deleteOne({ _id: previous._id, revision: previous.revision });
      // Gone already: perhaps by this very removal, whose answer was lost before its end was told.
      if (deletedCount === 0 && !(await isGoneAt(previous))) return false;
      const { _id, revision } = previous;
      // The contact's own `_id`: nobody has two ends.
      await insertOnce(historyCollection, [{ ...change, _id, contact: _id, revision: revision + 1 }]);
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

    async localChangesSince(contacts) {
      const since = new Map(contacts.map(({ contact, revision }) => [contact.toHexString(), revision]));
      const ids = contacts.map(({ contact }) => contact);
      // The newest ones first: what is replaced meanwhile goes to the history before it is.
      const newest = await collection
        .find({ _id: { $in: ids }, 'change.source': 'LOCAL' }, { projection: { revision: 1, change: 1 } })
        .toArray();
      const older = await historyCollection.find({ contact: { $in: ids }, source: 'LOCAL' }).toArray();
      const found = new Map<string, Map<number, ContactHistoryDocument>>();
      for (const entry of [
        ...older,
        ...newest.map(({ _id, revision, change }) => ({ ...change, contact: _id, revision })),
      ]) {
        const id = entry.contact.toHexString();
        if (!(entry.revision > (since.get(id) ?? entry.revision))) continue;
        const known = found.get(id) ?? new Map<number, ContactHistoryDocument>();
        found.set(id, known.set(entry.revision, entry));
      }
      return new Map(
        [...found].map(([id, entries]) => [id, [...entries.values()].sort((a, b) => a.revision - b.revision)]),
      );
    },

    async history(contact, beforeRevision, limit) {
      const current = await collection.findOne({ _id: contact }, { projection: { revision: 1, change: 1 } });
      const older = await historyCollection
        .find({ contact, ...(beforeRevision === null ? {} : { revision: { $lt: beforeRevision } }) })
        .sort({ revision: -1 })
        .limit(limit)
        .toArray();
      if (current === null || (beforeRevision !== null && current.revision >= beforeRevision)) return older;
      // A write that lost its race has left the change that is still the newest one in the history, too.
      const rest = older.filter(({ revision }) => revision < current.revision);
      return [{ ...current.change, contact, revision: current.revision }, ...rest].slice(0, limit);
    },
  };
}
