import { DomainError } from '../domain-error.ts';
import type { NewWebhookDelivery, WebhookDeliveryStore } from '../store/webhook-deliveries.ts';

/** Stores deliveries before they are answered. */
export interface WebhookInbox {
  /** Resolves when the delivery is stored: false where it came before. @throws what the store throws; AUTH_UNAVAILABLE when full */
  add(delivery: NewWebhookDelivery): Promise<boolean>;
}

interface Waiting {
  readonly delivery: NewWebhookDelivery;
  readonly resolve: (isNew: boolean) => void;
  readonly reject: (error: unknown) => void;
}

const MOST_WAITING = 5_000;
const BATCH = 500;

/**
 * One write at a time, of all that came meanwhile: many deliveries at once cost the store one wait for its disk, and one
 * alone waits for nobody.
 * @param onStored something new is there
 */
export function createWebhookInbox({
  deliveries,
  onStored,
}: {
  deliveries: WebhookDeliveryStore;
  onStored: () => void;
}): WebhookInbox {
  let waiting: Waiting[] = [];
  let writing = false;

  /** Never rejects: each delivery is told by itself. */
  async function write(): Promise<void> {
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH);
      waiting = waiting.slice(BATCH);
      try {
        const isNew = await deliveries.add(batch.map(({ delivery }) => delivery));
        for (const [index, { resolve }] of batch.entries()) resolve(isNew[index] ?? false);
        if (isNew.includes(true)) onStored();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    // In the same step as the look at `waiting`: nothing that comes in between is left lying.
    writing = false;
  }

  return {
    add(delivery) {
      if (waiting.length >= MOST_WAITING) {
        const message = 'Too many webhooks at once: send it again later.';
        return Promise.reject(new DomainError('AUTH_UNAVAILABLE', message, { retryable: true }));
      }
      return new Promise((resolve, reject) => {
        waiting.push({ delivery, resolve, reject });
        if (!writing) void write();
      });
    },
  };
}
