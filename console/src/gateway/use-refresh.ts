import { useEffect } from 'react';
import type { OperationContext } from 'urql';

/** Asks again every so often, while the page is seen: for what moves without news. */
export function useRefresh(refresh: (context: Partial<OperationContext>) => void, everyMs: number): void {
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') refresh({ requestPolicy: 'network-only' });
    }, everyMs);
    return () => clearInterval(timer);
  }, [refresh, everyMs]);
}
