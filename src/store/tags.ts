import type { Db, ObjectId } from 'mongodb';
import type { PrimaryTag } from '../model/primary-contact.ts';
import { upsertEach } from './upsert-each.ts';

export interface TagDocument extends PrimaryTag {
  readonly _id: ObjectId;
}

export interface TagStore {
  byTagIds(tagIds: readonly string[]): Promise<TagDocument[]>;
  byNames(names: readonly string[]): Promise<TagDocument[]>;
  get(id: ObjectId): Promise<TagDocument | null>;
  knownIds(): Promise<Set<string>>;
  /** Stores all tags of the primary and forgets the others. */
  replaceAll(tags: readonly PrimaryTag[]): Promise<void>;
}

export async function ensureTagIndexes(db: Db): Promise<void> {
  await db.collection('tags').createIndexes([
    { key: { tagId: 1 }, name: 'tagId', unique: true },
    { key: { name: 1 }, name: 'name' },
  ]);
}

export function createTagStore(db: Db): TagStore {
  const collection = db.collection<TagDocument>('tags');
  return {
    byTagIds: (tagIds) => collection.find({ tagId: { $in: [...tagIds] } }).toArray(),
    byNames: (names) => collection.find({ name: { $in: [...names] } }).toArray(),
    get: (id) => collection.findOne({ _id: id }),
    async knownIds() {
      const tags = await collection
        .find({}, { projection: { _id: 0, tagId: 1 } })
        .sort({ tagId: 1 })
        .toArray();
      return new Set(tags.map((tag) => tag.tagId));
    },
    async replaceAll(tags) {
      await upsertEach(
        collection,
        tags.map((tag) => ({ filter: { tagId: tag.tagId }, update: { $set: { ...tag } } })),
      );
      await collection.deleteMany({ tagId: { $nin: tags.map((tag) => tag.tagId) } });
    },
  };
}
