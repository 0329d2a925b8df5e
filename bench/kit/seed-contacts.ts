import type { Db } from 'mongodb';
import { contactDocument, type SeedContact } from '../../test/kit/seed-contacts.ts';

const BATCH = 5_000;

/** Contacts of the primary, straight into the store. */
export async function seedContacts(db: Db, count: number, seedOf: (index: number) => SeedContact): Promise<void> {
  for (let from = 0; from < count; from += BATCH) {
    const size = Math.min(BATCH, count - from);
    const documents = Array.from({ length: size }, (_, offset) => contactDocument(seedOf(from + offset)));
    await db.collection('contacts').insertMany([...documents]);
  }
}
