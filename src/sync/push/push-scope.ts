import type { PendingContact } from '../decide/plan-contact.ts';
import { batchItems } from '../decide/push-batches.ts';
import type { PushPlan } from '../decide/push-plan.ts';
import { localFields } from '../decide/unified-contact.ts';

/** The part of a contact's work that is meant; null for none. */
export type PartOf = (contact: PendingContact) => PendingContact | null;

/** What of the local work a push may send: asked whenever a contact is decided upon, so that each time the same part is seen. */
export interface PushScope {
  readonly partOf: PartOf;
  /** Somebody has agreed to this plan, made at this time: nothing else goes out, nor what is wished later. */
  approve(plan: PushPlan, at: Date): void;
}

export function createPushScope(listIds: readonly string[] | null): PushScope {
  const ofLists = workOfLists(listIds);
  let isApproved: PartOf = (contact) => contact;
  return {
    partOf(contact) {
      const part = ofLists(contact);
      return part === null ? null : isApproved(part);
    },
    approve({ batches }, at) {
      const ids = new Set(batches.flatMap(batchItems).map(({ id }) => id));
      isApproved = (contact) => (ids.has(contact.id) ? workUntil(contact, at) : null);
    },
  };
}

/** Work for these lists and for contacts on them; null: all. */
export function workOfLists(listIds: readonly string[] | null): PartOf {
  if (listIds === null) return (contact) => contact;
  const isNamed = ({ listId }: { readonly listId: string }) => listIds.includes(listId);
  return (contact) => {
    const { localLists, lists } = contact;
    const [add, remove] = [localLists.add.filter(isNamed), localLists.remove.filter(isNamed)];
    const isOn = lists.some((listId) => listIds.includes(listId));
    if (!isOn && add.length === 0 && remove.length === 0) return null;
    return { ...contact, localLists: { add, remove } };
  };
}

function workUntil(contact: PendingContact, at: Date): PendingContact {
  const { local, localLists, deletion } = contact;
  const isMeant = ({ wishedAt }: { readonly wishedAt: Date }) => wishedAt <= at;
  return {
    ...contact,
    local: Object.fromEntries(
      localFields({ local }).flatMap((field) => {
        const change = local[field];
        return change !== undefined && change.changedAt <= at ? [[field, change]] : [];
      }),
    ),
    localLists: { add: localLists.add.filter(isMeant), remove: localLists.remove.filter(isMeant) },
    deletion: deletion !== null && deletion.requestedAt <= at ? deletion : null,
  };
}
