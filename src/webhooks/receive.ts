import type { ObjectId } from 'mongodb';
import type { Clock } from '../clock.ts';
import { mapStoreError } from '../store/errors.ts';
import type { NewWebhookDelivery } from '../store/webhook-deliveries.ts';
import type { WebhookInbox } from './inbox.ts';
import { parseChangeHint, parsePartnerNotification } from './payloads.ts';
import type { PublishedKeys } from './published-keys.ts';
import { verifyChanges } from './verify-changes.ts';
import { CONSTANT_CONTACT_SIGNATURE, verifyConstantContact } from './verify-constant-contact.ts';

export interface IncomingWebhook {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface ReceiverOptions {
  readonly inbox: WebhookInbox;
  readonly clock: Clock;
  readonly newId: () => ObjectId;
}

/** A receiver resolves when a webhook is verified, decoded and stored. @throws DomainError */
export type WebhookReceiver = (webhook: IncomingWebhook) => Promise<{ isNew: boolean }>;

export function createConstantContactReceiver({
  keys,
  ...options
}: ReceiverOptions & { keys: PublishedKeys }): WebhookReceiver {
  const { clock, newId } = options;
  return async ({ headers, body }) => {
    const given = headers[CONSTANT_CONTACT_SIGNATURE];
    const signature = await verifyConstantContact({
      signature: typeof given === 'string' ? given : undefined,
      body,
      keys,
      clock,
    });
    const { eventType, encodedAccountId } = parsePartnerNotification(body);
    return await store(options, {
      _id: newId(),
      dedupeKey: `constant-contact:${signature}`,
      source: 'CONSTANT_CONTACT',
      type: eventType,
      payload: { encodedAccountId },
      receivedAt: clock.now(),
    });
  };
}

export function createChangesReceiver({
  secrets,
  ...options
}: ReceiverOptions & { secrets: readonly Buffer[] }): WebhookReceiver {
  const { clock, newId } = options;
  return async ({ headers, body }) => {
    const id = verifyChanges({ headers, body, secrets });
    const hint = parseChangeHint(body);
    return await store(options, {
      _id: newId(),
      dedupeKey: `changes:${id}`,
      source: 'CHANGES',
      type: hint.type,
      payload: hint,
      receivedAt: clock.now(),
    });
  };
}

async function store({ inbox }: ReceiverOptions, delivery: NewWebhookDelivery): Promise<{ isNew: boolean }> {
  try {
    return { isNew: await inbox.add(delivery) };
  } catch (error) {
    throw mapStoreError(error);
  }
}
