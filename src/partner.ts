import { createPartnerTokenSource } from './auth/partner-token-source.ts';
import type { Clock } from './clock.ts';
import { createApiClient, type RequestBudget, type RequestOutcome } from './constant-contact/api-client.ts';
import { openPartnerTokenEndpoint, type PartnerCredentials, partnerHeaders } from './constant-contact/partner-token.ts';
import type { Logger } from './logger.ts';
import type { Tracing } from './tracing.ts';
import { createWebhookSubscriptions, type WebhookSubscriptions } from './webhooks/webhook-subscriptions.ts';

/** What the gateway may do as a technology partner of Constant Contact. */
export interface Partner {
  /** Null where no credentials of a partner are set. */
  readonly webhookSubscriptions: WebhookSubscriptions | null;
  close(): Promise<void>;
}

/** The sandbox takes any partner. */
export function sandboxPartner(sandboxUrl: string): PartnerCredentials {
  const authUrl = `${sandboxUrl}/partners/oauth2/default/v1`;
  const tokenForm = { grant_type: 'client_credentials' };
  return { clientId: 'sandbox', clientSecret: 'sandbox', apiKey: 'sandbox', authUrl, tokenForm };
}

/** Its requests are counted and spaced by the same budget as all others. */
export function openPartner({
  credentials,
  apiUrl,
  budget,
  clock,
  random,
  logger,
  onOutcome,
  tracing,
}: {
  credentials: PartnerCredentials | null;
  apiUrl: string;
  budget: RequestBudget;
  clock: Clock;
  random: () => number;
  logger: Logger;
  onOutcome: (outcome: RequestOutcome) => void;
  tracing: Tracing;
}): Partner {
  if (credentials === null) return { webhookSubscriptions: null, close: async () => {} };
  const endpoint = openPartnerTokenEndpoint(credentials);
  const tokens = createPartnerTokenSource({
    requestToken: (signal) => endpoint.request(credentials.tokenForm, signal),
    clock,
  });
  const credentialHeaders = partnerHeaders(credentials.apiKey);
  const api = createApiClient({ apiUrl, tokens, credentialHeaders, budget, clock, random, logger, onOutcome, tracing });
  return {
    webhookSubscriptions: createWebhookSubscriptions({ api }),
    async close() {
      tokens.close();
      await endpoint.close();
      await api.close();
    },
  };
}
