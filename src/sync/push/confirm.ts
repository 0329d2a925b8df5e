import type { PrimaryContact } from '../../model/primary-contact.ts';
import type { ContactDocument } from '../../store/contacts.ts';
import type { PushBatchDocument, PushBatchRow } from '../../store/push-batches.ts';
import { sendRefusalReason } from '../decide/refusals.ts';
import { isRaceRepair, isResubscribeRace } from '../decide/resubscribe-race.ts';
import { storedAsPrimary } from '../decide/stored-as-primary.ts';
import { FRESH_PASS, PAGE_SIZE, runContactsPass } from '../pull/contacts-pass.ts';
import type { PushContext } from './push-context.ts';
import { refuseRows } from './refuse-rows.ts';
import { repairRace } from './repair-race.ts';
import { readByEmail } from './single-writes.ts';
import { readAgain, type Sweep } from './sweep.ts';

const READ_AT_ONCE = 500;
/** So many contacts are looked up one by one; of more, the members of the batch's lists are walked first. */
const MOST_LOOK_UPS = 200;

/**
 * Reads back what was sent, and says of each row how it ended: taken, not taken, or not known yet. Answers the contacts
 * (`_id` as text) that are not to be tried again by this run.
 */
export async function confirmBatches(
  push: PushContext,
  batches: readonly PushBatchDocument[],
  sweep: Sweep,
): Promise<Set<string>> {
  const { session, store } = push;
  const notTaken = new Set<string>();
  if (batches.length === 0) return notTaken;
  await session.record({
    change: { phase: 'CONFIRM' },
    event: { type: 'PHASE', message: 'Reading back what was sent.' },
  });
  await sweep.now();

  for (const batch of batches) {
    let open = await openRows(push, batch, batch.rows);
    if (open.length > MOST_LOOK_UPS && batch.listIds.length > 0) {
      await session.record({ resume: FRESH_PASS });
      await runContactsPass(push, {
        pass: 'CONFIRM',
        query: { listIds: batch.listIds.slice(0, 25), status: ['all'], includeCount: true, limit: PAGE_SIZE },
        mark: null,
        measured: false,
        requestsAfter: 0,
      });
      open = await openRows(push, batch, open);
    }
    for (const row of open.slice(0, MOST_LOOK_UPS)) await readRow(push, row);
    const looked = open.slice(0, MOST_LOOK_UPS);
    const unknown = open.slice(MOST_LOOK_UPS);
    const stillOpen = await openRows(push, batch, looked);
    const { refusedByUs, untaken } = await sortOut(push, stillOpen);
    if (untaken.length > 0) await refuseRows(push, untaken, null, 'NOT_TAKEN');
    for (const row of [...untaken, ...unknown]) notTaken.add(row.contact.toHexString());

    const races = await repairRaces(push, batch);
    const pushed = batch.rows.length - stillOpen.length - unknown.length;
    await session.patience(() => store.pushBatches.change(batch._id, { state: 'COMPLETED' }));
    await session.record({
      counts: { pushed, skipped: refusedByUs.length, resubscribeRaces: races },
      event: {
        type: 'PROGRESS',
        message: `${pushed} of ${batch.rows.length} contacts of a batch (${batch.kind}) have arrived.`,
      },
    });
  }
  return notTaken;
}

/** Rows whose work still waits here: what was edited after it was sent is new work, and none of this batch's. */
async function openRows(
  { session, store }: PushContext,
  batch: PushBatchDocument,
  rows: readonly PushBatchRow[],
): Promise<PushBatchRow[]> {
  const open: PushBatchRow[] = [];
  for (let start = 0; start < rows.length; start += READ_AT_ONCE) {
    const part = rows.slice(start, start + READ_AT_ONCE);
    const documents = await session.patience(() => store.contacts.byIds(part.map((row) => row.contact)));
    const byId = new Map(documents.map((document) => [document._id.toHexString(), document]));
    for (const row of part) {
      const document = byId.get(row.contact.toHexString());
      if (document !== undefined && row.subjects.some((subject) => waits(document, subject, batch.preparedAt))) {
        open.push(row);
      }
    }
  }
  return open;
}

function waits({ local, localLists, deletion, contactId }: ContactDocument, subject: string, before: Date): boolean {
  const listId = (prefix: string) => (subject.startsWith(prefix) ? subject.slice(prefix.length) : null);
  const added = listId('list:');
  const left = listId('leave:');
  if (added !== null) return localLists.add.some((wish) => wish.listId === added && wish.wishedAt <= before);
  if (left !== null) return localLists.remove.some((wish) => wish.listId === left && wish.wishedAt <= before);
  if (subject === 'contact') return deletion !== null && deletion.requestedAt <= before;
  const change = (local as { readonly [field: string]: { readonly changedAt: Date } | undefined })[subject];
  return contactId === null || (change !== undefined && change.changedAt <= before);
}

async function readRow(push: PushContext, row: PushBatchRow): Promise<void> {
  const document = await push.session.patience(() => push.store.contacts.get(row.contact));
  if (document === null) return;
  if (document.contactId !== null) return readAgain(push, [document.contactId]);
  const { email } = document.local;
  if (typeof email?.value === 'string') await readByEmail(push, email.value);
}

/** Of the rows that were not taken: whom we would not send any more (they have left meanwhile), and the rest. */
async function sortOut({ session, store }: PushContext, rows: readonly PushBatchRow[]) {
  const refusedByUs: PushBatchRow[] = [];
  const untaken: PushBatchRow[] = [];
  for (const row of rows) {
    const document = await session.patience(() => store.contacts.get(row.contact));
    if (document !== null && sendRefusalReason(document) !== null) refusedByUs.push(row);
    else untaken.push(row);
  }
  return { refusedByUs, untaken };
}

async function repairRaces(push: PushContext, batch: PushBatchDocument): Promise<number> {
  const { session, store } = push;
  let races = 0;
  for (let start = 0; start < batch.rows.length; start += READ_AT_ONCE) {
    const part = batch.rows.slice(start, start + READ_AT_ONCE).filter((row) => row.contactId !== null);
    const documents = await session.patience(() => store.contacts.byIds(part.map((row) => row.contact)));
    const byId = new Map(documents.map((document) => [document._id.toHexString(), document]));
    for (const row of part) {
      const document = byId.get(row.contact.toHexString());
      if (document === undefined || document.contactId === null) continue;
      const image: PrimaryContact = storedAsPrimary({ ...document, contactId: document.contactId });
      if (!isResubscribeRace(row, image, batch.sentAt) && !isRaceRepair(image, batch.sentAt)) continue;
      if (await repairRace(push, document.contactId, row, batch.sentAt)) races += 1;
    }
  }
  return races;
}
