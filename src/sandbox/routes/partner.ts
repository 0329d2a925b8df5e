import { z } from 'zod';
import { invalid, notFound } from '../http/api-error.ts';
import { parseBody } from '../http/request-body.ts';
import type { ApiRequest, Route } from '../http/route.ts';
import { TOPICS } from '../partner-webhooks/topics.ts';
import type { World } from '../world.ts';
import { ENCODED_ACCOUNT_ID } from './account.ts';

const SUBSCRIPTIONS = '/partner/webhooks/subscriptions';
const subscriptionSchema = z.object({
  hook_uri: z.string().max(512).startsWith('https://', 'must start with https://'),
});

export const partnerRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/partner/accounts/{encoded_account_id}/plan',
    scope: 'partner',
    handle({ params }, world) {
      if (params['encoded_account_id'] !== ENCODED_ACCOUNT_ID) throw notFound();
      return { status: 200, body: plan(world) };
    },
  },
  {
    method: 'GET',
    path: SUBSCRIPTIONS,
    scope: 'partner',
    handle: (_request, world) => ({
      status: 200,
      body: [...world.subscriptions.keys()].map((topicId) => subscription(world, topicId)),
    }),
  },
  {
    method: 'GET',
    path: `${SUBSCRIPTIONS}/{topic_id}`,
    scope: 'partner',
    handle: (request, world) => ({ status: 200, body: subscription(world, subscribedTopic(request, world)) }),
  },
  {
    method: 'PUT',
    path: `${SUBSCRIPTIONS}/{topic_id}`,
    scope: 'partner',
    handle(request, world) {
      const topic_id = knownTopic(request);
      const { hook_uri } = parseBody(subscriptionSchema, request);
      world.subscriptions.set(topic_id, hook_uri);
      return { status: 200, body: { topic_id, hook_uri } };
    },
  },
  {
    method: 'DELETE',
    path: `${SUBSCRIPTIONS}/{topic_id}`,
    scope: 'partner',
    handle(request, world) {
      world.subscriptions.delete(subscribedTopic(request, world));
      return { status: 204 };
    },
  },
  {
    method: 'POST',
    path: `${SUBSCRIPTIONS}/{topic_id}/tests`,
    scope: 'partner',
    // The sample notification itself is not sent: subscriptions are https, and the sandbox writes to this machine alone.
    handle: (request, world) => ({ status: 201, body: subscription(world, subscribedTopic(request, world)) }),
  },
];

function plan(world: World): object {
  return {
    plan_type: 'GOLD',
    billing_status: 'Open',
    billing_day_of_month: 15,
    current_tiers: [
      {
        usage_type: 'CONTACTS',
        current_usage: world.book.totalCount,
        tier: 4,
        tier_min: 0,
        tier_max: 1_000_000,
        price: 100,
        currency_code: 'USD',
      },
    ],
  };
}

function knownTopic({ params }: ApiRequest): number {
  const topicId = Number(params['topic_id']);
  if (!Number.isInteger(topicId)) throw invalid('topic_id does not have a valid value');
  if (!TOPICS.has(topicId)) throw notFound();
  return topicId;
}

function subscribedTopic(request: ApiRequest, world: World): number {
  const topicId = knownTopic(request);
  if (!world.subscriptions.has(topicId)) throw notFound();
  return topicId;
}

function subscription(world: World, topicId: number): object {
  const topic = TOPICS.get(topicId);
  return {
    topic_id: topicId,
    hook_uri: world.subscriptions.get(topicId),
    topic_name: topic?.topic_name,
    topic_description: topic?.topic_description,
  };
}
