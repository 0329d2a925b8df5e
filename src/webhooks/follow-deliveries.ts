import type { Clock } from '../clock.ts';
import type { WebhookDeliveryDocument, WebhookDeliveryStore } from '../store/webhook-deliveries.ts';

const LOOK_MS = 500;
const PAGE = 200;
/** Clocks of instances differ, and a delivery is seen only once it is written. */
const OVERLAP_MS = 5_000;

/** Deliveries as they come in, on whichever instance; ends with the signal. */
export async function* followDeliveries({
  deliveries,
  clock,
  signal,
}: {
  deliveries: WebhookDeliveryStore;
  clock: Clock;
  signal: AbortSignal;
}): AsyncGenerator<WebhookDeliveryDocument, void, undefined> {
  const startedAt = clock.now();
  let since = startedAt;
  let seen = new Map<string, Date>();
  while (!signal.aborted) {
    const page = await deliveries.since(since, PAGE);
    for (const delivery of page) {
      const id = delivery._id.toHexString();
      if (seen.has(id)) continue;
      seen.set(id, delivery.receivedAt);
      if (signal.aborted) return;
      yield delivery;
    }
    const newest = page.at(-1)?.receivedAt ?? since;
    // A full page goes on from its end; else the last moments are looked at again.
    const overlap = page.length === PAGE ? 0 : OVERLAP_MS;
    since = new Date(Math.max(startedAt.getTime(), since.getTime(), newest.getTime() - overlap));
    seen = new Map([...seen].filter(([, at]) => at >= since));
    if (page.length < PAGE) await clock.sleep(LOOK_MS, signal).catch(() => {});
  }
}
