import { describe, expect, it } from 'vitest';
import type { PrimaryList } from '../../src/model/primary-contact.ts';
import { compareLists, compareStatuses } from '../../src/sync/decide/reconcile.ts';

const theirs = { total: 100, explicit: 50, implicit: 20, pending: 5, unsubscribed: 20 };
const reasons = (
  ours: Parameters<typeof compareStatuses>[1],
  baseline: Parameters<typeof compareStatuses>[2],
): Record<string, string> =>
  Object.fromEntries(compareStatuses(theirs, ours, baseline).map(({ status, reason }) => [status, reason]));

describe('counts of both sides', () => {
  it('that are the same need no explanation', () => {
    const ours = { total: 100, active: 70, unsubscribed: 20, pending: 5 };
    expect(new Set(Object.values(reasons(ours, null)))).toEqual(new Set(['SAME']));
  });

  it('that differ as the last full pull left them are counted otherwise', () => {
    const ours = { total: 98, active: 68, unsubscribed: 20, pending: 5 };
    expect(reasons(ours, { total: 2, unsubscribed: 0, pending: 0 })).toEqual({
      TOTAL: 'COUNTED_OTHERWISE',
      ACTIVE: 'COUNTED_OTHERWISE',
      UNSUBSCRIBED: 'SAME',
      PENDING_CONFIRMATION: 'SAME',
    });
  });

  it('that differ otherwise than then have changed since, also where they are equal now', () => {
    const ours = { total: 100, active: 71, unsubscribed: 19, pending: 5 };
    expect(reasons(ours, { total: 2, unsubscribed: 0, pending: 0 })).toEqual({
      TOTAL: 'CHANGED_SINCE',
      ACTIVE: 'CHANGED_SINCE',
      UNSUBSCRIBED: 'CHANGED_SINCE',
      PENDING_CONFIRMATION: 'SAME',
    });
  });

  it('that differ before the first full pull are not explained', () => {
    const ours = { total: 10, active: 10, unsubscribed: 20, pending: 5 };
    expect(reasons(ours, null)).toMatchObject({ TOTAL: 'NO_BASELINE', ACTIVE: 'NO_BASELINE', UNSUBSCRIBED: 'SAME' });
  });
});

describe('members of lists on both sides', () => {
  const list = (name: string, membershipCount: number | null, deletedAt: Date | null = null): PrimaryList => ({
    listId: name,
    name,
    membershipCount,
    deletedAt,
    description: null,
    favorite: false,
    createdAt: null,
    updatedAt: null,
  });
  const stored = (name: string, memberCount: number, more: object = {}) => ({
    listId: name,
    name,
    memberCount,
    goneAt: null,
    reconciled: null,
    ...more,
  });

  it('are compared list by list, each difference with its reason', () => {
    const at = new Date();
    const compared = compareLists(
      [list('same', 3), list('moved', 4), list('walked', 5), list('new', 1), list('deleted', 9, at)],
      [
        stored('walked', 4, { reconciled: { primaryCount: 5, secondaryCount: 4 } }),
        stored('moved', 3, { reconciled: { primaryCount: 5, secondaryCount: 3 } }),
        stored('same', 3),
        stored('gone', 2),
        stored('gone before', 2, { goneAt: at }),
        stored('deleted', 9, { goneAt: at }),
      ],
    );
    expect(compared.map(({ name, reason }) => [name, reason])).toEqual([
      ['gone', 'GONE'],
      ['moved', 'CHANGED_SINCE'],
      ['new', 'NOT_STORED'],
      ['same', 'SAME'],
      ['walked', 'MEMBERS_COMPARED'],
    ]);
    expect(compared[0]).toMatchObject({ primaryCount: null, secondaryCount: 2 });
  });
});
