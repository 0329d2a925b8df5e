import type { GatewayClient } from '../client/index.ts';
import { CommandFailure, EXIT, type ExitCode } from './exit-codes.ts';
import type { Output } from './output.ts';

interface Commander {
  readonly client: GatewayClient;
  readonly output: Output;
}

export async function pauseSchedule(
  { client, output }: Commander,
  { until, reason }: { until?: string; reason?: string },
): Promise<ExitCode> {
  const { pauseSchedule: result } = await client.pauseSchedule({
    input: { until: until ?? null, reason: reason ?? null },
  });
  if (result.__typename !== 'PauseScheduleSuccess') throw new CommandFailure(EXIT.usage, result.message);
  output.answer(
    result.syncStatus,
    `The schedule is paused ${until === undefined ? 'until it is resumed' : `until ${until}`}.`,
  );
  return EXIT.done;
}

export async function resumeSchedule(
  { client, output }: Commander,
  { runMissed }: { runMissed: boolean },
): Promise<ExitCode> {
  const { resumeSchedule: result } = await client.resumeSchedule({ input: { runMissed } });
  if (result.__typename !== 'ResumeScheduleSuccess') throw new CommandFailure(EXIT.usage, result.message);
  const next = result.syncStatus.nextScheduledAt;
  output.answer(result.syncStatus, `The schedule goes on${next === null ? '.' : `: next at ${next}.`}`);
  return EXIT.done;
}
