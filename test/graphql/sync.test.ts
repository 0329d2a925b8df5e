import { ObjectId } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DomainError } from '../../src/domain-error.ts';
import type { GatewayStatus } from '../../src/schema/context.ts';
import { nodeId } from '../../src/schema/node-id.ts';
import {
  CONNECTED_STATUS,
  openTestGraphQL,
  queueingEngine,
  serveTestGraphQL,
  type TestGraphQL,
} from '../kit/graphql.ts';
import { seedLists } from '../kit/seed-contacts.ts';
import { seedRun } from '../kit/seed-runs.ts';

const START = `mutation Start($input: StartSyncInput!) {
  startSync(input: $input) {
    __typename
    ... on UserError { code message }
    ... on StartSyncSuccess { run { id kind mode status trigger triggeredBy dryRun counts { fetched } } }
    ... on SyncAlreadyRunning { run { id } }
    ... on InvalidInput { problems { path message } }
    ... on RequestBudgetExhausted { resetsAt }
  }
}`;
const CANCEL = `mutation Cancel($input: CancelSyncInput!) {
  cancelSync(input: $input) { __typename ... on UserError { code } ... on CancelSyncSuccess { run { id } } ... on SyncRunEnded { run { status } } }
}`;

/** The data of each `next` event of an answer in server-sent events. */
async function eventsOf(response: Response) {
  const text = await response.text();
  const events = text.split('\n\n').filter((block) => block.startsWith('event: next'));
  return {
    completed: text.includes('event: complete'),
    events: events.map((block) => JSON.parse(block.split('data: ')[1] ?? '')),
  };
}

describe('runs', () => {
  let graphql: TestGraphQL;
  beforeEach(async () => {
    graphql = await openTestGraphQL();
  });
  afterEach(() => graphql[Symbol.asyncDispose]());

  const start = async (input: object) => (await graphql.query(START, { input })).startSync;

  it('are started once of a kind: a second wish names the run that is active', async () => {
    const first = await start({ kind: 'CONTACTS' });
    expect(first).toMatchObject({
      __typename: 'StartSyncSuccess',
      run: {
        kind: 'CONTACTS',
        mode: 'INCREMENTAL',
        status: 'QUEUED',
        trigger: 'MUTATION',
        triggeredBy: 'test',
        counts: { fetched: 0 },
      },
    });
    expect(await start({ kind: 'CONTACTS', mode: 'FULL' })).toMatchObject({
      __typename: 'SyncAlreadyRunning',
      code: 'SYNC_ALREADY_RUNNING',
      run: { id: first.run.id },
    });
    expect(await start({ kind: 'LISTS' })).toMatchObject({ __typename: 'StartSyncSuccess' });
    const { syncStatus } = await graphql.query('{ syncStatus { active { kind } lastSucceeded { id } } }');
    expect(syncStatus).toEqual({ active: [{ kind: 'LISTS' }, { kind: 'CONTACTS' }], lastSucceeded: [] });
  });

  it('are for the lists that are named, in whatever way', async () => {
    const [newsletter, customers] = await seedLists(graphql.store, ['Newsletter', 'Customers']);
    const { contactList } = await graphql.query('{ contactList(by: { name: "Customers" }) { id } }');
    const lists = [{ name: 'Newsletter' }, { id: contactList.id }, { listId: newsletter }];
    expect(await start({ kind: 'LISTS', lists })).toMatchObject({ __typename: 'StartSyncSuccess' });
    const [run] = await graphql.store.syncRuns.active();
    expect(run?.input.listIds).toEqual([newsletter, customers]);
  });

  it('are refused with everything that is wrong with the wish', async () => {
    const wrong = { kind: 'CONTACTS', dryRun: true, planHash: 'x', lists: [] };
    expect((await start(wrong)).problems.map(({ path }: { path: string[] }) => path.join('.'))).toEqual([
      'input.lists',
      'input.dryRun',
      'input.planHash',
    ]);
    expect(
      await start({ kind: 'LISTS', lists: [{ name: 'a' }, { id: nodeId('SyncRun', new ObjectId()) }] }),
    ).toMatchObject({
      __typename: 'InvalidInput',
      code: 'INVALID_INPUT',
      problems: [{ path: ['input', 'lists', '0'] }, { path: ['input', 'lists', '1'] }],
    });
    expect(await graphql.store.syncRuns.active()).toEqual([]);
  });

  it('need a connection and requests', async () => {
    const answerTo = async (status: Partial<GatewayStatus>, engine = queueingEngine(graphql.store)) => {
      const served = serveTestGraphQL({
        compiled: true,
        store: graphql.store,
        engine,
        status: async () => ({ ...CONNECTED_STATUS, ...status }),
      });
      return (await served.query(START, { input: { kind: 'CONTACTS' } })).startSync;
    };
    expect(await answerTo({ connection: 'NOT_CONNECTED' })).toMatchObject({ __typename: 'NotConnected' });
    expect(await answerTo({ connection: 'RECONNECT_REQUIRED' })).toMatchObject({ __typename: 'NotConnected' });
    const budget = { ...CONNECTED_STATUS.budget, remainingToday: 0 };
    expect(await answerTo({ budget })).toMatchObject({
      __typename: 'RequestBudgetExhausted',
      code: 'REQUEST_BUDGET_EXHAUSTED',
      resetsAt: '2026-03-02T00:00:00.000Z',
    });
    const refusing = (error: Error) => ({ ...queueingEngine(graphql.store), start: () => Promise.reject(error) });
    expect(await answerTo({}, refusing(new DomainError('RECONNECT_REQUIRED', 'connect again')))).toMatchObject({
      __typename: 'NotConnected',
      message: 'connect again',
    });
    expect(await answerTo({}, refusing(new DomainError('INVALID_INPUT', 'not yet')))).toMatchObject({
      __typename: 'InvalidInput',
      problems: [{ path: [], message: 'not yet' }],
    });
  });

  it('say nothing of the inside when they meet a defect', async () => {
    const engine = { ...queueingEngine(graphql.store), start: () => Promise.reject(new Error('secret at 10.0.0.1')) };
    const served = serveTestGraphQL({ compiled: true, store: graphql.store, engine });
    const answer = await served.execute(START, { input: { kind: 'CONTACTS' } });
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  it('are cancelled once, while they are active', async () => {
    const cancel = async (runId: string) => (await graphql.query(CANCEL, { input: { runId } })).cancelSync;
    const active = nodeId('SyncRun', (await seedRun(graphql.store, { ended: false }))._id);
    expect(await cancel(active)).toEqual({ __typename: 'CancelSyncSuccess', run: { id: active } });
    const ended = nodeId('SyncRun', (await seedRun(graphql.store, { ended: true, kind: 'LISTS' }))._id);
    expect(await cancel(ended)).toMatchObject({ __typename: 'SyncRunEnded', run: { status: 'SUCCEEDED' } });
    for (const id of ['garbage', nodeId('SyncRun', new ObjectId()), nodeId('Contact', new ObjectId())])
      expect(await cancel(id)).toEqual({ __typename: 'SyncRunNotFound', code: 'NOT_FOUND' });
  });

  it('are listed newest first, page by page, by kind and status', async () => {
    for (const kind of ['LISTS', 'CONTACTS', 'LISTS', 'CONTACTS'] as const)
      await seedRun(graphql.store, { ended: true, kind });
    await seedRun(graphql.store, { ended: false, kind: 'LISTS' });
    const page = `query Runs($first: Int, $after: String, $filter: SyncRunFilter) {
      syncRuns(first: $first, after: $after, filter: $filter) { nodes { kind status } pageInfo { hasNextPage hasPreviousPage endCursor } }
    }`;
    const first = await graphql.query(page, { first: 3 });
    expect(first.syncRuns.nodes.map((run: { kind: string }) => run.kind)).toEqual(['LISTS', 'CONTACTS', 'LISTS']);
    expect(first.syncRuns.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const second = await graphql.query(page, { first: 3, after: first.syncRuns.pageInfo.endCursor });
    expect(second.syncRuns.nodes.map((run: { kind: string }) => run.kind)).toEqual(['CONTACTS', 'LISTS']);
    expect(second.syncRuns.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const filtered = await graphql.query(page, { filter: { kinds: ['LISTS'], status: ['SUCCEEDED'] } });
    expect(filtered.syncRuns.nodes).toHaveLength(2);
  });

  it('show the rows that could not be decoded', async () => {
    const run = await seedRun(graphql.store, { ended: true });
    await graphql.store.rejectedRows.add([
      { runId: run._id, contactId: 'c', reason: 'no email', raw: '{"email":"x@y.z"}', at: new Date() },
    ]);
    await graphql.store.syncRuns.collection.updateOne({ _id: run._id }, { $set: { 'counts.rejected': 1 } });
    const { syncRun } = await graphql.query(
      'query R($id: ID!) { syncRun(id: $id) { rejectedRows { contactId reason } } }',
      {
        id: nodeId('SyncRun', run._id),
      },
    );
    expect(syncRun.rejectedRows).toEqual([{ contactId: 'c', reason: 'no email' }]);
  });

  it('are followed from where a subscriber was, and to their end', async () => {
    const run = await seedRun(graphql.store, { events: 5, ended: true });
    const progress =
      'subscription P($id: ID!, $after: Int) { syncProgress(runId: $id, afterSequence: $after) { runId sequence type message run { id status } } }';
    const id = nodeId('SyncRun', run._id);
    const { events, completed } = await eventsOf(
      await graphql.fetch(progress, { variables: { id, after: 3 }, accept: 'text/event-stream' }),
    );
    expect(completed).toBe(true);
    expect(events.map(({ data }) => data.syncProgress.sequence)).toEqual([4, 5]);
    expect(events[0].data.syncProgress).toMatchObject({
      runId: id,
      type: 'PROGRESS',
      message: 'step 4',
      run: { id, status: 'SUCCEEDED' },
    });
    const all = await eventsOf(await graphql.fetch(progress, { variables: { id }, accept: 'text/event-stream' }));
    expect(all.events).toHaveLength(5);
    for (const variables of [{ id: 'garbage' }, { id, after: -1 }]) {
      const refused = await (await graphql.fetch(progress, { variables, accept: 'text/event-stream' })).text();
      expect(refused).toMatch(/NOT_FOUND|INVALID_INPUT/);
    }
  });

  it('are followed all together, by kind', async () => {
    await seedRun(graphql.store, { ended: false, kind: 'LISTS' });
    await seedRun(graphql.store, { ended: false, kind: 'CONTACTS' });
    const changed = 'subscription C($kinds: [SyncKind!]) { syncRunChanged(kinds: $kinds) { kind status } }';
    const { events } = await eventsOf(
      await graphql.fetch(changed, { variables: { kinds: ['CONTACTS'] }, accept: 'text/event-stream' }),
    );
    expect(events.map(({ data }) => data.syncRunChanged)).toEqual([{ kind: 'CONTACTS', status: 'RUNNING' }]);
  });
});
