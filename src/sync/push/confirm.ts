import { counted } from '../../counted.ts';
import type { PrimaryContact } from '../../model/primary-contact.ts';
import type { WaitingContact } from '../../store/contacts.ts';
import type { PushBatchDocument, PushBatchRow } from '../../store/push-batches.ts';
import { cutList } from '../decide/push-batches.ts';
import { listIdOfLeaving, listIdOfSubject, sendRefusalReason } from '../decide/refusals.ts';
import { isRaceRepair, isResubscribeRace } from '../decide/resubscribe-race.ts';
import { storedAsPrimary } from '../decide/stored-as-primary.ts';
import { PAGE_SIZE, runContactsPass } from '../pull/contacts-pass.ts';
import { changedSinceSent, keepWishesOf } from './later-wishes.ts';
import type { PushContext } from './push-context.ts';
import { refuseRows } from './refuse-rows.ts';
import { repairRace } from './repair-race.ts';
import { readByEmail } from './single-writes.ts';
import { readAgain, readMemberships, type Sweep } from './sweep.ts';

/** Of contacts, most of which are in sync. */
const LOOKED_AT_AT_ONCE = 5_000;
/** So many contacts are looked up one by one; of more, the members of the batch's lists are walked first. */
const MOST_LOOK_UPS = 200;

/**
 * Reads back what was sent, and says of each row how it ended: taken, not taken, or not known yet. All but the first are not
 * tried again by this run.
 */
export async function confirmBatches(
  push: PushContext,
  batches: readonly PushBatchDocument[],
  sweep: Sweep,
): Promise<void> {
  const { session, store, attempted } = push;
  if (batches.length === 0) return;
  await session.record({
    change: { phase: 'CONFIRM' },
    event: { type: 'PHASE', message: 'Reading back what was sent.' },
  });
  await sweep.now();

  for (const batch of batches) {
    let open = await openRows(push, batch, batch.rows);
    // In this order: what is changed here after this look is found among the open rows.
    const changed = await changedSinceSent(push, batch.rows);
    const isMany = open.length + changed.length > MOST_LOOK_UPS;
    const isRemoval = batch.kind === 'REMOVE_FROM_LISTS';
    const isWalked = isMany && !isRemoval && batch.listIds.length > 0;
    // Who has been taken off a list is not among its members: it is compared with them as a whole.
    if (isMany && isRemoval) {
      const contactIds = batch.rows.flatMap(({ contactId }) => contactId ?? []);
      for (const listId of batch.listIds) await readMemberships(push, listId, contactIds);
      open = await openRows(push, batch, batch.rows);
    }
    if (isWalked) {
      await runContactsPass(push, {
        pass: 'CONFIRM',
        fresh: true,
        query: { listIds: batch.listIds.slice(0, 25), status: ['all'], includeCount: true, limit: PAGE_SIZE },
        mark: null,
        measured: false,
        requestsAfter: 0,
      });
      open = await openRows(push, batch, batch.rows);
    }
    const looked = open.slice(0, MOST_LOOK_UPS);
    const unknown = open.slice(MOST_LOOK_UPS).map(({ row }) => row);
    for (const openRow of looked) await readContactOf(push, openRow);
    // Somebody who was put on a list, or off it, may be seen by no sweep.
    if (!isWalked)
      await readAgain(
        push,
        changed.flatMap(({ contactId }) => contactId ?? []),
      );
    const stillOpen = await openRows(
      push,
      batch,
      looked.map(({ row }) => row),
    );
    const { refusedByUs, untaken } = sortOut(stillOpen);
    if (untaken.length > 0) await refuseRows(push, untaken, null, 'NOT_TAKEN');
    for (const row of unknown) attempted.add(row.contact.toHexString());

    await keepWishesOf(push, await changedSinceSent(push, [...new Set([...open.map(({ row }) => row), ...changed])]));

    const races = await repairRaces(push, batch);
    const pushed = batch.rows.length - stillOpen.length - unknown.length;
    await session.asOwner((owner) => store.pushBatches.change(batch._id, { state: 'COMPLETED' }, owner));
    await session.record({
      counts: { pushed, skipped: refusedByUs.length, resubscribeRaces: races },
      event: {
        type: 'PROGRESS',
        message: `${pushed} of ${counted(batch.rows.length, 'contact')} of a batch (${batch.kind}) arrived.`,
      },
    });
  }
}

interface OpenRow {
  readonly row: PushBatchRow;
  readonly contact: WaitingContact;
}

/** Rows whose work still waits here: what was edited after it was sent is new work, and none of this batch's. */
async function openRows(
  { session, store }: PushContext,
  batch: PushBatchDocument,
  rows: readonly PushBatchRow[],
): Promise<OpenRow[]> {
  const open: OpenRow[] = [];
  for (const part of cutList(rows, LOOKED_AT_AT_ONCE)) {
    // Whatever may wait makes its contact one that is not in sync: of a job that was taken, this finds next to nothing.
    const waiting = await session.patience(() => store.contacts.waitingAmong(part.map((row) => row.contact)));
    if (waiting.length === 0) continue;
    const byId = new Map(waiting.map((contact) => [contact._id.toHexString(), contact]));
    for (const row of part) {
      const contact = byId.get(row.contact.toHexString());
      if (contact !== undefined && row.subjects.some((subject) => waits(contact, subject, batch.preparedAt))) {
        open.push({ row, contact });
      }
    }
  }
  return open;
}

function waits({ local, localLists, deletion, contactId }: WaitingContact, subject: string, before: Date): boolean {
  const added = listIdOfSubject(subject);
  const left = listIdOfLeaving(subject);
  if (added !== null) return localLists.add.some((wish) => wish.listId === added && wish.wishedAt <= before);
  if (left !== null) return localLists.remove.some((wish) => wish.listId === left && wish.wishedAt <= before);
  if (subject === 'contact') return deletion !== null && deletion.requestedAt <= before;
  const change = (local as { readonly [field: string]: { readonly changedAt: Date } | undefined })[subject];
  return contactId === null || (change !== undefined && change.changedAt <= before);
}

async function readContactOf(push: PushContext, { row, contact: { contactId, local } }: OpenRow): Promise<void> {
  if (contactId !== null) return readAgain(push, [contactId]);
  // By the address that was sent: it may be another one here by now.
  const email = row.emailKey ?? local.email?.value;
  if (typeof email === 'string') await readByEmail(push, email);
}

/** Of what was not taken: whom we would not send any more (they have left meanwhile), and the rest. */
function sortOut(open: readonly OpenRow[]) {
  const refusedByUs = open.filter(({ contact }) => sendRefusalReason(contact) !== null);
  const untaken = open.filter(({ contact }) => sendRefusalReason(contact) === null).map(({ row }) => row);
  return { refusedByUs, untaken };
}

/** Who is new to the primary had nothing there that a job of ours could have undone. */
async function repairRaces(push: PushContext, batch: PushBatchDocument): Promise<number> {
  const { session, store } = push;
  let races = 0;
  const known = batch.rows.filter((row) => row.contactId !== null);
  for (const part of cutList(known, LOOKED_AT_AT_ONCE)) {
    // A race, repaired or not, has left a date of consent since: without one there is nothing to look at.
    const opted = await session.patience(() =>
      store.contacts.optedSince(
        part.map((row) => row.contact),
        batch.sentAt,
      ),
    );
    const rowOf = new Map(part.map((row) => [row.contact.toHexString(), row]));
    for (const document of opted) {
      const row = rowOf.get(document._id.toHexString());
      if (row === undefined || document.contactId === null) continue;
      const image: PrimaryContact = storedAsPrimary({ ...document, contactId: document.contactId });
      if (!isResubscribeRace(row, image, batch.sentAt) && !isRaceRepair(image, batch.sentAt)) continue;
      if (await repairRace(push, document.contactId, row, batch.sentAt)) races += 1;
    }
  }
  return races;
}
