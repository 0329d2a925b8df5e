import type { Contact, EmailAddress, Permission, Source } from './contact.ts';
import type { World } from './world.ts';

/** Who changes a contact: a client of the API, the account's owner in the product itself, or the person. */
export type Actor = 'client' | 'owner' | 'person';

/**
 * The one way by which a contact changes. It keeps the lists that people were taken from, and records for the tests when a client brings back
 * somebody who had unsubscribed, or had left that list.
 */
export function changeContact(
  world: World,
  { index, actor, next }: { index: number; actor: Actor; next: Contact },
): void {
  const before = world.book.get(index);
  const added = next.list_memberships.filter((listId) => !before.list_memberships.includes(listId));
  const removed = before.list_memberships.filter((listId) => !next.list_memberships.includes(listId));
  const left = world.leftLists.get(index) ?? new Set();
  if (actor === 'client') {
    const wasOut = before.email_address?.permission_to_send === 'unsubscribed';
    const isOut = next.email_address === undefined || next.email_address.permission_to_send === 'unsubscribed';
    const subscribed = wasOut && !isOut;
    const list_ids = added.filter((listId) => left.has(listId));
    const revived = before.deleted_at !== undefined && next.deleted_at === undefined;
    if (subscribed || revived || list_ids.length > 0) {
      world.stats.recordReturn({ contact_id: next.contact_id, subscribed, list_ids, revived });
    }
  } else {
    for (const listId of added) left.delete(listId);
    // A deletion takes all lists away, but says nothing about any of them.
    if (next.deleted_at === undefined) for (const listId of removed) left.add(listId);
    if (left.size > 0) world.leftLists.set(index, left);
  }
  world.book.replace(index, next);
}

/** The address with another permission, and the dates and sources that go with it. */
export function withPermission(
  email: EmailAddress,
  {
    permission,
    source,
    reason,
    at,
    isConfirmed = false,
  }: { permission: Permission; source: Source; reason?: string | undefined; at: string; isConfirmed?: boolean },
): EmailAddress {
  const { opt_out_source, opt_out_date, opt_out_reason, ...rest } = email;
  if (permission === 'unsubscribed') {
    if (email.permission_to_send === 'unsubscribed') {
      return { ...email, ...(reason === undefined ? {} : { opt_out_reason: reason }) };
    }
    return {
      ...rest,
      permission_to_send: permission,
      updated_at: at,
      opt_out_source: source,
      opt_out_date: at,
      ...(reason === undefined ? {} : { opt_out_reason: reason }),
    };
  }
  if (permission === email.permission_to_send) return email;
  return {
    ...rest,
    permission_to_send: permission,
    updated_at: at,
    opt_in_source: source,
    opt_in_date: at,
    confirm_status: permission === 'pending_confirmation' ? 'pending' : isConfirmed ? 'confirmed' : 'off',
  };
}

/** As the subscriber would. Someone without an email address has nothing to unsubscribe. */
export function unsubscribe(
  world: World,
  { index, source, actor, reason }: { index: number; source: Source; actor: Actor; reason?: string | undefined },
): void {
  const contact = world.book.get(index);
  if (contact.email_address === undefined) return;
  const at = world.timestamp();
  const email_address = withPermission(contact.email_address, { permission: 'unsubscribed', source, reason, at });
  const moved = world.quirks.updatedAtSkipsUnsubscribe ? {} : { updated_at: at };
  changeContact(world, { index, actor, next: { ...contact, ...moved, email_address } });
}

/** As the subscriber would: confirms, and joins the lists that an invitation named. */
export function confirmSubscription(world: World, index: number): void {
  const contact = world.book.get(index);
  if (contact.email_address === undefined) return;
  const at = world.timestamp();
  const email_address = withPermission(contact.email_address, {
    permission: 'explicit',
    source: 'Contact',
    at,
    isConfirmed: true,
  });
  const invited = world.invitations.get(index) ?? [];
  world.invitations.delete(index);
  const list_memberships = [...new Set([...contact.list_memberships, ...invited])].slice(0, 50);
  const moved = world.quirks.updatedAtSkipsUnsubscribe ? {} : { updated_at: at };
  changeContact(world, { index, actor: 'person', next: { ...contact, ...moved, email_address, list_memberships } });
}

/** Soft: the contact keeps its id and its permission, and leaves every list. */
export function deleteContact(world: World, { index, actor }: { index: number; actor: Actor }): void {
  const contact = world.book.get(index);
  if (contact.deleted_at !== undefined) return;
  const at = world.timestamp();
  const moved = world.quirks.updatedAtSkipsMemberships ? {} : { updated_at: at };
  const next = { ...contact, ...moved, deleted_at: at.slice(0, 10), list_memberships: [], taggings: [] };
  changeContact(world, { index, actor, next });
}

/** Changes memberships or tags alone. Adding a deleted contact to a list brings it back. */
export function changeMemberships(
  world: World,
  {
    index,
    actor,
    add = [],
    remove = [],
    kind = 'list_memberships',
  }: {
    index: number;
    actor: Actor;
    add?: readonly string[];
    remove?: readonly string[];
    kind?: 'list_memberships' | 'taggings';
  },
): void {
  const contact = world.book.get(index);
  const isRevived = kind === 'list_memberships' && add.length > 0 && contact.deleted_at !== undefined;
  const kept = contact[kind].filter((id) => !remove.includes(id));
  const ids = [...new Set([...kept, ...add])].slice(0, 50);
  const isSame = ids.length === contact[kind].length && ids.every((id) => contact[kind].includes(id));
  if (isSame && !isRevived) return;
  const { deleted_at, ...alive } = contact;
  const moved = world.quirks.updatedAtSkipsMemberships ? {} : { updated_at: world.timestamp() };
  const base = isRevived ? alive : contact;
  changeContact(world, { index, actor, next: { ...base, ...moved, [kind]: ids } });
}
