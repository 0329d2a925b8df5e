import { randomUUID } from 'node:crypto';
import type { ObjectId } from 'mongodb';
import type { Clock } from '../clock.ts';
import { DomainError } from '../domain-error.ts';
import type { Logger } from '../logger.ts';
import type { DeliveryOutcome, WebhookDeliveryDocument, WebhookDeliveryStore } from '../store/webhook-deliveries.ts';
import type { WebhookHandler } from './handle-deliveries.ts';

const BATCH = 200;
/** Whoever dies leaves its deliveries to others after this time. */
const CLAIM_MS = 30_000;
const KEEP_MS = 10_000;
/** The longest that a delivery which another instance took in, or one whose wait is over, goes unseen. */
const LOOK_MS = 1_000;
/** What comes within it is handled together. */
const GATHER_MS = 50;

export interface WebhookDispatch {
  /** Something new is there. */
  wake(): void;
  /** Gives up what is under way: another instance, or the next start, goes on with it. */
  stop(): Promise<void>;
}

/** Works on deliveries that are due, batch by batch, as long as the gateway runs. Safe with several instances. */
export function startWebhookDispatch({
  deliveries,
  handle,
  clock,
  logger,
}: {
  deliveries: WebhookDeliveryStore;
  handle: WebhookHandler;
  clock: Clock;
  logger: Logger;
}): WebhookDispatch {
  const stopping = new AbortController();
  const { signal } = stopping;
  let woken: (() => void) | null = null;
  let isAwake = false;

  async function untilWoken(): Promise<void> {
    if (!isAwake) {
      const look = new AbortController();
      await Promise.race([
        clock.sleep(LOOK_MS, AbortSignal.any([signal, look.signal])).catch(() => {}),
        new Promise<void>((resolve) => {
          woken = resolve;
        }),
      ]);
      look.abort();
      woken = null;
    }
    if (isAwake) await clock.sleep(GATHER_MS, signal);
    isAwake = false;
  }

  /** True where there may be more. */
  async function workOnce(): Promise<boolean> {
    const claim = randomUUID();
    const batch = await deliveries.claim(claim, BATCH, CLAIM_MS);
    if (batch.length === 0) return false;
    const working = new AbortController();
    const keeping = keep(
      claim,
      batch.map(({ _id }) => _id),
      working.signal,
    );
    try {
      const outcomes = await handle(batch, signal);
      for (const [outcome, ids] of sameOutcomes(outcomes)) await deliveries.settle(claim, ids, outcome, clock.now());
      logger.debug({ deliveries: batch.length }, 'webhooks handled');
    } finally {
      working.abort();
      await keeping;
    }
    return true;
  }

  async function keep(claim: string, ids: readonly ObjectId[], until: AbortSignal): Promise<void> {
    while (!until.aborted) {
      await clock.sleep(KEEP_MS, until).catch(() => {});
      if (until.aborted) return;
      await deliveries
        .keep(claim, ids, CLAIM_MS)
        .catch((error: unknown) => logger.warn({ error }, 'webhooks not kept'));
    }
  }

  async function work(): Promise<void> {
    while (!signal.aborted) {
      try {
        while (await workOnce()) signal.throwIfAborted();
        await untilWoken();
      } catch (error) {
        if (signal.aborted) return;
        logger.warn({ error }, 'webhooks not handled, trying again');
        await clock.sleep(LOOK_MS, signal).catch(() => {});
      }
    }
  }
  const working = work();

  return {
    wake() {
      isAwake = true;
      woken?.();
    },
    async stop() {
      stopping.abort(new DomainError('CANCELLED', 'The gateway is stopping.'));
      woken?.();
      await working;
    },
  };
}

/** Most of a batch come to the same: one write for all of them. */
function sameOutcomes(
  outcomes: ReadonlyMap<WebhookDeliveryDocument, DeliveryOutcome>,
): Map<DeliveryOutcome, ObjectId[]> {
  const first = new Map<string, DeliveryOutcome>();
  const ids = new Map<DeliveryOutcome, ObjectId[]>();
  for (const [{ _id }, outcome] of outcomes) {
    const key = JSON.stringify(outcome);
    const same = first.get(key) ?? outcome;
    first.set(key, same);
    ids.set(same, [...(ids.get(same) ?? []), _id]);
  }
  return ids;
}
