import { useSyncExternalStore } from 'react';
import { useGateway } from './gateway-context.ts';
import type { KnownLists, ListName } from './list-names.ts';

/** The account's lists, with what hinders reading them. */
export function useLists(): KnownLists {
  const { listNames } = useGateway();
  return useSyncExternalStore(listNames.subscribe, listNames.current);
}

/** The account's lists by name; none until they are here. */
export function useListNames(): readonly ListName[] {
  return useLists().names;
}
