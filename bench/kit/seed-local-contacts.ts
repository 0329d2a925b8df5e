import { type Db, ObjectId } from 'mongodb';
import type { ContactDocument } from '../../src/store/contact-document.ts';
import { createLocal } from '../../src/sync/decide/derive.ts';
import { wishLists } from '../../src/sync/decide/list-wishes.ts';
import { applyLocalEdit } from '../../src/sync/decide/local-edit.ts';

/** New contacts that exist only here, each with a wish for one of the lists. Answers the bodies' rows. */
export async function seedLocalContacts(db: Db, count: number, listIds: readonly string[]): Promise<void> {
  const now = new Date();
  const context = { changedBy: 'bench', now };
  for (let start = 0; start < count; start += 1_000) {
    const documents: ContactDocument[] = [];
    for (let index = start; index < Math.min(count, start + 1_000); index++) {
      const values = {
        email: `bench.${index}@example.com`,
        firstName: `First ${index}`,
        lastName: `Last ${index}`,
        companyName: 'A company of some length',
      };
      const edited = applyLocalEdit(createLocal({ createdBy: 'bench', now }), values, context);
      const add = [listIds[index % listIds.length] ?? ''];
      const wished = wishLists(edited.contact, { add, remove: [] }, context);
      const change = { _id: new ObjectId(), at: now, source: 'LOCAL', runId: null, changedBy: 'bench' } as const;
      documents.push({
        ...wished.contact,
        _id: new ObjectId(),
        revision: 1,
        primaryReadAt: null,
        change: { ...change, changes: wished.changes },
      });
    }
    await db.collection<ContactDocument>('contacts').insertMany(documents, { ordered: false });
  }
}
