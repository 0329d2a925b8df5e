import type { SyncPhase } from '../../model/sync-run.ts';
import { fullPullMark } from '../../store/seen-marks.ts';
import { FRESH_PASS, PAGE_SIZE, runContactsPass } from './contacts-pass.ts';
import { runCountsPass } from './counts-pass.ts';
import { listsThatDiffer, runMembershipsPass } from './memberships-pass.ts';
import type { PullContext } from './pull-context.ts';
import { pullLists, pullTagsAndFields } from './pull-lists.ts';
import { runSweepPass } from './sweep-pass.ts';

/** The watermark lies this far before the run's start: how late a change becomes visible is not documented. */
export const OVERLAP_MS = 5 * 60_000;

interface PassStep {
  readonly pass: SyncPhase;
  readonly message: string;
  run(): Promise<void>;
}

/**
 * Pulls contacts: changed since the watermark, or all of them (`full`). The passes run in order; the run's `resume`
 * says where to go on. The watermark advances only when all of them are stored.
 *
 * An incremental pull without changes costs four requests: lists, contacts, opt-outs, counts.
 */
export async function pullContacts(pull: PullContext, { full }: { full: boolean }): Promise<void> {
  const { session, store, clock } = pull;
  const checkpoint = await session.patience(() => store.checkpoints.contacts());
  const watermark = full ? null : (checkpoint?.watermark ?? null);
  const startedAt = () => session.run.resume?.primaryStartedAt ?? null;

  await runPasses(pull, [
    {
      pass: 'LISTS',
      message: 'Pulling contact lists.',
      async run() {
        const { readAt } = await pullLists(pull);
        await session.record({ resume: { primaryStartedAt: readAt } });
      },
    },
    ...(watermark === null ? [tagsAndFieldsStep(pull)] : []),
    watermark === null ? everyContactStep(pull) : changedContactsStep(pull, watermark, startedAt),
    ...(watermark === null
      ? [{ pass: 'SWEEP' as const, message: 'Looking up contacts that were not seen.', run: () => runSweepPass(pull) }]
      : [optOutsStep(pull, watermark), membershipsStep(pull)]),
    {
      pass: 'COUNTS',
      message: "Comparing counts with the primary's.",
      run: () => runCountsPass(pull, { full: watermark === null }),
    },
  ]);
  if (session.run.resume?.unknownReferences === true) await pullTagsAndFields(pull);

  const start = startedAt();
  if (start === null) throw new TypeError('The run has no start on the primary clock.');
  const watermarkNow = new Date(start.getTime() - OVERLAP_MS);
  await session.asOwner((owner) => store.checkpoints.advanceWatermark(watermarkNow, clock.now(), owner));
}

/** Only who unsubscribed: the opt-out sweep, and unsubscribed contacts whose own `updated_at` moved. */
export async function pullUnsubscribes(pull: PullContext, { full }: { full: boolean }): Promise<void> {
  const { session, store } = pull;
  const checkpoint = await session.patience(() => store.checkpoints.contacts());
  const watermark = full ? null : (checkpoint?.watermark ?? null);
  const changed: PassStep = {
    pass: 'CONTACTS',
    message: 'Pulling unsubscribed contacts.',
    run: () =>
      runContactsPass(pull, {
        pass: 'CONTACTS',
        query: {
          status: ['unsubscribed'],
          ...(watermark === null ? {} : { updatedAfter: watermark }),
          includeCount: true,
          limit: PAGE_SIZE,
        },
        mark: null,
        measured: true,
        requestsAfter: watermark === null ? 0 : 1,
      }),
  };
  await runPasses(pull, watermark === null ? [changed] : [changed, optOutsStep(pull, watermark)]);
}

/** Lists, custom fields and tags. */
export async function pullListsOnly(pull: PullContext): Promise<void> {
  await runPasses(pull, [
    {
      pass: 'LISTS',
      message: 'Pulling contact lists.',
      async run() {
        await pullLists(pull);
      },
    },
    tagsAndFieldsStep(pull),
  ]);
}

/** Exactly these lists' members, whatever the counts say. */
export async function pullListMembers(pull: PullContext, listIds: readonly string[]): Promise<void> {
  await runPasses(pull, [
    {
      pass: 'LISTS',
      message: 'Pulling contact lists.',
      async run() {
        const { readAt } = await pullLists(pull);
        await pull.session.record({ resume: { primaryStartedAt: readAt, lists: listIds } });
      },
    },
    { pass: 'MEMBERSHIPS', message: 'Comparing list members.', run: () => runMembershipsPass(pull) },
  ]);
}

function tagsAndFieldsStep(pull: PullContext): PassStep {
  return {
    pass: 'TAGS_AND_FIELDS',
    message: 'Pulling custom fields and tags.',
    run: () => pullTagsAndFields(pull),
  };
}

function everyContactStep(pull: PullContext): PassStep {
  return {
    pass: 'CONTACTS',
    message: 'Pulling all contacts.',
    run: () =>
      runContactsPass(pull, {
        pass: 'CONTACTS',
        // No `updated_before`: a contact without the date would look as if it were gone.
        query: { status: ['all'], includeCount: true, limit: PAGE_SIZE },
        mark: fullPullMark(pull.session.run),
        measured: true,
        requestsAfter: 1,
      }),
  };
}

function changedContactsStep(pull: PullContext, watermark: Date, startedAt: () => Date | null): PassStep {
  return {
    pass: 'CONTACTS',
    message: `Pulling contacts changed since ${watermark.toISOString()}.`,
    async run() {
      const start = startedAt();
      await runContactsPass(pull, {
        pass: 'CONTACTS',
        query: {
          status: ['all'],
          updatedAfter: watermark,
          // Fixes the walk; one second more, because the primary's clock has whole seconds.
          ...(start === null ? {} : { updatedBefore: new Date(start.getTime() + 1_000) }),
          includeCount: true,
          limit: PAGE_SIZE,
        },
        mark: null,
        measured: true,
        requestsAfter: 2,
      });
    },
  };
}

function optOutsStep(pull: PullContext, watermark: Date): PassStep {
  return {
    pass: 'OPT_OUTS',
    message: `Sweeping opt-outs since ${watermark.toISOString()}.`,
    run: () =>
      runContactsPass(pull, {
        pass: 'OPT_OUTS',
        query: { status: ['all'], optoutAfter: watermark, includeCount: true, limit: PAGE_SIZE },
        mark: null,
        measured: false,
        requestsAfter: 1,
      }),
  };
}

function membershipsStep(pull: PullContext): PassStep {
  const { session } = pull;
  return {
    pass: 'MEMBERSHIPS',
    message: 'Comparing list members.',
    async run() {
      // After a crash in the middle the lists that are left stand in the resume; their walk goes on at its cursor.
      if ((session.run.resume?.lists.length ?? 0) === 0) {
        const lists = (await listsThatDiffer(pull)).map((list) => list.listId);
        if (lists.length > 0) await session.record({ resume: { lists } });
      }
      await runMembershipsPass(pull);
    },
  };
}

/** Runs the steps in order, beginning with the one that the run's `resume` names. */
async function runPasses({ session }: PullContext, steps: readonly PassStep[]): Promise<void> {
  const reached = steps.findIndex(({ pass }) => pass === session.run.resume?.pass);
  for (const step of steps.slice(Math.max(0, reached))) {
    const again = session.run.resume?.pass === step.pass;
    await session.record({
      change: { phase: step.pass },
      resume: again ? {} : { ...FRESH_PASS, pass: step.pass },
      event: { type: 'PHASE', message: step.message },
    });
    await step.run();
    session.signal.throwIfAborted();
  }
}
