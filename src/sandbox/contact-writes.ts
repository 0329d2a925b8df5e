import type { Contact, EmailAddress, Permission, SmsChannel, Source } from './contact.ts';
import { type Actor, changeContact, withPermission } from './contact-changes.ts';
import {
  type ContactPatch,
  type ContactPost,
  type ContactPut,
  type CoreInput,
  type PartsInput,
  parseAnniversary,
} from './contact-input.ts';
import { conflict, invalid } from './http/api-error.ts';
import type { World } from './world.ts';

type Core = Pick<
  Contact,
  'first_name' | 'last_name' | 'job_title' | 'company_name' | 'birthday_month' | 'birthday_day' | 'anniversary'
>;
type Parts = Pick<
  Contact,
  'custom_fields' | 'phone_numbers' | 'street_addresses' | 'list_memberships' | 'taggings' | 'notes' | 'sms_channel'
>;

/** The names and dates that hold something; blanks and nulls vanish. */
export function coreOf(input: CoreInput): Core {
  const { first_name, last_name, job_title, company_name, birthday_month, birthday_day } = input;
  const anniversary = parseAnniversary(input.anniversary ?? '');
  return Object.fromEntries(
    Object.entries({
      first_name,
      last_name,
      job_title,
      company_name,
      birthday_month,
      birthday_day,
      anniversary,
    }).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  );
}

/** The sub-resources that were sent, complete with ids and dates. Those left out are left out here too. */
export function partsOf(world: World, input: PartsInput, at: string): Partial<Parts> {
  const dates = { created_at: at, updated_at: at };
  return {
    ...(input.custom_fields === undefined ? {} : { custom_fields: customFieldsOf(world, input.custom_fields) }),
    ...(input.phone_numbers === undefined
      ? {}
      : {
          phone_numbers: input.phone_numbers.map((phone) => ({
            phone_number_id: world.createId(),
            ...phone,
            ...dates,
          })),
        }),
    ...(input.street_addresses === undefined
      ? {}
      : {
          street_addresses: input.street_addresses.map((address) => ({
            street_address_id: world.createId(),
            ...given(address),
            ...dates,
          })),
        }),
    ...(input.list_memberships === undefined ? {} : { list_memberships: knownLists(world, input.list_memberships) }),
    ...(input.taggings === undefined ? {} : { taggings: knownTags(world, input.taggings) }),
    ...(input.notes === undefined
      ? {}
      : { notes: input.notes.map((note) => ({ note_id: world.createId(), created_at: at, content: note.content })) }),
    ...((input.sms_channel ?? undefined) === undefined ? {} : { sms_channel: smsChannelOf(world, input, at) }),
  };
}

/** Without the properties that are null or absent. The cast only says that nothing else is taken away. */
function given<T extends object>(input: T): { [K in keyof T]: Exclude<T[K], null | undefined> } {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined && value !== null)) as {
    [K in keyof T]: Exclude<T[K], null | undefined>;
  };
}

function customFieldsOf(world: World, fields: NonNullable<PartsInput['custom_fields']>): Contact['custom_fields'] {
  const unknown = fields.find((field) => !world.customFields.has(field.custom_field_id));
  if (unknown !== undefined) throw invalid(`custom_field_id ${unknown.custom_field_id} does not exist`);
  return fields.map(given);
}

/** Refuses with 400 ids of lists that do not exist or are deleted. */
export function knownLists(world: World, listIds: readonly string[]): readonly string[] {
  for (const listId of listIds) {
    const list = world.lists.get(listId);
    if (list === undefined || list.deleted_at !== undefined) throw invalid(`list_id ${listId} does not exist`);
  }
  return [...new Set(listIds)];
}

export function knownTags(world: World, tagIds: readonly string[]): readonly string[] {
  for (const tagId of tagIds) if (!world.tags.has(tagId)) throw invalid(`tag_id ${tagId} does not exist`);
  return [...new Set(tagIds)];
}

function smsChannelOf(world: World, input: PartsInput, at: string): SmsChannel {
  const channel = input.sms_channel;
  // The dial code is not told apart from the number: North America's single digit is assumed.
  const digits = (channel?.full_sms_address ?? '').replace(/^\+/, '');
  const [dialCode, number] = digits.length > 10 ? [digits.slice(0, -10), digits.slice(-10)] : ['1', digits];
  return {
    sms_channel_id: world.createId(),
    sms_address: number,
    dial_code: dialCode,
    country_code: 'US',
    update_source: 'Account',
    create_source: 'Account',
    sms_channel_consents: (channel?.sms_channel_consents ?? []).map((consent) => ({
      sms_consent_permission: consent.sms_consent_permission,
      consent_type: consent.consent_type,
      ...(consent.sms_consent_permission === 'explicit' ? { opt_in_date: at } : {}),
      ...(consent.sms_consent_permission === 'unsubscribed' ? { opt_out_date: at } : {}),
      created_at: at,
      updated_at: at,
    })),
  };
}

export function newEmail({
  address,
  permission,
  source,
  at,
}: {
  address: string;
  permission: Permission;
  source: Source;
  at: string;
}): EmailAddress {
  const isOut = permission === 'unsubscribed';
  return {
    address,
    permission_to_send: permission,
    created_at: at,
    updated_at: at,
    opt_in_source: source,
    opt_in_date: at,
    ...(isOut ? { opt_out_source: source, opt_out_date: at } : {}),
    confirm_status: permission === 'pending_confirmation' ? 'pending' : 'off',
  };
}

/** Refuses with 409 an address or SMS number that another contact has, be it deleted. */
function refuseDuplicates(world: World, contact: Contact, self: number | undefined): void {
  const address = contact.email_address?.address;
  const byEmail = address === undefined ? undefined : world.book.indexOfEmail(address);
  if (byEmail !== undefined && byEmail !== self) {
    throw conflict(`Email already exists for contact ${world.book.get(byEmail).contact_id}`);
  }
  const number = contact.sms_channel?.sms_address;
  const bySms = number === undefined ? undefined : world.book.indexOfSmsNumber(number);
  if (bySms !== undefined && bySms !== self) throw conflict('Validation failed: SMS number is not unique');
}

export const NO_PARTS = {
  custom_fields: [],
  phone_numbers: [],
  street_addresses: [],
  list_memberships: [],
  taggings: [],
  notes: [],
} as const;

export function createContact(world: World, input: ContactPost): Contact {
  const at = world.timestamp();
  const { create_source } = input;
  const email = input.email_address ?? undefined;
  const contact: Contact = {
    contact_id: world.createId(),
    ...(email === undefined
      ? {}
      : {
          email_address: newEmail({
            address: email.address,
            permission: email.permission_to_send ?? 'implicit',
            source: create_source,
            at,
          }),
        }),
    ...coreOf(input),
    create_source,
    created_at: at,
    updated_at: at,
    ...NO_PARTS,
    ...partsOf(world, input, at),
  };
  refuseDuplicates(world, contact, undefined);
  world.book.add(contact);
  return contact;
}

/**
 * Puts a whole contact: core properties left out are lost, sub-resources left out are kept and those sent are replaced, a deleted contact
 * comes back. A PUT with a stale permission subscribes an unsubscribed person again: that is the danger of it.
 */
export function putContact(world: World, index: number, input: ContactPut): Contact {
  const before = world.book.get(index);
  const at = world.timestamp();
  const isRevived = before.deleted_at !== undefined;
  if (isRevived && input.update_source !== 'Account')
    throw invalid('update_source must be Account for a deleted contact');
  const email = input.email_address ?? undefined;
  const next: Contact = {
    contact_id: before.contact_id,
    ...(email === undefined
      ? {}
      : { email_address: changedEmail(before.email_address, email, { source: input.update_source, at }) }),
    ...coreOf(input),
    create_source: before.create_source,
    update_source: input.update_source,
    created_at: before.created_at,
    updated_at: at,
    ...keptParts(before),
    ...partsOf(world, input, at),
  };
  refuseDuplicates(world, next, index);
  changeContact(world, { index, actor: 'client', next });
  return next;
}

/** Changes what is given and nothing else, as the owner does in the product. */
export function patchContact(world: World, index: number, input: ContactPatch, actor: Actor): Contact {
  const before = world.book.get(index);
  const at = world.timestamp();
  const { email_address: emailBefore, ...rest } = before;
  const core: Record<string, unknown> = { ...rest };
  const isProfileChange = Object.keys(input).some(
    (name) => !['update_source', 'list_memberships', 'taggings', 'email_address'].includes(name),
  );
  for (const name of [...CORE_NAMES, 'sms_channel'] as const)
    if (input[name] === null || input[name] === '') delete core[name];
  const email =
    input.email_address === undefined
      ? emailBefore
      : patchedEmail(emailBefore, input.email_address, { source: input.update_source, at });
  const isMoved =
    isProfileChange ||
    email?.address !== emailBefore?.address ||
    !world.quirks.updatedAtSkipsMemberships ||
    (email !== emailBefore && !world.quirks.updatedAtSkipsUnsubscribe);
  const next: Contact = {
    ...(core as Omit<Contact, 'email_address'>), // Only optional properties were taken away.
    ...(email === undefined ? {} : { email_address: email }),
    ...coreOf(input),
    ...partsOf(world, input, at),
    update_source: input.update_source,
    updated_at: isMoved ? at : before.updated_at,
  };
  refuseDuplicates(world, next, index);
  changeContact(world, { index, actor, next });
  return next;
}

const CORE_NAMES = [
  'first_name',
  'last_name',
  'job_title',
  'company_name',
  'birthday_month',
  'birthday_day',
  'anniversary',
] as const;

function keptParts(before: Contact): Parts {
  const { custom_fields, phone_numbers, street_addresses, list_memberships, taggings, notes, sms_channel } = before;
  return {
    custom_fields,
    phone_numbers,
    street_addresses,
    list_memberships,
    taggings,
    notes,
    ...(sms_channel === undefined ? {} : { sms_channel }),
  };
}

function changedEmail(
  before: EmailAddress | undefined,
  input: NonNullable<ContactPut['email_address']>,
  { source, at }: { source: Source; at: string },
): EmailAddress {
  if (before === undefined) {
    return newEmail({ address: input.address, permission: input.permission_to_send ?? 'implicit', source, at });
  }
  const renamed = input.address === before.address ? before : { ...before, address: input.address, updated_at: at };
  const permission = input.permission_to_send ?? before.permission_to_send;
  return withPermission(renamed, { permission, source, at, reason: input.opt_out_reason ?? undefined });
}

function patchedEmail(
  before: EmailAddress | undefined,
  input: NonNullable<ContactPatch['email_address']> | null,
  context: { source: Source; at: string },
): EmailAddress | undefined {
  if (input === null) return undefined;
  const address = input.address ?? before?.address;
  return address === undefined ? undefined : changedEmail(before, { ...input, address }, context);
}
