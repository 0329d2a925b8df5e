import type { CursorCodec } from './cursor.ts';
import type { PageRequest } from './page-request.ts';

/** An edge writes its cursor when it is asked for: most readers want those of the page's ends alone. */
export class Edge<N, P> {
  readonly node: N;
  readonly #position: P;
  readonly #codec: CursorCodec<P>;

  constructor(node: N, position: P, codec: CursorCodec<P>) {
    this.node = node;
    this.#position = position;
    this.#codec = codec;
  }

  get cursor(): string {
    return this.#codec.encode(this.#position);
  }
}

export interface ConnectionPage<N, P> {
  readonly edges: Edge<N, P>[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/**
 * A Relay connection of what was read. `hasMore`: there is more in the direction of reading. `hasBehind`: there is
 * something on the other side of where reading began.
 */
export function connectionPage<N, P>({
  nodes,
  positionOf,
  codec,
  request,
  hasMore,
  hasBehind,
}: {
  nodes: readonly N[];
  positionOf: (node: N) => P;
  codec: CursorCodec<P>;
  request: PageRequest<P>;
  hasMore: boolean;
  hasBehind: boolean;
}): ConnectionPage<N, P> {
  const edges = nodes.map((node) => new Edge(node, positionOf(node), codec));
  return {
    edges,
    pageInfo: {
      hasNextPage: request.backward ? hasBehind : hasMore,
      hasPreviousPage: request.backward ? hasMore : hasBehind,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
