import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { purgeOldRecords, type Retention } from '../store/old-records.ts';
import type { Store } from '../store/store.ts';
import type { ScheduledJob } from './schedule.ts';

/** Once a day, after the nightly full pull: deletes the records that need not be kept any longer. */
export function storeCareJob({
  store,
  retention,
  timezone,
  clock,
  logger,
}: {
  store: Store;
  retention: Retention;
  timezone: string;
  clock: Clock;
  logger: Logger;
}): ScheduledJob {
  return {
    name: 'STORE_CARE',
    cron: '30 4 * * *',
    timezone,
    pausable: false,
    async run(signal) {
      const purged = await purgeOldRecords({ db: store.db, retention, now: clock.now(), signal });
      logger.info({ purged }, 'old records purged');
      return 'DONE';
    },
  };
}
