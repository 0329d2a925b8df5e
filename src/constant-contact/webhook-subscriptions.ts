import { z } from 'zod';
import { isDomainError } from '../domain-error.ts';
import { WEBHOOK_TOPICS, type WebhookTopic } from '../model/webhook.ts';
import type { ApiClient, CallContext } from './api-client.ts';

/** Where Constant Contact sends the notifications of a topic. There is one subscription for each topic. */
export interface WebhookSubscription {
  readonly topicId: number;
  /** Null for a topic that is newer than this gateway. */
  readonly topic: WebhookTopic | null;
  readonly hookUri: string;
}

const MOST_CHARACTERS = 512;
const COLLECTION = '/partner/webhooks/subscriptions';

const subscription = z.object({ topic_id: z.int(), hook_uri: z.string() }).transform(
  ({ topic_id, hook_uri }): WebhookSubscription => ({
    topicId: topic_id,
    // Topics are numbered from 1 on.
    topic: WEBHOOK_TOPICS[topic_id - 1] ?? null,
    hookUri: hook_uri,
  }),
);

const topicPath = (topic: WebhookTopic) => ({
  pathTemplate: `${COLLECTION}/{topic_id}`,
  path: `${COLLECTION}/${WEBHOOK_TOPICS.indexOf(topic) + 1}`,
});

/** What is wrong with an address for notifications (API-FACTS section 9); null: nothing. */
export function hookUriProblem(hookUri: string): string | null {
  const isHttps = hookUri.startsWith('https://') && URL.canParse(hookUri) && !/[\s\p{Cc}]/u.test(hookUri);
  if (isHttps && hookUri.length <= MOST_CHARACTERS) return null;
  return `must be an address that begins with https://, of at most ${MOST_CHARACTERS} characters`;
}

/** These take the client of a partner: no other may call them. */
export async function getWebhookSubscriptions(client: ApiClient, context: CallContext): Promise<WebhookSubscription[]> {
  const request = {
    method: 'GET',
    pathTemplate: COLLECTION,
    decode: (answer: unknown) => z.array(subscription).parse(answer),
  } as const;
  return (await client.send(request, context)).body;
}

/** Subscribes to a topic, or moves its subscription to another address. Not repeated when its effect is unknown. */
export async function putWebhookSubscription(
  client: ApiClient,
  { topic, hookUri }: { readonly topic: WebhookTopic; readonly hookUri: string },
  context: CallContext,
): Promise<WebhookSubscription> {
  const request = {
    method: 'PUT',
    ...topicPath(topic),
    body: { json: { hook_uri: hookUri } },
    decode: (answer: unknown) => subscription.parse(answer),
  } as const;
  return (await client.send(request, context)).body;
}

/** False where the topic was not subscribed to. */
export async function deleteWebhookSubscription(
  client: ApiClient,
  topic: WebhookTopic,
  context: CallContext,
): Promise<boolean> {
  const request = { method: 'DELETE', ...topicPath(topic), decode: () => true } as const;
  try {
    return (await client.send(request, context)).body;
  } catch (error) {
    if (isDomainError(error, 'PRIMARY_NOT_FOUND')) return false;
    throw error;
  }
}
