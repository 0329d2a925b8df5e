import { z } from 'zod';
import { DomainError } from '../domain-error.ts';
import type { PrimaryContact } from '../model/primary-contact.ts';
import type { ApiClient, CallContext } from './api-client.ts';
import { type ContactWrite, encodeContact } from './contact-body.ts';
import { decodeContact, parseContactRow, type RejectedContact } from './contact-row.ts';
import { getPage, primaryDateOf } from './paging.ts';
import { decodeAddressedContact, decodeWrittenContact } from './written-contact.ts';

export const CONTACT_INCLUDES = [
  'custom_fields',
  'list_memberships',
  'taggings',
  'notes',
  'phone_numbers',
  'street_addresses',
] as const;
export type ContactInclude = (typeof CONTACT_INCLUDES)[number];

/** Rows a page at most (API-FACTS section 2). */
export const CONTACTS_PAGE_LIMIT = 500;
/** List ids in one `lists` filter at most (API-FACTS section 2). */
export const LISTS_FILTER_LIMIT = 25;

/** Several filters are meant together; each is explained in API-FACTS section 2. */
export interface ContactsQuery {
  /** Of the contact's own `updated_at`, which an opt-out or a membership change may not move. */
  readonly updatedAfter?: Date;
  readonly updatedBefore?: Date;
  readonly optoutAfter?: Date;
  readonly optoutBefore?: Date;
  /** `all`, `active`, `deleted`, `unsubscribed` ... Without it the API leaves out deleted contacts. */
  readonly status?: readonly string[];
  /** At most `LISTS_FILTER_LIMIT`. */
  readonly listIds?: readonly string[];
  readonly email?: string;
  /** 1 to 500, the default. */
  readonly limit?: number;
  readonly includeCount?: boolean;
  /** Sub-resources; all by default. */
  readonly include?: readonly ContactInclude[];
}

export interface ContactsPage {
  /** As they came: the same contact may stand on a page twice. */
  readonly contacts: readonly PrimaryContact[];
  readonly rejected: readonly RejectedContact[];
  /** The cursor of the next page; null on the last one. */
  readonly next: string | null;
  /** All that match, where it was asked for; to be trusted on the first page only. */
  readonly totalCount: number | null;
  /** The primary's own clock when it answered: what watermarks are made of. One-second resolution. */
  readonly primaryDate: Date;
}

/** One page of `GET /contacts`. A cursor carries its query. A refused one throws: see `isCursorRefused`. */
export async function getContactsPage(
  client: ApiClient,
  params: { readonly query: ContactsQuery } | { readonly cursor: string },
  context: CallContext,
): Promise<ContactsPage> {
  const { rows, next, totalCount, primaryDate } = await getPage(
    client,
    {
      path: '/contacts',
      rowsKey: 'contacts',
      countKey: 'contacts_count',
      decodeRow: parseContactRow,
      query: 'query' in params ? encodeQuery(params.query) : {},
    },
    'cursor' in params ? params.cursor : undefined,
    context,
  );
  const contacts: PrimaryContact[] = [];
  const rejected: RejectedContact[] = [];
  for (const row of rows) {
    if ('contact' in row) contacts.push(row.contact);
    else rejected.push(row.rejected);
  }
  return { contacts, rejected, next, totalCount, primaryDate };
}

function encodeQuery(query: ContactsQuery): Record<string, string | undefined> {
  if ((query.listIds?.length ?? 0) > LISTS_FILTER_LIMIT) {
    throw new DomainError('INVALID_INPUT', `at most ${LISTS_FILTER_LIMIT} lists in one request`);
  }
  return {
    updated_after: encodeInstant(query.updatedAfter, Math.floor),
    updated_before: encodeInstant(query.updatedBefore, Math.ceil),
    optout_after: encodeInstant(query.optoutAfter, Math.floor),
    optout_before: encodeInstant(query.optoutBefore, Math.ceil),
    status: query.status?.join(','),
    lists: query.listIds?.join(','),
    email: query.email,
    include: (query.include ?? CONTACT_INCLUDES).join(',') || undefined,
    include_count: query.includeCount === true ? 'true' : undefined,
    limit: String(query.limit ?? CONTACTS_PAGE_LIMIT),
  };
}

/** Whole seconds, the API's resolution, rounded so that a window never gets smaller. */
function encodeInstant(at: Date | undefined, round: (seconds: number) => number): string | undefined {
  if (at === undefined) return undefined;
  return new Date(round(at.getTime() / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

/** A contact, and the primary's own clock when it gave it. */
export interface ReadContact {
  readonly contact: PrimaryContact;
  readonly primaryDate: Date;
}

/** One contact with every sub-resource, a deleted one too; null where there is none of that id. */
export async function readContact(
  client: ApiClient,
  contactId: string,
  context: CallContext,
): Promise<ReadContact | null> {
  const request = {
    method: 'GET',
    ...contactPath(contactId),
    query: { include: CONTACT_INCLUDES.join(',') },
    decode: decodeContact,
  } as const;
  return await nullWhenNotFound(async () => {
    const response = await client.send(request, context);
    return { contact: response.body, primaryDate: primaryDateOf(response, 'GET /contacts/{contact_id}') };
  });
}

/** As `readContact`, for those to whom the time is nothing. */
export async function getContact(
  client: ApiClient,
  contactId: string,
  context: CallContext,
): Promise<PrimaryContact | null> {
  return (await readContact(client, contactId, context))?.contact ?? null;
}

/** `GET /contacts/counts`: contacts that are not deleted. */
export interface ContactCounts {
  readonly total: number;
  readonly explicit: number;
  readonly implicit: number;
  readonly pending: number;
  readonly unsubscribed: number;
}

const count = z
  .int()
  .nonnegative()
  .nullish()
  .transform((value) => value ?? 0);
const contactCounts = z.object({
  total: z.int().nonnegative(),
  explicit: count,
  implicit: count,
  pending: count,
  unsubscribed: count,
});

export async function getContactCounts(client: ApiClient, context: CallContext): Promise<ContactCounts> {
  const request = {
    method: 'GET',
    pathTemplate: '/contacts/counts',
    decode: (answer: unknown) => contactCounts.parse(answer),
  } as const;
  return (await client.send(request, context)).body;
}

/**
 * Creates one contact, as the account (`create_source`). `PRIMARY_CONFLICT`: its address is taken, perhaps by a deleted
 * contact. Not repeated when its effect is unknown (`isOutcomeUnknown`): search by email first.
 */
export async function createContact(
  client: ApiClient,
  contact: ContactWrite,
  context: CallContext,
): Promise<PrimaryContact> {
  const body = { json: { ...encodeContact(contact), create_source: 'Account' } };
  const request = { method: 'POST', pathTemplate: '/contacts', body, decode: decodeAddressedContact } as const;
  return (await client.send(request, context)).body;
}

/**
 * Overwrites one contact, `before`: all of it must come from that read, made just now. Revives a deleted contact. Not repeated
 * when its effect is unknown: read the contact again.
 */
export async function putContact(
  client: ApiClient,
  params: {
    readonly before: PrimaryContact;
    readonly contact: ContactWrite;
    /** `Contact` only where the person asked for it. Default `Account`. */
    readonly updateSource?: 'Account' | 'Contact';
  },
  context: CallContext,
): Promise<PrimaryContact> {
  const request = {
    method: 'PUT',
    ...contactPath(params.before.contactId),
    body: { json: { ...encodeContact(params.contact), update_source: params.updateSource ?? 'Account' } },
    decode: (answer: unknown) => decodeWrittenContact(answer, params.before),
  } as const;
  return (await client.send(request, context)).body;
}

/** Deletes one contact (soft: its history and permission stay). False where there was none of that id. */
export async function deleteContact(client: ApiClient, contactId: string, context: CallContext): Promise<boolean> {
  const request = { method: 'DELETE', ...contactPath(contactId), decode: () => true } as const;
  return (await nullWhenNotFound(async () => (await client.send(request, context)).body)) ?? false;
}

function contactPath(contactId: string): { pathTemplate: string; path: string } {
  return { pathTemplate: '/contacts/{contact_id}', path: `/contacts/${encodeURIComponent(contactId)}` };
}

async function nullWhenNotFound<T>(send: () => Promise<T>): Promise<T | null> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof DomainError && error.code === 'PRIMARY_NOT_FOUND') return null;
    throw error;
  }
}
