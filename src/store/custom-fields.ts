import type { Db, ObjectId } from 'mongodb';
import type { PrimaryCustomField } from '../model/primary-contact.ts';
import { upsertEach } from './upsert-each.ts';

export interface CustomFieldDocument extends PrimaryCustomField {
  readonly _id: ObjectId;
}

export interface CustomFieldStore {
  /** At most 100: the API's own limit per account. */
  all(): Promise<CustomFieldDocument[]>;
  byCustomFieldIds(customFieldIds: readonly string[]): Promise<CustomFieldDocument[]>;
  /** Stores all custom fields of the primary and forgets the others. */
  replaceAll(customFields: readonly PrimaryCustomField[]): Promise<void>;
}

export async function ensureCustomFieldIndexes(db: Db): Promise<void> {
  await db
    .collection('customFields')
    .createIndexes([{ key: { customFieldId: 1 }, name: 'customFieldId', unique: true }]);
}

export function createCustomFieldStore(db: Db): CustomFieldStore {
  const collection = db.collection<CustomFieldDocument>('customFields');
  return {
    all: () => collection.find().sort({ customFieldId: 1 }).toArray(),
    byCustomFieldIds: (ids) => collection.find({ customFieldId: { $in: [...ids] } }).toArray(),
    async replaceAll(customFields) {
      await upsertEach(
        collection,
        customFields.map((field) => ({
          filter: { customFieldId: field.customFieldId },
          update: { $set: { ...field } },
        })),
      );
      await collection.deleteMany({ customFieldId: { $nin: customFields.map((field) => field.customFieldId) } });
    },
  };
}
