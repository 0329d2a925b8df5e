import { describe, expect, test } from 'vitest';
import { createCronTimes } from '../../src/sync/cron-times.ts';

describe('the times of a cron expression', () => {
  test.each([
    ['*/15 * * * *', 'UTC', '2026-03-01T08:00:00Z', '2026-03-01T08:15:00Z'],
    ['*/15 * * * *', 'UTC', '2026-03-01T07:59:59.999Z', '2026-03-01T08:00:00Z'],
    ['*/7 * * * * *', 'UTC', '2026-03-01T08:00:03.500Z', '2026-03-01T08:00:07Z'],
    ['0 3 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00Z'],
    ['0 3 * * *', 'Asia/Kathmandu', '2026-03-28T12:00:00Z', '2026-03-28T21:15:00Z'],
    ['59 59 23 31 12 *', 'America/St_Johns', '2026-03-28T12:00:00Z', '2027-01-01T03:29:59Z'],
    ['0 9 * * 1', 'UTC', '2026-03-03T09:00:00Z', '2026-03-09T09:00:00Z'],
    ['@daily', 'UTC', '2026-03-03T09:00:00Z', '2026-03-04T00:00:00Z'],
    // The clock of Berlin goes from 02:00 to 03:00 that night.
    ['30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-30T00:30:00Z'],
    // And from 03:00 back to 02:00 in that one: the hour comes twice.
    ['30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00Z'],
    ['30 2 * * *', 'Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'],
    ['30 2 * * *', 'Europe/Berlin', '2026-10-25T01:30:00Z', '2026-10-26T01:30:00Z'],
  ])('%s in %s after %s is %s', (expression, timezone, after, next) => {
    expect(createCronTimes(expression, timezone).next(new Date(after))).toEqual(new Date(next));
  });

  test('go on, each after the last', () => {
    const times = createCronTimes('0 */6 * * *', 'UTC');
    let at = new Date('2026-03-01T08:00:00Z');
    const hours = Array.from({ length: 5 }, () => {
      at = times.next(at) ?? at;
      return at.toISOString().slice(8, 13);
    });
    expect(hours).toEqual(['01T12', '01T18', '02T00', '02T06', '02T12']);
  });
});
