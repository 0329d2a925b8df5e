import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGatewayClient, type GatewayClient } from '../../src/client/index.ts';
import { serveTestGraphQL } from '../kit/graphql.ts';
import { openSyncKit, type SyncKit } from '../kit/sync.ts';

const CONTACTS = 1_200;

describe('a run that is started, followed and read through GraphQL', () => {
  let kit: SyncKit;
  let client: GatewayClient;
  let query: (document: string, variables?: object) => Promise<ReturnType<typeof JSON.parse>>;

  beforeAll(async () => {
    kit = await openSyncKit({ contacts: CONTACTS, lists: 5 });
    const graphql = serveTestGraphQL({ compiled: true, store: kit.store, engine: kit.engine });
    client = createGatewayClient('http://localhost/graphql', { fetch: graphql.serve });
    query = graphql.query;
  });
  afterAll(() => kit[Symbol.asyncDispose]());

  it('tells its progress to the end and leaves what the account has', async () => {
    const { startSync } = await client.startSync({ input: { kind: 'CONTACTS', mode: 'FULL' } });
    if (startSync.__typename !== 'StartSyncSuccess') throw new Error(startSync.__typename);
    const runs = client.syncRunChanged({ kinds: ['CONTACTS'] });
    const changedRun = runs.next();
    const events = [];
    for await (const event of client.syncProgress({ runId: startSync.run.id })) events.push(event);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
    expect(events[0]?.type).toBe('STARTED');
    expect(events.at(-1)).toMatchObject({ type: 'FINISHED', run: { status: 'SUCCEEDED', percent: 100 } });
    expect((await changedRun).value).toMatchObject({ id: startSync.run.id, kind: 'CONTACTS' });
    await runs.return(undefined);

    const { syncStatus } = await client.syncStatus();
    expect(syncStatus.active).toEqual([]);
    expect(syncStatus.lastSucceeded).toMatchObject([{ id: startSync.run.id }]);
    expect(syncStatus.contactsWatermark).not.toBeNull();

    const { contacts } = await client.contactCount();
    expect(contacts.totalCount).toBe(events.at(-1)?.run.counts.created);
    expect(contacts.totalCount).toBe(CONTACTS);
  });

  it('leaves the counts of the day for charts, one day beside the other', async () => {
    const yesterday = new Date(Date.now() - 86_400_000);
    const byStatus = {
      ACTIVE: 7,
      UNSUBSCRIBED: 2,
      PENDING_CONFIRMATION: 0,
      TEMP_HOLD: 0,
      NOT_SET: 0,
      DELETED: 0,
    };
    await kit.store.dailyCounts.put({
      at: yesterday,
      byStatus,
      lists: [{ listId: 'l', name: 'News', memberCount: 9 }],
    });
    const { dailyContactCounts: days } = await client.dailyContactCounts({ days: 2, lists: 2 });
    const [before, today] = days;
    if (before === undefined || today === undefined) throw new Error('two days');
    expect(before).toMatchObject({
      day: yesterday.toISOString().slice(0, 10),
      lists: [{ name: 'News', memberCount: 9 }],
    });
    expect(before.byStatus.find(({ status }) => status === 'ACTIVE')?.count).toBe(7);
    expect(today.byStatus.reduce((sum, { count }) => sum + count, 0)).toBe(CONTACTS);
    const { contactLists } = await client.contactLists({ first: 100 });
    const sizes = contactLists.nodes.map(({ membershipCount }) => membershipCount ?? 0).sort((a, b) => b - a);
    expect(today.lists.map(({ memberCount }) => memberCount)).toEqual(sizes.slice(0, 2));

    expect((await client.dailyContactCounts({ days: 1 })).dailyContactCounts).toMatchObject([{ day: today.day }]);
    await expect(client.dailyContactCounts({ days: 0 })).rejects.toThrow('must be between 1 and 400');
    await expect(client.dailyContactCounts({ lists: 51 })).rejects.toThrow('must be between 0 and 50');
  });

  it('lets every contact be reached by its pages, and found by its names', async () => {
    const seen = new Set<string>();
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<GatewayClient['contacts']>> = await client.contacts({
        first: 500,
        after,
        orderBy: { field: 'NAME' },
      });
      for (const { id } of page.contacts.nodes) seen.add(id);
      after = page.contacts.pageInfo.hasNextPage ? page.contacts.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen.size).toBe(CONTACTS);

    const { contacts } = await query('{ contacts(first: 60) { nodes { id email firstName lastName } } }');
    for (const { id, ...names } of contacts.nodes as {
      id: string;
      email: string | null;
      firstName: string | null;
      lastName: string | null;
    }[]) {
      for (const search of [names.email?.slice(0, 12), names.firstName, names.lastName?.toUpperCase()]) {
        if (!search?.trim()) continue;
        const found = await client.contacts({ filter: { search }, first: 500 });
        expect(
          found.contacts.nodes.map((node) => node.id),
          search,
        ).toContain(id);
      }
    }
  });
});
