import { ObjectId } from 'mongodb';
import type { HistoryChange } from '../../model/history.ts';
import type { StoredContact } from '../../model/stored-contact.ts';
import type { PushBatchRow } from '../../store/push-batches.ts';
import { derive } from '../decide/derive.ts';
import { refuseSentWishes } from '../decide/list-wishes.ts';
import type { RefusedWork } from '../decide/plan-contact.ts';
import { cutList } from '../decide/push-batches.ts';
import {
  addRefusal,
  createRefusal,
  listIdOfLeaving,
  listIdOfSubject,
  REFUSAL_MESSAGES,
  type RefusalReason,
} from '../decide/refusals.ts';
import { editContacts } from '../edit-contact.ts';
import { editOptionsOf } from './edit-options.ts';
import type { PushContext } from './push-context.ts';

const EDITED_AT_ONCE = 500;

interface ContactRefusal {
  readonly subject: string;
  readonly reason: RefusalReason;
  readonly message: string;
}

/** Writes into each contact why a part of its local work was not sent. The work itself stays where it is. */
export async function recordRefusals(push: PushContext, refused: readonly RefusedWork[]): Promise<void> {
  const byContact = new Map<string, ContactRefusal[]>();
  for (const { id, subject, reason, message } of refused) {
    const known = byContact.get(id);
    if (known === undefined) byContact.set(id, [{ subject, reason, message }]);
    else known.push({ subject, reason, message });
  }
  await refuse(push, byContact);
}

/** The primary has refused what was sent of these contacts: told once, and not tried again by this run. */
export async function refuseRows(
  push: PushContext,
  rows: readonly Pick<PushBatchRow, 'contact' | 'subjects'>[],
  message: string | null,
  reason: RefusalReason = 'REFUSED_BY_PRIMARY',
): Promise<void> {
  const refusalsOf = ({ subjects }: (typeof rows)[number]): ContactRefusal[] =>
    subjects.map((subject) => ({
      subject: listIdOfLeaving(subject) === null ? subject : 'contact',
      reason,
      message: message ?? REFUSAL_MESSAGES[reason],
    }));
  await refuse(push, new Map(rows.map((row) => [row.contact.toHexString(), refusalsOf(row)])));
  for (const { contact } of rows) push.attempted.add(contact.toHexString());
  await push.session.record({ counts: { failed: rows.length } });
}

/** By `_id` as text. */
async function refuse(push: PushContext, byContact: ReadonlyMap<string, readonly ContactRefusal[]>): Promise<void> {
  const { session, clock } = push;
  const now = clock.now();
  const context = { runId: session.runId.toHexString(), now };
  const ids = [...byContact.keys()].map((id) => new ObjectId(id));
  for (const part of cutList(ids, EDITED_AT_ONCE)) {
    await editContacts(editOptionsOf(push, now), part, (contact) => {
      const refusals = byContact.get(contact._id.toHexString()) ?? [];
      // A wish that was sent and not fulfilled is taken back: to send it again might undo what the person did since.
      const sentLists = refusals.flatMap(({ subject, reason }) =>
        reason === 'NOT_TAKEN' ? (listIdOfSubject(subject) ?? []) : [],
      );
      const taken = refuseSentWishes(contact, sentLists, { reason: 'NOT_TAKEN', ...context });
      const news = refusals.filter(
        (refusal) => !stands(contact, refusal) && !sentLists.includes(listIdOfSubject(refusal.subject) ?? ''),
      );
      const changes = [
        ...taken.changes,
        ...news.map(
          ({ subject, reason }): HistoryChange => ({ kind: 'REFUSAL', subject, before: null, after: reason }),
        ),
      ];
      let all = taken.contact.refusals;
      for (const refusal of news) all = addRefusal(all, createRefusal(refusal, context));
      return { contact: derive({ ...taken.contact, refusals: all, updatedAt: now }), changes };
    });
  }
}

function stands(contact: StoredContact, { subject, reason }: ContactRefusal): boolean {
  return contact.refusals.some((refusal) => refusal.subject === subject && refusal.reason === reason);
}
