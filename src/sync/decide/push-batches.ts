import type { ProfileField } from '../../model/profile.ts';
import { createBodyMeter } from './import-body.ts';
import type { FieldWrite } from './import-row.ts';
import type { PushLimits } from './push-limits.ts';

export interface ImportBatchRow {
  readonly id: string;
  /** Null: a new contact. */
  readonly contactId: string | null;
  /** Of the contact, when the row was made of it. */
  readonly revision: number;
  readonly emailKey: string;
  /** The row as an import of JSON sends it, and the ground for one of CSV. */
  readonly json: string;
  /** What the row changes of the contact; empty for none but its lists. */
  readonly fields: readonly ProfileField[];
  /** Which of the batch's lists were wished for; none where a list is named only because an import must name one. */
  readonly addListIds: readonly string[];
}

export interface BatchContact {
  readonly id: string;
  readonly contactId: string;
}

export interface PlannedPut extends BatchContact {
  readonly writes: readonly FieldWrite[];
}

export interface PlannedCreation {
  readonly id: string;
  readonly emailKey: string;
  readonly writes: readonly FieldWrite[];
  readonly listIds: readonly string[];
}

/**
 * Jobs that may be in flight together: those of one stage never touch the same contact. A stage starts when the one
 * before has ended.
 */
export type PushStage = 1 | 2 | 3;

interface BatchBase {
  readonly stage: PushStage;
  /** Of the body, where it is known before it is sent; else 0. Of a file without the frame that it is sent in. */
  readonly sizeBytes: number;
  /** Requests that send it; not those that follow and confirm it. */
  readonly requests: number;
}

export type PlannedBatch = BatchBase &
  (
    | {
        readonly kind: 'REMOVE_FROM_LISTS';
        readonly listIds: readonly string[];
        readonly contacts: readonly BatchContact[];
      }
    | { readonly kind: 'DELETE'; readonly contacts: readonly BatchContact[] }
    | { readonly kind: 'IMPORT'; readonly listIds: readonly string[]; readonly rows: readonly ImportBatchRow[] }
    | { readonly kind: 'ADD_TO_LISTS'; readonly listIds: readonly string[]; readonly contacts: readonly BatchContact[] }
    | { readonly kind: 'PUT'; readonly contacts: readonly PlannedPut[] }
    | { readonly kind: 'CREATE'; readonly contacts: readonly PlannedCreation[] }
  );

export type BatchKind = PlannedBatch['kind'];

/** Jobs that bring a contact back where it is deleted: what goes one by one is read, or refused for it. */
export function couldRevive({ kind }: PlannedBatch): boolean {
  return kind === 'IMPORT' || kind === 'ADD_TO_LISTS';
}

/** The contacts that a batch names. */
export function batchItems(batch: PlannedBatch): readonly { readonly id: string }[] {
  return batch.kind === 'IMPORT' ? batch.rows : batch.contacts;
}

/** How many contacts a batch names. */
export function batchLength(batch: PlannedBatch): number {
  return batchItems(batch).length;
}

/**
 * Cuts the rows of one set of lists by count and by bytes, in order: each body as large as it may be. A row of valid values
 * is at most a small part of a body.
 */
export function cutImports(
  listIds: readonly string[],
  rows: readonly ImportBatchRow[],
  limits: Pick<PushLimits, 'importFormat' | 'importRows' | 'importBytes'>,
): PlannedBatch[] {
  const batches: PlannedBatch[] = [];
  let start = 0;
  let sizeBytes = 0;
  let meter = createBodyMeter(limits.importFormat, listIds);
  const cut = (end: number) => {
    if (end === start) return;
    batches.push({ kind: 'IMPORT', stage: 2, sizeBytes, requests: 1, listIds, rows: rows.slice(start, end) });
    start = end;
    meter = createBodyMeter(limits.importFormat, listIds);
  };
  for (const [index, { json }] of rows.entries()) {
    const bytes = index - start < limits.importRows ? meter.add(json, limits.importBytes) : null;
    if (bytes === null) cut(index);
    // A row alone always finds room.
    sizeBytes = bytes ?? meter.add(json, Number.POSITIVE_INFINITY) ?? 0;
  }
  cut(rows.length);
  return batches;
}

export function cutList<Item>(items: readonly Item[], most: number): Item[][] {
  const parts: Item[][] = [];
  for (let start = 0; start < items.length; start += most) parts.push(items.slice(start, start + most));
  return parts;
}

/** All that would go out, a line for each batch: for the plan's hash. In parts, as it may be hundreds of megabytes. */
export function* contentOf(batches: readonly PlannedBatch[]): Generator<string> {
  for (const batch of batches) {
    yield batch.kind;
    yield* batchContent(batch);
    yield '\n';
  }
}

/** Serialised as JSON, which has no line breaks of its own. */
function* batchContent(batch: PlannedBatch): Generator<string> {
  switch (batch.kind) {
    case 'IMPORT':
      yield JSON.stringify(batch.listIds);
      for (const { json } of batch.rows) yield json;
      return;
    case 'REMOVE_FROM_LISTS':
    case 'ADD_TO_LISTS':
      yield JSON.stringify([batch.listIds, batch.contacts.map(({ contactId }) => contactId)]);
      return;
    case 'DELETE':
      yield JSON.stringify(batch.contacts.map(({ contactId }) => contactId));
      return;
    case 'PUT':
      for (const { contactId, writes } of batch.contacts) yield JSON.stringify([contactId, writes]);
      return;
    case 'CREATE':
      for (const { writes, listIds } of batch.contacts) yield JSON.stringify([writes, listIds]);
  }
}
