import { mapStoreError } from '../store/errors.ts';
import type { LocalInput } from '../sync/decide/local-input.ts';
import { MOST_CONTACTS } from '../sync/local-work/local-work.ts';
import {
  type SavedContact,
  type SaveOutcome,
  type SaveRequest,
  saveContacts,
} from '../sync/local-work/save-contacts.ts';
import { builder } from './builder.ts';
import { ContactType, RefusalType } from './contact.ts';
import { contactNode } from './contact-node.ts';
import type { GraphQLContext } from './context.ts';
import { localWorkContext } from './local-work-context.ts';
import { ContactErased, ContactNotFound, EmailTaken, localWorkError, RevisionConflict } from './local-work-errors.ts';
import {
  type ContactListRef,
  ContactListRefInput,
  type ContactRef,
  ContactRefInput,
  contactKeyOf,
  findLists,
  referenceProblems,
} from './references.ts';
import { type InputProblem, InvalidInput, type UserError } from './user-errors.ts';

interface StreetAddressArgument {
  readonly kind: string;
  readonly street?: string | null | undefined;
  readonly city?: string | null | undefined;
  readonly state?: string | null | undefined;
  readonly postalCode?: string | null | undefined;
  readonly country?: string | null | undefined;
}

interface CustomFieldArgument {
  readonly customFieldId: string;
  readonly value?: string | null | undefined;
  readonly choiceIds?: readonly string[] | null | undefined;
}

export interface SaveContactArgument {
  readonly contact: ContactRef;
  readonly ifRevision?: number | null | undefined;
  readonly email?: string | null | undefined;
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
  readonly jobTitle?: string | null | undefined;
  readonly companyName?: string | null | undefined;
  readonly birthday?: string | null | undefined;
  readonly anniversary?: string | null | undefined;
  readonly phoneNumbers?: readonly { readonly number: string; readonly kind: string }[] | null | undefined;
  readonly streetAddresses?: readonly StreetAddressArgument[] | null | undefined;
  readonly customFields?: readonly CustomFieldArgument[] | null | undefined;
  readonly lists?: readonly ContactListRef[] | null | undefined;
}

const PhoneNumberInput = builder.inputType('PhoneNumberInput', {
  description: 'A phone number.',
  fields: (t) => ({
    number: t.string({ required: true, description: 'At most 25 characters.' }),
    kind: t.string({ required: true, description: '`home`, `work`, `mobile` or `other`.' }),
  }),
});

const StreetAddressInput = builder.inputRef<StreetAddressArgument>('StreetAddressInput').implement({
  description: 'A street address; says something at least.',
  fields: (t) => ({
    kind: t.string({ required: true, description: '`home`, `work` or `other`.' }),
    street: t.string({ description: 'Street and house number; at most 255 characters.' }),
    city: t.string({ description: 'Town; at most 50 characters.' }),
    state: t.string({ description: 'State or province; at most 50 characters.' }),
    postalCode: t.string({ description: 'Postal code; at most 50 characters.' }),
    country: t.string({ description: 'Country; at most 50 characters.' }),
  }),
});

const CustomFieldInput = builder.inputRef<CustomFieldArgument>('CustomFieldInput').implement({
  description: "The value of one of the account's own fields; neither value nor choices: cleared.",
  fields: (t) => ({
    customFieldId: t.string({ required: true, description: "Constant Contact's custom_field_id." }),
    value: t.string({ description: 'Of a field without choices; at most 255 characters.' }),
    choiceIds: t.stringList({ description: 'Of a field with choices.' }),
  }),
});

const SaveContactInput = builder.inputRef<SaveContactArgument>('SaveContactInput').implement({
  description: 'What is to be saved: what is left out stays as it is, null clears.',
  fields: (t) => ({
    contact: t.field({
      type: ContactRefInput,
      required: true,
      description: 'Which contact. An email address that nobody has: a new one.',
    }),
    ifRevision: t.int({ description: 'Only if the contact is at this revision; 0: only if it is new.' }),
    email: t.string({ description: 'A new email address; at most 80 characters. It cannot be taken away.' }),
    firstName: t.string({ description: 'Given name; at most 50 characters.' }),
    lastName: t.string({ description: 'Family name; at most 50 characters.' }),
    jobTitle: t.string({ description: 'Job title; at most 50 characters.' }),
    companyName: t.string({ description: 'Name of the company; at most 50 characters.' }),
    birthday: t.string({ description: 'As MM-DD.' }),
    anniversary: t.string({ description: 'As YYYY-MM-DD.' }),
    phoneNumbers: t.field({ type: [PhoneNumberInput], description: 'All of them; at most three.' }),
    streetAddresses: t.field({ type: [StreetAddressInput], description: 'All of them; at most three.' }),
    customFields: t.field({
      type: [CustomFieldInput],
      description: 'Those that change; the others stay. Null clears all. At most 25.',
    }),
    lists: t.field({
      type: [ContactListRefInput],
      description: 'Lists that it is to be added to. `removeContactsFromList` takes it off one.',
    }),
  }),
});

const SaveContactSuccessType = builder.objectRef<SavedContact>('SaveContactSuccess').implement({
  description: 'It was saved here; the next push sends it.',
  fields: (t) => ({
    contact: t.field({
      type: ContactType,
      description: 'The contact as it is stored now.',
      resolve: ({ contact }) => contactNode(contact),
    }),
    created: t.exposeBoolean('created', { description: 'Whether it is new.' }),
    changed: t.exposeBoolean('changed', { description: 'False where it was already as it is to be.' }),
    refused: t.expose('refused', {
      type: [RefusalType],
      description: 'Lists that it is not added to, and why. The rest was saved.',
    }),
  }),
});

/** The same for one contact and for each of many. */
const SaveContactResult = builder.errorUnion('SaveContactResult', {
  description: 'The contact, or why it was not saved.',
  types: [SaveContactSuccessType, ContactNotFound, RevisionConflict, EmailTaken, ContactErased],
  resolveType: () => 'SaveContactSuccess',
});

interface SaveResult {
  readonly index: number;
  readonly outcome: SaveOutcome;
}

const SaveContactsItemType = builder.objectRef<SaveResult>('SaveContactsItem').implement({
  description: 'What became of one contact of a call.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Where it stands in `inputs`.' }),
    result: t.field({
      type: SaveContactResult,
      description: 'The contact, or why it was not saved.',
      resolve: ({ index, outcome }) => savedOrError(outcome, ['inputs', String(index)]),
    }),
  }),
});

function savedOrError(outcome: SaveOutcome, path: readonly string[]): SavedContact {
  if (outcome.kind === 'SAVED') return outcome;
  throw localWorkError(outcome, path);
}

const MOST_LIST_REFERENCES = 50;

/** What saving needs of a request. */
type SaveContext = Pick<GraphQLContext, 'store' | 'startedBy'>;

/** Each input as a request; what is wrong with its references stands in its problems. */
async function parseInputs(inputs: readonly SaveContactArgument[], { store }: SaveContext): Promise<SaveRequest[]> {
  const lists = await findLists(
    store,
    inputs.flatMap(({ lists: references }) => references ?? []),
  );
  let taken = 0;
  return inputs.map(({ contact, ifRevision, lists: references, ...fields }) => {
    const problems: InputProblem[] = referenceProblems(contact, ['contact']);
    const addListIds: string[] = [];
    if ((references?.length ?? 0) > MOST_LIST_REFERENCES)
      problems.push({ path: ['lists'], message: `a contact can be on ${MOST_LIST_REFERENCES} lists at most` });
    for (const [index, reference] of (references ?? []).entries()) {
      const list = lists[taken++] ?? null;
      const path = ['lists', String(index)];
      const wrong = referenceProblems(reference, path);
      problems.push(...wrong);
      if (wrong.length > 0) continue;
      if (list === null) problems.push({ path, message: 'There is no such list.' });
      else if (list.goneAt !== null) problems.push({ path, message: 'Constant Contact has this list no more.' });
      else addListIds.push(list.listId);
    }
    return {
      contact: contactKeyOf(contact),
      fields: givenFields(fields),
      addListIds,
      ifRevision: ifRevision ?? null,
      problems,
    };
  });
}

/** Executors differ in whether what was left out is absent or undefined. */
function givenFields(fields: Omit<SaveContactArgument, 'contact' | 'ifRevision' | 'lists'>): LocalInput {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as LocalInput;
}

async function saveInputs(
  inputs: readonly SaveContactArgument[],
  dryRun: boolean,
  context: SaveContext,
): Promise<SaveOutcome[]> {
  if (inputs.length > MOST_CONTACTS)
    throw new InvalidInput([{ path: ['inputs'], message: `takes at most ${MOST_CONTACTS} contacts.` }]);
  return saveContacts({ ...localWorkContext(context), dryRun }, await parseInputs(inputs, context));
}

/**
 * The mutation `saveContacts` for a caller in this process who may do all: the same checks, and neither JSON nor GraphQL,
 * which cost as much as the work itself. Answers, in order, what was saved or the error that the mutation would answer.
 * @throws InvalidInput for too many inputs; DomainError
 */
export async function saveContactsHere(
  inputs: readonly SaveContactArgument[],
  { dryRun, ...context }: SaveContext & { readonly dryRun: boolean },
): Promise<(SavedContact | UserError)[]> {
  try {
    const outcomes = await saveInputs(inputs, dryRun, context);
    return outcomes.map((outcome, index) =>
      outcome.kind === 'SAVED' ? outcome : localWorkError(outcome, ['inputs', String(index)]),
    );
  } catch (error) {
    throw mapStoreError(error);
  }
}

builder.mutationFields((t) => ({
  saveContact: t.field({
    type: SaveContactResult,
    description:
      'Create or change a contact in the secondary store. Only the fields given change. It is pushed by the next push.',
    args: { input: t.arg({ type: SaveContactInput, required: true, description: 'What is to be saved.' }) },
    resolve: async (_root, { input }, context) => {
      const [outcome] = await saveContacts(localWorkContext(context), await parseInputs([input], context));
      return savedOrError(outcome ?? { kind: 'NOT_FOUND' }, ['input']);
    },
  }),
  saveContacts: t.field({
    type: [SaveContactsItemType],
    description: 'As `saveContact`, for many contacts at once, each on its own: one that is refused hinders no other.',
    args: {
      inputs: t.arg({
        type: [SaveContactInput],
        required: true,
        description: `What is to be saved: at most ${MOST_CONTACTS.toLocaleString('en')} contacts, each once.`,
      }),
      dryRun: t.arg.boolean({
        defaultValue: false,
        description: 'Answer what would become of each, and save nothing.',
      }),
    },
    errors: {
      dataField: { name: 'results', description: 'What became of each, in order.' },
      result: { description: 'The call was done; each result says what became of its contact.' },
      union: { description: 'Results, or why there are none.' },
    },
    resolve: async (_root, { inputs, dryRun }, context) => {
      const outcomes = await saveInputs(inputs, dryRun === true, context);
      return outcomes.map((outcome, index) => ({ index, outcome }));
    },
  }),
}));
