import { z } from 'zod';
import type { Contact } from '../contact.ts';
import { invalid, notFound } from '../http/api-error.ts';
import { idSchema, parseBody } from '../http/request-body.ts';
import type { ApiRequest, ApiResponse, Route } from '../http/route.ts';
import type { World } from '../world.ts';
import { shareOf } from './activity-queue.ts';
import { type ContactSource, excludeSchema, selectContacts, sourceShape } from './contact-source.ts';

const ids = (max: number) => z.array(idSchema).max(max).optional();

const COLUMNS = {
  first_name: (contact: Contact) => contact.first_name,
  last_name: (contact: Contact) => contact.last_name,
  email_address: (contact: Contact) => contact.email_address?.address,
  email_lists: (contact: Contact, world: World) =>
    contact.list_memberships.map((listId) => world.lists.get(listId)?.name ?? '').join('; '),
  phone_number: (contact: Contact) => contact.phone_numbers[0]?.phone_number,
  company_name: (contact: Contact) => contact.company_name,
  job_title: (contact: Contact) => contact.job_title,
  street: (contact: Contact) => contact.street_addresses[0]?.street,
  city: (contact: Contact) => contact.street_addresses[0]?.city,
  state: (contact: Contact) => contact.street_addresses[0]?.state,
  zip: (contact: Contact) => contact.street_addresses[0]?.postal_code,
  country: (contact: Contact) => contact.street_addresses[0]?.country,
  anniversary: (contact: Contact) => contact.anniversary,
  birthday: (contact: Contact) =>
    contact.birthday_month === undefined ? undefined : `${contact.birthday_month}/${contact.birthday_day}`,
  created_at: (contact: Contact) => contact.created_at,
  updated_at: (contact: Contact) => contact.updated_at,
  email_optin_source: (contact: Contact) => contact.email_address?.opt_in_source,
  email_optin_date: (contact: Contact) => contact.email_address?.opt_in_date,
  email_optout_source: (contact: Contact) => contact.email_address?.opt_out_source,
  email_optout_date: (contact: Contact) => contact.email_address?.opt_out_date,
  email_optout_reason: (contact: Contact) => contact.email_address?.opt_out_reason,
  sms_number: (contact: Contact) => contact.sms_channel?.sms_address,
  sms_consent_date: (contact: Contact) => contact.sms_channel?.sms_channel_consents[0]?.opt_in_date,
  sms_status: (contact: Contact) => contact.sms_channel?.sms_channel_consents[0]?.sms_consent_permission,
} as const satisfies Record<string, (contact: Contact, world: World) => string | undefined>;
type Column = keyof typeof COLUMNS;
const COLUMN_NAMES = Object.keys(COLUMNS) as Column[]; // The keys of a literal are what its type says.

const exportSchema = z.object({
  contact_ids: ids(500),
  list_ids: ids(50),
  tag_ids: ids(50),
  segment_id: sourceShape.segment_id,
  new_subscriber: z.boolean().optional(),
  status: z.enum(['active', 'unsubscribed', 'removed']).optional(),
  fields: z.array(z.enum(COLUMN_NAMES)).min(1).default(COLUMN_NAMES),
  exclude: excludeSchema,
});

export const exportRoutes: readonly Route[] = [
  { method: 'POST', path: '/activities/contact_exports', scope: 'contact_data', handle: startExport },
  {
    method: 'GET',
    path: '/contact_exports/{file_export_id}',
    scope: 'contact_data',
    handle(request, world) {
      const file = world.exports.get(request.params['file_export_id'] ?? '');
      if (file === undefined) throw notFound();
      return { status: 200, body: file, contentType: 'text/csv;charset=UTF-8' };
    },
  },
];

function startExport(request: ApiRequest, world: World): ApiResponse {
  const { fields, status, exclude, ...selection } = parseBody(exportSchema, request);
  const source: ContactSource = Object.fromEntries(
    Object.entries(selection).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  );
  if (Object.keys(source).length > 1) throw invalid('only one of the filters can be used at a time');
  if (fields.some((field) => field.startsWith('email_opt')) && !fields.includes('email_address')) {
    throw invalid('fields: email_opt* fields need email_address');
  }
  const fileId = world.createId();
  const id = world.activities.submit({
    resultsHref: `/v3/contact_exports/${fileId}`,
    run(share) {
      const indexes =
        Object.keys(source).length > 0
          ? selectContacts(world, source, exclude)
          : [...world.queries.matching({ status: ['all'] })];
      const contacts = indexes.map((index) => world.book.get(index)).filter((contact) => hasStatus(contact, status));
      const done = shareOf(contacts, share);
      world.exports.set(fileId, toCsv(done, fields, world));
      return { items_total_count: contacts.length, items_completed_count: done.length };
    },
  });
  return { status: 201, body: world.activities.viewOfNew(id) };
}

function hasStatus(contact: Contact, status: 'active' | 'unsubscribed' | 'removed' | undefined): boolean {
  const isOut = contact.email_address?.permission_to_send === 'unsubscribed';
  switch (status) {
    case 'removed':
      return contact.deleted_at !== undefined;
    case 'unsubscribed':
      return contact.deleted_at === undefined && isOut;
    case 'active':
      return contact.deleted_at === undefined && !isOut;
    case undefined:
      return contact.deleted_at === undefined;
  }
}

function toCsv(contacts: readonly Contact[], fields: readonly Column[], world: World): string {
  const lines = contacts.map((contact) => fields.map((field) => cell(COLUMNS[field](contact, world))).join(','));
  return `${[fields.join(','), ...lines].join('\r\n')}\r\n`;
}

function cell(value: string | undefined): string {
  if (value === undefined) return '';
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
