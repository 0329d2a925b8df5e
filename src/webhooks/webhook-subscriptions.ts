import type { ApiClient } from '../constant-contact/api-client.ts';
import {
  deleteWebhookSubscription,
  getWebhookSubscriptions,
  putWebhookSubscription,
  type WebhookSubscription,
} from '../constant-contact/webhook-subscriptions.ts';
import type { WebhookTopic } from '../model/webhook.ts';

/** The partner's subscriptions to topics of Constant Contact. Each call is an API request, at interactive priority. */
export interface WebhookSubscriptions {
  list(signal: AbortSignal): Promise<readonly WebhookSubscription[]>;
  subscribe(wish: { topic: WebhookTopic; hookUri: string }, signal: AbortSignal): Promise<WebhookSubscription>;
  /** False where the topic was not subscribed to. */
  unsubscribe(topic: WebhookTopic, signal: AbortSignal): Promise<boolean>;
}

/** @param api the client of a partner */
export function createWebhookSubscriptions({ api }: { api: ApiClient }): WebhookSubscriptions {
  const context = (signal: AbortSignal) => ({ signal, priority: 'INTERACTIVE' }) as const;
  return {
    list: (signal) => getWebhookSubscriptions(api, context(signal)),
    subscribe: (wish, signal) => putWebhookSubscription(api, wish, context(signal)),
    unsubscribe: (topic, signal) => deleteWebhookSubscription(api, topic, context(signal)),
  };
}
