import { z } from 'zod';
import { BudgetExhaustedError, isDomainError } from '../domain-error.ts';
import { type Logger, redactText } from '../logger.ts';
import type { StartSyncInput } from '../model/start-sync.ts';
import type { SyncKind } from '../model/sync-run.ts';
import { CHANGE_TYPES } from '../model/webhook.ts';
import type { DeliveryOutcome, WebhookDeliveryDocument } from '../store/webhook-deliveries.ts';
import type { SyncEngine } from '../sync/engine.ts';
import type { NamedContacts, TargetedPull } from '../sync/pull/targeted-pull.ts';

/** More contacts than this cost less as a pull of what has changed: five hundred a request. */
const MOST_TARGETED = 50;
/** A run that is under way may have passed what was hinted at: another one follows it. */
const RUN_AGAIN_MS = 5_000;
/** Until the account is connected again: only its owner can do that, and it may take days. */
const CONNECTION_WAIT_MS = 60_000;
const MOST_ATTEMPTS = 8;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 30 * 60_000;

const PAUSE_REASONS: ReadonlyMap<string, string> = new Map([
  ['account.cancel', 'Constant Contact says that the account was cancelled.'],
  ['account.disable', 'Constant Contact says that the account was disabled.'],
]);

const storedHint = z.object({
  type: z.enum(CHANGE_TYPES),
  data: z.object({ contactIds: z.array(z.string()), emails: z.array(z.string()) }),
});
const storedNotification = z.object({ encodedAccountId: z.string().nullable() });

export interface WebhookHandlerOptions {
  readonly pull: TargetedPull;
  readonly engine: Pick<SyncEngine, 'start'>;
  /** Scheduled runs wait until somebody resumes them. */
  readonly pauseSchedule: (reason: string) => Promise<void>;
  /** Which account this gateway is connected to. */
  readonly accountId: (signal: AbortSignal) => Promise<string>;
  /** In [0, 1). */
  readonly random: () => number;
  readonly now: () => Date;
  readonly logger: Logger;
}

/** Does what deliveries say, all of a batch together; answers for each what came of it. Throws only for `signal`. */
export type WebhookHandler = (
  batch: readonly WebhookDeliveryDocument[],
  signal: AbortSignal,
) => Promise<ReadonlyMap<WebhookDeliveryDocument, DeliveryOutcome>>;

export function createWebhookHandler(options: WebhookHandlerOptions): WebhookHandler {
  const { pull, engine, pauseSchedule, accountId, random, now, logger } = options;
  const done = (note: string | null = null): DeliveryOutcome => ({ status: 'PROCESSED', note });

  function failed(delivery: WebhookDeliveryDocument, error: unknown): DeliveryOutcome {
    const note = isDomainError(error) ? `${error.code}: ${redactText(error.message)}` : 'INTERNAL: see the log';
    if (!isDomainError(error)) logger.error({ error, delivery: delivery._id.toHexString() }, 'webhook not processed');
    if (error instanceof BudgetExhaustedError) {
      const waitMs = Math.max(FIRST_WAIT_MS, error.resetsAt.getTime() - now().getTime() + FIRST_WAIT_MS);
      return { status: 'PENDING', note, waitMs, failed: false };
    }
    if (isDomainError(error, 'NOT_CONNECTED') || isDomainError(error, 'RECONNECT_REQUIRED'))
      return { status: 'PENDING', note, waitMs: CONNECTION_WAIT_MS, failed: false };
    const attempts = delivery.attempts + 1;
    if (attempts >= MOST_ATTEMPTS) {
      logger.error({ delivery: delivery._id.toHexString(), type: delivery.type, note }, 'webhook given up');
      return { status: 'DEAD', note };
    }
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 4 ** (attempts - 1)) * (0.75 + random() / 2);
    return { status: 'PENDING', note, waitMs, failed: true };
  }

  /** One run for all that asked for it; those wait for another one where it was under way already. */
  async function run(kind: SyncKind): Promise<DeliveryOutcome> {
    const input: StartSyncInput = { kind, mode: 'INCREMENTAL', listIds: null, dryRun: false, planHash: null };
    const { started, run } = await engine.start(input, { trigger: 'WEBHOOK', triggeredBy: 'webhook' });
    if (started) return done(`Started the run ${run._id.toHexString()}.`);
    // One that has not begun yet will see it.
    if (run.status === 'QUEUED') return done(`Waits in the run ${run._id.toHexString()}.`);
    return { status: 'PENDING', note: 'Waits for the end of a run.', waitMs: RUN_AGAIN_MS, failed: false };
  }

  async function handlePartnerNotification(
    { type, payload }: WebhookDeliveryDocument,
    signal: AbortSignal,
  ): Promise<DeliveryOutcome> {
    const named = storedNotification.parse(payload).encodedAccountId;
    if (named !== (await accountId(signal))) return { status: 'IGNORED', note: 'It is about another account.' };
    const reason = PAUSE_REASONS.get(type);
    if (reason !== undefined) {
      await pauseSchedule(reason);
      logger.warn({ type }, 'scheduled runs paused: the account is not usable');
      return done('Scheduled runs are paused.');
    }
    if (type.startsWith('tier.')) return done('The billing tier changed; nothing depends on it here.');
    return { status: 'IGNORED', note: 'This topic is not known.' };
  }

  async function handleHints(
    hints: readonly { delivery: WebhookDeliveryDocument; named: NamedContacts }[],
    signal: AbortSignal,
  ): Promise<(named: NamedContacts) => DeliveryOutcome | Error> {
    const contactIds = [...new Set(hints.flatMap(({ named }) => named.contactIds))];
    const emails = [...new Set(hints.flatMap(({ named }) => named.emails))];
    if (contactIds.length + emails.length > MOST_TARGETED) {
      const outcome = await run('CONTACTS');
      return () => outcome;
    }
    const failures = await pull({ contactIds, emails }, signal);
    return (named) => {
      const error = [...named.contactIds, ...named.emails].map((name) => failures.get(name)).find(Boolean);
      return error ?? done();
    };
  }

  return async (batch, signal) => {
    const outcomes = new Map<WebhookDeliveryDocument, DeliveryOutcome>();
    /** Does `work` for all of `deliveries` at once. */
    async function settle(
      deliveries: readonly WebhookDeliveryDocument[],
      work: () => Promise<(delivery: WebhookDeliveryDocument) => DeliveryOutcome | Error>,
    ): Promise<void> {
      if (deliveries.length === 0) return;
      try {
        const outcomeOf = await work();
        for (const delivery of deliveries) {
          const outcome = outcomeOf(delivery);
          outcomes.set(delivery, outcome instanceof Error ? failed(delivery, outcome) : outcome);
        }
      } catch (error) {
        signal.throwIfAborted();
        for (const delivery of deliveries) outcomes.set(delivery, failed(delivery, error));
      }
    }
    const ofType = (prefix: string) =>
      batch.filter(({ source, type }) => source === 'CHANGES' && type.startsWith(prefix));

    for (const delivery of batch.filter(({ source }) => source === 'CONSTANT_CONTACT')) {
      await settle([delivery], async () => {
        const outcome = await handlePartnerNotification(delivery, signal);
        return () => outcome;
      });
    }
    const contacts = ofType('contact.');
    await settle(contacts, async () => {
      const named = new Map(contacts.map((delivery) => [delivery, storedHint.parse(delivery.payload).data]));
      const outcomeOf = await handleHints(
        [...named].map(([delivery, data]) => ({ delivery, named: data })),
        signal,
      );
      return (delivery) => outcomeOf(named.get(delivery) ?? { contactIds: [], emails: [] });
    });
    for (const [prefix, kind] of [
      ['list.', 'LISTS'],
      ['sync.', 'CONTACTS'],
    ] as const) {
      await settle(ofType(prefix), async () => {
        const outcome = await run(kind);
        return () => outcome;
      });
    }
    return outcomes;
  };
}
