import { defaultFieldResolver, type GraphQLField, type GraphQLSchema, isObjectType } from 'graphql';
import { assertScopes, type Caller } from '../auth/caller.ts';
import type { Scope } from '../config.ts';

/**
 * What each field asks of its caller: all doors in one table. Root fields, and fields that lead from one domain to another;
 * the rest is seen by whoever got that far. `node` and `nodes` ask by the type that an id names, see `NODE_SCOPES`.
 */
const FIELD_SCOPES: Readonly<Record<string, readonly Scope[]>> = {
  'Query.node': [],
  'Query.nodes': [],
  'Query.contact': ['contacts:read'],
  'Query.contacts': ['contacts:read'],
  'Query.contactCounts': ['contacts:read'],
  'Query.contactDiffs': ['contacts:read'],
  'Query.contactList': ['contacts:read'],
  'Query.contactLists': ['contacts:read'],
  'Query.customFields': ['contacts:read'],
  'Query.dailyContactCounts': ['contacts:read'],
  'Query.exportContact': ['contacts:read'],
  'Query.listDiff': ['contacts:read'],
  'Query.pushPlan': ['contacts:read', 'sync:read'],
  'Query.reconcile': ['sync:read'],
  'Query.syncRun': ['sync:read'],
  'Query.syncRuns': ['sync:read'],
  'Query.syncStatus': ['sync:read'],
  // Deliveries hold email addresses, and tell of the account itself.
  'Query.webhookDeliveries': ['admin'],
  'Query.webhookSubscriptions': ['admin'],
  'Mutation.startSync': ['sync:write'],
  'Mutation.cancelSync': ['sync:write'],
  'Mutation.confirmSync': ['sync:write'],
  'Mutation.pauseSchedule': ['sync:write'],
  'Mutation.resumeSchedule': ['sync:write'],
  'Mutation.saveContact': ['contacts:write'],
  'Mutation.saveContacts': ['contacts:write'],
  'Mutation.deleteContact': ['contacts:write'],
  'Mutation.eraseContact': ['contacts:write'],
  'Mutation.addContactsToList': ['contacts:write'],
  'Mutation.removeContactsFromList': ['contacts:write'],
  'Mutation.discardLocalChanges': ['contacts:write'],
  'Mutation.resolveConflict': ['contacts:write'],
  'Mutation.replayWebhookDelivery': ['admin'],
  'Mutation.subscribeWebhookTopic': ['admin'],
  'Mutation.unsubscribeWebhookTopic': ['admin'],
  'Mutation.disconnectAccount': ['admin'],
  'Subscription.syncProgress': ['sync:read'],
  'Subscription.syncRunChanged': ['sync:read'],
  'Subscription.webhookReceived': ['admin'],
  'ContactHistoryEntry.run': ['sync:read'],
};

/** A root field that nobody has thought of is no open door. */
const UNLISTED: readonly Scope[] = ['admin'];

/** By the type that an id names. */
export const NODE_SCOPES = {
  Contact: 'contacts:read',
  ContactList: 'contacts:read',
  Tag: 'contacts:read',
  CustomField: 'contacts:read',
  SyncRun: 'sync:read',
} as const satisfies Record<string, Scope>;

export interface ScopedField {
  /** `Query.contacts` */
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly listed: boolean;
}

/**
 * Makes the fields of `FIELD_SCOPES` and every other root field refuse callers that lack a scope (FORBIDDEN, for that
 * field alone). Costs one call for each such field of an operation, in whichever executor.
 * @returns what was set, for a test to look at
 */
export function enforceScopes(schema: GraphQLSchema): readonly ScopedField[] {
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]);
  const scoped: ScopedField[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const name = `${type.name}.${field.name}`;
      const listed = FIELD_SCOPES[name];
      if (listed === undefined && !roots.has(type)) continue;
      const scopes = listed ?? UNLISTED;
      scoped.push({ name, scopes, listed: listed !== undefined });
      if (scopes.length > 0) guard(field, scopes, type === schema.getSubscriptionType());
    }
  }
  return scoped;
}

function guard(
  field: GraphQLField<unknown, { readonly caller: Caller }>,
  scopes: readonly Scope[],
  isSubscription: boolean,
): void {
  field.description = [field.description, `Scope: ${scopes.map((scope) => `\`${scope}\``).join(' and ')}.`].join(' ');
  if (isSubscription) {
    const { subscribe } = field;
    if (subscribe === undefined) throw new TypeError(`${field.name} cannot be subscribed to`);
    field.subscribe = (source, given, context, info) => {
      assertScopes(context.caller, scopes);
      return subscribe(source, given, context, info);
    };
    return;
  }
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (source, given, context, info) => {
    assertScopes(context.caller, scopes);
    return resolve(source, given, context, info);
  };
}
