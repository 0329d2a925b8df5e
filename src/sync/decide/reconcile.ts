import type { PrimaryList } from '../../model/primary-contact.ts';

/** Why two counts differ, or that they do not. */
export const RECONCILE_REASONS = [
  'SAME',
  'COUNTED_OTHERWISE',
  'NO_BASELINE',
  'CHANGED_SINCE',
  'MEMBERS_COMPARED',
  'NOT_STORED',
  'GONE',
] as const;
export type ReconcileReason = (typeof RECONCILE_REASONS)[number];

/** In an operator's words: what explains the difference, and what helps. */
export const RECONCILE_EXPLANATIONS: Readonly<Record<ReconcileReason, string>> = {
  SAME: 'Both count the same.',
  COUNTED_OTHERWISE:
    'The difference is the one that the last full pull left, which saw every contact: Constant Contact counts otherwise than it lists.',
  NO_BASELINE: 'No full pull has ended yet that would say which difference is but another way of counting: run one.',
  CHANGED_SINCE:
    'The difference has changed since the last full pull or walk over the members: something changed there that is not stored yet. The next pull finds it.',
  MEMBERS_COMPARED:
    'The last walk over the members of the list ended with exactly these counts: Constant Contact counts otherwise than it lists.',
  NOT_STORED: 'The list is new in Constant Contact: the next pull brings it.',
  GONE: 'Constant Contact has the list no more: the next pull marks it as gone.',
};

export const COMPARED_STATUSES = ['TOTAL', 'ACTIVE', 'UNSUBSCRIBED', 'PENDING_CONFIRMATION'] as const;
export type ComparedStatus = (typeof COMPARED_STATUSES)[number];

export interface StatusComparison {
  readonly status: ComparedStatus;
  readonly primaryCount: number;
  readonly secondaryCount: number;
  readonly reason: ReconcileReason;
}

/** Contacts that both sides have, by count: those that exist only here, or are deleted, are in none of ours. */
export interface OurCounts {
  readonly total: number;
  readonly active: number;
  readonly unsubscribed: number;
  readonly pending: number;
}

/**
 * @param baseline the primary's counts minus ours as the last full pull left them, by name; null before the first.
 */
export function compareStatuses(
  theirs: {
    readonly total: number;
    readonly explicit: number;
    readonly implicit: number;
    readonly pending: number;
    readonly unsubscribed: number;
  },
  ours: OurCounts,
  baseline: { readonly [name: string]: number } | null,
): StatusComparison[] {
  const reasonOf = (name: 'total' | 'unsubscribed' | 'pending'): ReconcileReason => {
    const difference = theirs[name] - ours[name];
    if (baseline?.[name] === undefined) return difference === 0 ? 'SAME' : 'NO_BASELINE';
    if (difference !== baseline[name]) return 'CHANGED_SINCE';
    return difference === 0 ? 'SAME' : 'COUNTED_OTHERWISE';
  };
  const total = reasonOf('total');
  const unsubscribed = reasonOf('unsubscribed');
  const pending = reasonOf('pending');
  const primaryActive = theirs.explicit + theirs.implicit;
  const others = [total, unsubscribed, pending];
  // There is no baseline of its own: what is left of the total when nothing else has moved, has not moved either.
  const active: ReconcileReason =
    primaryActive === ours.active
      ? 'SAME'
      : others.includes('NO_BASELINE')
        ? 'NO_BASELINE'
        : others.includes('CHANGED_SINCE')
          ? 'CHANGED_SINCE'
          : 'COUNTED_OTHERWISE';
  return [
    { status: 'TOTAL', primaryCount: theirs.total, secondaryCount: ours.total, reason: total },
    { status: 'ACTIVE', primaryCount: primaryActive, secondaryCount: ours.active, reason: active },
    {
      status: 'UNSUBSCRIBED',
      primaryCount: theirs.unsubscribed,
      secondaryCount: ours.unsubscribed,
      reason: unsubscribed,
    },
    { status: 'PENDING_CONFIRMATION', primaryCount: theirs.pending, secondaryCount: ours.pending, reason: pending },
  ];
}

interface StoredList {
  readonly listId: string;
  readonly name: string;
  readonly goneAt: Date | null;
  readonly reconciled: { readonly primaryCount: number; readonly secondaryCount: number } | null;
  /** Contacts that are on it, by our own memberships. */
  readonly memberCount: number;
}

export interface ListComparison {
  readonly listId: string;
  readonly name: string;
  /** Null: the primary has no such list, or does not count it. */
  readonly primaryCount: number | null;
  readonly secondaryCount: number;
  readonly reason: ReconcileReason;
}

/** By name. Lists that both know to have gone are none. */
export function compareLists(theirs: readonly PrimaryList[], ours: readonly StoredList[]): ListComparison[] {
  const there = new Map(theirs.filter(({ deletedAt }) => deletedAt === null).map((list) => [list.listId, list]));
  const here = new Map(ours.map((list) => [list.listId, list]));
  const both = [...new Set([...there.keys(), ...here.keys()])].flatMap((listId): ListComparison[] => {
    const [primary, stored] = [there.get(listId), here.get(listId)];
    if (primary === undefined && (stored === undefined || stored.goneAt !== null)) return [];
    const secondaryCount = stored?.memberCount ?? 0;
    const primaryCount = primary?.membershipCount ?? null;
    const name = primary?.name ?? stored?.name ?? '';
    return [{ listId, name, primaryCount, secondaryCount, reason: listReason(primary, stored) }];
  });
  return both.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.listId < b.listId ? -1 : 1));
}

function listReason(primary: PrimaryList | undefined, stored: StoredList | undefined): ReconcileReason {
  if (primary === undefined) return 'GONE';
  if (stored === undefined || stored.goneAt !== null) return 'NOT_STORED';
  const { membershipCount } = primary;
  if (membershipCount === stored.memberCount) return 'SAME';
  const known = stored.reconciled;
  const isKnown = known?.primaryCount === membershipCount && known.secondaryCount === stored.memberCount;
  return isKnown ? 'MEMBERS_COMPARED' : 'CHANGED_SINCE';
}
