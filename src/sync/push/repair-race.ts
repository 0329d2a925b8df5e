import { putContact, readContact } from '../../constant-contact/contacts.ts';
import { derive } from '../decide/derive.ts';
import { isResubscribeRace } from '../decide/resubscribe-race.ts';
import { editContact } from '../edit-contact.ts';
import { storePage } from '../pull/store-page.ts';
import type { PushContext } from './push-context.ts';

const REASON = 'Unsubscribed while an update by the account was under way; set back.';

/**
 * Somebody unsubscribed while a job of ours was under way, and the job subscribed them again: they are unsubscribed again at
 * once, and it is recorded. False when the primary, asked again, says otherwise.
 */
export async function repairRace(
  push: PushContext,
  contactId: string,
  before: { readonly optInAt: Date | null },
  sentAt: Date,
): Promise<boolean> {
  const { session, store, api, policy, clock, newId } = push;
  const found = await session.request((context) => readContact(api, contactId, context), 'PUSH_SAFETY');
  if (found === null || !isResubscribeRace(before, found.contact, sentAt)) return false;
  const { contact } = found;
  // The strictest reading: `Contact` means that only the person can come back (API-FACTS section 3), and it was the person
  // who had left. Not a stale write: it repeats what was read a moment ago, but for the permission.
  const repaired = await session.request(
    (context) =>
      putContact(
        api,
        {
          contactId,
          contact: { ...contact, consent: { permissionToSend: 'UNSUBSCRIBED', optOutReason: REASON } },
          updateSource: 'Contact',
        },
        context,
      ),
    'PUSH_SAFETY',
  );
  const writer = { store, patience: session.patience, policy, runId: session.runId, now: () => clock.now(), newId };
  await storePage(writer, { contacts: [repaired], readAt: found.primaryDate, mark: null });
  const [stored] = await session.patience(() => store.contacts.byContactIds([contactId]));
  if (stored !== undefined) {
    const now = clock.now();
    await session.patience(() =>
      editContact(
        { store, newId, now: () => now, source: 'ENGINE', changedBy: 'push', runId: session.runId },
        stored._id,
        (document) => ({
          contact: derive({ ...document, updatedAt: now }),
          changes: [
            { kind: 'RACE_REPAIRED', subject: 'permissionToSend', before: contact.consent, after: repaired.consent },
          ],
        }),
      ),
    );
  }
  session.logger.warn({ contactId }, 'resubscribe race repaired');
  await session.record({
    event: {
      type: 'WARNING',
      message: `Contact ${contactId} unsubscribed while a job of ours was under way, which subscribed it again; it was set back to unsubscribed.`,
    },
  });
  return true;
}
