import type { ObjectId } from 'mongodb';
import type { ContactDocument } from '../../store/contacts.ts';
import type { Store } from '../../store/store.ts';
import { type EmailOwner, emailOwnerOf } from '../decide/email-claims.ts';
import type { PendingContact, PlanContext } from '../decide/plan-contact.ts';
import type { PushLimits } from '../decide/push-limits.ts';
import { createPushPlanner, type PushPlan } from '../decide/push-plan.ts';
import { emailKey } from '../decide/unified-contact.ts';
import type { WithPatience } from '../store-patience.ts';

const PAGE = 1_000;

export interface PlanOptions {
  readonly store: Store;
  readonly patience: WithPatience;
  readonly limits: PushLimits;
  readonly hash: (content: string) => string;
  /** Only work for these lists and for contacts on them; null: all. */
  readonly listIds: readonly string[] | null;
  /** Contacts (by `_id` as text) that are to be left alone. */
  readonly exclude?: ReadonlySet<string>;
}

/** The plan for all local work that is stored: reads page by page, sends nothing. */
export async function planPending(options: PlanOptions): Promise<PushPlan> {
  const { store, patience, limits, hash, listIds, exclude } = options;
  const owners = new Map<string, EmailOwner[]>();
  const { lists, customFields } = await patience(() => readDirectory(store));
  const planner = createPushPlanner({ lists, customFields, limits, hash, emailOwners: (key) => owners.get(key) ?? [] });
  for (let after: ObjectId | null = null; ; ) {
    const from: ObjectId | null = after;
    const page: ContactDocument[] = await patience(() => store.contacts.pending(from, PAGE));
    const contacts: PendingContact[] = [];
    for (const document of page) {
      const contact = pendingContact(document);
      const part = exclude?.has(contact.id) === true ? null : restrictToLists(contact, listIds);
      if (part !== null) contacts.push(part);
      // Not sent, but its address in the primary is not free.
      else planner.reserve(contact);
    }
    await patience(() => addOwners(store, owners, contacts));
    for (const contact of contacts) planner.add(contact);
    after = page.at(-1)?._id ?? null;
    if (page.length < PAGE || after === null) return planner.finish();
  }
}

/** What a batch is decided again by. */
export async function readPlanContext(store: Store, limits: PushLimits): Promise<PlanContext> {
  const { lists, customFields } = await readDirectory(store);
  return {
    listIds: new Set(lists.filter((list) => list.deletedAt === null).map((list) => list.listId)),
    customFields: new Map(customFields.map((field) => [field.customFieldId, field])),
    limits,
  };
}

/** Who owns the addresses that new contacts, or contacts with a new address, ask for. */
export async function addOwners(
  store: Store,
  owners: Map<string, EmailOwner[]>,
  contacts: readonly PendingContact[],
): Promise<void> {
  const keys = new Set<string>();
  for (const contact of contacts) {
    const isNew = contact.contactId === null || contact.local.email !== undefined;
    if (isNew && contact.emailKey !== null && !owners.has(contact.emailKey)) keys.add(contact.emailKey);
  }
  if (keys.size === 0) return;
  for (const document of await store.contacts.ofPrimaryByEmailKeys([...keys])) {
    const key = emailKey(document.primary?.email ?? null) ?? document.emailKey;
    if (key === null) continue;
    const known = owners.get(key) ?? [];
    owners.set(key, [...known, emailOwnerOf({ ...document, id: document._id.toHexString() })]);
  }
}

export function pendingContact(document: ContactDocument): PendingContact {
  return { ...document, id: document._id.toHexString() };
}

async function readDirectory(store: Store) {
  const [lists, customFields] = await Promise.all([store.lists.all(), store.customFields.all()]);
  return { lists: lists.map(({ listId, goneAt }) => ({ listId, deletedAt: goneAt })), customFields };
}

/** The part of a contact's work that belongs to these lists; null for none. */
function restrictToLists(contact: PendingContact, listIds: readonly string[] | null): PendingContact | null {
  if (listIds === null) return contact;
  const isNamed = ({ listId }: { readonly listId: string }) => listIds.includes(listId);
  const localLists = { add: contact.localLists.add.filter(isNamed), remove: contact.localLists.remove.filter(isNamed) };
  const isOn = contact.lists.some((listId) => listIds.includes(listId));
  if (!isOn && localLists.add.length === 0 && localLists.remove.length === 0) return null;
  return { ...contact, localLists };
}
