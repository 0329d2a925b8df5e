import { builder } from './builder.ts';
import { SyncRunType } from './sync-run.ts';
import {
  type InputProblem,
  InvalidInput,
  NotConnected,
  PartnerNotConfigured,
  RequestBudgetExhausted,
  SyncAlreadyRunning,
  SyncRunEnded,
  SyncRunNotFound,
  type UserError,
  WebhookDeliveryNotFound,
  WebhookSubscriptionNotFound,
} from './user-errors.ts';

export const UserErrorInterface = builder.interfaceRef<UserError>('UserError').implement({
  description: 'What every named error has.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'For people: what is wrong and what to do.' }),
    code: t.exposeString('code', { description: 'For programs: stable, in capitals.' }),
  }),
});

const InputProblemType = builder.objectRef<InputProblem>('InputProblem').implement({
  description: 'What is wrong with one part of an input.',
  fields: (t) => ({
    path: t.stringList({
      description: 'Leads to the part, from the arguments on; list items by their index.',
      resolve: (problem) => [...problem.path],
    }),
    message: t.exposeString('message', { description: 'For people: what is wrong and what is expected.' }),
  }),
});

builder.objectType(InvalidInput, {
  name: 'InvalidInput',
  description: 'The input does not make sense; nothing was done.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    problems: t.field({
      type: [InputProblemType],
      description: 'All problems, not the first alone.',
      resolve: (error) => [...error.problems],
    }),
  }),
});

builder.objectType(SyncAlreadyRunning, {
  name: 'SyncAlreadyRunning',
  description: 'One run of a kind at a time.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({ run: t.expose('run', { type: SyncRunType, description: 'The run that is active.' }) }),
});

builder.objectType(SyncRunNotFound, {
  name: 'SyncRunNotFound',
  description: 'No run has this id.',
  interfaces: [UserErrorInterface],
});

builder.objectType(SyncRunEnded, {
  name: 'SyncRunEnded',
  description: 'The run has ended before this could be done.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({ run: t.expose('run', { type: SyncRunType, description: 'The run as it ended.' }) }),
});

builder.objectType(WebhookDeliveryNotFound, {
  name: 'WebhookDeliveryNotFound',
  description: 'No webhook that was done or given up has this id.',
  interfaces: [UserErrorInterface],
});

builder.objectType(PartnerNotConfigured, {
  name: 'PartnerNotConfigured',
  description: 'No credentials of a partner of Constant Contact are set.',
  interfaces: [UserErrorInterface],
});

builder.objectType(WebhookSubscriptionNotFound, {
  name: 'WebhookSubscriptionNotFound',
  description: 'The topic is not subscribed to.',
  interfaces: [UserErrorInterface],
});

builder.objectType(NotConnected, {
  name: 'NotConnected',
  description: 'There is no usable connection to Constant Contact.',
  interfaces: [UserErrorInterface],
});

builder.objectType(RequestBudgetExhausted, {
  name: 'RequestBudgetExhausted',
  description: 'No requests to Constant Contact are left for today.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    resetsAt: t.expose('resetsAt', { type: 'DateTime', nullable: true, description: 'When there are new ones.' }),
  }),
});
