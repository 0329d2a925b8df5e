import { Timestamp } from 'mongodb';
import type { Clock } from '../clock.ts';
import type { ArrivedDelivery, WebhookDeliveryStore } from '../store/webhook-deliveries.ts';

const LOOK_MS = 500;
const PAGE = 200;
/** A delivery is seen only once it is written, perhaps after one that the server has numbered later. */
const OVERLAP_SECONDS = 5;

/**
 * Deliveries as they come in, on whichever instance; ends with the signal. In the order of the server's own time: no clock of
 * an instance plays a part.
 */
export async function* followDeliveries({
  deliveries,
  clock,
  signal,
}: {
  deliveries: WebhookDeliveryStore;
  clock: Pick<Clock, 'sleep'>;
  signal: AbortSignal;
}): AsyncGenerator<ArrivedDelivery, void, undefined> {
  const start = await deliveries.lastArrival();
  let since = start;
  let seen = new Map<string, Timestamp>();
  while (!signal.aborted) {
    const page = await deliveries.arrivedAfter(since, PAGE);
    let newest = since;
    for (const delivery of page) {
      newest = delivery.arrival;
      const id = delivery._id.toHexString();
      if (seen.has(id)) continue;
      seen.set(id, delivery.arrival);
      if (signal.aborted) return;
      yield delivery;
    }
    // A full page goes on from its end; else the last moments are looked at again.
    since = page.length === PAGE ? newest : latest(start, since, overlapOf(newest));
    const from = since;
    seen = new Map([...seen].filter(([, arrival]) => arrival.greaterThan(from)));
    if (page.length < PAGE) await clock.sleep(LOOK_MS, signal).catch(() => {});
  }
}

const overlapOf = ({ t }: Timestamp) => new Timestamp({ t: Math.max(0, t - OVERLAP_SECONDS), i: 0 });

const latest = (...times: readonly Timestamp[]) => times.reduce((a, b) => (a.greaterThan(b) ? a : b));
