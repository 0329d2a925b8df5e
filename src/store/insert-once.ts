import { type Collection, type Document, MongoBulkWriteError, type OptionalUnlessRequiredId } from 'mongodb';
import { DUPLICATE_KEY } from './errors.ts';
import { largeWrite } from './large-write.ts';

/**
 * Inserts documents that have an identity of their own (`_id`, or another unique key): those that are there already are left
 * as they are, so that an insert whose answer was lost may be done again. Answers for each whether it was new.
 */
export async function insertOnce<T extends Document>(
  collection: Collection<T>,
  documents: readonly OptionalUnlessRequiredId<T>[],
): Promise<boolean[]> {
  if (documents.length === 0) return [];
  try {
    await largeWrite(() => collection.insertMany(documents, { ordered: false }));
    return documents.map(() => true);
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError)) throw error;
    const refused = [error.writeErrors].flat();
    if (refused.length === 0 || refused.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
    const known = new Set(refused.map(({ index }) => index));
    return documents.map((_document, index) => !known.has(index));
  }
}
