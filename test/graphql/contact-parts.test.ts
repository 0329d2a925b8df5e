import { randomUUID } from 'node:crypto';
import { getNamedType, isCompositeType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchema } from '../../src/schema/schema.ts';
import { openTestGraphQL, type TestGraphQL } from '../kit/graphql.ts';
import { SEEDED_AT, type SeedContact, seedContacts, seedLists, seedTags } from '../kit/seed-contacts.ts';

const contactType = createSchema().getType('Contact');
const FIELDS = isObjectType(contactType) ? Object.values(contactType.getFields()) : [];

const changed = { changedAt: SEEDED_AT, changedBy: 'crm' };
const PEOPLE: readonly SeedContact[] = [
  {
    profile: {
      email: 'a@example.org',
      firstName: 'Ann',
      lastName: 'Smith',
      jobTitle: 'Buyer',
      companyName: 'Acme',
      birthday: { month: 2, day: 29 },
      anniversary: '2006-11-15',
      phoneNumbers: [{ number: '1', kind: 'work' }],
      streetAddresses: [{ kind: 'home', street: 'S', city: null, state: null, postalCode: null, country: null }],
      customFields: [{ customFieldId: 'f1', value: 'v', choiceIds: [] }],
    },
    conflicts: [
      { field: 'jobTitle', base: null, primary: 'a', local: 'b', ...changed, detectedAt: SEEDED_AT, runId: null },
    ],
    refusals: [{ subject: 'contact', reason: 'UNSUBSCRIBED', message: 'no', refusedAt: SEEDED_AT, runId: null }],
  },
  {
    profile: { email: 'b@example.org', firstName: 'Bob' },
    local: {
      firstName: { value: 'Robert', ...changed },
      'customField:f1': { value: { customFieldId: 'f1', value: 'x', choiceIds: [] }, ...changed },
    },
    localLists: { add: [{ listId: randomUUID(), wishedAt: SEEDED_AT, wishedBy: 'crm' }], remove: [] },
    deletion: { requestedAt: SEEDED_AT, requestedBy: 'crm' },
  },
];

/** A page reads of its contacts what its fields need and no more: what must not be seen in an answer. */
describe('each field of a contact', () => {
  let graphql: TestGraphQL;
  beforeAll(async () => {
    graphql = await openTestGraphQL();
    const lists = await seedLists(graphql.store, ['Newsletter']);
    const tags = await seedTags(graphql.store, ['vip']);
    const here = {
      contactId: null,
      primary: null,
      primaryCreatedAt: null,
      local: { email: { value: 'c@example.org', ...changed } },
    };
    await seedContacts(graphql.store, [...PEOPLE.map((person) => ({ ...person, lists, tags })), here]);
  });
  afterAll(() => graphql[Symbol.asyncDispose]());

  it.each(FIELDS.map(({ name, type }) => ({ name, type })))(
    'is the same on a page as alone: $name',
    async ({ name, type }) => {
      const named = getNamedType(type);
      const inner = isObjectType(named)
        ? Object.values(named.getFields()).filter((field) => field.args.length === 0)
        : [];
      const leaves = inner.filter((field) => !isCompositeType(getNamedType(field.type))).map((field) => field.name);
      const selection =
        name === 'history'
          ? 'history { nodes { revision changedBy } }'
          : leaves.length > 0
            ? `${name} { ${leaves.join(' ')} }`
            : name;
      const { contacts } = await graphql.query('{ contacts { nodes { id } } }');
      for (const orderBy of ['ID', 'NAME']) {
        const page = await graphql.query(
          `fragment F on Contact { ${selection} } { contacts(orderBy: { field: ${orderBy} }) { nodes { k: id ...F } edges { node { ${selection} } } } }`,
        );
        for (const { id } of contacts.nodes) {
          const { contact } = await graphql.query(`query One($id: ID!) { contact(by: { id: $id }) { ${selection} } }`, {
            id,
          });
          const index = page.contacts.nodes.findIndex((node: { k: string }) => node.k === id);
          expect(page.contacts.nodes[index]).toEqual({ k: id, ...contact });
          expect(page.contacts.edges[index].node).toEqual(contact);
        }
      }
    },
  );
});
