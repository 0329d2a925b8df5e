import type { PrimaryCustomField } from '../../model/primary-contact.ts';
import { EMPTY_PROFILE, FIXED_FIELDS, type ProfileField } from '../../model/profile.ts';
import type { StoredContact } from '../../model/stored-contact.ts';
import { createImportRow, type FieldWrite } from './import-row.ts';
import { fieldProblems } from './local-input.ts';
import type { PushLimits } from './push-limits.ts';
import { listSubject, REFUSAL_MESSAGES, type RefusalReason, sendRefusalReason } from './refusals.ts';
import { customFieldIdOf, emailKey, fieldValuesEqual, localFields, readField } from './unified-contact.ts';

/** A contact with local work, under the id by which the caller knows it, as it stands in this revision. */
export type PendingContact = Pick<StoredContact, (typeof PLANNED_BY)[number]> & {
  readonly id: string;
  readonly revision: number;
};

/** All that a plan looks at. */
export const PLANNED_BY = [
  'contactId',
  'emailKey',
  'primary',
  'consent',
  'lists',
  'local',
  'localLists',
  'deletion',
  'deletedAt',
] as const satisfies readonly (keyof StoredContact)[];

/** A part of a contact's local work that is not sent. */
export interface RefusedWork {
  readonly id: string;
  /** A profile field, `list:<list_id>`, or `contact` for all of it. */
  readonly subject: string;
  readonly reason: RefusalReason;
  readonly message: string;
}

/** How the changes of one contact get to the primary. */
export type ContactRoute =
  | { readonly kind: 'NONE' }
  | { readonly kind: 'DELETE'; readonly contactId: string }
  /** `onLists`: with no wish to add, the row must name one of these, on which the contact is. */
  | {
      readonly kind: 'IMPORT';
      readonly email: string;
      readonly emailKey: string;
      readonly row: string;
      readonly addListIds: readonly string[];
      readonly onLists: readonly string[];
      readonly removeListIds: readonly string[];
      readonly fields: readonly ProfileField[];
    }
  | {
      /** Of its fields: the lists are jobs of their own, since a PUT would write those, too, that somebody leaves meanwhile. */
      readonly kind: 'PUT';
      readonly contactId: string;
      readonly writes: readonly FieldWrite[];
      readonly addListIds: readonly string[];
      readonly removeListIds: readonly string[];
    }
  | {
      readonly kind: 'CREATE';
      readonly email: string;
      readonly emailKey: string;
      readonly writes: readonly FieldWrite[];
      readonly addListIds: readonly string[];
    }
  | {
      readonly kind: 'MEMBERSHIPS';
      readonly contactId: string;
      readonly addListIds: readonly string[];
      readonly removeListIds: readonly string[];
    };

export interface PlanContext {
  /** The lists that exist in the primary. */
  readonly listIds: ReadonlySet<string>;
  readonly customFields: ReadonlyMap<string, PrimaryCustomField>;
  readonly limits: PushLimits;
}

/**
 * Decides for one contact. `withoutEmail`: its new address is taken by somebody else, the rest may go.
 *
 * Nothing but a removal or a deletion is ever sent for somebody who has left, not even a field: an import might subscribe
 * them again, and what a PUT by the account does to them is documented nowhere (API-FACTS section 11). A contact on
 * temporary hold is added to no list; its fields go by PUT, which writes the hold back as it was just read.
 */
export function planContact(
  contact: PendingContact,
  context: PlanContext,
  { withoutEmail = false } = {},
): { readonly route: ContactRoute; readonly refused: readonly RefusedWork[] } {
  const refused: RefusedWork[] = [];
  const refuse = (subject: string, reason: RefusalReason, message = REFUSAL_MESSAGES[reason]) =>
    refused.push({ id: contact.id, subject, reason, message });
  return { route: routeOf(contact, context, { withoutEmail, refuse }), refused };
}

type Refuse = (subject: string, reason: RefusalReason, message?: string) => void;

function routeOf(
  contact: PendingContact,
  context: PlanContext,
  { withoutEmail, refuse }: { withoutEmail: boolean; refuse: Refuse },
): ContactRoute {
  const { contactId, deletion, deletedAt } = contact;
  if (deletion !== null && deletedAt === null) {
    if (contactId !== null) return { kind: 'DELETE', contactId };
    refuse('contact', 'NOT_IN_PRIMARY');
    return { kind: 'NONE' };
  }
  const blocked = sendRefusalReason(contact);
  const addListIds = listsToAdd(contact, context, { blocked, refuse });
  const removeListIds = contact.localLists.remove
    .map(({ listId }) => listId)
    .filter((listId) => contact.lists.includes(listId) && context.listIds.has(listId))
    .sort();
  const writes = fieldsToWrite(contact, context, { blocked, withoutEmail, refuse });
  if (contactId === null) return routeOfNew(writes, addListIds, context, refuse);
  if (writes.length === 0) {
    if (addListIds.length === 0 && removeListIds.length === 0) return { kind: 'NONE' };
    return { kind: 'MEMBERSHIPS', contactId, addListIds, removeListIds };
  }
  const email = contact.primary?.email ?? null;
  const onLists = contact.lists.filter((id) => context.listIds.has(id) && !removeListIds.includes(id));
  const key = emailKey(email);
  const isImportable =
    email !== null && key !== null && email.length <= context.limits.importEmailLength && blocked === null;
  if (isImportable && addListIds.length + onLists.length > 0) {
    const row = createImportRow(email, writes, {
      base: contact.primary,
      customFields: context.customFields,
      format: context.limits.importFormat,
    });
    if (row !== null) {
      const fields = writes.map(({ field }) => field);
      return {
        kind: 'IMPORT',
        email,
        emailKey: key,
        row: JSON.stringify(row),
        addListIds,
        onLists,
        removeListIds,
        fields,
      };
    }
  }
  return { kind: 'PUT', contactId, writes, addListIds, removeListIds };
}

/**
 * A new contact is imported with others where a row can carry it and a list is named. Else it is created by a request of its
 * own, which is safe, too: that is refused if the address is known there, be it of a deleted contact (API-FACTS section 4).
 */
function routeOfNew(
  writes: readonly FieldWrite[],
  addListIds: readonly string[],
  { customFields, limits }: PlanContext,
  refuse: Refuse,
): ContactRoute {
  const email = writes.find(({ field }) => field === 'email')?.value;
  const key = typeof email === 'string' ? emailKey(email) : null;
  if (typeof email !== 'string' || key === null) {
    // Without an address nothing would tell, after a lost answer, whether the contact was created.
    refuse('contact', 'NO_EMAIL');
    return { kind: 'NONE' };
  }
  const row =
    email.length <= limits.importEmailLength && addListIds.length > 0
      ? createImportRow(email, writes, { base: null, customFields, format: limits.importFormat })
      : null;
  if (row === null) return { kind: 'CREATE', email, emailKey: key, writes, addListIds };
  const fields = writes.map(({ field }) => field);
  return {
    kind: 'IMPORT',
    email,
    emailKey: key,
    row: JSON.stringify(row),
    addListIds,
    onLists: [],
    removeListIds: [],
    fields,
  };
}

function listsToAdd(
  { lists, localLists }: PendingContact,
  { listIds, limits }: PlanContext,
  { blocked, refuse }: { blocked: RefusalReason | null; refuse: Refuse },
): string[] {
  const adding: string[] = [];
  // Lists to be left count as long as the contact is on them: what is removed and what is added are two jobs.
  let room = limits.listsPerContact - lists.length;
  for (const { listId } of localLists.add) {
    if (lists.includes(listId) || adding.includes(listId)) continue;
    const reason = blocked ?? (!listIds.has(listId) ? 'LIST_GONE' : room <= 0 ? ('TOO_MANY_LISTS' as const) : null);
    if (reason !== null) {
      refuse(listSubject(listId), reason);
      continue;
    }
    room -= 1;
    adding.push(listId);
  }
  return adding.sort();
}

/** What is to be written, in an order of our own, and is neither forbidden nor refused by the API. */
function fieldsToWrite(
  contact: PendingContact,
  context: PlanContext,
  { blocked, withoutEmail, refuse }: { blocked: RefusalReason | null; withoutEmail: boolean; refuse: Refuse },
): FieldWrite[] {
  const base = contact.primary ?? EMPTY_PROFILE;
  const local = localFields(contact);
  if (local.length === 0) return [];
  const cleared = local.filter(
    (field) => isCustom(field) && contact.local[field]?.value === null && readField(base, field) !== null,
  );
  let room = context.limits.customFieldsPerContact - base.customFields.length + cleared.length;
  const writes: FieldWrite[] = [];
  for (const field of inOrder(local)) {
    const value = contact.local[field]?.value ?? null;
    const before = readField(base, field);
    if (fieldValuesEqual(field, value, before) || (withoutEmail && field === 'email')) continue;
    if (blocked !== null && blocked !== 'ON_HOLD') {
      refuse(field, blocked);
      continue;
    }
    const customFieldId = customFieldIdOf(field);
    if (customFieldId !== null) {
      if (!context.customFields.has(customFieldId)) {
        refuse(field, 'UNKNOWN_CUSTOM_FIELD');
        continue;
      }
      if (before === null && room <= 0) {
        refuse(field, 'TOO_MANY_CUSTOM_FIELDS');
        continue;
      }
    }
    const problem =
      field === 'email' && value === null
        ? 'An email address can be changed, but not taken away.'
        : problemOf(field, value, context);
    if (problem !== null) {
      refuse(field, 'INVALID_VALUE', problem);
      continue;
    }
    if (customFieldId !== null && before === null) room -= 1;
    writes.push({ field, value });
  }
  return writes;
}

function problemOf(field: ProfileField, value: FieldWrite['value'], { customFields }: PlanContext): string | null {
  const problems = fieldProblems(field, value, customFields);
  if (problems.length === 0) return null;
  return problems.map(({ path, message }) => `${path.join('.')} ${message}.`).join(' ');
}

/** Fixed fields as they are declared, then custom fields by their ids. */
function inOrder(fields: readonly ProfileField[]): ProfileField[] {
  if (fields.length === 1) return [...fields];
  return [...FIXED_FIELDS.filter((field) => fields.includes(field)), ...fields.filter(isCustom).sort()];
}

const isCustom = (field: ProfileField): boolean => customFieldIdOf(field) !== null;
