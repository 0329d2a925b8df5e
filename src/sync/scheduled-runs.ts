import type { Config } from '../config.ts';
import type { Logger } from '../logger.ts';
import type { StartSyncInput } from '../model/start-sync.ts';
import type { SyncEngine } from './engine.ts';
import type { ScheduledJob } from './schedule.ts';

/**
 * The runs that the clock starts. A full pull comes before the incremental one of the same minute, which it covers; where
 * another pull of contacts is under way it waits for the end of that, while an incremental one is left out.
 */
export function scheduledRuns({
  schedule,
  engine,
  isConnected,
  logger,
}: {
  schedule: Config['schedule'];
  engine: Pick<SyncEngine, 'start'>;
  /** Without an account there is nothing to pull from: the turn is left out. */
  isConnected: () => Promise<boolean>;
  logger: Logger;
}): ScheduledJob[] {
  const job = (name: string, cron: string | null, wish: Pick<StartSyncInput, 'kind' | 'mode'>): ScheduledJob[] => {
    if (cron === null) return [];
    const input: StartSyncInput = { ...wish, listIds: null, dryRun: false, planHash: null };
    const run: ScheduledJob['run'] = async () => {
      if (!(await isConnected())) {
        logger.warn({ schedule: name }, 'no account is connected, the scheduled run is left out');
        return 'DONE';
      }
      const { started, run: active } = await engine.start(input, { trigger: 'SCHEDULE', triggeredBy: 'schedule' });
      if (!started) logger.info({ schedule: name, runId: active._id.toHexString() }, 'a run of this kind is under way');
      return started || input.mode === 'INCREMENTAL' || active.mode === 'FULL' ? 'DONE' : 'LATER';
    };
    return [{ name, cron, timezone: schedule.timezone, pausable: true, run }];
  };
  return [
    ...job('FULL_PULL', schedule.full, { kind: 'CONTACTS', mode: 'FULL' }),
    ...job('PULL', schedule.incremental, { kind: 'CONTACTS', mode: 'INCREMENTAL' }),
    ...job('PUSH', schedule.push, { kind: 'PUSH', mode: 'INCREMENTAL' }),
  ];
}
