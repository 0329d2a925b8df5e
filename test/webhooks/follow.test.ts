import { ObjectId } from 'mongodb';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createWebhookDeliveryStore, ensureWebhookDeliveryIndexes } from '../../src/store/webhook-deliveries.ts';
import { followDeliveries } from '../../src/webhooks/follow-deliveries.ts';
import { openTestStore } from '../kit/store.ts';

const MINUTE_MS = 60_000;

test('webhooks are followed in the order in which they came, whatever the clocks of the instances that took them in', async () => {
  await using store = await openTestStore();
  await ensureWebhookDeliveryIndexes(store.db);
  const deliveries = createWebhookDeliveryStore(store.db);
  /** As an instance takes them in whose clock is so many minutes late or early. */
  const takeIn = (minutes: number, ...names: readonly string[]) =>
    deliveries.add(
      names.map((dedupeKey) => ({
        _id: new ObjectId(),
        dedupeKey,
        source: 'CHANGES',
        type: 'list.changed',
        payload: {},
        receivedAt: new Date(Date.now() + minutes * MINUTE_MS),
      })),
    );
  await takeIn(10, 'before');
  const stop = new AbortController();
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const followed = followDeliveries({
    deliveries: { ...deliveries, lastArrival: () => deliveries.lastArrival().finally(begin) },
    clock: systemClock,
    signal: stop.signal,
  });
  const next = async () => (await followed.next()).value?.dedupeKey;
  const first = next();
  await begun;
  await takeIn(-10, 'late');
  expect(await first).toBe('late');
  for (const [minutes, name] of [
    [10, 'early'],
    [0, 'on time'],
    [-10, 'late again'],
    [-600, 'much later'],
  ] as const) {
    await takeIn(minutes, name);
    expect(await next()).toBe(name);
  }
  // More than a page at once.
  const many = Array.from({ length: 450 }, (_, index) => `one of many ${index}`);
  await takeIn(-5, ...many.slice(0, 300));
  await takeIn(5, ...many.slice(300));
  for (const name of many) expect(await next()).toBe(name);
  stop.abort();
  expect(await followed.next()).toMatchObject({ done: true });
});
