import type { ContactDocument } from '../../store/contact-document.ts';
import type { Store } from '../../store/store.ts';
import { unifiedProfile } from '../decide/unified-contact.ts';
import { type ContactKey, findContacts } from './contact-keys.ts';
import { namesOf, recordsOf } from './person-records.ts';

const HISTORY_PAGE = 500;

/** All that is stored of a person, in plain values; null when nothing is. Other people whom a webhook names are left out. */
export async function exportContact(store: Store, key: ContactKey | null, now: Date): Promise<object | null> {
  const [contact = null] = await findContacts(store, [key]);
  if (contact === null) return null;
  const names = namesOf([contact]);
  const [lists, tags, customFields, history, records] = await Promise.all([
    store.lists.byListIds([...contact.lists, ...wishedListIds(contact)]),
    store.tags.byTagIds(contact.tags),
    store.customFields.all(),
    fullHistory(store, contact),
    recordsOf(store, names),
  ]);
  const runIds = history.flatMap(({ runId }) => runId ?? []);
  const batches = await store.pushBatches.withRowOf(contact._id, runIds);
  const {
    _id,
    change: _change,
    seenIn: _seenIn,
    seenInByPush: _seenInByPush,
    seenOnListsIn: _seenOnListsIn,
    seenOnListsInByPush: _seenOnListsInByPush,
    ...stored
  } = contact;
  return {
    exportedAt: now,
    contact: { ...stored, id: _id.toHexString(), unified: unifiedProfile(contact) },
    lists: lists.map(({ listId, name }) => ({ listId, name })),
    tags: tags.map(({ tagId, name }) => ({ tagId, name })),
    customFields: customFields
      .filter(({ customFieldId }) =>
        unifiedProfile(contact).customFields.some((value) => value.customFieldId === customFieldId),
      )
      .map(({ customFieldId, label }) => ({ customFieldId, label })),
    history: history.map(({ revision, at, source, changedBy, runId, changes }) => ({
      revision,
      at,
      source,
      changedBy,
      runId: runId?.toHexString() ?? null,
      changes,
    })),
    webhookDeliveries: records.webhookDeliveries.map(({ type, source, receivedAt, status }) => ({
      type,
      source,
      receivedAt,
      status,
      named: names,
    })),
    pushes: batches.map(({ runId, kind, state, sentAt, rows: [row] }) => ({
      runId: runId.toHexString(),
      kind,
      state,
      sentAt,
      subjects: row?.subjects,
      optInAt: row?.optInAt,
    })),
    rejectedRows: records.rejectedRows.map(({ at, reason, raw }) => ({ at, reason, raw })),
  };
}

const wishedListIds = ({ localLists: { add, remove } }: ContactDocument) =>
  [...add, ...remove].map(({ listId }) => listId);

async function fullHistory({ contacts }: Store, { _id }: ContactDocument) {
  const all = [];
  for (let before: number | null = null; ; ) {
    const page: Awaited<ReturnType<typeof contacts.history>> = await contacts.history(_id, before, HISTORY_PAGE);
    all.push(...page);
    before = page.at(-1)?.revision ?? null;
    if (page.length < HISTORY_PAGE || before === null) return all;
  }
}
