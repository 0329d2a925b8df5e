import { createContext, useContext } from 'react';
import type { Client } from 'urql';
import type { ListNames } from './list-names.ts';

export interface GatewayState {
  /** See `Gateway.uncached`. */
  readonly uncached: Client;
  readonly listNames: ListNames;
  /** Grows with each run that has ended and changed contacts here. */
  readonly runsThatChanged: number;
  /** Whether news arrive by themselves at this moment. */
  readonly isLive: boolean;
  /** Null where the gateway asks nobody who they are. */
  readonly signOut: (() => void) | null;
}

export const GatewayContext = createContext<GatewayState | null>(null);

export function useGateway(): GatewayState {
  const state = useContext(GatewayContext);
  if (state === null) throw new Error('used outside of the signed-in part of the console');
  return state;
}
