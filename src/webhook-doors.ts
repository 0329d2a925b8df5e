import { ObjectId } from 'mongodb';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { getAccountSummary } from './constant-contact/account.ts';
import type { ApiClient } from './constant-contact/api-client.ts';
import type { Logger } from './logger.ts';
import type { Primary } from './primary.ts';
import type { RouteGroup } from './server/route-group.ts';
import { type ReceiveWebhook, webhookRoutes } from './server/webhook-routes.ts';
import type { Store } from './store/store.ts';
import type { FieldPolicy } from './sync/decide/merge.ts';
import type { SyncEngine } from './sync/engine.ts';
import { createTargetedPull } from './sync/pull/targeted-pull.ts';
import type { Schedule } from './sync/schedule.ts';
import { startWebhookDispatch } from './webhooks/dispatch.ts';
import { createWebhookHandler } from './webhooks/handle-deliveries.ts';
import { createWebhookInbox } from './webhooks/inbox.ts';
import { createPublishedKeys } from './webhooks/published-keys.ts';
import { createChangesReceiver, createConstantContactReceiver } from './webhooks/receive.ts';

export interface WebhookDoors {
  readonly routes: RouteGroup;
  stop(): Promise<void>;
}

/** Takes webhooks in and works on them. Hints are taken only where WEBHOOK_SECRETS says who may give them. */
export function openWebhookDoors({
  config,
  store,
  api,
  primary,
  engine,
  schedule,
  policy,
  clock,
  random,
  logger,
}: {
  config: Config['webhooks'];
  store: Store;
  api: ApiClient;
  primary: Primary;
  engine: SyncEngine;
  schedule: Schedule;
  policy: FieldPolicy;
  clock: Clock;
  random: () => number;
  logger: Logger;
}): WebhookDoors {
  const newId = () => new ObjectId();
  const deliveries = store.webhookDeliveries;
  let ofToken: string | null = null;

  /** A token that was given directly opens one account for as long as the process runs. */
  async function accountId(signal: AbortSignal): Promise<string> {
    const connected = (await primary.encodedAccountId()) ?? ofToken;
    if (connected !== null) return connected;
    ofToken = (await getAccountSummary(api, { signal, priority: 'INTERACTIVE' })).encodedAccountId;
    return ofToken;
  }

  const handle = createWebhookHandler({
    pull: createTargetedPull({ store, api, policy, clock, newId, logger }),
    engine,
    pauseSchedule: async (reason) => {
      await schedule.pause({ by: 'webhook', reason, until: null });
    },
    accountId,
    random,
    now: () => clock.now(),
    logger,
  });
  const dispatch = startWebhookDispatch({ deliveries, handle, clock, logger });
  const inbox = createWebhookInbox({ deliveries, onStored: dispatch.wake });
  const keys = createPublishedKeys({ url: config.constantContactJwksUrl, clock, logger });
  const receivers = new Map<string, ReceiveWebhook>([
    ['/webhooks/constant-contact', createConstantContactReceiver({ keys, inbox, clock, newId })],
  ]);
  if (config.secrets.length > 0) {
    receivers.set('/webhooks/changes', createChangesReceiver({ secrets: config.secrets, inbox, clock, newId }));
  }
  return { routes: webhookRoutes({ receivers, logger }), stop: dispatch.stop };
}
