import type { PrimaryContact } from '../../model/primary-contact.ts';
import { isSendable } from './consent.ts';

/** By it a repair is known as ours, when the process that did it has died before it could tell. */
export const RACE_REPAIR_REASON = 'Unsubscribed while an update by the account was under way; set back.';

/** Whether somebody is unsubscribed because a repair of ours, since `sentAt`, made it so. */
export function isRaceRepair({ consent }: Pick<PrimaryContact, 'consent'>, sentAt: Date): boolean {
  const { permissionToSend, optOutReason, optOutAt } = consent;
  if (permissionToSend !== 'UNSUBSCRIBED' || optOutReason !== RACE_REPAIR_REASON) return false;
  return optOutAt !== null && optOutAt.getTime() >= sentAt.getTime();
}

/**
 * Whether a write of ours has subscribed somebody again who unsubscribed while it was under way. No write of ours opts an
 * existing contact in; so an opt-in by the *account* that is newer than the one read right before the write, and not older
 * than the write, is the trace of an opt-out that it undid. A person's own return says `Contact`.
 */
export function isResubscribeRace(
  before: { readonly optInAt: Date | null },
  after: Pick<PrimaryContact, 'consent' | 'deletedAt'>,
  sentAt: Date,
): boolean {
  const { optInAt, optInSource } = after.consent;
  if (after.deletedAt !== null || optInAt === null || optInSource === 'Contact' || !isSendable(after.consent))
    return false;
  if (before.optInAt !== null && optInAt.getTime() <= before.optInAt.getTime()) return false;
  return optInAt.getTime() >= sentAt.getTime();
}
