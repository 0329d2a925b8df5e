import { expect, test } from 'vitest';
import { createPartnerTokenSource } from '../../src/auth/partner-token-source.ts';
import { createFakeClock } from '../kit/fake-clock.ts';

const { signal } = new AbortController();

/** A source whose requests the test answers, one after the other. */
function openSource() {
  let at = Date.parse('2026-03-01T12:00:00Z');
  const requests: { answer(token: string): void; fail(error: Error): void; readonly signal: AbortSignal }[] = [];
  const source = createPartnerTokenSource({
    requestToken: (signal) =>
      new Promise((resolve, reject) => {
        const answer = (accessToken: string) => resolve({ accessToken, refreshToken: null, expiresInSeconds: 3_600 });
        requests.push({ answer, fail: reject, signal });
      }),
    clock: { ...createFakeClock(new Date(at)), now: () => new Date(at) },
  });
  const pass = (seconds: number) => {
    at += seconds * 1_000;
  };
  return { source, requests, pass };
}

test('one request brings the token of all who wait, and serves until its last minute', async () => {
  const { source, requests, pass } = openSource();
  const all = Promise.all([1, 2, 3].map(() => source.accessToken(signal)));
  requests[0]?.answer('first');
  expect(await all).toEqual(['first', 'first', 'first']);
  pass(3_539);
  expect(await source.accessToken(signal)).toBe('first');
  expect(requests).toHaveLength(1);
  pass(1);
  const late = source.accessToken(signal);
  requests[1]?.answer('second');
  expect(await late).toBe('second');
});

test('a token that was refused is replaced once for all who were refused', async () => {
  const { source, requests } = openSource();
  const first = source.accessToken(signal);
  requests[0]?.answer('first');
  await first;
  const both = Promise.all([source.refresh('first', signal), source.refresh('first', signal)]);
  requests[1]?.answer('second');
  expect(await both).toEqual(['second', 'second']);
  expect(await source.refresh('first', signal)).toBe('second');
  expect(requests).toHaveLength(2);
});

test('a request that failed is told to all who waited, and made again for the next', async () => {
  const { source, requests } = openSource();
  const both = [1, 2].map(() => source.accessToken(signal).catch((error: unknown) => error));
  const trouble = new Error('no answer');
  requests[0]?.fail(trouble);
  expect(await Promise.all(both)).toEqual([trouble, trouble]);
  const next = source.accessToken(signal);
  requests[1]?.answer('token');
  expect(await next).toBe('token');
});

test('a caller that gives up ends its own wait alone; the end of the gateway ends the request', async () => {
  const { source, requests } = openSource();
  const caller = new AbortController();
  const given = source.accessToken(caller.signal).catch((error: unknown) => error);
  const other = source.accessToken(signal);
  const reason = new Error('enough');
  caller.abort(reason);
  expect(await given).toBe(reason);
  expect(requests[0]?.signal.aborted).toBe(false);
  requests[0]?.answer('token');
  expect(await other).toBe('token');
  source.close();
  expect(requests[0]?.signal.aborted).toBe(true);
});
