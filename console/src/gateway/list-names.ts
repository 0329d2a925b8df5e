import type { Client, CombinedError } from 'urql';
import { ListNamesDocument } from './generated.ts';

export interface ListName {
  readonly id: string;
  readonly listId: string;
  readonly name: string;
}

export interface KnownLists {
  /** In the order of their names; those that have come so far. */
  readonly names: readonly ListName[];
  /** All of them are here. */
  readonly isComplete: boolean;
  readonly error: CombinedError | undefined;
}

/** The account's lists by name, a thousand or more of them: read page by page, once for all who show them. */
export interface ListNames {
  readonly current: () => KnownLists;
  /** The first one who wants them has them read. */
  readonly subscribe: (onChange: () => void) => () => void;
  /** Reads them again, while somebody shows them; what is known stays until the new ones are here. */
  readonly reload: () => void;
}

export function createListNames(client: Client): ListNames {
  let known: KnownLists = { names: [], isComplete: false, error: undefined };
  const listeners = new Set<() => void>();
  // What an older turn brings is no longer wanted.
  let turn = 0;
  const tell = (next: KnownLists) => {
    known = next;
    for (const onChange of listeners) onChange();
  };

  async function read(): Promise<void> {
    turn += 1;
    const mine = turn;
    const names: ListName[] = [];
    let after: string | null = null;
    do {
      const { data, error }: ListPage = await client.query(ListNamesDocument, { after }).toPromise();
      if (mine !== turn) return;
      if (data === undefined || error !== undefined) return tell({ ...known, error });
      names.push(...data.contactLists.nodes);
      after = data.contactLists.pageInfo.hasNextPage ? (data.contactLists.pageInfo.endCursor ?? null) : null;
      if (!known.isComplete) tell({ names: [...names], isComplete: false, error: undefined });
    } while (after !== null);
    tell({ names, isComplete: true, error: undefined });
  }

  return {
    current: () => known,
    subscribe(onChange) {
      listeners.add(onChange);
      if (listeners.size === 1) void read();
      return () => listeners.delete(onChange);
    },
    reload() {
      if (listeners.size > 0) void read();
    },
  };
}

interface ListPage {
  readonly data?:
    | {
        readonly contactLists: {
          readonly nodes: readonly ListName[];
          readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
        };
      }
    | undefined;
  readonly error?: CombinedError | undefined;
}
