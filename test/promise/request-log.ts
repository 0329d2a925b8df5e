import type { ApiRequest } from '../../src/constant-contact/api-client.ts';

/** A request of one instance, in the order of all. */
export interface LoggedRequest {
  readonly seq: number;
  /** Of the simulated world, in milliseconds. */
  readonly at: number;
  readonly instance: string;
  readonly method: string;
  readonly template: string;
  readonly contactId: string | null;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: WriteBody | null;
  /** Of a write: wishes to join that stood here when it was sent, `contact_id list_id`. */
  readonly wishes: ReadonlySet<string>;
  /** The addresses of contacts at that time, by `contact_id`. */
  readonly addresses: ReadonlyMap<string, string>;
}

/** What the gateway's writes carry, as far as it matters here. */
export interface WriteBody {
  readonly import_data?: readonly { readonly email?: string }[];
  readonly list_ids?: readonly string[];
  readonly source?: { readonly contact_ids?: readonly string[] };
  readonly list_memberships?: readonly string[];
  readonly email_address?: { readonly address: string; readonly permission_to_send?: string } | null;
}

export function bodyOf(request: ApiRequest<unknown>): WriteBody | null {
  const { body } = request;
  if (body === undefined || 'form' in body) return null;
  // Our own client has just encoded it.
  return ('json' in body ? body.json : JSON.parse(body.jsonText.toString())) as WriteBody;
}

export function contactIdOf({ path = '' }: ApiRequest<unknown>): string | null {
  return /^\/contacts\/([0-9a-f-]{36})$/.exec(path)?.[1] ?? null;
}

/** Whether this write puts the contact on the list. */
export function namesMembership(
  write: LoggedRequest,
  { contactId, address, listId }: { contactId: string; address: string | null; listId: string },
): boolean {
  const { body, method, template } = write;
  if (body === null) return false;
  if (method === 'PUT') return write.contactId === contactId && (body.list_memberships?.includes(listId) ?? false);
  if (template === '/activities/contacts_json_import') {
    const isNamed = body.import_data?.some(({ email }) => email?.toLowerCase() === address) ?? false;
    return isNamed && (body.list_ids?.includes(listId) ?? false);
  }
  if (template !== '/activities/add_list_memberships') return false;
  return (body.source?.contact_ids?.includes(contactId) ?? false) && (body.list_ids?.includes(listId) ?? false);
}

const isMembershipRead = ({ method, template, query }: LoggedRequest): boolean =>
  method === 'GET' &&
  (template === '/contacts/{contact_id}' ||
    (template === '/contacts' && (query['lists'] !== undefined || query['cursor'] !== undefined)));

/**
 * Where the window begins in which a leave has no trace that this write could have seen: at the read of the membership
 * that belongs to the write, which is one of the reads right before it; without one, at the write itself.
 */
export function windowStart(
  log: readonly LoggedRequest[],
  write: LoggedRequest,
  { contactId, listId }: { contactId: string; listId: string },
): number {
  for (const entry of earlierOf(log, write)) {
    if (!isMembershipRead(entry)) break;
    const lists = entry.query['lists']?.split(',') ?? [];
    if (entry.contactId === contactId || lists.includes(listId)) return entry.seq;
  }
  return write.seq;
}

/**
 * The same for an opt-out (`optout_after`) and for a change of a field (`updated_after`): at the sweep right before the write,
 * between which only memberships are read, or at the read of the contact itself.
 */
export function lookStart(
  log: readonly LoggedRequest[],
  write: LoggedRequest,
  { contactId, sweep }: { contactId: string; sweep: 'optout_after' | 'updated_after' },
): number {
  for (const entry of earlierOf(log, write)) {
    if (entry.contactId === contactId || entry.query[sweep] !== undefined) return entry.seq;
    // The sweep looks for changes first, then for opt-outs.
    const isOfSweep = sweep === 'updated_after' && entry.query['optout_after'] !== undefined;
    if (!isMembershipRead(entry) && !isOfSweep) break;
  }
  return write.seq;
}

/** The same for a deletion: at the last look at the deleted contacts, or at the read of the contact itself. */
export function deletionLookStart(log: readonly LoggedRequest[], write: LoggedRequest, contactId: string): number {
  const look = earlierOf(log, write).find(
    (entry) => entry.query['status'] === 'deleted' || (entry.method === 'GET' && entry.contactId === contactId),
  );
  return look?.seq ?? write.seq;
}

/** Whether this write carries the contact, be it for a list alone. */
export function namesContact(
  { body, method, template, contactId: target }: LoggedRequest,
  { contactId, address }: { contactId: string; address: string | null },
): boolean {
  if (method === 'PUT') return target === contactId;
  if (template === '/activities/contacts_json_import') {
    return body?.import_data?.some(({ email }) => email?.toLowerCase() === address) ?? false;
  }
  return body?.source?.contact_ids?.includes(contactId) ?? false;
}

function earlierOf(log: readonly LoggedRequest[], write: LoggedRequest): LoggedRequest[] {
  return log.filter((entry) => entry.instance === write.instance && entry.seq < write.seq).reverse();
}

/** Longer than any walk or wait for a job here, and shorter than a night. */
const STALE_MS = 3_600_000;

/** What a write goes by that was looked at long ago; null: nothing. */
export function staleLook(log: readonly LoggedRequest[], write: LoggedRequest): string | null {
  const looks: ((entry: LoggedRequest) => boolean)[] = write.template.startsWith('/activities/')
    ? [({ query }) => query['optout_after'] !== undefined, ({ query }) => query['updated_after'] !== undefined]
    : [({ method, contactId }) => method === 'GET' && contactId === write.contactId];
  if (/import$|add_list_memberships$/.test(write.template)) looks.push(({ query }) => query['status'] === 'deleted');
  for (const isLook of looks) {
    const last = earlierOf(log, write).find(isLook);
    if (last === undefined || write.at - last.at < STALE_MS) continue;
    return `${write.method} ${write.template} is sent ${Math.round((write.at - last.at) / 60_000)} minutes after GET ${last.template} ${JSON.stringify(last.query)}`;
  }
  return null;
}
