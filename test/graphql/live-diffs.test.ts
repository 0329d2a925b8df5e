import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReadLivePage } from '../../src/sync/live-pages.ts';
import { serveTestGraphQL, type TestGraphQL } from '../kit/graphql.ts';
import { createLocally, workLocally } from '../kit/local-work.ts';
import { openSyncKit, type SyncKit } from '../kit/sync.ts';

const DIFFS = `query Live($first: Int, $after: String, $max: Int, $filter: ContactDiffFilter) {
  contactDiffs(source: LIVE, first: $first, after: $after, maxApiRequests: $max, filter: $filter) {
    nodes { kind contact { contactId email } fields { field primary secondary winner reason }
      listsOnlyInPrimary { id } listsOnlyInSecondary { listId } }
    pageInfo { hasNextPage endCursor }
    liveCost { apiRequests apiRequestsLeft remainingToday } } }`;
const LIST = `query Live($list: ContactListRef!, $max: Int, $first: Int) {
  listDiff(list: $list, source: LIVE, maxApiRequests: $max) { apiRequests primaryCount secondaryCount
    onlyInPrimary(first: $first) { totalCount nodes { contactId } pageInfo { hasNextPage } }
    onlyInSecondary { totalCount nodes { email } } } }`;

interface LiveDiff {
  readonly kind: string;
  readonly contact: { readonly contactId: string | null; readonly email: string };
  readonly fields: readonly { readonly field: string; readonly winner: string; readonly reason: string }[];
}

describe('the stores compared live', () => {
  let kit: SyncKit;
  let graphql: Omit<TestGraphQL, typeof Symbol.asyncDispose>;
  let ids: string[];
  let listId: string;

  const requests = async () => (await kit.sandbox.stats()).requests;
  const stored = () => kit.store.contacts.collection.find({}).sort({ _id: 1 }).toArray();

  async function walk(variables: object): Promise<{ diffs: LiveDiff[]; apiRequests: number }> {
    const diffs: LiveDiff[] = [];
    let apiRequests = 0;
    for (let after: string | null = null, pages = 0; pages < 100; pages++) {
      const { contactDiffs } = await graphql.query(DIFFS, { after, ...variables });
      diffs.push(...contactDiffs.nodes);
      apiRequests += contactDiffs.liveCost.apiRequests;
      if (!contactDiffs.pageInfo.hasNextPage) return { diffs, apiRequests };
      after = contactDiffs.pageInfo.endCursor;
    }
    throw new Error('the comparison does not end');
  }

  beforeAll(async () => {
    kit = await openSyncKit({ contacts: 1_200, lists: 3 });
    graphql = serveTestGraphQL({ compiled: true, store: kit.store, readLivePage: createReadLivePage(kit) });
    await kit.run({ mode: 'FULL' });
    const known = await kit.store.contacts.collection
      .find({ status: 'ACTIVE', 'lists.0': { $exists: true } })
      .sort({ _id: 1 })
      .toArray();
    ids = known.map(({ contactId }) => contactId ?? '');
    listId = known[5]?.lists[0] ?? '';
    await workLocally(kit, ids[0] ?? '', { fields: { firstName: 'Ours' } });
    await workLocally(kit, ids[1] ?? '', { fields: { firstName: 'Ours' } });
    await createLocally(kit, { fields: { email: 'only-here@example.com' }, add: [listId] });
    for (const id of [ids[1], ids[2]]) {
      await kit.sandbox.control('PATCH', `/contacts/${id}`, { first_name: 'Theirs' });
    }
    await kit.sandbox.control('POST', `/contacts/${ids[3]}/unsubscribe`, { reason: 'enough' });
    await kit.sandbox.control('DELETE', `/contacts/${ids[4]}`);
    await kit.sandbox.control('POST', `/lists/${listId}/members`, { add: [], remove: [ids[5]] });
  });
  afterAll(() => kit[Symbol.asyncDispose]());

  it('tell what they will cost before anything is asked', async () => {
    const before = await requests();
    const { contactDiffs } = await graphql.query(DIFFS, { max: 0 });
    expect(contactDiffs).toMatchObject({
      nodes: [],
      pageInfo: { hasNextPage: true, endCursor: expect.any(String) },
      liveCost: { apiRequests: 0, apiRequestsLeft: 3, remainingToday: 9_988 },
    });
    expect(await requests()).toBe(before);
  });

  it('show each kind of difference with the reason, for the requests that were told, and change nothing here', async () => {
    const [before, images] = [await requests(), await stored()];
    const { diffs, apiRequests } = await walk({ first: 500 });
    expect(apiRequests).toBe(3);
    expect(await requests()).toBe(before + 3);
    expect(await stored()).toEqual(images);

    const kinds = new Map(diffs.map(({ kind, contact }) => [contact.contactId ?? contact.email, kind]));
    expect(Object.fromEntries(kinds)).toEqual({
      [ids[0] ?? '']: 'CHANGED_IN_SECONDARY',
      [ids[1] ?? '']: 'CONFLICT',
      [ids[2] ?? '']: 'CHANGED_IN_PRIMARY',
      [ids[3] ?? '']: 'CHANGED_IN_PRIMARY',
      [ids[4] ?? '']: 'DELETED_IN_PRIMARY',
      [ids[5] ?? '']: 'CHANGED_IN_PRIMARY',
      'only-here@example.com': 'ONLY_IN_SECONDARY',
    });
    const ofConflict = diffs.find(({ kind }) => kind === 'CONFLICT')?.fields[0];
    expect(ofConflict).toMatchObject({ field: 'firstName', winner: 'PRIMARY', primary: 'Theirs', secondary: 'Ours' });
    expect(ofConflict?.reason).toContain('keeps the value');
  });

  it('come in pages of any size, each contact once', async () => {
    const { diffs } = await walk({ first: 1 });
    expect(diffs).toHaveLength(7);
    expect(new Set(diffs.map(({ contact }) => contact.contactId ?? contact.email)).size).toBe(7);
    const conflicts = await walk({ first: 2, max: 20, filter: { kinds: ['CONFLICT'] } });
    expect(conflicts.diffs.map(({ contact }) => contact.contactId)).toEqual([ids[1]]);
  });

  it('show a contact that only Constant Contact has', async () => {
    const created = await kit.sandbox.control<{ contact_id: string }>('POST', '/contacts', {
      email_address: { address: 'only-there@example.com', permission_to_send: 'implicit' },
      first_name: 'There',
    });
    const { diffs } = await walk({ first: 500, filter: { kinds: ['ONLY_IN_PRIMARY'] } });
    expect(diffs).toMatchObject([{ contact: { contactId: created.contact_id, email: 'only-there@example.com' } }]);
    expect(await kit.store.contacts.byContactIds([created.contact_id])).toEqual([]);
    await kit.sandbox.control('DELETE', `/contacts/${created.contact_id}`);
  });

  it('refuse a limit and a cursor that are none', async () => {
    const { errors } = await graphql.execute(DIFFS, { max: 21, after: 'x' });
    expect(errors?.[0]?.extensions?.['problems']).toMatchObject([{ path: ['maxApiRequests'] }, { path: ['after'] }]);
  });

  it('show the members of a list, with who left it and who is to come', async () => {
    const images = await stored();
    const { listDiff } = await graphql.query(LIST, { list: { listId }, max: 20, first: 5 });
    const members = (await kit.sandbox.truth()).filter(
      (contact) => !contact.deleted_at && contact.list_memberships?.includes(listId),
    );
    expect(listDiff.primaryCount).toBe(members.length);
    const emails = listDiff.onlyInSecondary.nodes.map(({ email }: { email: string }) => email);
    const left = await kit.store.contacts.byContactIds([ids[5] ?? '']);
    expect(emails).toEqual(expect.arrayContaining(['only-here@example.com', left[0]?.primary?.email]));
    expect(listDiff.secondaryCount - listDiff.onlyInSecondary.totalCount).toBe(
      listDiff.primaryCount - listDiff.onlyInPrimary.totalCount,
    );
    expect(await stored()).toEqual(images);
  });

  it('refuse a list that takes more requests than allowed, before anything is asked', async () => {
    const before = await requests();
    const { errors } = await graphql.execute(LIST, { list: { listId }, max: 0 });
    expect(errors?.[0]).toMatchObject({
      message: expect.stringMatching(/takes \d+ requests? to Constant Contact; 9988 are left today/),
      extensions: { code: 'INVALID_INPUT', problems: [{ path: ['maxApiRequests'] }] },
    });
    expect(await requests()).toBe(before);
  });
});
