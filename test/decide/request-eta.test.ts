import { expect, it } from 'vitest';
import { requestEtaSeconds } from '../../src/sync/decide/request-eta.ts';

const now = new Date('2026-03-01T23:00:00Z');
const budget = { perSecond: 4, perDay: 10_000, remainingToday: 100, resetsAt: new Date('2026-03-02T00:00:00Z') };

it.each([
  ['nothing', 0, 0],
  ['what fits into today, by the second', 99, 25],
  ['what does not, from midnight on', 108, 3_600 + 2],
  ['what fills the next day', 10_100, 3_600 + 2_500],
  ['what takes several days', 20_104, 3_600 + 2 * 86_400 + 1],
])('Requests take their time: %s', (_name, requests, seconds) => {
  expect(requestEtaSeconds(requests, budget, now)).toBe(seconds);
});
