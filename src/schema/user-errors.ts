import { GraphQLError } from 'graphql';
import { BudgetExhaustedError, DomainError, type ErrorCode } from '../domain-error.ts';
import type { SyncRunDocument } from '../store/sync-runs.ts';

/** Something a caller can put right. Mutations answer it as a value; a query's field fails with it, never masked. */
export abstract class UserError extends GraphQLError {
  readonly code: string;

  protected constructor(code: ErrorCode, message: string, extensions: object = {}) {
    super(message, { extensions: { code, ...extensions } });
    this.code = code;
  }
}

/** What is wrong with one part of the input: `path` leads to it from the field's arguments. */
export interface InputProblem {
  readonly path: readonly string[];
  readonly message: string;
}

/** All problems at once, so that nobody has to find them one by one. */
export class InvalidInput extends UserError {
  readonly problems: readonly InputProblem[];

  constructor(problems: readonly InputProblem[]) {
    super('INVALID_INPUT', problems.map(describeProblem).join(' '), { problems });
    this.problems = problems;
  }
}

const describeProblem = ({ path, message }: InputProblem) =>
  path.length === 0 ? message : `${path.join('.')}: ${message}`;

export class SyncAlreadyRunning extends UserError {
  readonly run: SyncRunDocument;

  constructor(run: SyncRunDocument) {
    super('SYNC_ALREADY_RUNNING', `A run of the kind ${run.kind} is active already.`);
    this.run = run;
  }
}

export class SyncRunNotFound extends UserError {
  constructor() {
    super('NOT_FOUND', 'There is no run with this id.');
  }
}

export class SyncRunEnded extends UserError {
  readonly run: SyncRunDocument;

  constructor(run: SyncRunDocument) {
    super('NOT_FOUND', `The run has ended already: ${run.status}.`);
    this.run = run;
  }
}

export class WebhookDeliveryNotFound extends UserError {
  constructor() {
    super('NOT_FOUND', 'There is no webhook with this id that was done or given up.');
  }
}

export class PartnerNotConfigured extends UserError {
  constructor() {
    super(
      'PARTNER_NOT_CONFIGURED',
      'Webhook subscriptions belong to a partner of Constant Contact: set CC_PARTNER_CLIENT_ID, CC_PARTNER_CLIENT_SECRET and CC_PARTNER_API_KEY.',
    );
  }
}

export class WebhookSubscriptionNotFound extends UserError {
  constructor() {
    super('NOT_FOUND', 'This topic is not subscribed to.');
  }
}

export class NotConnected extends UserError {
  constructor(message = 'The gateway is not connected to Constant Contact: connect the account first.') {
    super('NOT_CONNECTED', message);
  }
}

export class RequestBudgetExhausted extends UserError {
  readonly resetsAt: Date | null;

  constructor(resetsAt: Date | null) {
    super(
      'REQUEST_BUDGET_EXHAUSTED',
      `The day's requests to Constant Contact are used up${resetsAt === null ? '' : ` until ${resetsAt.toISOString()}`}.`,
    );
    this.resetsAt = resetsAt;
  }
}

/** The named error for what the engine refuses; anything else comes back as it is. */
export function userErrorOf(error: unknown): unknown {
  if (!(error instanceof DomainError)) return error;
  switch (error.code) {
    case 'INVALID_INPUT':
      return new InvalidInput([{ path: [], message: error.message }]);
    case 'NOT_CONNECTED':
    case 'RECONNECT_REQUIRED':
      return new NotConnected(error.message);
    case 'REQUEST_BUDGET_EXHAUSTED':
    case 'PRIMARY_QUOTA_EXCEEDED':
      return new RequestBudgetExhausted(error instanceof BudgetExhaustedError ? error.resetsAt : null);
    default:
      return error;
  }
}
