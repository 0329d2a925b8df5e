import { expect, it } from 'vitest';
import { createGatewayClient } from '../../src/client/index.ts';
import { DomainError } from '../../src/domain-error.ts';
import { createPrimaryCounts } from '../../src/sync/primary-counts.ts';
import { openTestGraphQL, serveTestGraphQL } from '../kit/graphql.ts';
import { openSyncKit } from '../kit/sync.ts';

it('Counts of both sides agree after a full pull, and a change there shows until it is pulled', async () => {
  await using kit = await openSyncKit({ contacts: 300, lists: 4 });
  const primaryCounts = createPrimaryCounts({ api: kit.api });
  const graphql = serveTestGraphQL({ compiled: true, store: kit.store, engine: kit.engine, primaryCounts });
  const client = createGatewayClient('http://localhost/graphql', { fetch: graphql.serve });
  const reconcile = async () => (await client.reconcile()).reconcile;

  await kit.run({ mode: 'FULL' });
  await client.saveContact({ input: { contact: { email: 'only-here@example.org' } } });
  const { requests } = await kit.sandbox.stats();
  const settled = await reconcile();
  expect((await kit.sandbox.stats()).requests - requests).toBe(2);
  expect(settled).toMatchObject({ inStep: true, onlyInSecondary: 1, apiRequests: 2, fullPullDue: null });
  expect(settled.lists).toHaveLength(4);
  expect(settled.statuses[0]?.secondaryCount).toBeGreaterThan(200);

  const listId = settled.lists.find(({ primaryCount }) => (primaryCount ?? 0) > 0)?.listId ?? '';
  const member = (await kit.sandbox.truth()).find(
    ({ deleted_at, list_memberships: lists, email_address: email }) =>
      !deleted_at && lists?.includes(listId) && email?.permission_to_send !== 'unsubscribed',
  );
  await kit.sandbox.control('POST', `/contacts/${member?.contact_id}/unsubscribe`, {});
  await kit.sandbox.control('POST', `/lists/${listId}/members`, { add: [], remove: [member?.contact_id] });
  const moved = await reconcile();
  expect(moved.inStep).toBe(false);
  expect(moved.statuses.find(({ status }) => status === 'UNSUBSCRIBED')).toMatchObject({ reason: 'CHANGED_SINCE' });
  expect(moved.lists.find((list) => list.listId === listId)).toMatchObject({ reason: 'CHANGED_SINCE' });
  await kit.run({});
  expect((await reconcile()).inStep).toBe(true);
});

it('Counts that cannot be read are an error by its name', async () => {
  const refusal = new DomainError('NOT_CONNECTED', 'Connect the account first.');
  await using graphql = await openTestGraphQL({ primaryCounts: () => Promise.reject(refusal) });
  const { errors } = await graphql.execute('{ reconcile { inStep } }');
  expect(errors?.[0]).toMatchObject({ message: 'Connect the account first.', extensions: { code: 'NOT_CONNECTED' } });
});
