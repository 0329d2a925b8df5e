import type { Caller } from '../auth/caller.ts';

/** A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Calls `onExpired` when the caller's token ends. The returned function calls it off. */
export function watchExpiry({ expiresAt }: Caller, onExpired: () => void): () => void {
  if (expiresAt === null) return () => {};
  let timer: NodeJS.Timeout | undefined;
  const wait = () => {
    const leftMs = expiresAt.getTime() - Date.now();
    if (leftMs <= 0) return onExpired();
    timer = setTimeout(wait, Math.min(leftMs, LONGEST_TIMER_MS));
    timer.unref();
  };
  wait();
  return () => clearTimeout(timer);
}
