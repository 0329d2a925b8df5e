import { useCallback, useEffect, useRef, useState } from 'react';
import type { AnyVariables, CombinedError, TypedDocumentNode } from 'urql';
import { useGateway } from './gateway-context.ts';

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly endCursor?: string | null;
}

interface Connection<N> {
  readonly nodes: readonly N[];
  readonly pageInfo: PageInfo;
}

export interface Pages<N> {
  /** Undefined until the first page is here. */
  readonly items: readonly N[] | undefined;
  readonly error: CombinedError | undefined;
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly loadMore: () => void;
  /** Begins anew at the first page; what is shown stays until it is here. */
  readonly reload: () => void;
}

interface Loaded<N> {
  readonly items: readonly N[] | undefined;
  readonly pageInfo: PageInfo | undefined;
  readonly error: CombinedError | undefined;
}

const NOTHING = { items: undefined, pageInfo: undefined, error: undefined };

/**
 * A connection of the API, page after page by its cursors. `variables` without `after`; other variables begin anew.
 * Kept here rather than in the cache: of a million rows only those that were scrolled to are held, and gone with the page.
 */
export function usePages<D, V extends AnyVariables, N>({
  query,
  variables,
  select,
}: {
  query: TypedDocumentNode<D, V>;
  variables: V;
  select: (data: D) => Connection<N>;
}): Pages<N> {
  const { uncached, isLive } = useGateway();
  const [loaded, setLoaded] = useState<Loaded<N>>(NOTHING);
  const [isLoading, setLoading] = useState(true);
  const key = JSON.stringify(variables);
  const latest = useRef({ variables, select });
  latest.current = { variables, select };
  // What was asked for before the variables changed is no longer wanted when it comes.
  const turn = useRef(0);

  const load = useCallback(
    async (after: string | null) => {
      turn.current += 1;
      const mine = turn.current;
      setLoading(true);
      const { data, error } = await uncached.query(query, { ...latest.current.variables, after }).toPromise();
      if (mine !== turn.current) return;
      setLoading(false);
      if (error !== undefined || data === undefined) return setLoaded((old) => ({ ...old, error }));
      const { nodes, pageInfo } = latest.current.select(data);
      setLoaded((old) => ({
        items: after === null ? nodes : [...(old.items ?? []), ...nodes],
        pageInfo,
        error: undefined,
      }));
    },
    [uncached, query],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the variables.
  useEffect(() => {
    setLoaded(NOTHING);
    void load(null);
  }, [key, load]);

  const { items, pageInfo, error } = loaded;
  // What could not be reached is tried again as soon as the gateway answers.
  const isCutOff = error?.networkError !== undefined;
  useEffect(() => {
    if (isLive && isCutOff) void load(null);
  }, [isLive, isCutOff, load]);
  return {
    items,
    error,
    hasMore: pageInfo?.hasNextPage === true,
    isLoading,
    loadMore: () => {
      const after = pageInfo?.endCursor;
      if (!isLoading && pageInfo?.hasNextPage === true && typeof after === 'string') void load(after);
    },
    reload: () => void load(null),
  };
}
