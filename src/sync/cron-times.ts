import { createTask, parse } from 'node-cron';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** Offsets of time zones are multiples of it, so local days and hours begin at one. */
const QUARTER_MS = 15 * MINUTE_MS;
/** Shorter than any local day: between two moments of days that do not match, so far apart, lies no day that does. */
const HALF_DAY_MS = 12 * 60 * MINUTE_MS;
/** Five years hold a 29th of February, and every weekday on every date but that one. */
const HORIZON_MS = 5 * 366 * 24 * 60 * MINUTE_MS;

/** The moments a cron expression names. An hour that the zone's clock skips has none; one that comes twice has them twice. */
export interface CronTimes {
  /** The first moment after `after`; null when there is none within five years. */
  next(after: Date): Date | null;
}

/**
 * node-cron's own scheduler looks at the system's clock and forgets what was missed while no process ran. So it reads
 * the expression and the time zone here, and `schedule.ts` keeps the time.
 * @param expression five or six fields, as node-cron reads them
 */
export function createCronTimes(expression: string, timezone: string): CronTimes {
  const { second, minute, hour, dayOfMonth, month, dayOfWeek } = parse(expression);
  const days = [dayOfMonth, month, dayOfWeek].map((values) => values.join(',')).join(' ');
  const matcher = (fields: string) => {
    const task = createTask(`${fields} ${days}`, () => {}, { timezone });
    // It never starts: only its reading of the calendar is used.
    void task.destroy();
    return (at: number) => task.match(new Date(at));
  };
  const onDay = matcher('* * *');
  const inHour = matcher(`* * ${hour.join(',')}`);
  const inMinute = matcher(`* ${minute.join(',')} ${hour.join(',')}`);
  const inSecond = matcher(`${second.join(',')} ${minute.join(',')} ${hour.join(',')}`);

  const nextMultiple = (at: number, of: number) => Math.floor(at / of) * of + of;

  return {
    next(after) {
      const end = after.getTime() + HORIZON_MS;
      for (let at = nextMultiple(after.getTime(), SECOND_MS); at < end; ) {
        if (!onDay(at)) at = onDay(at + HALF_DAY_MS) ? nextMultiple(at, QUARTER_MS) : at + HALF_DAY_MS;
        else if (!inHour(at)) at = nextMultiple(at, QUARTER_MS);
        else if (!inMinute(at)) at = nextMultiple(at, MINUTE_MS);
        else if (!inSecond(at)) at += SECOND_MS;
        else return new Date(at);
      }
      return null;
    },
  };
}
