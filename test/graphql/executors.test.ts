import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DomainError } from '../../src/domain-error.ts';
import { openTestGraphQL, serveTestGraphQL, type TestGraphQL } from '../kit/graphql.ts';
import { SEEDED_AT, seedContacts, seedLists, seedTags } from '../kit/seed-contacts.ts';

const EVERYTHING = `
  fragment Person on Contact {
    id contactId email firstName lastName jobTitle companyName birthday { month day } anniversary
    phoneNumbers { number kind } streetAddresses { kind street city state postalCode country }
    customFields { customFieldId field { id label name type choices { choiceId label } } value choiceIds }
    tags { id tagId name } lists { id listId name favorite membershipCount storedMemberCount goneAt }
    status syncState consent { permissionToSend rawPermissionToSend confirmStatus optInAt optInSource optOutAt optOutReason }
    pendingChanges { field base value changedAt changedBy }
    conflicts { field base primary local } refusals { subject reason message }
    history(first: 2) { edges { cursor node { revision at source changedBy changes { kind subject before after } run { id } } } pageInfo { hasNextPage } }
    createdAt updatedAt
  }
`;

/** Documents that a client may send; both executors must answer the same. */
const OPERATIONS: readonly (readonly [name: string, document: string, variables?: object])[] = [
  [
    'a page of everything',
    `${EVERYTHING} { contacts(first: 50) { totalCount nodes { ...Person } edges { cursor } pageInfo { hasNextPage } } }`,
  ],
  [
    'aliases, directives and __typename',
    'query Q($with: Boolean!) { a: contacts(first: 1) { __typename nodes { __typename e: email lastName @include(if: $with) } } }',
    { with: false },
  ],
  [
    'an interface',
    `${EVERYTHING} query N($id: ID!) { node(id: $id) { __typename id ... on ContactList { name } ...Person } nodes(ids: [$id, "x"]) { __typename id } }`,
  ],
  [
    'nulls and lists',
    '{ contact(by: { email: "nobody@example.org" }) { id } contactLists(first: 1) { nodes { name } pageInfo { hasNextPage endCursor } } syncRuns { nodes { id } } }',
  ],
  [
    'the status',
    '{ syncStatus { connection store { kind version } contactsWatermark lastSucceeded { id } active { id } nextScheduledAt budget { perSecond remainingToday resetsAt } } }',
  ],
  [
    'live contacts, some of them failing',
    '{ contacts(first: 10) { nodes { email live { email consent { permissionToSend } } } } }',
  ],
  ['an error with a code', '{ contacts(first: 1000) { nodes { id } } contactLists { nodes { name } } }'],
  [
    'input objects',
    'query F($filter: ContactFilter, $orderBy: ContactOrder) { contacts(filter: $filter, orderBy: $orderBy) { nodes { email } } }',
    {
      filter: { emails: ['B@example.org'], lists: [{ name: 'Newsletter' }], updatedAfter: '2020-01-01T00:00:00+02:00' },
      orderBy: { field: 'NAME' },
    },
  ],
  [
    'a variable of the wrong type',
    'query F($first: Int) { contacts(first: $first) { nodes { id } } }',
    { first: 'one' },
  ],
  ...[{}, { first: 2 }, { first: null }].flatMap((variables) =>
    ['Int = 1', 'Int! = 1'].map(
      (type) =>
        [
          `a variable ${type} of which ${JSON.stringify(variables)} is given`,
          `query F($first: ${type}) { contacts(first: $first) { nodes { id } } }`,
          variables,
        ] as const,
    ),
  ),
  ['a refused scalar', 'query F($e: EmailAddress!) { contact(by: { email: $e }) { id } }', { e: 'nobody' }],
];

describe('the compiled and the standard executor', () => {
  let compiled: TestGraphQL;
  let standard: Omit<TestGraphQL, typeof Symbol.asyncDispose>;
  let id: string;

  beforeAll(async () => {
    const live = async (contactIds: readonly string[]) =>
      contactIds.map((contactId, index) =>
        index === 0
          ? new DomainError('REQUEST_BUDGET_EXHAUSTED', 'used up')
          : index === 1
            ? null
            : liveContact(contactId),
      );
    compiled = await openTestGraphQL({ live });
    standard = serveTestGraphQL({ compiled: false, store: compiled.store, live });
    const { store } = compiled;
    const lists = await seedLists(store, ['Newsletter', 'Customers']);
    const tags = await seedTags(store, ['vip']);
    const field = { customFieldId: 'f1', label: 'Hobby', name: 'hobby', type: 'string', choices: [] };
    await store.customFields.replaceAll([field]);
    const local = { firstName: { value: 'Anna', changedAt: SEEDED_AT, changedBy: 'crm' } };
    const localLists = { add: [{ listId: lists[1] ?? '', wishedAt: SEEDED_AT, wishedBy: 'crm' }], remove: [] };
    const conflict = {
      field: 'jobTitle',
      base: null,
      primary: 'a',
      local: 'b',
      changedAt: SEEDED_AT,
      changedBy: 'crm',
      detectedAt: SEEDED_AT,
      runId: null,
    } as const;
    await seedContacts(store, [
      {
        profile: {
          email: 'a@example.org',
          firstName: 'Ann',
          lastName: 'Smith',
          birthday: { month: 2, day: 29 },
          anniversary: '2006-11-15',
          phoneNumbers: [{ number: '+1 1', kind: 'work' }],
          streetAddresses: [
            { kind: 'home', street: 'High Street 1', city: null, state: null, postalCode: null, country: 'GB' },
          ],
          customFields: [
            { customFieldId: 'f1', value: 'chess', choiceIds: [] },
            { customFieldId: 'gone', value: null, choiceIds: ['1'] },
          ],
        },
        lists,
        tags: [...tags, 'not stored'],
        local,
        localLists,
        conflicts: [conflict],
        syncState: 'CONFLICT',
      },
      { profile: { email: 'b@example.org' }, lists: lists.slice(0, 1), consent: { permissionToSend: 'BRAND_NEW' } },
      { contactId: null, localOnly: true, primary: null, primaryCreatedAt: null, syncState: 'ONLY_LOCAL' },
      { profile: { email: 'd@example.org' } },
    ]);
    id = (await compiled.query('{ contacts(first: 1) { nodes { id } } }')).contacts.nodes[0].id;
  });
  afterAll(() => compiled[Symbol.asyncDispose]());

  it.each(OPERATIONS.map(([name, document, variables = {}]) => ({ name, document, variables })))(
    'answer the same: $name',
    async ({ document, variables }) => {
      const given = { id, ...variables };
      const used = Object.fromEntries(Object.entries(given).filter(([name]) => document.includes(`$${name}`)));
      const [first, second] = [await standard.execute(document, used), await compiled.execute(document, used)];
      // The compiled executor words refused variables and their places in its own way.
      const comparable = ({ data, errors }: typeof first) => ({
        data: data ?? null,
        errors: errors?.map(({ path, extensions }) => ({ path, code: extensions?.['code'] })),
      });
      expect(comparable(second)).toEqual(comparable(first));
      // And again: the compiled form is kept.
      expect(comparable(await compiled.execute(document, used))).toEqual(comparable(first));
    },
  );

  it('send deferred parts after the rest', async () => {
    const response = await compiled.fetch('{ contacts(first: 3) { nodes { email ... @defer { live { email } } } } }', {
      accept: 'multipart/mixed',
    });
    expect(response.headers.get('content-type')).toContain('multipart/mixed');
    const parts = (await response.text()).split('\r\n---').map((part) => part.split('\r\n\r\n')[1] ?? '');
    const [initial, ...rest] = parts
      .filter((part) => part.trim().startsWith('{'))
      .map((part) => JSON.parse(part.trim()));
    expect(initial.data.contacts.nodes[0]).toEqual({ email: 'a@example.org' });
    expect(JSON.stringify(rest)).toContain('"live"');
  });
});

function liveContact(contactId: string) {
  return {
    contactId,
    profile: {
      email: 'live@example.org',
      firstName: null,
      lastName: null,
      jobTitle: null,
      companyName: null,
      birthday: null,
      anniversary: null,
      phoneNumbers: [],
      streetAddresses: [],
      customFields: [],
    },
    consent: {
      permissionToSend: 'IMPLICIT',
      confirmStatus: null,
      optInAt: null,
      optInSource: null,
      optOutAt: null,
      optOutSource: null,
      optOutReason: null,
    },
    listIds: [],
    tagIds: [],
    notes: [],
    createdAt: null,
    updatedAt: null,
    deletedAt: null,
  };
}
