import type { ObjectId } from 'mongodb';
import type { HistoryChange, HistorySource } from '../model/history.ts';
import type { StoredContact } from '../model/stored-contact.ts';
import type { OtherSeenMarks } from './seen-marks.ts';

/** The newest change of a contact. It lives in the contact and moves to `contactHistory` when the next one replaces it. */
export interface ContactChange {
  readonly _id: ObjectId;
  readonly at: Date;
  readonly source: HistorySource;
  readonly runId: ObjectId | null;
  readonly changedBy: string;
  readonly changes: readonly HistoryChange[];
}

export interface ContactDocument extends StoredContact, OtherSeenMarks {
  readonly _id: ObjectId;
  /** Grows by one with every write: an update that is based on an older revision is refused. */
  readonly revision: number;
  readonly change: ContactChange;
  /** The primary's own clock when it gave the image that is stored: an older image never replaces a newer one. */
  readonly primaryReadAt: Date | null;
  /** When the person was erased: nothing personal is stored of it any more, nor ever again. Absent for everybody else. */
  readonly erasedAt?: Date;
}

export interface ContactHistoryDocument extends ContactChange {
  readonly contact: ObjectId;
  readonly revision: number;
}
