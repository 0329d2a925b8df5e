import { type Contact, isMailable, PERMISSIONS, type Permission, parseInstant } from './contact.ts';
import type { ContactGenerator } from './generator/contact-generator.ts';

export const SMS_STATUSES = ['none', 'explicit', 'unsubscribed', 'pending_confirmation', 'not_set'] as const;
export type SmsStatus = (typeof SMS_STATUSES)[number];

export interface MemberCounts {
  all: number;
  /** Those who may be mailed. */
  active: number;
}

/** What a filter compares, one typed column each, by the contact's index. Times in seconds since 1970; 0 means never. */
export interface Columns {
  createdAt: Uint32Array;
  updatedAt: Uint32Array;
  optOutAt: Uint32Array;
  /** Position in `PERMISSIONS`. */
  permission: Uint8Array;
  isDeleted: Uint8Array;
  /** Position in `SMS_STATUSES`. */
  sms: Uint8Array;
  /** One bit for each list, several lists sharing one: tells at a glance who is surely not on a list. */
  listBits: Uint32Array;
}

/** The bit of a list in `listBits`. */
export function listBit(listId: string): number {
  return 1 << (Number.parseInt(listId.slice(0, 2), 16) & 31);
}

function createColumns(capacity: number): Columns {
  return {
    createdAt: new Uint32Array(capacity),
    updatedAt: new Uint32Array(capacity),
    optOutAt: new Uint32Array(capacity),
    permission: new Uint8Array(capacity),
    isDeleted: new Uint8Array(capacity),
    sms: new Uint8Array(capacity),
    listBits: new Uint32Array(capacity),
  };
}

/**
 * Every contact of the account by its index. Generated contacts are made anew at each look; only those that changed, or were added, are
 * held as objects. A million untouched contacts take 20 MB.
 */
export class ContactBook {
  /** How many indexes are in use, deleted contacts included: the API never forgets a contact. */
  size: number;
  /** Grows with every change, so that what was computed from the contacts can tell when it is stale. */
  version = 0;
  columns: Columns;
  readonly permissionCounts: Record<Permission, number>;
  readonly listCounts = new Map<string, MemberCounts>();
  readonly tagCounts = new Map<string, number>();
  totalCount = 0;

  readonly #generator: ContactGenerator;
  readonly #generatedListIds: readonly string[];
  readonly #generatedTagIds: readonly string[];
  readonly #generatedListBits: readonly number[];
  readonly #changed = new Map<number, Contact>();
  readonly #indexById = new Map<string, number>();
  readonly #indexByEmail = new Map<string, number>();
  readonly #indexBySmsNumber = new Map<string, number>();
  /** Lists, tags and custom fields that were deleted: taken out of a contact when it is looked at, not one by one. */
  readonly #removedIds = new Set<string>();

  constructor({
    generator,
    listIds,
    tagIds,
  }: {
    generator: ContactGenerator;
    listIds: readonly string[];
    tagIds: readonly string[];
  }) {
    this.#generator = generator;
    this.#generatedListIds = listIds;
    this.#generatedTagIds = tagIds;
    this.#generatedListBits = listIds.map(listBit);
    this.size = generator.size;
    this.columns = createColumns(generator.size + 1_024);
    this.permissionCounts = {
      explicit: 0,
      implicit: 0,
      not_set: 0,
      pending_confirmation: 0,
      temp_hold: 0,
      unsubscribed: 0,
    };
    for (let index = 0; index < generator.size; index += 1) this.#fillGenerated(index);
  }

  get(index: number): Contact {
    const contact = this.#changed.get(index) ?? this.#generator.contact(index);
    return this.#removedIds.size === 0 ? contact : this.#withoutRemoved(contact);
  }

  indexOfId(contactId: string): number | undefined {
    return this.#indexById.get(contactId) ?? this.#generator.indexOfContactId(contactId);
  }

  /** Ignores case. Deleted contacts keep their address. */
  indexOfEmail(address: string): number | undefined {
    const known = this.#indexByEmail.get(address.toLowerCase());
    if (known !== undefined) return known;
    const generated = this.#generator.indexOfEmail(address);
    return generated === undefined || this.#changed.has(generated) ? undefined : generated;
  }

  indexOfSmsNumber(number: string): number | undefined {
    const known = this.#indexBySmsNumber.get(number);
    if (known !== undefined) return known;
    const generated = this.#generator.indexOfSmsNumber(number);
    return generated === undefined || this.#changed.has(generated) ? undefined : generated;
  }

  /** List ids of a contact, cheaper than all of it. */
  listIdsOf(index: number): readonly string[] {
    const changed = this.#changed.get(index);
    const listIds =
      changed?.list_memberships ??
      this.#generator.facts(index).lists.map((position) => this.#generatedListIds[position] ?? '');
    return this.#removedIds.size === 0 ? listIds : listIds.filter((listId) => !this.#removedIds.has(listId));
  }

  tagIdsOf(index: number): readonly string[] {
    const changed = this.#changed.get(index);
    const tagIds =
      changed?.taggings ?? this.#generator.facts(index).tags.map((position) => this.#generatedTagIds[position] ?? '');
    return this.#removedIds.size === 0 ? tagIds : tagIds.filter((tagId) => !this.#removedIds.has(tagId));
  }

  add(contact: Contact): number {
    const index = this.size;
    this.size += 1;
    if (this.size > this.columns.createdAt.length) this.#grow();
    this.#indexById.set(contact.contact_id, index);
    this.#store(index, contact);
    return index;
  }

  replace(index: number, next: Contact): void {
    const before = this.get(index);
    this.#count(before, -1);
    const address = before.email_address?.address.toLowerCase();
    if (address !== undefined && this.#indexByEmail.get(address) === index) this.#indexByEmail.delete(address);
    const number = before.sms_channel?.sms_address;
    if (number !== undefined && this.#indexBySmsNumber.get(number) === index) this.#indexBySmsNumber.delete(number);
    this.#store(index, next);
  }

  /** Takes a deleted list, tag or custom field from every contact. */
  removeEverywhere(id: string): void {
    this.#removedIds.add(id);
    this.listCounts.delete(id);
    this.tagCounts.delete(id);
    this.version += 1;
  }

  #store(index: number, contact: Contact): void {
    this.#changed.set(index, contact);
    const { columns } = this;
    columns.createdAt[index] = parseInstant(contact.created_at);
    columns.updatedAt[index] = parseInstant(contact.updated_at);
    const optOut = contact.email_address?.opt_out_date;
    columns.optOutAt[index] = optOut === undefined ? 0 : parseInstant(optOut);
    columns.permission[index] = PERMISSIONS.indexOf(contact.email_address?.permission_to_send ?? 'not_set');
    columns.isDeleted[index] = contact.deleted_at === undefined ? 0 : 1;
    columns.sms[index] = SMS_STATUSES.indexOf(smsStatus(contact));
    columns.listBits[index] = contact.list_memberships.reduce((bits, listId) => bits | listBit(listId), 0);
    const address = contact.email_address?.address.toLowerCase();
    if (address !== undefined) this.#indexByEmail.set(address, index);
    const number = contact.sms_channel?.sms_address;
    if (number !== undefined) this.#indexBySmsNumber.set(number, index);
    this.#count(contact, 1);
    this.version += 1;
  }

  #count(contact: Contact, step: 1 | -1): void {
    if (contact.deleted_at !== undefined) return;
    this.totalCount += step;
    const permission = contact.email_address?.permission_to_send ?? 'not_set';
    this.permissionCounts[permission] += step;
    const active = isMailable(contact.email_address?.permission_to_send) ? step : 0;
    for (const listId of contact.list_memberships) this.#countMember(listId, step, active);
    for (const tagId of contact.taggings) this.tagCounts.set(tagId, (this.tagCounts.get(tagId) ?? 0) + step);
  }

  #countMember(listId: string, all: number, active: number): void {
    const counts = this.listCounts.get(listId);
    if (counts === undefined) {
      this.listCounts.set(listId, { all, active });
      return;
    }
    counts.all += all;
    counts.active += active;
  }

  #fillGenerated(index: number): void {
    const { columns } = this;
    const facts = this.#generator.facts(index);
    columns.createdAt[index] = facts.createdAt;
    columns.updatedAt[index] = facts.updatedAt;
    columns.optOutAt[index] = facts.optOutAt;
    columns.permission[index] = PERMISSIONS.indexOf(facts.permission);
    columns.isDeleted[index] = facts.deletedAt > 0 ? 1 : 0;
    columns.sms[index] = SMS_STATUSES.indexOf(facts.sms);
    columns.listBits[index] = facts.lists.reduce((bits, at) => bits | (this.#generatedListBits[at] ?? 0), 0);
    if (facts.deletedAt > 0) return;
    this.totalCount += 1;
    this.permissionCounts[facts.permission] += 1;
    const active = facts.hasEmail && isMailable(facts.permission) ? 1 : 0;
    for (const position of facts.lists) this.#countMember(this.#generatedListIds[position] ?? '', 1, active);
    for (const position of facts.tags) {
      const tagId = this.#generatedTagIds[position] ?? '';
      this.tagCounts.set(tagId, (this.tagCounts.get(tagId) ?? 0) + 1);
    }
  }

  #withoutRemoved(contact: Contact): Contact {
    const removed = this.#removedIds;
    return {
      ...contact,
      list_memberships: contact.list_memberships.filter((listId) => !removed.has(listId)),
      taggings: contact.taggings.filter((tagId) => !removed.has(tagId)),
      custom_fields: contact.custom_fields.filter((field) => !removed.has(field.custom_field_id)),
    };
  }

  #grow(): void {
    const grown = createColumns(this.size * 2);
    for (const name of Object.keys(grown) as (keyof Columns)[]) grown[name].set(this.columns[name]);
    this.columns = grown;
  }
}

function smsStatus(contact: Contact): SmsStatus {
  const permission = contact.sms_channel?.sms_channel_consents[0]?.sms_consent_permission;
  return (
    SMS_STATUSES.find((status) => status === permission) ?? (contact.sms_channel === undefined ? 'none' : 'not_set')
  );
}
