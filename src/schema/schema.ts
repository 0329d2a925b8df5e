import type { GraphQLSchema } from 'graphql';
import { builder } from './builder.ts';
import { setFieldCosts } from './field-costs.ts';
import { enforceScopes } from './field-scopes.ts';
import './scalars.ts';
import './error-types.ts';
import './node.ts';
import './contacts-query.ts';
import './contact-counts.ts';
import './daily-contact-counts.ts';
import './contact-history.ts';
import './live-contact.ts';
import './contact-diff.ts';
import './contact-diffs-query.ts';
import './contact-lists-query.ts';
import './sync-runs-query.ts';
import './sync-status.ts';
import './start-sync.ts';
import './cancel-sync.ts';
import './disconnect-account.ts';
import './schedule.ts';
import './webhook-delivery.ts';
import './webhook-subscription.ts';
import './confirm-sync.ts';
import './list-diff.ts';
import './erase-contact.ts';
import './export-contact.ts';
import './push-plan.ts';
import './reconcile.ts';
import './save-contact.ts';
import './settle-contact.ts';
import './list-memberships.ts';
import './sync-subscriptions.ts';

builder.queryType({ description: 'What can be read.' });
builder.mutationType({ description: 'What can be done. Each answers success or a named error.' });
builder.subscriptionType({ description: 'What can be followed, over SSE or WebSocket.' });

/** The schema without a server: `createContext` makes the context that its resolvers work with. */
export function createSchema(): GraphQLSchema {
  const schema = builder.toSchema();
  enforceScopes(schema);
  setFieldCosts(schema);
  return schema;
}
