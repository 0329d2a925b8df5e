import type { ObjectId } from 'mongodb';
import type { ContactDocument } from '../../store/contact-document.ts';
import type { Store } from '../../store/store.ts';
import { type EmailOwner, emailOwnerOf } from '../decide/email-claims.ts';
import { type PendingContact, PLANNED_BY, type PlanContext } from '../decide/plan-contact.ts';
import type { PushLimits } from '../decide/push-limits.ts';
import { createPushPlanner, type PushPlan } from '../decide/push-plan.ts';
import { emailKey } from '../decide/unified-contact.ts';
import type { WithPatience } from '../store-patience.ts';
import type { PartOf } from './push-scope.ts';

const PAGE = 1_000;
const PENDING_FIELDS = [...PLANNED_BY, 'revision'] as const;

export interface PlanOptions {
  readonly store: Store;
  readonly patience: WithPatience;
  readonly limits: PushLimits;
  readonly hash: (parts: Iterable<string>) => string;
  readonly partOf: PartOf;
  /** Contacts (by `_id` as text) that are to be left alone. */
  readonly exclude?: ReadonlySet<string>;
}

/** A plan, and what its contacts were decided upon by. */
export interface PendingPlan extends PushPlan {
  readonly context: PlanContext;
}

/** The plan for all local work that is stored: reads page by page, sends nothing. */
export async function planPending(options: PlanOptions): Promise<PendingPlan> {
  const { store, patience, hash, partOf, exclude } = options;
  const owners = new Map<string, EmailOwner[]>();
  const context = await readPlanContext(options);
  const planner = createPushPlanner({ context, hash, emailOwners: (key) => owners.get(key) ?? [] });
  const read = (after: ObjectId | null) => {
    const page = patience(() => store.contacts.pending(after, PAGE, PENDING_FIELDS));
    // Its failure is met when the page is awaited; until then it must not count as unhandled.
    page.catch(() => {});
    return page;
  };
  for (let next = read(null); ; ) {
    const page = await next;
    const last = page.at(-1)?._id;
    // The server reads on while this page is planned.
    if (page.length === PAGE && last !== undefined) next = read(last);
    const contacts: PendingContact[] = [];
    for (const document of page) {
      const contact = pendingContact(document);
      const part = exclude?.has(contact.id) === true ? null : partOf(contact);
      if (part !== null) contacts.push(part);
      // Not sent, but its address in the primary is not free.
      else planner.reserve(contact);
    }
    await patience(() => addOwners(store, owners, contacts.flatMap(newAddressOf)));
    for (const contact of contacts) planner.add(contact);
    if (page.length < PAGE) return { ...planner.finish(), context };
  }
}

/** What a batch is decided again by. */
export async function readPlanContext({
  store,
  patience,
  limits,
}: Pick<PlanOptions, 'store' | 'patience' | 'limits'>): Promise<PlanContext> {
  const [lists, customFields] = await patience(() => Promise.all([store.lists.all(), store.customFields.all()]));
  return {
    listIds: new Set(lists.filter(({ goneAt }) => goneAt === null).map(({ listId }) => listId)),
    customFields: new Map(customFields.map((field) => [field.customFieldId, field])),
    limits,
  };
}

/** Who owns the addresses that new contacts, or contacts with a new address, ask for. */
export async function addOwners(
  store: Store,
  owners: Map<string, EmailOwner[]>,
  emailKeys: readonly string[],
): Promise<void> {
  const keys = [...new Set(emailKeys)].filter((key) => !owners.has(key));
  if (keys.length === 0) return;
  for (const document of await store.contacts.ofPrimaryByEmailKeys(keys)) {
    const key = emailKey(document.primary?.email ?? null) ?? document.emailKey;
    if (key === null) continue;
    const known = owners.get(key) ?? [];
    owners.set(key, [...known, emailOwnerOf({ ...document, id: document._id.toHexString() })]);
  }
}

export function pendingContact(
  document: Pick<ContactDocument, (typeof PENDING_FIELDS)[number] | '_id'>,
): PendingContact {
  return { ...document, id: document._id.toHexString() };
}

/** The key of an address that the contact does not have in the primary yet. */
export function newAddressOf({ contactId, local, emailKey: key }: PendingContact): string[] {
  return (contactId === null || local.email !== undefined) && key !== null ? [key] : [];
}
