import type { SyncKind } from '../model/sync-run.ts';
import { activeKeyOf } from './sync-runs.ts';

/**
 * Mark and sweep: a walk over the primary marks the contacts that it sees, and afterwards looks at those without its mark.
 * `seenIn` belongs to full pulls, `seenOnListsIn` to walks over the members of lists. A push pulls first, and may do so beside
 * a pull: each has fields of its own, or the two would take each other's marks away.
 */
export type SeenField = 'seenIn' | 'seenInByPush' | 'seenOnListsIn' | 'seenOnListsInByPush';

export interface SeenMark {
  readonly field: SeenField;
  readonly value: string;
}

/** The marks beside `seenIn`; absent before the first walk of their kind. */
export type OtherSeenMarks = { readonly [field in Exclude<SeenField, 'seenIn'>]?: string };

interface Walker {
  readonly _id: { toHexString(): string };
  readonly kind: SyncKind;
}

const isPush = ({ kind }: Walker) => activeKeyOf(kind) === 'PUSH';

/** The mark of a run's full pull. */
export const fullPullMark = (run: Walker): SeenMark => ({
  field: isPush(run) ? 'seenInByPush' : 'seenIn',
  value: run._id.toHexString(),
});

/** The mark of one group of lists within a run. */
export const membershipsMark = (run: Walker, group: number): SeenMark => ({
  field: isPush(run) ? 'seenOnListsInByPush' : 'seenOnListsIn',
  value: `${run._id.toHexString()}:${group}`,
});

/** What a document that replaces `previous` takes over: no edit and no merge knows of these. */
export function otherMarksOf(previous: OtherSeenMarks | null): OtherSeenMarks {
  const { seenInByPush, seenOnListsIn, seenOnListsInByPush } = previous ?? {};
  return {
    ...(seenInByPush === undefined ? {} : { seenInByPush }),
    ...(seenOnListsIn === undefined ? {} : { seenOnListsIn }),
    ...(seenOnListsInByPush === undefined ? {} : { seenOnListsInByPush }),
  };
}
