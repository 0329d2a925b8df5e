import { useQuery } from 'urql';
import { ListNamesDocument } from './generated.ts';

export interface ListName {
  readonly id: string;
  readonly listId: string;
  readonly name: string;
}

const NONE: readonly ListName[] = [];

/** The account's lists by name; none until they are here. */
export function useListNames(): readonly ListName[] {
  const [{ data }] = useQuery({ query: ListNamesDocument, requestPolicy: 'cache-first' });
  return data?.contactLists.nodes ?? NONE;
}
