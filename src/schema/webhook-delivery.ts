import { ObjectId } from 'mongodb';
import { z } from 'zod';
import { systemClock } from '../clock.ts';
import { WEBHOOK_SOURCES, WEBHOOK_STATUSES } from '../model/webhook.ts';
import type { WebhookDeliveryDocument, WebhookDeliveryFilter } from '../store/webhook-deliveries.ts';
import { followDeliveries } from '../webhooks/follow-deliveries.ts';
import { builder } from './builder.ts';
import { connectionPage } from './connection-page.ts';
import { createCursorCodec, objectIdHex } from './cursor.ts';
import { describedEnum } from './described-enum.ts';
import { parsePageRequest } from './page-request.ts';
import { WebhookDeliveryNotFound } from './user-errors.ts';

const WebhookSourceEnum = describedEnum('WebhookSource', WEBHOOK_SOURCES, {
  description: 'Who sent a webhook.',
  values: {
    CONSTANT_CONTACT: 'Constant Contact: what happened to the account.',
    CHANGES: "A system of one's own: a hint that something changed.",
  },
});

const WebhookStatusEnum = describedEnum('WebhookStatus', WEBHOOK_STATUSES, {
  description: 'What became of a webhook.',
  values: {
    PENDING: 'It waits, or is worked on.',
    PROCESSED: 'It was done.',
    IGNORED: 'There was nothing to do, see `note`.',
    DEAD: 'Given up after eight attempts: `replayWebhookDelivery` tries again.',
  },
});

const WebhookDeliveryType = builder.objectRef<WebhookDeliveryDocument>('WebhookDelivery').implement({
  description: 'A webhook that came in, was verified and stored.',
  fields: (t) => ({
    id: t.id({ description: 'For `replayWebhookDelivery`.', resolve: ({ _id }) => _id.toHexString() }),
    source: t.expose('source', { type: WebhookSourceEnum, description: 'Who sent it.' }),
    type: t.exposeString('type', { description: 'What it says, such as `contact.changed`.' }),
    payload: t.expose('payload', { type: 'JSON', description: 'What of it is kept.' }),
    receivedAt: t.expose('receivedAt', { type: 'DateTime', description: 'When it came.' }),
    status: t.expose('status', { type: WebhookStatusEnum, description: 'What became of it.' }),
    attempts: t.exposeInt('attempts', { description: 'Attempts that failed.' }),
    nextAttemptAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it is tried next at the earliest; null unless PENDING after an attempt.',
      resolve: ({ status, nextAttemptAt }) =>
        status === 'PENDING' && nextAttemptAt.getTime() > 0 ? nextAttemptAt : null,
    }),
    note: t.exposeString('note', { nullable: true, description: 'For people: what was done, or why it failed.' }),
    settledAt: t.expose('settledAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was done or given up.',
    }),
  }),
});

interface FilterArgument {
  readonly sources?: WebhookDeliveryFilter['sources'];
  readonly status?: WebhookDeliveryFilter['statuses'];
}

const WebhookDeliveryFilterInput = builder.inputRef<FilterArgument>('WebhookDeliveryFilter').implement({
  description: 'Which webhooks: all that is given must hold; of several values any may.',
  fields: (t) => ({
    sources: t.field({ type: [WebhookSourceEnum], description: 'Sources.' }),
    status: t.field({ type: [WebhookStatusEnum], description: 'Statuses.' }),
  }),
});

const positionFields = z.tuple([objectIdHex]);

const deliveryCursor = createCursorCodec<z.infer<typeof positionFields>, ObjectId>({
  connection: 'webhookDeliveries',
  fields: positionFields,
  toFields: (id) => [id.toHexString()],
  fromFields: ([id]) => new ObjectId(id),
});

const WebhookDeliveryConnectionType = builder.connectionObject(
  { type: WebhookDeliveryType, name: 'WebhookDeliveryConnection', description: 'A page of webhooks.' },
  { name: 'WebhookDeliveryEdge', description: 'A webhook with its cursor.' },
);

builder.queryFields((t) => ({
  webhookDeliveries: t.field({
    type: WebhookDeliveryConnectionType,
    description: 'Webhooks that came in, newest first.',
    args: {
      first: t.arg.int({ description: 'How many webhooks: at most 500; 50 without it.' }),
      after: t.arg.string({ description: 'Cursor of the webhook before the first one wanted.' }),
      filter: t.arg({ type: WebhookDeliveryFilterInput, description: 'Which webhooks; all without it.' }),
    },
    resolve: async (_root, { filter, ...page }, { store }) => {
      const request = parsePageRequest(page, deliveryCursor);
      const deliveries = await store.webhookDeliveries.page({
        filter: { sources: filter?.sources, statuses: filter?.status },
        after: request.from,
        limit: request.limit + 1,
      });
      return connectionPage({
        nodes: deliveries.slice(0, request.limit),
        positionOf: ({ _id }) => _id,
        codec: deliveryCursor,
        request,
        hasMore: deliveries.length > request.limit,
        hasBehind: request.from !== null,
      });
    },
  }),
}));

const ReplayInput = builder.inputRef<{ deliveryId: string }>('ReplayWebhookDeliveryInput').implement({
  description: 'Which webhook is to be processed again.',
  fields: (t) => ({ deliveryId: t.id({ required: true, description: 'Its id.' }) }),
});

builder.mutationFields((t) => ({
  replayWebhookDelivery: t.field({
    type: WebhookDeliveryType,
    description: 'Processes a webhook again, with all its attempts.',
    args: { input: t.arg({ type: ReplayInput, required: true, description: 'Which webhook.' }) },
    errors: {
      types: [WebhookDeliveryNotFound],
      dataField: { name: 'delivery', description: 'The webhook, waiting.' },
      result: { description: 'The webhook waits to be processed.' },
      union: { description: 'The webhook, or why it cannot be processed again.' },
    },
    resolve: async (_root, { input }, { store }) => {
      if (!objectIdHex.safeParse(input.deliveryId).success) throw new WebhookDeliveryNotFound();
      const delivery = await store.webhookDeliveries.replay(new ObjectId(input.deliveryId), new Date());
      if (delivery === null) throw new WebhookDeliveryNotFound();
      return delivery;
    },
  }),
}));

builder.subscriptionFields((t) => ({
  webhookReceived: t.field({
    type: WebhookDeliveryType,
    description: 'Webhooks as they come in, on any instance.',
    subscribe: (_root, _arguments, { store, signal }) =>
      followDeliveries({ deliveries: store.webhookDeliveries, clock: systemClock, signal }),
    resolve: (delivery) => delivery,
  }),
}));
