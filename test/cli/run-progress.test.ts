import { describe, expect, test } from 'vitest';
import type { Output } from '../../src/cli/output.ts';
import { createProgressView } from '../../src/cli/progress.ts';
import { createRateMeter, progressOf, progressText } from '../../src/cli/run-progress.ts';
import type { SyncRunFieldsFragment } from '../../src/client/index.ts';

const run = (phase: string, told: { total?: number; percent?: number; etaSeconds?: number; counts?: object } = {}) => {
  const counts = { fetched: 0, pushed: 0, failed: 0, ...told.counts };
  return { phase, percent: null, total: null, etaSeconds: null, ...told, counts };
};

describe('the progress of a run on the command line', () => {
  test.each([
    ['CONTACTS', run('CONTACTS')],
    ['TAGS AND FIELDS', run('TAGS_AND_FIELDS')],
    [
      'CONTACTS 45 % 2,250 of 5,000, 6s left',
      run('CONTACTS', { percent: 45.2, total: 5_000, etaSeconds: 6, counts: { fetched: 2_250 } }),
    ],
    ['CONTACTS', run('CONTACTS', { percent: 99, total: 0 })],
    ['CONTACTS 5,012', run('CONTACTS', { percent: 99, total: 5_000, counts: { fetched: 5_012 } })],
    ['PLAN 0 % 0 of 2', run('PLAN', { percent: 99, total: 2, etaSeconds: 1, counts: { fetched: 142 } })],
    ['SEND 0 % 0 of 3', run('SEND', { percent: 99, total: 3, counts: { fetched: 2 } })],
    ['CONFIRM 100 % 1 of 1', run('CONFIRM', { percent: 99, total: 1, counts: { fetched: 2, pushed: 1 } })],
    ['CONFIRM 66 % 2 of 3', run('CONFIRM', { total: 3, counts: { fetched: 40, pushed: 1, failed: 1 } })],
  ])('says %s and nothing that it does not know', (text, told) => {
    expect(progressText(progressOf(told), null)).toBe(text);
  });

  test('is a line for each step where nobody watches, and no line twice', () => {
    const notes: string[] = [];
    const unused = () => {
      throw new Error('nothing is drawn or answered');
    };
    const output = {
      json: false,
      interactive: false,
      width: 80,
      answer: unused,
      draw: unused,
      note: (text: string) => notes.push(text),
    };
    const view = createProgressView(output as Output, () => new Date(0));
    const event = (type: string, phase: string, message = '') =>
      view.show({ type, message, run: { kind: 'PUSH', ...run(phase, { total: 3 }) } as SyncRunFieldsFragment });
    event('PROGRESS', 'SEND');
    event('PROGRESS', 'SEND');
    event('WARNING', 'SEND', 'Batch 2 waits.');
    event('PROGRESS', 'SEND');
    const at = new Date(0).toISOString();
    expect(notes).toEqual([`${at} PUSH SEND 0 % 0 of 3`, `${at} PUSH Batch 2 waits.`, `${at} PUSH SEND 0 % 0 of 3`]);
  });

  test('measures each phase by itself, and by it tells how long it takes still', () => {
    const rateOf = createRateMeter();
    const at = (phase: string, done: number, atMs: number) => {
      const progress = progressOf(run(phase, { total: 1_000, counts: { fetched: done, pushed: done } }));
      return progressText(progress, rateOf(progress, atMs));
    };
    expect(at('CONTACTS', 200, 0)).toBe('CONTACTS 200 of 1,000');
    expect(at('CONTACTS', 400, 2_000)).toBe('CONTACTS 400 of 1,000, 100/s, 6s left');
    expect(at('SEND', 400, 10_000)).toBe('SEND 40 % 400 of 1,000');
    expect(at('SEND', 500, 14_000)).toBe('SEND 50 % 500 of 1,000, 25/s, 20s left');
  });
});
