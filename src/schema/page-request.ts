import type { CursorCodec } from './cursor.ts';
import { type InputProblem, InvalidInput } from './user-errors.ts';

export const DEFAULT_PAGE_SIZE = 50;
export const MAX_PAGE_SIZE = 500;

/** The arguments of a connection, as they come. Forward-only connections have no `last` and `before`. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

export interface PageRequest<T> {
  readonly limit: number;
  /** Reads towards the start (`last`, `before`). */
  readonly backward: boolean;
  /** Exclusive; null: from the start, or backward from the end. */
  readonly from: T | null;
}

/** Of an argument that must lie within these bounds where it is given. */
export function rangeProblems(
  name: string,
  value: number | null | undefined,
  { least, most }: { readonly least: number; readonly most: number },
): InputProblem[] {
  if (value === null || value === undefined || (value >= least && value <= most)) return [];
  return [{ path: [name], message: `must be between ${least} and ${most}.` }];
}

const PAGE_SIZES = { least: 0, most: MAX_PAGE_SIZE };

function cursorProblems<T>(name: 'after' | 'before', cursor: string | null | undefined, codec: CursorCodec<T>) {
  if (cursor === null || cursor === undefined || codec.decode(cursor) !== undefined) return [];
  return [{ path: [name], message: 'is not a cursor of this connection in this order.' }];
}

/** @throws InvalidInput that tells everything that is wrong, together with the `problems` found elsewhere. */
export function parsePageRequest<T>(
  { first, after, last, before }: PageArguments,
  codec: CursorCodec<T>,
  problems: readonly InputProblem[] = [],
): PageRequest<T> {
  const backward = isGiven(last) || isGiven(before);
  const all = [
    ...problems,
    ...rangeProblems('first', first, PAGE_SIZES),
    ...rangeProblems('last', last, PAGE_SIZES),
    ...cursorProblems('after', after, codec),
    ...cursorProblems('before', before, codec),
    ...(backward && (isGiven(first) || isGiven(after))
      ? [
          {
            path: [isGiven(last) ? 'last' : 'before'],
            message: 'goes with neither `first` nor `after`: page one way at a time.',
          },
        ]
      : []),
  ];
  if (all.length > 0) throw new InvalidInput(all);
  const cursor = backward ? before : after;
  return {
    limit: (backward ? last : first) ?? DEFAULT_PAGE_SIZE,
    backward,
    from: isGiven(cursor) ? (codec.decode(cursor) ?? null) : null,
  };
}

const isGiven = <V>(value: V | null | undefined): value is V => value !== null && value !== undefined;
