import type { CallContext } from '../../constant-contact/api-client.ts';
import { putContact, readContact } from '../../constant-contact/contacts.ts';
import { isOutcomeUnknown } from '../../constant-contact/errors.ts';
import type { PrimaryContact } from '../../model/primary-contact.ts';
import { derive } from '../decide/derive.ts';
import { isRaceRepair, isResubscribeRace, RACE_REPAIR_REASON } from '../decide/resubscribe-race.ts';
import { editContact } from '../edit-contact.ts';
import { createPageWriter } from '../pull/page-writer.ts';
import { storePage } from '../pull/store-page.ts';
import { editOptionsOf } from './edit-options.ts';
import type { PushContext } from './push-context.ts';

/** A repair whose answer is lost is looked up, and tried again so often. */
const MOST_TRIES = 3;
/** A repair of this push is among the newest changes of the contact. */
const HISTORY_READ = 50;

interface Repair {
  readonly before: PrimaryContact;
  readonly after: PrimaryContact;
  readonly readAt: Date;
}

/** What stood there before the write that may have undone an opt-out. */
type Before = Parameters<typeof isResubscribeRace>[0];

/**
 * Somebody unsubscribed while a job of ours was under way, and the job subscribed them again: they are unsubscribed again at
 * once, and it is recorded. False when the primary, asked again, says otherwise.
 */
export async function repairRace(push: PushContext, contactId: string, before: Before, sentAt: Date): Promise<boolean> {
  const { session } = push;
  // Read and written in one go: where the day's budget ends between the two, it is read again tomorrow.
  const repair = await session.request(
    (context) => repairOnce(push, { contactId, before, sentAt }, context),
    'PUSH_SAFETY',
  );
  if (repair === null) return false;
  await storePage(createPageWriter(push), { contacts: [repair.after], readAt: repair.readAt, mark: null });
  const isNew = await recordRepair(push, contactId, repair);
  if (!isNew) return false;
  session.logger.warn({ contactId }, 'resubscribe race repaired');
  await session.record({
    event: {
      type: 'WARNING',
      message: `Contact ${contactId} unsubscribed while a job of ours was under way, which subscribed it again; it was set back to unsubscribed.`,
    },
  });
  return true;
}

/** Null: there is nothing to repair. One that was done before its process died, or its answer was lost, is found as done. */
async function repairOnce(
  push: PushContext,
  { contactId, before, sentAt }: { contactId: string; before: Before; sentAt: Date },
  context: CallContext,
  triesLeft = MOST_TRIES,
): Promise<Repair | null> {
  const { api } = push;
  const found = await readContact(api, contactId, context);
  if (found === null) return null;
  const { contact, primaryDate: readAt } = found;
  if (isRaceRepair(contact, sentAt)) return { before: contact, after: contact, readAt };
  if (!isResubscribeRace(before, contact, sentAt)) return null;
  // The strictest reading: `Contact` means that only the person can come back (API-FACTS section 3), and it was the person
  // who had left. Not a stale write: it repeats what was read a moment ago, but for the permission, and names no list.
  const consent = { permissionToSend: 'UNSUBSCRIBED', optOutReason: RACE_REPAIR_REASON } as const;
  const { profile } = contact;
  // A process that was frozen here must not undo what the person has done since.
  const call = await push.session.ownedCall('PUSH_SAFETY');
  try {
    const after = await putContact(
      api,
      { before: contact, contact: { profile, consent }, updateSource: 'Contact' },
      call,
    );
    return { before: contact, after, readAt };
  } catch (error) {
    if (!isOutcomeUnknown(error) || triesLeft <= 1) throw error;
    return repairOnce(push, { contactId, before, sentAt }, context, triesLeft - 1);
  }
}

/** Writes into the contact's history what was done. False: it stands there already. */
async function recordRepair(push: PushContext, contactId: string, { before, after }: Repair): Promise<boolean> {
  const { session, store, clock } = push;
  const [stored] = await session.patience(() => store.contacts.byContactIds([contactId]));
  if (stored === undefined) return false;
  const history = await session.patience(() => store.contacts.history(stored._id, null, HISTORY_READ));
  const isTold = history.some(({ changes }) =>
    changes.some(({ kind, after: told }) => kind === 'RACE_REPAIRED' && optOutOf(told) === optOutOf(after.consent)),
  );
  if (isTold) return false;
  const now = clock.now();
  await editContact(editOptionsOf(push, now), stored._id, (document) => ({
    contact: derive({ ...document, updatedAt: now }),
    changes: [{ kind: 'RACE_REPAIRED', subject: 'permissionToSend', before: before.consent, after: after.consent }],
  }));
  return true;
}

function optOutOf(consent: unknown): number | null {
  if (typeof consent !== 'object' || consent === null || !('optOutAt' in consent)) return null;
  return consent.optOutAt instanceof Date ? consent.optOutAt.getTime() : null;
}
