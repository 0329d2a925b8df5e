import { Binary, type Db, type Filter, type ObjectId } from 'mongodb';
import { type RunOwner, writeAsOwner } from './write-as-owner.ts';

const COLLECTION = 'pushBatches';

/**
 * SENDING: the request may have left. ACCEPTED: the primary named its activity, or answered. COMPLETED: what it did was read
 * back. REFUSED: the primary did not do it.
 */
export type PushBatchState = UnderWay | 'COMPLETED' | 'REFUSED';

/** Sent, and not read back yet. */
const UNDER_WAY = ['SENDING', 'ACCEPTED'] as const;
type UnderWay = (typeof UNDER_WAY)[number];

/** One contact of a batch, as it was when it was sent. */
export interface PushBatchRow {
  /** Our `_id`. */
  readonly contact: ObjectId;
  /** Null: new to the primary. */
  readonly contactId: string | null;
  /** The key of the address that it is created with; null: it is not new, or nothing is sent yet. */
  readonly emailKey: string | null;
  /** Of the contact, as it was read for what was sent: later local changes were not in it. */
  readonly revision: number;
  /** What was sent for it: a profile field, `list:<list_id>`, `leave:<list_id>` or `contact` (a deletion). */
  readonly subjects: readonly string[];
  /** Its opt-in as read just before: one that is newer afterwards was not the person's. */
  readonly optInAt: Date | null;
}

/** One job that changes the primary, or a group of single writes, and the contacts it touches. */
export interface PushBatchDocument {
  readonly _id: ObjectId;
  readonly runId: ObjectId;
  readonly kind: string;
  readonly state: PushBatchState;
  readonly listIds: readonly string[];
  readonly rows: readonly PushBatchRow[];
  readonly activityId: string | null;
  /** The primary's clock just before it was sent. */
  readonly sentAt: Date;
  /** Ours: later local changes were not in it. */
  readonly preparedAt: Date;
  /** Of an activity that has ended: its state and counts. */
  readonly outcome: object | null;
}

/** What `owner` writes is refused in silence where it has lost its run. */
export interface PushBatchStore {
  /** Idempotent. */
  insert(batch: PushBatchDocument, owner: RunOwner): Promise<void>;
  /** Batches of any run that were not read back yet, oldest first. */
  underWay(): Promise<PushBatchDocument[]>;
  /** Whose creation is under way with one of these addresses: our `_id`, by the key of the address. One small read where nothing is. */
  creationsOf(emailKeys: readonly string[]): Promise<ReadonlyMap<string, ObjectId>>;
  /** Whether one of them holds the contact. */
  holds(contact: ObjectId): Promise<boolean>;
  countUnderWay(): Promise<Readonly<Record<UnderWay, number>>>;
  byRun(runId: ObjectId): Promise<PushBatchDocument[]>;
  /** Batches of these runs that hold the contact, oldest first, with its row alone. */
  withRowOf(contact: ObjectId, runIds: readonly ObjectId[]): Promise<PushBatchDocument[]>;
  /** What is sent of one contact after all, of a batch that goes out one by one. */
  changeRow(id: ObjectId, row: PushBatchRow, owner: RunOwner): Promise<void>;
  change(
    id: ObjectId,
    change: Partial<Pick<PushBatchDocument, 'state' | 'activityId' | 'outcome'>>,
    owner: RunOwner,
  ): Promise<void>;
}

export async function ensurePushBatchIndexes(db: Db): Promise<void> {
  await db.collection(COLLECTION).createIndexes([
    { key: { state: 1, _id: 1 }, name: 'state_id' },
    { key: { runId: 1, _id: 1 }, name: 'runId_id' },
  ]);
}

/**
 * As it is stored: what the rows of a batch name is named once, and each row has a bit for each name. Written out, the subjects
 * of 40,000 rows would be more than the 16 MB that a document may have. A row of its own words was sent one by one, or stored
 * by an older gateway.
 */
interface StoredBatch extends Omit<PushBatchDocument, 'rows'> {
  readonly subjects?: readonly string[];
  readonly rows: readonly StoredRow[];
}

interface StoredRow extends Omit<PushBatchRow, 'subjects' | 'emailKey'> {
  readonly subjects: Binary | readonly string[];
  /** Absent where it is null, and in rows of an older gateway. */
  readonly emailKey?: string;
}

function packed({ rows, ...batch }: PushBatchDocument): StoredBatch {
  const places = new Map<string, number>();
  for (const { subjects } of rows) {
    for (const subject of subjects) if (!places.has(subject)) places.set(subject, places.size);
  }
  const bitsOf = (subjects: readonly string[]): Binary => {
    const bits = new Uint8Array(Math.ceil(places.size / 8));
    for (const subject of subjects) {
      const place = places.get(subject) ?? 0;
      bits[place >> 3] = (bits[place >> 3] ?? 0) | (1 << (place & 7));
    }
    return new Binary(bits);
  };
  return {
    ...batch,
    subjects: [...places.keys()],
    rows: rows.map((row) => storedRow(row, bitsOf(row.subjects))),
  };
}

function storedRow({ emailKey, ...row }: PushBatchRow, subjects: StoredRow['subjects']): StoredRow {
  return { ...row, ...(emailKey === null ? {} : { emailKey }), subjects };
}

function unpacked({ subjects: names = [], rows, ...batch }: StoredBatch): PushBatchDocument {
  const subjectsOf = ({ subjects }: StoredRow): readonly string[] => {
    if (!(subjects instanceof Binary)) return subjects;
    const bits = subjects.value();
    return names.filter((_, place) => ((bits[place >> 3] ?? 0) >> (place & 7)) & 1);
  };
  return { ...batch, rows: rows.map((row) => ({ emailKey: null, ...row, subjects: subjectsOf(row) })) };
}

export function createPushBatchStore(db: Db): PushBatchStore {
  const collection = db.collection<StoredBatch>(COLLECTION);
  async function read(filter: Filter<StoredBatch>): Promise<PushBatchDocument[]> {
    return (await collection.find(filter).sort({ _id: 1 }).toArray()).map(unpacked);
  }
  return {
    insert: (batch, owner) =>
      writeAsOwner(db, owner, {
        into: COLLECTION,
        document: packed(batch),
        whenMatched: 'keepExisting',
        whenNotMatched: 'insert',
      }),
    underWay: () => read({ state: { $in: [...UNDER_WAY] } }),
    async creationsOf(emailKeys) {
      const isUnderWay = { state: { $in: [...UNDER_WAY] } };
      if ((await collection.findOne(isUnderWay, { projection: { _id: 1 } })) === null) return new Map();
      const isNamed = { $in: [{ $ifNull: ['$$row.emailKey', null] }, [...emailKeys]] };
      const found = await collection
        .find(
          { ...isUnderWay, 'rows.emailKey': { $in: [...emailKeys] } },
          { projection: { rows: { $filter: { input: '$rows', as: 'row', cond: isNamed } } } },
        )
        .toArray();
      return new Map(found.flatMap(({ rows }) => rows.map(({ emailKey = '', contact }) => [emailKey, contact])));
    },
    async holds(contact) {
      const holding = { state: { $in: [...UNDER_WAY] }, 'rows.contact': contact };
      return (await collection.findOne(holding, { projection: { _id: 1 } })) !== null;
    },
    async countUnderWay() {
      const count = (state: UnderWay) => collection.countDocuments({ state });
      const [SENDING, ACCEPTED] = await Promise.all([count('SENDING'), count('ACCEPTED')]);
      return { SENDING, ACCEPTED };
    },
    byRun: (runId) => read({ runId }),
    async withRowOf(contact, runIds) {
      const isItsRow = { $eq: ['$$row.contact', contact] };
      const found = await collection
        .aggregate<StoredBatch>([
          { $match: { runId: { $in: [...runIds] }, 'rows.contact': contact } },
          { $sort: { _id: 1 } },
          { $set: { rows: { $filter: { input: '$rows', as: 'row', cond: isItsRow } } } },
        ])
        .toArray();
      return found.map(unpacked);
    },
    async changeRow(id, row, owner) {
      const isRow = { $eq: ['$$row.contact', '$$new.row.contact'] };
      const rows = { $map: { input: '$rows', as: 'row', in: { $cond: [isRow, '$$new.row', '$$row'] } } };
      await writeAsOwner(db, owner, {
        into: COLLECTION,
        document: { _id: id, row: storedRow(row, row.subjects) },
        whenMatched: [{ $set: { rows } }],
        whenNotMatched: 'discard',
      });
    },
    async change(id, change, owner) {
      const isOver = change.state !== undefined && UNDER_WAY.every((state) => state !== change.state);
      const changed = Object.fromEntries(Object.keys(change).map((name) => [name, `$$new.${name}`]));
      await writeAsOwner(db, owner, {
        into: COLLECTION,
        document: { _id: id, ...change },
        // An address is personal: it stands here no longer than somebody must be found by it.
        whenMatched: [{ $set: changed }, ...(isOver ? [{ $unset: 'rows.emailKey' }] : [])],
        whenNotMatched: 'discard',
      });
    },
  };
}
