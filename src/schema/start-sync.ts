import type { StartSyncInput } from '../model/start-sync.ts';
import type { SyncKind, SyncMode } from '../model/sync-run.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import { type ContactListRef, ContactListRefInput, findLists, referenceProblems } from './references.ts';
import { SyncKindEnum, SyncModeEnum, SyncRunType } from './sync-run.ts';
import {
  type InputProblem,
  InvalidInput,
  NotConnected,
  RequestBudgetExhausted,
  SyncAlreadyRunning,
  userErrorOf,
} from './user-errors.ts';

interface StartSyncArgument {
  readonly kind: SyncKind;
  readonly mode?: SyncMode | null | undefined;
  readonly lists?: readonly ContactListRef[] | null | undefined;
  readonly dryRun?: boolean | null | undefined;
  readonly planHash?: string | null | undefined;
}

const StartSyncInputType = builder.inputRef<StartSyncArgument>('StartSyncInput').implement({
  description: 'What a run is to do.',
  fields: (t) => ({
    kind: t.field({ type: SyncKindEnum, required: true, description: 'What it does.' }),
    mode: t.field({ type: SyncModeEnum, defaultValue: 'INCREMENTAL', description: 'How much it reads.' }),
    lists: t.field({ type: [ContactListRefInput], description: 'Only these lists; all without it.' }),
    dryRun: t.boolean({ defaultValue: false, description: 'PUSH and FULL_CYCLE: plan, send nothing.' }),
    planHash: t.string({ description: 'PUSH: send exactly the plan with this hash, or refuse.' }),
  }),
});

const LISTS_LIMIT = 1_000;
const isPush = (kind: SyncKind) => kind === 'PUSH' || kind === 'FULL_CYCLE';

/** @throws InvalidInput with all problems. */
async function parseStartSync(input: StartSyncArgument, { store }: GraphQLContext): Promise<StartSyncInput> {
  const { kind, mode, dryRun, planHash } = input;
  const references = input.lists ?? [];
  const problems: InputProblem[] = references
    .slice(0, LISTS_LIMIT)
    .flatMap((reference, index) => referenceProblems(reference, ['input', 'lists', String(index)]));
  if (references.length > LISTS_LIMIT)
    problems.push({ path: ['input', 'lists'], message: `takes at most ${LISTS_LIMIT} lists.` });
  if (input.lists?.length === 0)
    problems.push({ path: ['input', 'lists'], message: 'names no list: leave it out to mean all of them.' });
  if (dryRun === true && !isPush(kind))
    problems.push({ path: ['input', 'dryRun'], message: `is for PUSH and FULL_CYCLE; ${kind} sends nothing.` });
  if (typeof planHash === 'string' && kind !== 'PUSH')
    problems.push({ path: ['input', 'planHash'], message: 'is for PUSH.' });
  const lists = problems.length === 0 && references.length > 0 ? await findLists(store, references) : [];
  for (const [index, list] of lists.entries())
    if (list === null) problems.push({ path: ['input', 'lists', String(index)], message: 'There is no such list.' });
  if (problems.length > 0) throw new InvalidInput(problems);
  return {
    kind,
    mode: mode ?? 'INCREMENTAL',
    listIds: input.lists ? [...new Set(lists.flatMap((list) => list?.listId ?? []))] : null,
    dryRun: dryRun ?? false,
    planHash: planHash ?? null,
  };
}

async function assertReady({ status }: GraphQLContext): Promise<void> {
  const { connection, budget } = await status();
  if (connection === 'NOT_CONNECTED') throw new NotConnected();
  if (connection === 'RECONNECT_REQUIRED')
    throw new NotConnected('The connection to Constant Contact was lost: connect the account again.');
  if (budget.remainingToday <= 0) throw new RequestBudgetExhausted(budget.resetsAt);
}

builder.mutationFields((t) => ({
  startSync: t.field({
    type: SyncRunType,
    description: 'Starts a run, or names the one of its kind that is active already.',
    args: { input: t.arg({ type: StartSyncInputType, required: true, description: 'What it is to do.' }) },
    errors: {
      types: [SyncAlreadyRunning, NotConnected, RequestBudgetExhausted],
      dataField: { name: 'run', description: 'The run, queued.' },
      result: { description: 'A run was queued.' },
      union: { description: 'A run, or why there is none.' },
    },
    resolve: async (_root, { input }, context) => {
      const wish = await parseStartSync(input, context);
      await assertReady(context);
      try {
        const { started, run } = await context.engine.start(wish, context.startedBy);
        if (started) return run;
        throw new SyncAlreadyRunning(run);
      } catch (error) {
        throw userErrorOf(error);
      }
    },
  }),
}));
