import { ObjectId } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DomainError } from '../../src/domain-error.ts';
import type { PrimaryContact } from '../../src/model/primary-contact.ts';
import { EMPTY_PROFILE } from '../../src/model/profile.ts';
import type { LiveContacts } from '../../src/schema/context.ts';
import { nodeId } from '../../src/schema/node-id.ts';
import type { ContactDocument } from '../../src/store/contact-document.ts';
import { openTestGraphQL, type TestGraphQL } from '../kit/graphql.ts';
import { contactDocument, SEEDED_AT, seedContacts, seedLists } from '../kit/seed-contacts.ts';
import { seedRun } from '../kit/seed-runs.ts';

const changed = { changedAt: SEEDED_AT, changedBy: 'crm' };

function primaryOf(contact: ContactDocument): PrimaryContact {
  const { contactId, primary, consent, lists, tags } = contact;
  if (contactId === null || consent === null) throw new Error('not in the primary');
  const dates = { createdAt: SEEDED_AT, updatedAt: SEEDED_AT, deletedAt: null };
  return { contactId, profile: primary ?? EMPTY_PROFILE, consent, listIds: lists, tagIds: tags, notes: [], ...dates };
}

describe('a contact', () => {
  const asked: string[][] = [];
  let answer: (contactId: string) => PrimaryContact | DomainError | null = () => null;
  const live: LiveContacts = async (contactIds) => {
    asked.push([...contactIds]);
    return contactIds.map((contactId) => answer(contactId));
  };
  let graphql: TestGraphQL;
  let listIds: string[];
  let people: ContactDocument[];

  beforeAll(async () => {
    graphql = await openTestGraphQL({ live });
    listIds = await seedLists(graphql.store, ['Newsletter', 'Customers', 'Öffentlich']);
    const [newsletter = '', customers = ''] = listIds;
    people = await seedContacts(graphql.store, [
      { profile: { email: 'synced@example.org' }, lists: [newsletter] },
      {
        profile: { email: 'edited@example.org', firstName: 'Ann' },
        lists: [newsletter],
        local: { firstName: { value: 'Anna', ...changed } },
        localLists: {
          add: [{ listId: customers, wishedAt: SEEDED_AT, wishedBy: 'crm' }],
          remove: [{ listId: newsletter, wishedAt: SEEDED_AT, wishedBy: 'crm' }],
        },
      },
      {
        profile: { email: 'conflict@example.org', jobTitle: 'theirs' },
        conflicts: [
          {
            field: 'jobTitle',
            base: null,
            primary: 'theirs',
            local: 'ours',
            ...changed,
            detectedAt: SEEDED_AT,
            runId: null,
          },
        ],
      },
      { contactId: null, primary: null, local: { email: { value: 'local@example.org', ...changed } } },
      { profile: { email: 'deleted@example.org' }, deletedAt: SEEDED_AT },
      {
        profile: { email: 'lost@example.org' },
        deletedAt: SEEDED_AT,
        local: { firstName: { value: 'New', ...changed } },
      },
    ]);
  });
  afterAll(() => graphql[Symbol.asyncDispose]());

  it('is shown as both stores together', async () => {
    const { contact } = await graphql.query(
      '{ contact(by: { email: "edited@example.org" }) { firstName syncState lists { name } pendingChanges { field base value changedBy } } }',
    );
    expect(contact).toEqual({
      firstName: 'Anna',
      syncState: 'PENDING_PUSH',
      lists: [{ name: 'Customers' }],
      pendingChanges: [
        { field: 'firstName', base: 'Ann', value: 'Anna', changedBy: 'crm' },
        { field: `list:${listIds[1]}`, base: false, value: true, changedBy: 'crm' },
        { field: `list:${listIds[0]}`, base: true, value: false, changedBy: 'crm' },
      ],
    });
  });

  it('is found by each of its names', async () => {
    const [synced] = people;
    const one = 'query One($by: ContactRef!) { contact(by: $by) { email } }';
    for (const by of [
      { email: 'SYNCED@example.org' },
      { contactId: synced?.contactId },
      { id: nodeId('Contact', synced?._id ?? new ObjectId()) },
    ])
      expect(await graphql.query(one, { by })).toEqual({ contact: { email: 'synced@example.org' } });
  });

  it('has its history, newest first, page by page, with the runs that wrote it', async () => {
    const run = await seedRun(graphql.store, { ended: true });
    const contact = contactDocument({ profile: { email: 'history@example.org' } });
    await graphql.store.contacts.write([{ previous: null, next: contact }]);
    let previous = contact;
    for (let revision = 2; revision <= 5; revision++) {
      const changes = [{ kind: 'FIELD', subject: 'firstName', before: revision - 1, after: revision }] as const;
      const change = { ...previous.change, _id: new ObjectId(), runId: run._id, changes };
      const next = { ...previous, revision, change };
      await graphql.store.contacts.write([{ previous, next }]);
      previous = next;
    }
    const page = `query History($after: String, $email: EmailAddress!) { contact(by: { email: $email }) {
      history(first: 2, after: $after) { nodes { revision source run { id } changes { kind subject before after } } pageInfo { hasNextPage endCursor } }
    } }`;
    const revisions: number[] = [];
    let after: string | null = null;
    for (let pages = 0; pages < 4; pages++) {
      const { contact: found }: { contact: never } = await graphql.query(page, { after, email: 'history@example.org' });
      const { nodes, pageInfo } = (
        found as {
          history: {
            nodes: { revision: number; run: object; changes: object[] }[];
            pageInfo: { hasNextPage: boolean; endCursor: string };
          };
        }
      ).history;
      revisions.push(...nodes.map(({ revision }) => revision));
      if (pages === 0) {
        expect(nodes[0]).toMatchObject({
          run: { id: nodeId('SyncRun', run._id) },
          changes: [{ kind: 'FIELD', subject: 'firstName', before: 4, after: 5 }],
        });
      }
      after = pageInfo.endCursor;
      if (!pageInfo.hasNextPage) break;
    }
    expect(revisions).toEqual([5, 4, 3, 2, 1]);
    const { errors } = await graphql.execute(page, { after, email: 'synced@example.org' });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'INVALID_INPUT', problems: [{ path: ['after'] }] });
  });

  it('is read live once for all fields that ask, in one batch, and not when it exists only here', async () => {
    answer = (contactId) => {
      const found = people.find((person) => person.contactId === contactId);
      if (found === undefined) return null;
      const theirs = primaryOf(found);
      return { ...theirs, profile: { ...theirs.profile, companyName: 'Acme' } };
    };
    asked.length = 0;
    const { contacts } = await graphql.query(
      '{ contacts(first: 6) { nodes { live { email companyName lists { name } } diff(source: LIVE) { kind fields { field primary } } } } }',
    );
    expect(asked).toHaveLength(1);
    expect(asked[0]).toHaveLength(5);
    expect(contacts.nodes[0]).toEqual({
      live: { email: 'synced@example.org', companyName: 'Acme', lists: [{ name: 'Newsletter' }] },
      diff: { kind: 'CHANGED_IN_PRIMARY', fields: [{ field: 'companyName', primary: 'Acme' }] },
    });
    expect(contacts.nodes[3]).toMatchObject({ live: null, diff: { kind: 'ONLY_IN_SECONDARY' } });
  });

  it('says why it cannot be read live; the rest of the answer stands', async () => {
    answer = () => new DomainError('PRIMARY_UNAVAILABLE', 'Constant Contact does not answer.', { retryable: true });
    const { data, errors } = await graphql.execute(
      '{ contact(by: { email: "synced@example.org" }) { email live { email } } }',
    );
    expect(data.contact).toEqual({ email: 'synced@example.org', live: null });
    expect(errors).toMatchObject([
      { path: ['contact', 'live'], extensions: { code: 'PRIMARY_UNAVAILABLE', retryable: true } },
    ]);
  });

  it('is among the differences unless both stores say the same', async () => {
    const diffs = `query Diffs($first: Int, $after: String, $filter: ContactDiffFilter) { contactDiffs(first: $first, after: $after, filter: $filter) {
      nodes { kind contact { email } fields { field winner } listsOnlyInPrimary { name } listsOnlyInSecondary { name } } pageInfo { hasNextPage endCursor }
    } }`;
    const { contactDiffs } = await graphql.query(diffs);
    expect(contactDiffs.nodes).toEqual([
      {
        kind: 'CHANGED_IN_SECONDARY',
        contact: { email: 'edited@example.org' },
        fields: [{ field: 'firstName', winner: 'SECONDARY' }],
        listsOnlyInPrimary: [{ name: 'Newsletter' }],
        listsOnlyInSecondary: [{ name: 'Customers' }],
      },
      expect.objectContaining({ kind: 'CONFLICT', fields: [{ field: 'jobTitle', winner: 'PRIMARY' }] }),
      expect.objectContaining({ kind: 'ONLY_IN_SECONDARY', contact: { email: 'local@example.org' } }),
      expect.objectContaining({ kind: 'DELETED_IN_PRIMARY', contact: { email: 'lost@example.org' } }),
    ]);
    const first = await graphql.query(diffs, { first: 3 });
    const second = await graphql.query(diffs, { first: 3, after: first.contactDiffs.pageInfo.endCursor });
    expect([first, second].map(({ contactDiffs: page }) => [page.nodes.length, page.pageInfo.hasNextPage])).toEqual([
      [3, true],
      [1, false],
    ]);
    const conflicts = await graphql.query(diffs, { filter: { kinds: ['CONFLICT', 'ONLY_IN_PRIMARY'] } });
    expect(conflicts.contactDiffs.nodes.map((node: { kind: string }) => node.kind)).toEqual(['CONFLICT']);
  });
});

describe('contact lists', () => {
  it('are listed by name, page by page, and found by a part of it', async () => {
    await using graphql = await openTestGraphQL();
    const names = ['delta', 'Alpha', 'Bravo', 'charlie', 'Alphabet'];
    const [, alpha = ''] = await seedLists(graphql.store, names);
    await seedContacts(graphql.store, [{ lists: [alpha] }, { lists: [alpha] }, {}]);
    const page =
      'query Lists($first: Int, $after: String, $filter: ContactListFilter) { contactLists(first: $first, after: $after, filter: $filter) { nodes { name storedMemberCount } pageInfo { hasNextPage hasPreviousPage endCursor } } }';
    const first = await graphql.query(page, { first: 3 });
    const second = await graphql.query(page, { first: 3, after: first.contactLists.pageInfo.endCursor });
    const listed = [...first.contactLists.nodes, ...second.contactLists.nodes];
    expect(listed.map((list: { name: string }) => list.name)).toEqual([...names].sort());
    expect(listed[0].storedMemberCount).toBe(2);
    expect(first.contactLists.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect(second.contactLists.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const found = await graphql.query(page, { filter: { search: 'ALPHA' } });
    expect(found.contactLists.nodes.map((list: { name: string }) => list.name)).toEqual(['Alpha', 'Alphabet']);

    await seedLists(graphql.store, ['Alpha']);
    const left = await graphql.query(page);
    expect(left.contactLists.nodes).toHaveLength(1);
    expect((await graphql.query(page, { filter: { includeGone: true } })).contactLists.nodes).toHaveLength(6);
  });
});
