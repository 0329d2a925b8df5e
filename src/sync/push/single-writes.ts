import { ObjectId } from 'mongodb';
import { createContact, getContactsPage, putContact, readContact } from '../../constant-contact/contacts.ts';
import { PrimaryRequestError } from '../../constant-contact/errors.ts';
import { isDomainError } from '../../domain-error.ts';
import type { PrimaryContact } from '../../model/primary-contact.ts';
import { EMPTY_PROFILE, type Profile } from '../../model/profile.ts';
import type { PushBatchDocument, PushBatchRow } from '../../store/push-batches.ts';
import type { FieldWrite } from '../decide/import-row.ts';
import { planContact } from '../decide/plan-contact.ts';
import type { PlannedBatch } from '../decide/push-batches.ts';
import { listSubject } from '../decide/refusals.ts';
import { withField } from '../decide/unified-contact.ts';
import { createPageWriter } from '../pull/page-writer.ts';
import { storePage } from '../pull/store-page.ts';
import { pendingContact, readPlanContext } from './plan-pending.ts';
import type { PushContext } from './push-context.ts';
import { refuseRows } from './refuse-rows.ts';
import { effectOf } from './send-batch.ts';
import type { Sweep } from './sweep.ts';

export type SingleBatch = Extract<PlannedBatch, { kind: 'PUT' | 'CREATE' }>;

/**
 * Writes contacts one by one: each is read, decided again and written in one breath. The group stands in a batch document
 * while it goes on, so that after a crash all of it is read back.
 */
export async function sendSingles(push: PushContext, planned: SingleBatch, sweep: Sweep): Promise<PushBatchDocument> {
  const { session, store, clock, newId } = push;
  await sweep.now();
  await session.assertOwned();
  const rows: PushBatchRow[] = planned.contacts.map((contact) => ({
    contact: new ObjectId(contact.id),
    contactId: 'contactId' in contact ? contact.contactId : null,
    emailKey: null,
    revision: Number.MAX_SAFE_INTEGER, // Nothing is sent yet.
    subjects: subjectsOf(contact.writes, 'listIds' in contact ? contact.listIds : []),
    optInAt: null,
  }));
  const document: PushBatchDocument = {
    _id: newId(),
    runId: session.runId,
    kind: planned.kind,
    state: 'SENDING',
    listIds: [],
    rows,
    activityId: null,
    sentAt: sweep.sweptAt,
    preparedAt: clock.now(),
    outcome: null,
  };
  await session.asOwner((owner) => store.pushBatches.insert(document, owner));
  const written: PushBatchRow[] = [];
  for (const row of rows) {
    session.signal.throwIfAborted();
    const isSent = (sent: PushBatchRow) =>
      session.asOwner((owner) => store.pushBatches.changeRow(document._id, sent, owner));
    const result = await (planned.kind === 'PUT' ? putOne : createOne)(push, row, isSent);
    written.push(...result);
  }
  return { ...document, rows: written };
}

function subjectsOf(writes: readonly FieldWrite[], addListIds: readonly string[] = []): string[] {
  return [...writes.map(({ field }) => field), ...addListIds.map(listSubject)];
}

/** Records what is sent of a contact right before it is. */
type OnSend = (sent: PushBatchRow) => Promise<void>;

/** Answers the row as it was sent, with the opt-in as it was read right before, or nothing where nothing was written. */
async function putOne(push: PushContext, row: PushBatchRow, onSend: OnSend): Promise<PushBatchRow[]> {
  const { session, api, store } = push;
  const { contactId } = row;
  if (contactId === null) return [];
  const found = await session.request((context) => readContact(api, contactId, context), 'PUSH_SAFETY');
  if (found === null) return [];
  const { holdUps } = session;
  await storeOne(push, found.contact, found.primaryDate);
  const document = await session.patience(() => store.contacts.get(row.contact));
  if (document === null) return [];
  // An address that was not planned for belongs to somebody else, or was asked for since.
  const withoutEmail = !row.subjects.includes('email');
  const context = await readPlanContext({ ...push, patience: session.patience });
  const part = push.scope.partOf(pendingContact(document));
  if (part === null) return [];
  const { route } = planContact(part, context, { withoutEmail });
  // What an import or a membership job can do by now is theirs.
  if (route.kind !== 'PUT') return [];
  const { contact } = found;
  const call = await session.ownedCall('PUSH_SAFETY');
  const { revision } = document;
  const sent: PushBatchRow = { ...row, revision, subjects: subjectsOf(route.writes), optInAt: contact.consent.optInAt };
  await onSend(sent);
  // It is read anew in the next round: somebody may have left since.
  if (session.holdUps !== holdUps) return [];
  return write(push, sent, found.primaryDate, () =>
    putContact(
      api,
      // No list is named: who leaves one at this very moment stays off it.
      { before: contact, contact: { profile: withWrites(contact.profile, route.writes), consent: contact.consent } },
      call,
    ),
  );
}

/** A creation is refused where the address is known, be it of a deleted contact: it can bring nobody back. */
async function createOne(push: PushContext, row: PushBatchRow, onSend: OnSend): Promise<PushBatchRow[]> {
  const { session, api, store } = push;
  const context = await readPlanContext({ ...push, patience: session.patience });
  const read = () => session.patience(() => store.contacts.get(row.contact));
  const planned = await read();
  const email = planned?.localOnly === true ? planned.local.email?.value : null;
  if (typeof email !== 'string') return [];
  // Whoever has the address there is brought in first; a creation whose answer was lost, too.
  const readAt = await readByEmail(push, email);
  const call = await session.ownedCall('PUSH_SAFETY');
  const document = await read();
  if (document === null) return [];
  if (document.contactId !== null) return [row];
  const part = push.scope.partOf(pendingContact(document));
  if (part === null) return [];
  const { route } = planContact(part, context);
  // Edited since: an import can carry it by now, or the address is another one, of which nothing was read.
  if (route.kind !== 'CREATE' || route.email !== email) return [];
  // Erased since: the contact itself may still stand for a moment.
  if ((await session.patience(() => store.erasures.among([route.emailKey]))).has(route.emailKey)) {
    push.attempted.add(row.contact.toHexString());
    return [];
  }
  const { revision } = document;
  const sent: PushBatchRow = {
    ...row,
    emailKey: route.emailKey,
    revision,
    subjects: subjectsOf(route.writes, route.addListIds),
  };
  await onSend(sent);
  return write(push, sent, readAt, () =>
    createContact(
      api,
      {
        profile: withWrites(EMPTY_PROFILE, route.writes),
        consent: { permissionToSend: 'IMPLICIT', optOutReason: null },
        listIds: route.addListIds,
      },
      call,
    ),
  );
}

/** All contacts of the primary with this address, deleted ones too, are stored as they are now. Answers the primary's clock. */
export async function readByEmail(push: PushContext, email: string): Promise<Date> {
  const { session, api } = push;
  const page = await session.request(
    (context) => getContactsPage(api, { query: { email, status: ['all'] } }, context),
    'PUSH_SAFETY',
  );
  for (const contact of page.contacts) await storeOne(push, contact, page.primaryDate);
  return page.primaryDate;
}

async function write(
  push: PushContext,
  row: PushBatchRow,
  readAt: Date,
  send: () => Promise<PrimaryContact>,
): Promise<PushBatchRow[]> {
  try {
    const answer = await send();
    await storeOne(push, answer, readAt);
    return [row];
  } catch (error) {
    if (push.session.signal.aborted) throw error;
    const effect = effectOf(error);
    if (effect === null) throw error;
    // Perhaps done: it is read back with the rest.
    if (effect === 'UNKNOWN') return [row];
    if (effect === 'LATER') return [];
    const reason = isDomainError(error, 'PRIMARY_CONFLICT') ? 'DUPLICATE_EMAIL' : 'REFUSED_BY_PRIMARY';
    const message = error instanceof PrimaryRequestError && reason === 'REFUSED_BY_PRIMARY' ? error.message : null;
    await refuseRows(push, [row], message, reason);
    return [];
  }
}

async function storeOne(push: PushContext, contact: PrimaryContact, readAt: Date): Promise<void> {
  await storePage(createPageWriter(push), { contacts: [contact], readAt, mark: null });
}

function withWrites(profile: Profile, writes: readonly FieldWrite[]): Profile {
  return writes.reduce((changed, { field, value }) => withField(changed, field, value), profile);
}
