import type { GatewayClient, StartSyncInput, SyncRunFieldsFragment } from '../client/index.ts';
import { counted } from '../counted.ts';
import { CommandFailure, codedFailure, EXIT, type ExitCode } from './exit-codes.ts';
import type { Output } from './output.ts';
import { createProgressView } from './progress.ts';

export const KINDS = {
  contacts: 'CONTACTS',
  unsubscribes: 'UNSUBSCRIBES',
  lists: 'LISTS',
  push: 'PUSH',
  'full-cycle': 'FULL_CYCLE',
} as const;

/** Starts a run and shows its way to the end. An abort of `signal` cancels the run and waits until it has stopped. */
export async function runSyncCommand({
  client,
  input,
  output,
  signal,
  now,
}: {
  client: GatewayClient;
  input: StartSyncInput;
  output: Output;
  signal: AbortSignal;
  now: () => Date;
}): Promise<ExitCode> {
  const run = await start(client, input);
  const cancel = () => {
    output.note('Stopping the run; the same again ends at once.');
    client
      .cancelSync({ input: { runId: run.id } })
      .catch((error: unknown) => output.note(`The run could not be cancelled: ${String(error)}`));
  };
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });

  const view = createProgressView(output, now);
  let last: SyncRunFieldsFragment = run;
  try {
    for await (const event of client.syncProgress({ runId: run.id })) {
      last = event.run;
      view.show(event);
    }
  } finally {
    view.end();
    signal.removeEventListener('abort', cancel);
  }
  const { syncRun } = await client.syncRun({ id: run.id });
  last = syncRun ?? last;
  output.answer(last, summaryOf(last) + planned(last));
  if (last.status === 'SUCCEEDED') return EXIT.done;
  return signal.aborted ? EXIT.interrupted : EXIT.failed;
}

async function start(client: GatewayClient, input: StartSyncInput): Promise<SyncRunFieldsFragment> {
  const { startSync } = await client.startSync({ input });
  switch (startSync.__typename) {
    case 'StartSyncSuccess':
      return startSync.run;
    case 'InvalidInput':
      throw new CommandFailure(EXIT.usage, startSync.message);
    case 'SyncAlreadyRunning':
      throw codedFailure(
        EXIT.refused,
        `${startSync.message} It is ${startSync.run.status}, in ${startSync.run.phase}: see \`csg status\`.`,
        startSync.code,
      );
    default:
      throw codedFailure(EXIT.refused, startSync.message, startSync.code);
  }
}

/** What a dry run has found out: nothing else of it says so. */
function planned({ status, dryRun, total }: SyncRunFieldsFragment): string {
  if (!dryRun || status !== 'SUCCEEDED') return '';
  if (!total) return '\nNothing would be sent.';
  return `\n${counted(total, 'contact')} would be sent; nothing was (dry run). See what, and what is left out: csg plan`;
}

/** One line: what the run came to. */
export function summaryOf(run: SyncRunFieldsFragment): string {
  const counts = Object.entries(run.counts)
    .filter(([name, count]) => name !== '__typename' && typeof count === 'number' && count > 0)
    .map(([name, count]) => `${count.toLocaleString('en-US')} ${name}`);
  const said = counts.length === 0 ? 'nothing to do' : counts.join(', ');
  const error = run.error === null ? '' : `: ${run.error.message} (${run.error.code})`;
  return `${run.kind} ${run.status}${error}: ${said}; ${run.apiRequests} API requests`;
}
