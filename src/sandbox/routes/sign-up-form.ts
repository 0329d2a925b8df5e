import type { Contact, ContactCustomField, SmsChannel } from '../contact.ts';
import { changeContact, withPermission } from '../contact-changes.ts';
import { type SignUp, signUpSchema } from '../contact-input.ts';
import { coreOf, knownLists, NO_PARTS, newEmail, partsOf } from '../contact-writes.ts';
import { parseBody } from '../http/request-body.ts';
import type { ApiRequest, ApiResponse } from '../http/route.ts';
import type { World } from '../world.ts';

/**
 * Creates or changes a contact by its address and opts the person in, even one who had unsubscribed: it stands for the person's own act. Only
 * what is sent changes; lists and custom fields are added. A deleted contact comes back.
 */
export function signUp(request: ApiRequest, world: World): ApiResponse {
  const form = parseBody(signUpSchema, request);
  const at = world.timestamp();
  const address = form.email_address ?? undefined;
  const index =
    (address === undefined ? undefined : world.book.indexOfEmail(address)) ??
    (form.sms_channel ? world.book.indexOfSmsNumber(form.sms_channel.sms_address) : undefined);
  const before = index === undefined ? undefined : world.book.get(index);
  const next = signedUp(world, before ?? newContact(world, at), form, at);
  if (index === undefined) world.book.add(next);
  else changeContact(world, { index, actor: 'client', next });
  return {
    status: index === undefined ? 201 : 200,
    body: { contact_id: next.contact_id, action: index === undefined ? 'created' : 'updated' },
  };
}

function newContact(world: World, at: string): Contact {
  return { contact_id: world.createId(), create_source: 'Contact', created_at: at, updated_at: at, ...NO_PARTS };
}

function signedUp(world: World, before: Contact, form: SignUp, at: string): Contact {
  const { deleted_at, email_address, ...rest } = before;
  const source = 'Contact';
  const email =
    email_address === undefined
      ? form.email_address && newEmail({ address: form.email_address, permission: 'explicit', source, at })
      : withPermission(email_address, { permission: 'explicit', source, at });
  const dates = { created_at: at, updated_at: at };
  const sent = partsOf(world, { custom_fields: form.custom_fields }, at).custom_fields ?? [];
  return {
    ...rest,
    ...(email ? { email_address: email } : {}),
    ...coreOf(form),
    ...(before.created_at === at ? {} : { update_source: source }),
    updated_at: at,
    custom_fields: mergedFields(before.custom_fields, sent),
    list_memberships: [...new Set([...before.list_memberships, ...knownLists(world, form.list_memberships)])].slice(
      0,
      50,
    ),
    ...(form.phone_number
      ? {
          phone_numbers: [
            { phone_number_id: world.createId(), phone_number: form.phone_number, kind: 'other', ...dates },
            ...before.phone_numbers.filter((phone) => phone.kind !== 'other'),
          ].slice(0, 3),
        }
      : {}),
    ...(form.street_address
      ? {
          street_addresses: [
            ...(partsOf(world, { street_addresses: [form.street_address] }, at).street_addresses ?? []),
            ...before.street_addresses.filter((other) => other.kind !== form.street_address?.kind),
          ].slice(0, 3),
        }
      : {}),
    ...(form.sms_channel ? { sms_channel: smsChannelOf(world, form.sms_channel, at) } : {}),
  };
}

function smsChannelOf(world: World, channel: NonNullable<SignUp['sms_channel']>, at: string): SmsChannel {
  return {
    sms_channel_id: world.createId(),
    sms_address: channel.sms_address,
    dial_code: channel.dial_code,
    country_code: channel.country_code,
    update_source: 'Contact',
    create_source: 'Contact',
    sms_channel_consents: channel.sms_channel_consents.map(({ sms_consent_permission, consent_type }) => ({
      sms_consent_permission,
      consent_type,
      opt_in_date: at,
      created_at: at,
      updated_at: at,
    })),
  };
}

/** Values sent replace those of the same field; the others stay. At most 25. */
export function mergedFields(
  before: readonly ContactCustomField[],
  sent: readonly ContactCustomField[],
): readonly ContactCustomField[] {
  const byId = new Map(before.map((field) => [field.custom_field_id, field]));
  for (const field of sent) byId.set(field.custom_field_id, field);
  return [...byId.values()].slice(0, 25);
}
