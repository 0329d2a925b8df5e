import fc from 'fast-check';
import type { Consent } from '../../src/model/consent.ts';
import type { PrimaryContact, PrimaryCustomField } from '../../src/model/primary-contact.ts';
import { EMPTY_PROFILE, type Profile } from '../../src/model/profile.ts';
import type { StoredContact } from '../../src/model/stored-contact.ts';
import { createFromPrimary, createLocal } from '../../src/sync/decide/derive.ts';
import { wishLists } from '../../src/sync/decide/list-wishes.ts';
import { applyLocalEdit, requestDeletion } from '../../src/sync/decide/local-edit.ts';
import type { FieldValues } from '../../src/sync/decide/local-input.ts';
import { type FieldPolicy, mergeContact } from '../../src/sync/decide/merge.ts';

export const NOW = new Date('2026-03-01T12:00:00Z');
export const LATER = new Date('2026-03-02T12:00:00Z');
export const PRIMARY_WINS: FieldPolicy = { default: 'PRIMARY_WINS' };
export const EDITOR = { changedBy: 'ada', now: NOW };

export const LISTS = ['list-a', 'list-b', 'list-c', 'list-d'] as const;
export const CUSTOM_FIELDS: readonly PrimaryCustomField[] = [
  { customFieldId: 'cf-1', label: 'Colour', name: 'colour', type: 'string', choices: [] },
  { customFieldId: 'cf-2', label: 'Notes', name: 'notes', type: 'text_area', choices: [] },
  {
    customFieldId: 'cf-3',
    label: 'Size',
    name: 'size',
    type: 'single_select',
    choices: [
      { choiceId: '1', label: 'S' },
      { choiceId: '2', label: 'M' },
    ],
  },
];

export function consent(permissionToSend: string | null, parts: Partial<Consent> = {}): Consent {
  return {
    permissionToSend,
    confirmStatus: null,
    optInAt: null,
    optInSource: null,
    optOutAt: null,
    optOutSource: null,
    optOutReason: null,
    ...parts,
  };
}

export function primaryContact({
  profile,
  permission = 'IMPLICIT',
  ...parts
}: Omit<Partial<PrimaryContact>, 'profile'> & {
  readonly profile?: Partial<Profile>;
  readonly permission?: string | null;
} = {}): PrimaryContact {
  return {
    contactId: 'contact-1',
    profile: { ...EMPTY_PROFILE, email: 'joe@example.com', firstName: 'Joe', ...profile },
    consent: consent(permission),
    listIds: [],
    tagIds: [],
    notes: [],
    createdAt: null,
    updatedAt: null,
    deletedAt: null,
    ...parts,
  };
}

export function storedContact(theirs: PrimaryContact = primaryContact()): StoredContact {
  return createFromPrimary(theirs, { runId: 'run-0', now: NOW });
}

export function edited(stored: StoredContact, values: FieldValues): StoredContact {
  return applyLocalEdit(stored, values, EDITOR).contact;
}

export function wished(stored: StoredContact, wishes: { add?: string[]; remove?: string[] }): StoredContact {
  return wishLists(stored, { add: wishes.add ?? [], remove: wishes.remove ?? [] }, EDITOR).contact;
}

export function localContact(values: FieldValues, lists: string[] = []): StoredContact {
  const contact = edited(createLocal({ createdBy: 'ada', now: NOW }), values);
  return wished(contact, { add: lists });
}

const name = fc.constantFrom(null, 'Ann', 'Bob', 'Zoë', '👩‍🚀 שלום');
const email = fc.constantFrom('ann@example.com', 'ANN@example.com', 'bob@example.com', 'zoe@example.com');
const listIds = fc.uniqueArray(fc.constantFrom(...LISTS), { maxLength: 4 });
const phoneNumbers = fc.uniqueArray(
  fc.record({ number: fc.constantFrom('555-0100', '555-0199'), kind: fc.constantFrom('home', 'work') }),
  { maxLength: 2, selector: ({ kind }) => kind },
);
const birthday = fc.constantFrom(null, { month: 2, day: 29 }, { month: 12, day: 1 });
const customValue = fc.constantFrom('red', 'blue');

export const arbitraryProfile: fc.Arbitrary<Profile> = fc.record({
  email,
  firstName: name,
  lastName: name,
  jobTitle: fc.constant(null),
  companyName: name,
  birthday,
  anniversary: fc.constantFrom(null, '2006-11-15'),
  phoneNumbers,
  streetAddresses: fc.constant([]),
  customFields: fc.uniqueArray(
    fc.record({ customFieldId: fc.constantFrom('cf-1', 'cf-2'), value: customValue, choiceIds: fc.constant([]) }),
    { selector: ({ customFieldId }) => customFieldId },
  ),
});

export const arbitraryConsent: fc.Arbitrary<Consent> = fc
  .tuple(
    fc.constantFrom(
      'IMPLICIT',
      'EXPLICIT',
      'UNSUBSCRIBED',
      'TEMP_HOLD',
      'NOT_SET',
      'PENDING_CONFIRMATION',
      'SHINY_NEW',
    ),
    fc.constantFrom(null, new Date('2026-01-01'), new Date('2026-02-01')),
    fc.constantFrom(null, new Date('2026-01-15')),
  )
  .map(([permission, optInAt, optOutAt]) => consent(permission, { optInAt, optOutAt }));

export const arbitraryPrimary = (contactId = 'contact-1'): fc.Arbitrary<PrimaryContact> =>
  fc.record({
    contactId: fc.constant(contactId),
    profile: arbitraryProfile,
    consent: arbitraryConsent,
    listIds,
    tagIds: fc.subarray(['tag-1', 'tag-2']),
    notes: fc.constant([]),
    createdAt: fc.constant(null),
    updatedAt: fc.constantFrom(null, NOW, LATER),
    deletedAt: fc.constantFrom(null, null, null, new Date('2026-02-20')),
  });

export const arbitraryPolicy: fc.Arbitrary<FieldPolicy> = fc.constantFrom<FieldPolicy>(
  PRIMARY_WINS,
  { default: 'LOCAL_WINS' },
  { default: 'PRIMARY_WINS', firstName: 'LOCAL_WINS' },
  { default: 'LOCAL_WINS', email: 'PRIMARY_WINS' },
);

const values: fc.Arbitrary<FieldValues> = fc.record(
  {
    email,
    firstName: name,
    lastName: name,
    companyName: name,
    birthday,
    phoneNumbers,
    'customField:cf-1': fc.option(
      customValue.map((value) => ({ customFieldId: 'cf-1', value, choiceIds: [] })),
      { nil: null },
    ),
  },
  { requiredKeys: [] },
);

type Step = (contact: StoredContact) => StoredContact;

const steps = (contactId: string): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.oneof(
      values.map(
        (given): Step =>
          (contact) =>
            edited(contact, given),
      ),
      fc.record({ add: listIds, remove: listIds }).map(
        (wishes): Step =>
          (contact) =>
            wished(contact, wishes),
      ),
      fc.constant<Step>((contact) => requestDeletion(contact, EDITOR).contact),
      fc.tuple(arbitraryPrimary(contactId), arbitraryPolicy).map(
        ([theirs, policy]): Step =>
          (stored) =>
            stored.contactId === null
              ? stored
              : mergeContact({ stored, theirs, policy, runId: 'run-1', now: NOW }).contact,
      ),
    ),
    { maxLength: 6 },
  );

/** A contact as edits, wishes and pulls can make it, of the primary or only here. */
export const arbitraryStored = (contactId = 'contact-1'): fc.Arbitrary<StoredContact> =>
  fc
    .tuple(fc.option(arbitraryPrimary(contactId), { nil: null, freq: 5 }), steps(contactId))
    .map(([theirs, taken]) =>
      taken.reduce(
        (contact, step) => step(contact),
        theirs === null ? createLocal({ createdBy: 'ada', now: NOW }) : storedContact(theirs),
      ),
    );
