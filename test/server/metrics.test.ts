import { ObjectId } from 'mongodb';
import { expect, test } from 'vitest';
import type { WebhookStatus } from '../../src/model/webhook.ts';
import type { Store } from '../../src/store/store.ts';
import type { WebhookDeliveryDocument } from '../../src/store/webhook-deliveries.ts';
import { seedOwner } from '../kit/seed-runs.ts';
import { openWorld, startPull } from '../resilience/world.ts';

/** Value of a series, by its name and labels as they are written. */
function valueIn(text: string, series: string): number | undefined {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

/** Two webhooks that wait for their time, one that is dead, one that is done; a batch that was sent and one that was read back. */
async function queueUp({ db, webhookDeliveries, pushBatches }: Store): Promise<void> {
  const owner = await seedOwner(db);
  const now = new Date();
  const later = new Date(now.getTime() + 3_600_000);
  const delivery = (status: WebhookStatus): WebhookDeliveryDocument => {
    const _id = new ObjectId();
    return {
      _id,
      dedupeKey: _id.toHexString(),
      source: 'CHANGES',
      type: 'contact.changed',
      payload: {},
      receivedAt: now,
      status,
      attempts: 1,
      nextAttemptAt: later,
      claim: null,
      note: null,
      settledAt: status === 'PENDING' ? null : now,
      expiresAt: null,
    };
  };
  await webhookDeliveries.collection.insertMany((['PENDING', 'PENDING', 'DEAD', 'PROCESSED'] as const).map(delivery));
  for (const state of ['ACCEPTED', 'COMPLETED'] as const)
    await pushBatches.insert(
      {
        _id: new ObjectId(),
        runId: new ObjectId(),
        kind: 'IMPORT',
        state,
        listIds: [],
        rows: [],
        activityId: null,
        sentAt: now,
        preparedAt: now,
        outcome: null,
      },
      owner,
    );
}

test('/metrics tells of runs, rows, requests, budget, queues and named operations, zero from the start', {
  timeout: 90_000,
}, async () => {
  await using world = await openWorld({ contacts: 700 });
  const gateway = await world.gateway();
  const read = async () => (await fetch(`${gateway.url}/metrics`)).text();
  const before = await read();
  for (const series of [
    'csg_sync_runs_total{kind="CONTACTS",outcome="SUCCEEDED"}',
    'csg_sync_runs_total{kind="PUSH",outcome="FAILED"}',
    'csg_sync_rows_total{kind="CONTACTS",outcome="created"}',
    'csg_sync_runs_active_count{status="RUNNING"}',
    'csg_api_requests_waiting_count{priority="BACKGROUND"}',
    'csg_push_batches_under_way_count{state="SENDING"}',
    'csg_webhook_deliveries_waiting_count{status="DEAD"}',
    'csg_api_request_duration_seconds_count',
    'csg_graphql_named_operations_total{name="anonymous",outcome="ok"}',
  ])
    expect(valueIn(before, series), series).toBe(0);
  expect(valueIn(before, 'csg_api_budget_remaining_requests')).toBe(1_000_000);
  expect(valueIn(before, 'nodejs_eventloop_lag_seconds')).toBeGreaterThanOrEqual(0);

  await startPull(gateway);
  const run = await world.lastRunEnded();
  await queueUp(world.store);
  const query = 'query Overview { syncStatus { connection } }';
  await fetch(`${gateway.url}/graphql?query=${encodeURIComponent(query)}`);
  const after = await read();
  expect(valueIn(after, 'csg_sync_runs_total{kind="CONTACTS",outcome="SUCCEEDED"}')).toBe(1);
  expect(valueIn(after, 'csg_sync_rows_total{kind="CONTACTS",outcome="created"}')).toBe(700);
  expect(valueIn(after, 'csg_api_requests_total{route="GET /contacts",outcome="ok"}')).toBeGreaterThanOrEqual(2);
  expect(valueIn(after, 'csg_api_request_duration_seconds_count')).toBe(run.apiRequests);
  expect(valueIn(after, 'csg_api_budget_remaining_requests')).toBe(1_000_000 - run.apiRequests);
  expect(valueIn(after, 'csg_graphql_named_operations_total{name="Overview",outcome="ok"}')).toBe(1);
  expect(valueIn(after, 'csg_webhook_deliveries_waiting_count{status="PENDING"}')).toBe(2);
  expect(valueIn(after, 'csg_webhook_deliveries_waiting_count{status="DEAD"}')).toBe(1);
  expect(valueIn(after, 'csg_push_batches_under_way_count{state="ACCEPTED"}')).toBe(1);
});
