import { hookUriProblem, type WebhookSubscription } from '../constant-contact/webhook-subscriptions.ts';
import { WEBHOOK_TOPICS, type WebhookTopic } from '../model/webhook.ts';
import type { WebhookSubscriptions } from '../webhooks/webhook-subscriptions.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import { describedEnum } from './described-enum.ts';
import {
  InvalidInput,
  PartnerNotConfigured,
  RequestBudgetExhausted,
  userErrorOf,
  WebhookSubscriptionNotFound,
} from './user-errors.ts';

const WebhookTopicEnum = describedEnum('WebhookTopic', WEBHOOK_TOPICS, {
  description: 'What Constant Contact tells its partners of. There is no topic for contacts: they are polled.',
  values: {
    BILLING_TIER_UPGRADE: 'Topic 1: an account has moved to a higher tier.',
    BILLING_TIER_DOWNGRADE: 'Topic 2: an account has moved to a lower tier.',
    ACCOUNT_CANCELLED: 'Topic 3: an account was cancelled. Scheduled runs are paused when it is the connected one.',
    ACCOUNT_DISABLED: 'Topic 4: an account was disabled. Scheduled runs are paused when it is the connected one.',
  },
});

const WebhookSubscriptionType = builder.objectRef<WebhookSubscription>('WebhookSubscription').implement({
  description: 'Where Constant Contact sends the notifications of a topic: one address for each.',
  fields: (t) => ({
    topicId: t.exposeInt('topicId', { description: 'The number of the topic.' }),
    topic: t.expose('topic', {
      type: WebhookTopicEnum,
      nullable: true,
      description: 'The topic; null for one that is newer than this gateway.',
    }),
    hookUri: t.exposeString('hookUri', { description: 'The address.' }),
  }),
});

/** @throws PartnerNotConfigured, named errors for what the request came to */
async function asPartner<T>(
  { webhookSubscriptions }: GraphQLContext,
  ask: (subscriptions: WebhookSubscriptions) => Promise<T>,
): Promise<T> {
  if (webhookSubscriptions === null) throw new PartnerNotConfigured();
  try {
    return await ask(webhookSubscriptions);
  } catch (error) {
    throw userErrorOf(error);
  }
}

builder.queryFields((t) => ({
  webhookSubscriptions: t.field({
    type: [WebhookSubscriptionType],
    description: "The partner's webhook subscriptions, as Constant Contact has them now: one API request.",
    resolve: (_root, _arguments, context) =>
      asPartner(context, async (subscriptions) => [...(await subscriptions.list(context.signal))]),
  }),
}));

const SubscribeInput = builder
  .inputRef<{ topic: WebhookTopic; hookUri: string }>('SubscribeWebhookTopicInput')
  .implement({
    description: 'What is to be subscribed to.',
    fields: (t) => ({
      topic: t.field({ type: WebhookTopicEnum, required: true, description: 'The topic.' }),
      hookUri: t.string({
        required: true,
        description:
          'Where notifications go: https, at most 512 characters. For this gateway: its public address with `/webhooks/constant-contact`.',
      }),
    }),
  });

const UnsubscribeInput = builder.inputRef<{ topic: WebhookTopic }>('UnsubscribeWebhookTopicInput').implement({
  description: 'Which subscription is to end.',
  fields: (t) => ({ topic: t.field({ type: WebhookTopicEnum, required: true, description: 'Its topic.' }) }),
});

builder.mutationFields((t) => ({
  subscribeWebhookTopic: t.field({
    type: WebhookSubscriptionType,
    description: 'Subscribes to a topic, or moves its subscription to another address: one API request.',
    args: { input: t.arg({ type: SubscribeInput, required: true, description: 'Which topic, and where to.' }) },
    errors: {
      types: [PartnerNotConfigured, RequestBudgetExhausted],
      dataField: { name: 'subscription', description: 'The subscription as it is now.' },
      result: { description: 'The topic is subscribed to.' },
      union: { description: 'The subscription, or why there is none.' },
    },
    resolve: (_root, { input }, context) => {
      const problem = hookUriProblem(input.hookUri);
      if (problem !== null) throw new InvalidInput([{ path: ['input', 'hookUri'], message: problem }]);
      return asPartner(context, (subscriptions) => subscriptions.subscribe(input, context.signal));
    },
  }),
  unsubscribeWebhookTopic: t.field({
    type: WebhookTopicEnum,
    description: 'Ends the subscription to a topic: one API request.',
    args: { input: t.arg({ type: UnsubscribeInput, required: true, description: 'Which topic.' }) },
    errors: {
      types: [PartnerNotConfigured, WebhookSubscriptionNotFound, RequestBudgetExhausted],
      dataField: { name: 'topic', description: 'The topic.' },
      result: { description: 'The topic is subscribed to no more.' },
      union: { description: 'The topic, or why its subscription did not end.' },
    },
    resolve: async (_root, { input: { topic } }, context) => {
      if (!(await asPartner(context, (subscriptions) => subscriptions.unsubscribe(topic, context.signal))))
        throw new WebhookSubscriptionNotFound();
      return topic;
    },
  }),
}));
