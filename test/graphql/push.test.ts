import { ObjectId } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGatewayClient, type GatewayClient } from '../../src/client/index.ts';
import { nodeId } from '../../src/schema/node-id.ts';
import { PUSH_LIMITS } from '../../src/sync/decide/push-limits.ts';
import { CONNECTED_STATUS, openTestGraphQL, serveTestGraphQL } from '../kit/graphql.ts';
import { createLocally, workLocally } from '../kit/local-work.ts';
import type { TrueContact } from '../kit/sandbox.ts';
import { seedRun } from '../kit/seed-runs.ts';
import { openSyncKit, type SyncKit } from '../kit/sync.ts';

describe('local work that is planned, pushed and followed through GraphQL', () => {
  let kit: SyncKit;
  let client: GatewayClient;
  let active: TrueContact[];
  let unsubscribed: TrueContact[];
  let listId: string;

  beforeAll(async () => {
    kit = await openSyncKit({ contacts: 300, lists: 4 });
    const graphql = serveTestGraphQL({ compiled: true, store: kit.store, engine: kit.engine });
    client = createGatewayClient('http://localhost/graphql', { fetch: graphql.serve });
    await kit.run({});
    const truth = (await kit.sandbox.truth()).filter(({ deleted_at }) => !deleted_at);
    const permits = (permissions: string[]) => (contact: TrueContact) =>
      permissions.includes(contact.email_address?.permission_to_send ?? '') &&
      (contact.email_address?.address.length ?? 99) <= 50;
    active = truth.filter(permits(['implicit', 'explicit'])).filter(({ list_memberships: l }) => l?.length === 1);
    unsubscribed = truth.filter(permits(['unsubscribed']));
    const lists = (await kit.store.lists.all()).filter(({ goneAt }) => goneAt === null);
    listId = lists.find((list) => list.listId !== active[0]?.list_memberships?.[0])?.listId ?? '';
  });
  afterAll(() => kit[Symbol.asyncDispose]());

  const contactRef = (contact: TrueContact | undefined) => ({ contactId: contact?.contact_id ?? '' });
  const runOf = async (input: Parameters<GatewayClient['startSync']>[0]['input']) => {
    const { startSync } = await client.startSync({ input });
    if (startSync.__typename !== 'StartSyncSuccess') throw new Error(startSync.__typename);
    for await (const _ of client.syncProgress({ runId: startSync.run.id }));
    const { syncRun } = await client.syncRun({ id: startSync.run.id });
    if (syncRun === null || syncRun === undefined) throw new Error('the run has gone');
    return syncRun;
  };
  const diffs = async () => (await client.contactDiffs({ first: 500 })).contactDiffs.nodes;

  it('arrives, and leaves no difference but what is refused', async () => {
    const [edited, added, removed] = active;
    const [left] = unsubscribed;
    const ownList = removed?.list_memberships?.[0] ?? '';
    await client.saveContacts({
      inputs: [
        { contact: contactRef(edited), firstName: 'Edited', lists: [{ listId }] },
        { contact: { email: 'brand-new@example.com' }, firstName: 'Brand', lists: [{ listId }] },
        { contact: contactRef(left), firstName: 'Gone' },
      ],
    });
    const wish = await client.addContactsToList({
      input: { list: { listId }, contacts: [contactRef(added), contactRef(left)] },
    });
    expect(wish.addContactsToList).toMatchObject({ changed: 1, refused: [{ index: 1, reason: 'UNSUBSCRIBED' }] });
    await client.removeContactsFromList({ input: { list: { listId: ownList }, contacts: [contactRef(removed)] } });
    expect(await diffs()).toHaveLength(5);

    const requestsBefore = (await kit.sandbox.stats()).requests;
    const { pushPlan } = await client.pushPlan();
    expect((await kit.sandbox.stats()).requests).toBe(requestsBefore);
    expect(pushPlan).toMatchObject({ contactCount: 4, skippedCount: 1, budget: { remainingToday: 9_988 } });
    expect(pushPlan.skipped.nodes).toMatchObject([
      { contact: { email: left?.email_address?.address }, subject: 'firstName', reason: 'UNSUBSCRIBED' },
    ]);
    expect(pushPlan.batches.map(({ kind }) => kind).sort()).toEqual(['ADD_TO_LISTS', 'IMPORT', 'REMOVE_FROM_LISTS']);
    const imported = pushPlan.batches.find(({ kind }) => kind === 'IMPORT');
    expect(imported).toMatchObject({ contactCount: 2, requests: 1, lists: [{ name: expect.any(String) }] });
    expect(imported?.bytes).toBeGreaterThan(100);
    expect(pushPlan.etaSeconds).toBe(Math.ceil(pushPlan.apiRequests / CONNECTED_STATUS.budget.perSecond));

    const dry = await runOf({ kind: 'PUSH', dryRun: true });
    expect(dry).toMatchObject({ status: 'SUCCEEDED', dryRun: true, planHash: pushPlan.planHash });
    const run = await runOf({ kind: 'PUSH', planHash: pushPlan.planHash });
    expect(run).toMatchObject({ status: 'SUCCEEDED', error: null, counts: { pushed: 4, skipped: 1 } });

    const truth = new Map((await kit.sandbox.truth()).map((contact) => [contact.contact_id, contact]));
    expect(truth.get(edited?.contact_id ?? '')).toMatchObject({ first_name: 'Edited' });
    expect(truth.get(edited?.contact_id ?? '')?.list_memberships).toContain(listId);
    expect(truth.get(added?.contact_id ?? '')?.list_memberships).toContain(listId);
    expect(truth.get(removed?.contact_id ?? '')?.list_memberships).not.toContain(ownList);
    expect(truth.get(left?.contact_id ?? '')?.email_address?.permission_to_send).toBe('unsubscribed');
    expect([...truth.values()].filter(({ first_name }) => first_name === 'Brand')).toHaveLength(1);
    const { contact } = await client.contact({ by: { email: 'brand-new@example.com' } });
    expect(contact).toMatchObject({ syncState: 'IN_SYNC', pendingChanges: [], lists: [{ listId }] });

    const rest = await diffs();
    expect(rest.map(({ contact: { contactId } }) => contactId)).toEqual([left?.contact_id]);
    expect(rest[0]).toMatchObject({ fields: [{ field: 'firstName' }], blocked: [{ reason: 'UNSUBSCRIBED' }] });
    await client.discardLocalChanges({ input: { contact: contactRef(left) } });
    expect(await diffs()).toEqual([]);
  });

  it('is not sent by a plan that is not the one that was looked at, and the run says so', async () => {
    const { pushPlan } = await client.pushPlan();
    await client.saveContact({ input: { contact: contactRef(active[3]), firstName: 'Later' } });
    const run = await runOf({ kind: 'PUSH', planHash: pushPlan.planHash });
    expect(run).toMatchObject({ status: 'FAILED', error: { code: 'PLAN_STALE', retryable: false } });
    const dry = await runOf({ kind: 'FULL_CYCLE', dryRun: true });
    expect(dry).toMatchObject({ status: 'SUCCEEDED', counts: { pushed: 0 } });
  });

  it('is planned by the limits of files where files carry it, as the push does', async () => {
    const pushLimits = PUSH_LIMITS.csv;
    const files = kit.instance({ pushLimits });
    const graphql = serveTestGraphQL({ compiled: true, store: kit.store, engine: files.engine, pushLimits });
    const csv = createGatewayClient('http://localhost/graphql', { fetch: graphql.serve });
    // No column of a file holds a phone number at work.
    const email = 'at-work@example.com';
    const phoneNumbers = [{ kind: 'work', number: '555-0101' }] as const;
    await createLocally(kit, { fields: { email, phoneNumbers }, add: [listId] });
    const planBy = async (by: GatewayClient) => (await by.pushPlan()).pushPlan;
    expect((await planBy(client)).batches.map(({ kind }) => kind)).not.toContain('CREATE');
    const plan = await planBy(csv);
    expect(plan.batches.map(({ kind }) => kind)).toContain('CREATE');
    expect(await files.run({ kind: 'PUSH', dryRun: true })).toMatchObject({ push: { planHash: plan.planHash } });
    await client.deleteContact({ input: { contact: { email }, confirm: true } });
  });

  it('is planned for some lists alone, page by page of what is skipped', async () => {
    const lists = [{ listId }];
    const of = async (variables: object) => (await client.pushPlan(variables)).pushPlan;
    const onList = active.find(({ list_memberships: memberships }) => memberships?.[0] === listId);
    await client.saveContact({ input: { contact: contactRef(onList), jobTitle: 'On the list' } });
    expect((await of({ lists })).contactCount).toBe(1);
    for (const each of unsubscribed.slice(0, 3))
      await client.saveContact({ input: { contact: contactRef(each), jobTitle: 'x', companyName: 'y' } });
    const all = (await of({ first: 500 })).skipped.nodes;
    expect(all).toHaveLength(6);
    const seen: unknown[] = [];
    for (let after: string | null = null; seen.length < 20; ) {
      const { nodes, pageInfo }: Awaited<ReturnType<typeof of>>['skipped'] = (await of({ first: 4, after })).skipped;
      seen.push(...nodes);
      after = pageInfo.endCursor ?? null;
      if (!pageInfo.hasNextPage) break;
    }
    expect(seen).toEqual(all);
    await expect(of({ lists: [{ listId: 'nowhere' }, { name: 'none' }] })).rejects.toMatchObject({
      response: { errors: [{ extensions: { problems: [{ path: ['lists', '0'] }, { path: ['lists', '1'] }] } }] },
    });
    for (const contact of [active[3], onList, ...unsubscribed.slice(0, 3)])
      await client.discardLocalChanges({ input: { contact: contactRef(contact) } });
  });

  it('waits for a confirmation before it deletes unusually many, and goes on with it', async () => {
    const others = active.slice(10, 65);
    expect(others.length).toBeGreaterThan(50);
    for (const { contact_id } of others) await workLocally(kit, contact_id, { deletion: true });
    const { startSync } = await client.startSync({ input: { kind: 'PUSH' } });
    if (startSync.__typename !== 'StartSyncSuccess') throw new Error(startSync.__typename);
    const runId = startSync.run.id;
    const paused = new AbortController();
    const confirm = async (id: string) => (await client.confirmSync({ input: { runId: id } })).confirmSync;
    for await (const { run } of client.syncProgress({ runId }, { signal: paused.signal })) {
      if (run.status === 'PAUSED') break;
    }
    expect((await kit.sandbox.stats()).byRoute['POST /activities/contact_delete']).toBeUndefined();
    expect(await confirm(runId)).toMatchObject({ __typename: 'ConfirmSyncSuccess', run: { id: runId } });
    for await (const _ of client.syncProgress({ runId }));
    const { syncRun } = await client.syncRun({ id: runId });
    expect(syncRun).toMatchObject({ status: 'SUCCEEDED', counts: { pushed: others.length } });
    expect(await diffs()).toEqual([]);
    expect(await confirm(runId)).toMatchObject({ __typename: 'SyncRunEnded' });
    expect(await confirm(nodeId('SyncRun', new ObjectId()))).toMatchObject({ __typename: 'SyncRunNotFound' });
  });
});

it('A run that waits for no confirmation cannot be confirmed', async () => {
  await using graphql = await openTestGraphQL();
  const run = await seedRun(graphql.store, { ended: false });
  const { confirmSync } = await graphql.query(
    'mutation Confirm($id: ID!) { confirmSync(input: { runId: $id }) { __typename ... on SyncRunNotWaiting { code run { status } } } }',
    { id: nodeId('SyncRun', run._id) },
  );
  expect(confirmSync).toEqual({ __typename: 'SyncRunNotWaiting', code: 'INVALID_INPUT', run: { status: run.status } });
});
