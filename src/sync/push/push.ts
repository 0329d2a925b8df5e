import { counted } from '../../counted.ts';
import { DomainError } from '../../domain-error.ts';
import type { PushBatchDocument } from '../../store/push-batches.ts';
import { batchLength, type PlannedBatch, type PushStage } from '../decide/push-batches.ts';
import type { PushPlan } from '../decide/push-plan.ts';
import { pullContacts } from '../pull/pull-contacts.ts';
import { FIRST_RESUME } from '../run-session.ts';
import { confirmBatches } from './confirm.ts';
import { createDeletionWatch } from './deletions.ts';
import { followActivities } from './follow-activities.ts';
import { type PendingPlan, planPending } from './plan-pending.ts';
import type { PushContext } from './push-context.ts';
import { recordRefusals } from './refuse-rows.ts';
import { removeLeaving } from './remove-leaving.ts';
import { type SendOptions, sendBatch } from './send-batch.ts';
import { isLost, settleBatches } from './settle.ts';
import { sendSingles } from './single-writes.ts';
import { createSweep } from './sweep.ts';

/** A contact may need more than one way (off a list, then its fields); what is not done after so many waits. */
const MOST_ROUNDS = 6;

/**
 * Sends local work to the primary: settle what is under way, pull, plan, and then batch by batch look again, send, follow,
 * read back. A run that goes on after a crash begins anew: what was sent is settled, what is pending is planned by what is
 * known then.
 */
export async function pushContacts(push: PushContext, { full }: { full: boolean }): Promise<void> {
  const { session, store } = push;
  const { input } = session.run;
  await session.record({ resume: FIRST_RESUME });
  if (await settleBatches(push)) {
    // What an earlier push has sent in vain was not tried by this one.
    push.attempted.clear();
    await session.record({ resume: FIRST_RESUME });
  }
  await pullContacts(push, { full });
  const startedAt = session.run.resume?.primaryStartedAt;
  if (startedAt === undefined || startedAt === null) throw new TypeError('The pull has no start on the primary clock.');
  const sweep = createSweep(push, startedAt);
  const deletions = createDeletionWatch(push);
  // Without local work nothing can be brought back.
  const [first] = await session.patience(() => store.contacts.pending(null, 1, ['_id']));
  if (first !== undefined) await deletions.atStart();

  let told: PushPlan['refused'] = [];
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const plannedAt = push.clock.now();
    const plan = await makePlan(push);
    if (round === 1) {
      assertPlanHash(input.planHash, plan);
      if (input.planHash !== null) push.scope.approve(plan, plannedAt);
      await tellPlan(push, plan);
      if (input.dryRun) return;
    }
    await recordRefusals(push, newsOf(told, plan.refused));
    told = plan.refused;
    if (round === 1) await brake(push, plan);
    await removeLeaving(push, plan.refused);
    if (plan.batches.length === 0) return;
    let isAnyUnderWay = false;
    for (const stage of [1, 2, 3] as const) {
      const underWay = await sendStage(push, plan.batches, stage, { sweep, deletions, planContext: plan.context });
      isAnyUnderWay ||= underWay.length > 0;
      const jobs = underWay.flatMap((batch) => batch.activityId ?? []);
      await followActivities(push, jobs);
      if (underWay.some(isLost)) await settleBatches(push);
      await confirmBatches(
        push,
        underWay.filter((batch) => !isLost(batch)),
        sweep,
      );
    }
    // Nothing could be sent: the queue is full, or the budget of the day is gone. The next look waits for both.
    if (!isAnyUnderWay) await push.clock.sleep(push.waits.longestPoll, session.signal);
  }
}

async function makePlan(push: PushContext): Promise<PendingPlan> {
  const { session, store, limits, hash, scope, attempted: exclude } = push;
  await session.record({
    change: { phase: 'PLAN' },
    event: { type: 'PHASE', message: 'Planning what is to be sent.' },
  });
  return planPending({ store, patience: session.patience, limits, hash, partOf: scope.partOf, exclude });
}

/** What the round before has not told. */
function newsOf(told: PushPlan['refused'], refused: PushPlan['refused']): PushPlan['refused'] {
  if (told.length === 0 || refused.length === 0) return refused;
  const keyOf = ({ id, subject, reason }: (typeof refused)[number]) => `${id} ${subject} ${reason}`;
  const known = new Set(told.map(keyOf));
  return refused.filter((work) => !known.has(keyOf(work)));
}

function assertPlanHash(planHash: string | null, plan: PushPlan): void {
  if (planHash === null || planHash === plan.planHash) return;
  throw new DomainError(
    'PLAN_STALE',
    'The plan is not what it was when you looked: contacts have changed since. Look at the plan again and start the push with its new hash.',
  );
}

async function tellPlan({ session }: PushContext, plan: PushPlan): Promise<void> {
  const { planHash, contactCount, refused, batches, apiRequests } = plan;
  await session.record({
    counts: { skipped: refused.length },
    change: {
      total: contactCount,
      push: {
        planHash,
        contactCount,
        refused: refused.length,
        batches: batches.length,
        apiRequests: apiRequests.total,
      },
    },
    event: {
      type: 'PHASE',
      message: `The plan: ${counted(contactCount, 'contact')} in ${counted(batches.length, 'batch', 'batches')}; refused, with the reason: ${counted(refused.length, 'part')} of local work.`,
    },
  });
}

async function brake({ session, store, massChange }: PushContext, plan: PushPlan): Promise<void> {
  const contacts = await session.patience(() => store.contacts.collection.estimatedDocumentCount());
  const removals = plan.batches
    .filter(({ kind }) => kind === 'DELETE' || kind === 'REMOVE_FROM_LISTS')
    .reduce((sum, batch) => sum + batchLength(batch), 0);
  if (removals <= Math.max(massChange.contacts, massChange.share * contacts) || session.run.confirmedAt !== null)
    return;
  await session.pauseForConfirmation(
    `This push would delete or take off lists ${removals} of ${contacts} contacts in Constant Contact. Confirm the run to go on, or cancel it.`,
  );
}

async function sendStage(
  push: PushContext,
  batches: readonly PlannedBatch[],
  stage: PushStage,
  options: SendOptions,
): Promise<PushBatchDocument[]> {
  const underWay: PushBatchDocument[] = [];
  const ofStage = batches.filter((batch) => batch.stage === stage);
  for (const [index, batch] of ofStage.entries()) {
    await push.session.record({
      change: { phase: 'SEND' },
      event: {
        type: 'PHASE',
        message: `Batch ${index + 1} of ${ofStage.length}: ${batch.kind}, ${counted(batchLength(batch), 'contact')}.`,
      },
    });
    if (batch.kind === 'PUT' || batch.kind === 'CREATE') underWay.push(await sendSingles(push, batch, options.sweep));
    else underWay.push(...(await sendBatch(push, batch, options)));
  }
  return underWay;
}
