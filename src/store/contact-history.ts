import type { Db, ObjectId } from 'mongodb';
import type { ContactChange, ContactDocument, ContactHistoryDocument } from './contact-document.ts';
import { insertOnce } from './insert-once.ts';

/** What contacts were before their newest change; each method is idempotent. */
export interface ContactHistory {
  /** The newest change of each contact, before another one replaces it. */
  keep(contacts: readonly ContactDocument[]): Promise<void>;
  /** Of one that has been removed. Nobody has two ends: the first that was told stays. */
  end(removed: ContactDocument, change: ContactChange): Promise<void>;
  /** Whether this change of the contact stands here. */
  holds(contact: ContactDocument): Promise<boolean>;
  /** Whether somebody who is not stored any more was erased: of one that was only removed the history stays, with an end. */
  isForgotten(contact: ContactDocument): Promise<boolean>;
  /** Takes out what `keep` has put in for a write that lost its race to an erasure. */
  takeBack(contact: ContactDocument): Promise<void>;
  /** With the change that lives in the contact, newest first; `beforeRevision` null: from the newest. */
  page(contact: ObjectId, beforeRevision: number | null, limit: number): Promise<ContactHistoryDocument[]>;
  /** What callers of ours have changed of these contacts after the revision of each, oldest first, by `_id` as text. */
  localChangesSince(
    contacts: readonly { readonly contact: ObjectId; readonly revision: number }[],
  ): Promise<ReadonlyMap<string, readonly ContactHistoryDocument[]>>;
}

export function createContactHistory(db: Db): ContactHistory {
  const contactCollection = db.collection<ContactDocument>('contacts');
  const collection = db.collection<ContactHistoryDocument>('contactHistory');

  return {
    async keep(contacts) {
      const documents = contacts.map(({ _id, change, revision }) => ({ ...change, contact: _id, revision }));
      await insertOnce(collection, documents);
    },

    async end({ _id, revision }, change) {
      await insertOnce(collection, [{ ...change, _id, contact: _id, revision: revision + 1 }]);
    },

    async holds({ change }) {
      return (await collection.findOne({ _id: change._id }, { projection: { _id: 1 } })) !== null;
    },

    async isForgotten({ _id, change }) {
      const other = await collection.findOne({ contact: _id, _id: { $ne: change._id } });
      return other === null || other.changes.some(({ kind }) => kind === 'ERASED');
    },

    async takeBack({ change }) {
      await collection.deleteOne({ _id: change._id });
    },

    async page(contact, beforeRevision, limit) {
      const current = await contactCollection.findOne({ _id: contact }, { projection: { revision: 1, change: 1 } });
      const older = await collection
        .find({ contact, ...(beforeRevision === null ? {} : { revision: { $lt: beforeRevision } }) })
        .sort({ revision: -1 })
        .limit(limit)
        .toArray();
      if (current === null || (beforeRevision !== null && current.revision >= beforeRevision)) return older;
      // A write that lost its race has left the change that is still the newest one in the history, too.
      const rest = older.filter(({ revision }) => revision < current.revision);
      return [{ ...current.change, contact, revision: current.revision }, ...rest].slice(0, limit);
    },

    async localChangesSince(contacts) {
      const since = new Map(contacts.map(({ contact, revision }) => [contact.toHexString(), revision]));
      const ids = contacts.map(({ contact }) => contact);
      // The newest ones first: what is replaced meanwhile goes to the history before it is.
      const newest = await contactCollection
        .find({ _id: { $in: ids }, 'change.source': 'LOCAL' }, { projection: { revision: 1, change: 1 } })
        .toArray();
      const older = await collection.find({ contact: { $in: ids }, source: 'LOCAL' }).toArray();
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
  };
}
