import { ObjectId } from 'mongodb';
import type { Activity } from '../../constant-contact/activities.ts';
import type { CallContext } from '../../constant-contact/api-client.ts';
import { addListMemberships, deleteContacts, removeListMemberships } from '../../constant-contact/bulk-activities.ts';
import { PrimaryRequestError } from '../../constant-contact/errors.ts';
import { importContactsFile, importContactsJson } from '../../constant-contact/imports.ts';
import { BudgetExhaustedError, type ErrorCode, isDomainError } from '../../domain-error.ts';
import type { ContactSight } from '../../store/contacts.ts';
import { isStoreUnreachable } from '../../store/errors.ts';
import type { PushBatchDocument, PushBatchRow } from '../../store/push-batches.ts';
import type { EmailOwner } from '../decide/email-claims.ts';
import { importBody } from '../decide/import-body.ts';
import { importCsv } from '../decide/import-csv.ts';
import type { PendingContact, PlanContext } from '../decide/plan-contact.ts';
import { batchItems, couldRevive, cutList, type ImportBatchRow, type PlannedBatch } from '../decide/push-batches.ts';
import { isSamePlanContext, recheckBatch } from '../decide/recheck-batch.ts';
import { leaveSubject, listSubject } from '../decide/refusals.ts';
import type { DeletionWatch } from './deletions.ts';
import { addOwners, newAddressOf, pendingContact, readPlanContext } from './plan-pending.ts';
import type { PushContext } from './push-context.ts';
import { refuseRows } from './refuse-rows.ts';
import { readMemberships, type Sweep } from './sweep.ts';

const READ_AT_ONCE = 1_000;
/** Of revisions alone: what is asked for must be small, see large-write.ts. */
const LOOKED_AT_AT_ONCE = 5_000;

export interface SendOptions {
  readonly sweep: Sweep;
  readonly deletions: DeletionWatch;
  /** What the batch was planned by. */
  readonly planContext: PlanContext;
}

export type JobBatch = Exclude<PlannedBatch, { kind: 'PUT' | 'CREATE' }>;

/**
 * Looks again, decides again, and sends what still may go as one job (or two, where an edit has made it too large). Answers
 * the batches that are under way, one whose answer was lost among them. Nothing is sent again here: whoever was not sent
 * stays pending.
 */
export async function sendBatch(
  push: PushContext,
  planned: JobBatch,
  options: SendOptions,
): Promise<PushBatchDocument[]> {
  const { current, look } = await decideAgain(push, planned, options);
  const underWay: PushBatchDocument[] = [];
  for (const batch of current) {
    if (batch.kind === 'PUT' || batch.kind === 'CREATE') continue;
    const sent = await sendJob(push, batch, rowsOf(batch, look), options.sweep.sweptAt);
    if (sent !== null) underWay.push(sent);
  }
  return underWay;
}

/** By looks that belong together: where the run was held up in the midst of them, perhaps until the next day, all are taken anew. */
async function decideAgain(push: PushContext, planned: JobBatch, options: SendOptions) {
  const { session } = push;
  for (;;) {
    const { holdUps } = session;
    await lookAtPrimary(push, planned, options);
    const context = await readPlanContext({ ...push, patience: session.patience });
    const look = await lookAtContacts(push, planned, isSamePlanContext(context, options.planContext));
    await session.assertOwned();
    if (session.holdUps === holdUps) return { look, current: recheckBatch(planned, { ...look, context }) };
  }
}

async function lookAtPrimary(push: PushContext, planned: JobBatch, { sweep, deletions }: SendOptions): Promise<void> {
  // Before the opt-outs: who leaves is the graver case, so that look is the later one.
  if (couldRevive(planned)) await deletions.beforeJob();
  await sweep.now();
  if (planned.kind !== 'IMPORT') return;
  const onlyNamed = planned.rows.flatMap((row) => (row.addListIds.length === 0 ? (row.contactId ?? []) : []));
  for (const listId of planned.listIds) await readMemberships(push, listId, onlyNamed);
}

/**
 * The contacts of a batch as they stand here now. Of a hundred thousand nearly all stand as they were planned a moment ago:
 * their revisions tell, and only the others are read and decided again.
 */
async function lookAtContacts({ session, store, scope }: PushContext, batch: JobBatch, isSameContext: boolean) {
  const sights = new Map<string, ContactSight>();
  for (const part of cutList(batchItems(batch), LOOKED_AT_AT_ONCE)) {
    const found = await session.patience(() => store.contacts.sightsOf(part.map(({ id }) => new ObjectId(id))));
    for (const [id, sight] of found) sights.set(id, sight);
  }
  const isAsPlanned = ({ id, revision }: ImportBatchRow) => isSameContext && sights.get(id)?.revision === revision;

  const contacts = new Map<string, PendingContact>();
  const toRead: readonly { readonly id: string }[] =
    batch.kind === 'IMPORT' ? batch.rows.filter((row) => !isAsPlanned(row)) : batch.contacts;
  for (const part of cutList(toRead, READ_AT_ONCE)) {
    const documents = await session.patience(() => store.contacts.byIds(part.map(({ id }) => new ObjectId(id))));
    for (const document of documents) {
      const contact = scope.partOf(pendingContact(document));
      if (contact !== null) contacts.set(contact.id, contact);
    }
  }

  // Be they as planned or not: the address of a new contact may have got an owner in the primary since, a deleted one too.
  const owners = new Map<string, EmailOwner[]>();
  const planned = batch.kind === 'IMPORT' ? batch.rows : [];
  const addresses = [
    ...planned.flatMap(({ contactId, emailKey }) => (contactId === null ? [emailKey] : [])),
    ...[...contacts.values()].flatMap(newAddressOf),
  ];
  for (const part of cutList(addresses, READ_AT_ONCE)) await session.patience(() => addOwners(store, owners, part));

  return {
    isAsPlanned,
    contactOf: (id: string) => contacts.get(id),
    emailOwners: (key: string) => owners.get(key) ?? [],
    revisionOf: (id: string) => contacts.get(id)?.revision ?? sights.get(id)?.revision ?? 0,
    optInOf: (id: string) => contacts.get(id)?.consent?.optInAt ?? sights.get(id)?.optInAt ?? null,
  };
}

function rowsOf(
  batch: JobBatch,
  { revisionOf, optInOf }: { revisionOf: (id: string) => number; optInOf: (id: string) => Date | null },
): PushBatchRow[] {
  const items = batch.kind === 'IMPORT' ? batch.rows : batch.contacts;
  return items.map((item) => ({
    contact: new ObjectId(item.id),
    contactId: item.contactId,
    emailKey: 'emailKey' in item && item.contactId === null ? item.emailKey : null,
    revision: 'revision' in item ? item.revision : revisionOf(item.id),
    subjects: subjectsOf(batch, item),
    optInAt: optInOf(item.id),
  }));
}

function subjectsOf(batch: JobBatch, item: object): string[] {
  switch (batch.kind) {
    case 'IMPORT': {
      const { fields = [], addListIds = [] } = item as Partial<(typeof batch.rows)[number]>;
      return [...fields, ...addListIds.map(listSubject)];
    }
    case 'ADD_TO_LISTS':
      return batch.listIds.map(listSubject);
    case 'REMOVE_FROM_LISTS':
      return batch.listIds.map(leaveSubject);
    case 'DELETE':
      return ['contact'];
  }
}

async function sendJob(
  push: PushContext,
  batch: JobBatch,
  rows: readonly PushBatchRow[],
  sentAt: Date,
): Promise<PushBatchDocument | null> {
  const { session, store, clock, newId } = push;
  const context = await session.ownedCall('PUSH_SAFETY');
  const document: PushBatchDocument = {
    _id: newId(),
    runId: session.runId,
    kind: batch.kind,
    state: 'SENDING',
    listIds: 'listIds' in batch ? batch.listIds : [],
    rows,
    activityId: null,
    sentAt,
    preparedAt: clock.now(),
    outcome: null,
  };
  await session.asOwner((owner) => store.pushBatches.insert(document, owner));
  const gone = await goneMeanwhile(push, batch);
  if (gone.size > 0 && batch.kind === 'IMPORT') {
    const outcome = { error: `${gone.size} contacts were deleted here meanwhile; nothing was sent.` };
    await session.asOwner((owner) => store.pushBatches.change(document._id, { state: 'REFUSED', outcome }, owner));
    for (const id of gone) push.attempted.add(id);
    const left = { ...batch, rows: batch.rows.filter(({ id }) => !gone.has(id)) };
    if (left.rows.length === 0) return null;
    return sendJob(
      push,
      left,
      rows.filter(({ contact }) => !gone.has(contact.toHexString())),
      sentAt,
    );
  }
  try {
    // Not `session.request`: where the budget is gone the batch would wait until tomorrow, and be stale then.
    const activity = await post(push, batch, context);
    const change = { state: 'ACCEPTED', activityId: activity.activityId } as const;
    await session.asOwner((owner) => store.pushBatches.change(document._id, change, owner));
    session.logger.info({ kind: batch.kind, rows: rows.length, activityId: activity.activityId }, 'job accepted');
    return { ...document, ...change };
  } catch (error) {
    if (session.signal.aborted) throw error;
    const effect = effectOf(error);
    if (effect === 'UNKNOWN') {
      session.logger.warn({ error, kind: batch.kind }, 'answer to a job lost, it will be looked up');
      return document;
    }
    const outcome = { error: error instanceof Error ? error.message : String(error) };
    await session.asOwner((owner) => store.pushBatches.change(document._id, { state: 'REFUSED', outcome }, owner));
    if (effect === null) throw error;
    session.logger.warn({ error, kind: batch.kind, effect }, 'job not taken');
    if (effect === 'NEVER') await refuseRows(push, rows, outcome.error);
    return null;
  }
}

/**
 * New contacts of a batch that have been deleted or erased here since they were looked at. Whoever deletes leaves a mark first
 * and looks for batches under way then; a push stores its batch first and looks for marks then: one of the two sees the other.
 */
async function goneMeanwhile({ session, store }: PushContext, batch: JobBatch): Promise<ReadonlySet<string>> {
  const gone = new Set<string>();
  const created = batch.kind === 'IMPORT' ? batch.rows.filter(({ contactId }) => contactId === null) : [];
  for (const part of cutList(created, READ_AT_ONCE)) {
    const sights = await session.patience(() => store.contacts.sightsOf(part.map(({ id }) => new ObjectId(id))));
    const erased = await session.patience(() => store.erasures.among(part.map(({ emailKey }) => emailKey)));
    for (const { id, emailKey } of part) {
      if ((sights.get(id)?.isLeaving ?? true) || erased.has(emailKey)) gone.add(id);
    }
  }
  return gone;
}

function post({ api, limits }: PushContext, batch: JobBatch, context: CallContext): Promise<Activity> {
  switch (batch.kind) {
    case 'IMPORT': {
      const { listIds } = batch;
      const rows = batch.rows.map(({ json }) => json);
      if (limits.importFormat === 'csv') {
        const csv = Buffer.from(importCsv(rows));
        return importContactsFile(api, { csv, rowCount: rows.length, fileName: 'contacts.csv', listIds }, context);
      }
      return importContactsJson(api, { jsonText: importBody(rows, listIds), rowCount: rows.length, listIds }, context);
    }
    case 'ADD_TO_LISTS':
      return addListMemberships(api, { contactIds: idsOf(batch.contacts), listIds: batch.listIds }, context);
    case 'REMOVE_FROM_LISTS':
      return removeListMemberships(api, { contactIds: idsOf(batch.contacts), listIds: batch.listIds }, context);
    case 'DELETE':
      return deleteContacts(api, { contactIds: idsOf(batch.contacts) }, context);
  }
}

const idsOf = (contacts: readonly { readonly contactId: string }[]): string[] =>
  contacts.map(({ contactId }) => contactId);

/**
 * What is known of a write that failed. UNKNOWN: it may have been done. LATER: it was not, and may be tried anew. NEVER: the
 * primary refused it as it is. Null: it was never about the primary.
 */
export function effectOf(error: unknown): 'UNKNOWN' | 'LATER' | 'NEVER' | null {
  if (error instanceof BudgetExhaustedError || isStoreUnreachable(error)) return 'LATER';
  if (isDomainError(error, 'RECONNECT_REQUIRED')) return 'LATER';
  if (!(error instanceof PrimaryRequestError)) return null;
  if (error.effect === 'UNKNOWN') return 'UNKNOWN';
  return error.effect === 'NOT_SENT' || LATER_CODES.includes(error.code) ? 'LATER' : 'NEVER';
}

const LATER_CODES: readonly ErrorCode[] = ['PRIMARY_QUEUE_FULL', 'PRIMARY_THROTTLED', 'PRIMARY_UNAVAILABLE'];
