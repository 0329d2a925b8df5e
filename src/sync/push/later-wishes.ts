import { counted } from '../../counted.ts';
import type { PushBatchRow } from '../../store/push-batches.ts';
import { keepLaterWishes, type LaterEdit } from '../decide/later-wishes.ts';
import { cutList } from '../decide/push-batches.ts';
import { editContacts } from '../edit-contact.ts';
import { editOptionsOf } from './edit-options.ts';
import type { PushContext } from './push-context.ts';

const LOOKED_AT_AT_ONCE = 5_000;
const READ_AT_ONCE = 500;

/** Of these rows, those whose contact a caller of ours has changed since it was read for the row. */
export async function changedSinceSent(
  { session, store }: PushContext,
  rows: readonly PushBatchRow[],
): Promise<PushBatchRow[]> {
  const changed: PushBatchRow[] = [];
  for (const part of cutList(rows, LOOKED_AT_AT_ONCE)) {
    const sights = await session.patience(() => store.contacts.sightsOf(part.map(({ contact }) => contact)));
    // What was sent comes back as one change of the primary: nearly all rows are told by that alone.
    const candidates = part.filter(({ contact, revision }) => {
      const sight = sights.get(contact.toHexString());
      return sight !== undefined && sight.revision > revision + (sight.changedBy === 'LOCAL' ? 0 : 1);
    });
    for (const few of cutList(candidates, READ_AT_ONCE)) {
      const later = await session.patience(() => store.contacts.localChangesSince(few));
      changed.push(...few.filter(({ contact }) => later.has(contact.toHexString())));
    }
  }
  return changed;
}

/** Keeps what callers have wished since these rows were made, where what was sent has arrived over it. */
export async function keepWishesOf(push: PushContext, rows: readonly PushBatchRow[]): Promise<void> {
  const { session, store, clock } = push;
  if (rows.length === 0) return;
  const now = clock.now();
  const context = { runId: session.runId.toHexString(), now };
  const rowOf = new Map(rows.map((row) => [row.contact.toHexString(), row]));
  let kept = 0;
  for (const part of cutList(rows, READ_AT_ONCE)) {
    await editContacts(
      editOptionsOf(push, now),
      part.map(({ contact }) => contact),
      async (contact) => {
        const id = contact._id.toHexString();
        const row = rowOf.get(id);
        if (row === undefined || contact.erasedAt !== undefined) return null;
        const later = (await session.patience(() => store.contacts.localChangesSince([row]))).get(id) ?? [];
        const known: LaterEdit[] = later.filter(({ revision }) => revision <= contact.revision);
        const result = keepLaterWishes(contact, { sent: row.subjects, later: known }, context);
        if (result.changes.length > 0) kept += 1;
        return result;
      },
    );
  }
  if (kept === 0) return;
  await session.record({
    event: {
      type: 'PROGRESS',
      message: `${counted(kept, 'contact')} changed here while an older value was on its way: what was wished last waits for the next batch.`,
    },
  });
}
