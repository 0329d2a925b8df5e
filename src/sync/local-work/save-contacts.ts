import type { FieldValue, ProfileField } from '../../model/profile.ts';
import type { Refusal } from '../../model/stored-contact.ts';
import type { ContactDocument } from '../../store/contact-document.ts';
import { createLocal } from '../decide/derive.ts';
import { INPUT_LIMITS, type InputProblem } from '../decide/input-values.ts';
import { wishLists } from '../decide/list-wishes.ts';
import { applyLocalEdit, hasTooManyCustomFields, type LocalContext } from '../decide/local-edit.ts';
import { type CustomFieldsById, type FieldValues, type LocalInput, parseLocalInput } from '../decide/local-input.ts';
import { customFieldOf, emailKey, unifiedProfile } from '../decide/unified-contact.ts';
import { type ContactKey, findContacts, groupByEmail } from './contact-keys.ts';
import {
  changeContacts,
  type Decided,
  hindrance,
  type LocalWorkContext,
  type LocalWorkFailure,
  localWrite,
} from './local-work.ts';

/** What is to be saved of one contact. Problems are told by paths from here: `fields` have theirs at the top. */
export interface SaveRequest {
  /** By an email that nobody has: a new contact. Null: names nothing. */
  readonly contact: ContactKey | null;
  readonly fields: LocalInput;
  /** `list_id`s that it is to be added to. */
  readonly addListIds: readonly string[];
  /** Only at this revision; 0: only if it is new. */
  readonly ifRevision: number | null;
  /** Of what was found before. */
  readonly problems: readonly InputProblem[];
}

export interface SavedContact {
  readonly kind: 'SAVED';
  readonly contact: ContactDocument;
  readonly created: boolean;
  /** False where it was already as it is to be. */
  readonly changed: boolean;
  /** List wishes that were refused at once. */
  readonly refused: readonly Refusal[];
}

export type SaveOutcome = SavedContact | LocalWorkFailure;

interface ParsedRequest extends SaveRequest {
  readonly values: FieldValues;
  /** Explicit null for the custom fields: all of them are cleared that are not named. */
  readonly clearsCustomFields: boolean;
}

/**
 * Creates or changes contacts here, each on its own: an outcome for each request, in order. Nothing goes to the primary
 * before the next push. A contact may be named once in a call.
 */
export async function saveContacts(
  context: LocalWorkContext,
  requests: readonly SaveRequest[],
): Promise<SaveOutcome[]> {
  const { store } = context;
  const fields = await store.customFields.all();
  const customFields = new Map(fields.map((field) => [field.customFieldId, field]));
  /** Who came first with a contact or an address: later items of the same call give way, in every round. */
  const firstWith = new Map<string, number>();

  return changeContacts<SaveOutcome>(context, requests.length, async (items) => {
    const found = await findContacts(
      store,
      items.map((item) => requests[item]?.contact ?? null),
    );
    const parsed = new Map(
      items.flatMap((item, index) => {
        const request = requests[item];
        return request === undefined ? [] : [[item, parseRequest(request, customFields, found[index] ?? null)]];
      }),
    );
    const requestOf = (item: number) => parsed.get(item);
    const wanted = items.flatMap((item, index) => wantedEmailKey(requestOf(item), found[index] ?? null) ?? []);
    // An address by which nobody was found just now needs no second look.
    const free = new Set(
      items.flatMap((item, index) => {
        const key = found[index] === null ? requestOf(item)?.contact : null;
        return key?.kind === 'EMAIL' ? (emailKey(key.email) ?? []) : [];
      }),
    );
    const [ofOthers, erased] = await Promise.all([
      store.contacts.byEmailKeys(wanted.filter((key) => !free.has(key))),
      store.erasures.among(wanted),
    ]);
    const owners = groupByEmail(ofOthers);
    const decided = new Map<number, Decided<SaveOutcome>>();
    for (const [index, item] of items.entries()) {
      const request = requestOf(item);
      if (request === undefined) continue;
      const stored = found[index] ?? null;
      const repeated = repetition(firstWith, item, request, stored);
      const key = wantedEmailKey(request, stored);
      const owner = owners.get(key ?? '')?.find(({ _id }) => stored === null || !_id.equals(stored._id)) ?? null;
      decided.set(item, decideSave(context, { request, stored, owner, repeated, isErased: erased.has(key ?? '') }));
    }
    return decided;
  });
}

function parseRequest(
  request: SaveRequest,
  customFields: CustomFieldsById,
  found: ContactDocument | null,
): ParsedRequest {
  const isNamed = found !== null && (request.fields.customFields?.length ?? 0) > 0;
  const stored = isNamed ? unifiedProfile(found).customFields : [];
  const { values, problems } = parseLocalInput(request.fields, { customFields, stored });
  const clearsCustomFields = request.fields.customFields === null;
  return { ...request, values, clearsCustomFields, problems: [...request.problems, ...problems] };
}

/** The address that the contact is to have and does not have yet. */
function wantedEmailKey(request: ParsedRequest | undefined, stored: ContactDocument | null): string | null {
  if (request === undefined) return null;
  const { contact, values } = request;
  const named = stored === null && contact?.kind === 'EMAIL' ? contact.email : null;
  const key = emailKey(typeof values.email === 'string' ? values.email : named);
  return key === stored?.emailKey ? null : key;
}

/** The earlier item of the same call that names the same contact or asks for the same address. */
function repetition(
  firstWith: Map<string, number>,
  item: number,
  request: ParsedRequest,
  stored: ContactDocument | null,
): number | null {
  const keys = [stored?._id.toHexString(), wantedEmailKey(request, stored)];
  for (const key of keys) {
    if (key === undefined || key === null) continue;
    const first = firstWith.get(key) ?? item;
    if (first < item) return first;
    firstWith.set(key, item);
  }
  return null;
}

function decideSave(
  context: LocalWorkContext,
  {
    request,
    stored,
    owner,
    repeated,
    isErased,
  }: {
    request: ParsedRequest;
    stored: ContactDocument | null;
    owner: ContactDocument | null;
    repeated: number | null;
    isErased: boolean;
  },
): Decided<SaveOutcome> {
  const fail = (outcome: LocalWorkFailure) => ({ outcome, write: null });
  const { contact: key, ifRevision } = request;
  const isNew = stored === null && key?.kind === 'EMAIL' && (ifRevision ?? 0) === 0;
  const created = isNew ? createdValues(key.email, request) : null;
  const problems = [
    ...request.problems,
    ...(created?.problems ?? []),
    ...(repeated === null
      ? []
      : [
          { path: ['contact'], message: `is the contact, or asks for the address, of number ${repeated} of this call` },
        ]),
  ];
  if (problems.length > 0) return fail({ kind: 'INVALID', problems });
  if (stored === null && !isNew) return fail({ kind: 'NOT_FOUND' });
  const hindered = isErased ? ({ kind: 'ERASED' } as const) : stored === null ? null : hindrance(stored, ifRevision);
  if (hindered !== null) return fail(hindered);
  if (owner !== null) return fail({ kind: 'EMAIL_TAKEN', owner });

  const local: LocalContext = { changedBy: context.changedBy, now: context.now() };
  const before = stored ?? createLocal({ createdBy: local.changedBy, now: local.now });
  const values = created?.values ?? valuesFor(before, request);
  const edited = applyLocalEdit(before, values, local);
  if (edited.changes.length > 0 && setsCustomField(values) && hasTooManyCustomFields(edited.contact)) {
    const message = `a contact can have ${INPUT_LIMITS.customFields} at most`;
    return fail({ kind: 'INVALID', problems: [{ path: ['customFields'], message }] });
  }
  const { contact, changes, refused } = wishLists(edited.contact, { add: request.addListIds, remove: [] }, local);
  const all = [
    ...(stored === null ? [{ kind: 'CREATED', subject: 'contact', before: null, after: contact.status } as const] : []),
    ...edited.changes,
    ...changes,
  ];
  if (stored !== null && all.length === 0) {
    return { outcome: { kind: 'SAVED', contact: stored, created: false, changed: false, refused }, write: null };
  }
  const write = localWrite(context, stored, { contact, changes: all });
  return { outcome: { kind: 'SAVED', contact: write.next, created: stored === null, changed: true, refused }, write };
}

const NO_CUSTOM_FIELDS: CustomFieldsById = new Map();

/** A new contact has the address by which it was named, unless another one was given. */
function createdValues(email: string, { values }: ParsedRequest): ReturnType<typeof parseLocalInput> {
  if (values.email !== undefined) return { values, problems: [] };
  const named = parseLocalInput({ email }, { customFields: NO_CUSTOM_FIELDS });
  const problems = named.problems.map(({ message }) => ({ path: ['contact', 'email'], message }));
  return { values: { ...named.values, ...values }, problems };
}

function valuesFor(contact: Parameters<typeof unifiedProfile>[0], request: ParsedRequest): FieldValues {
  if (!request.clearsCustomFields) return request.values;
  const values: { [field in ProfileField]?: FieldValue } = { ...request.values };
  for (const { customFieldId } of unifiedProfile(contact).customFields) values[customFieldOf(customFieldId)] = null;
  return values;
}

const setsCustomField = (values: FieldValues) =>
  Object.entries(values).some(([field, value]) => field.startsWith('customField:') && value !== null);
