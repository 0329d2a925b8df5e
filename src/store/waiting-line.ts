import type { Clock } from '../clock.ts';

/** In order of urgency. */
const PRIORITIES = ['INTERACTIVE', 'PUSH_SAFETY', 'BACKGROUND'] as const;
export type RequestPriority = (typeof PRIORITIES)[number];

interface Waiter {
  readonly admit: () => void;
  readonly reject: (error: unknown) => void;
}

/** The callers of one process who wait for a request, by priority and within it in the order they came. */
export interface WaitingLine {
  /** Resolves when admitted. When `signal` aborts the caller leaves the line at once and gets its reason. */
  join(priority: RequestPriority, signal: AbortSignal): Promise<void>;
  /** Null when nobody waits. */
  mostUrgent(): RequestPriority | null;
  /** How many wait at each priority. */
  lengths(): Readonly<Record<RequestPriority, number>>;
  /** How many wait at `leastUrgent` or above. */
  length(leastUrgent: RequestPriority): number;
  /** Admits up to `count` of those, the most urgent first; answers how many. */
  admit(count: number, leastUrgent: RequestPriority): number;
  reject(priority: RequestPriority, error: unknown): void;
  rejectAll(error: unknown): void;
  /** Ends early when somebody more urgent than `priority` joins, or when nobody waits any more. */
  sleep(clock: Clock, ms: number, priority: RequestPriority): Promise<void>;
}

export function createWaitingLine(): WaitingLine {
  const lines = new Map<RequestPriority, Set<Waiter>>(PRIORITIES.map((priority) => [priority, new Set()]));
  let sleeper: { readonly priority: RequestPriority; readonly wake: AbortController } | null = null;

  const lineOf = (priority: RequestPriority): Set<Waiter> => lines.get(priority) ?? new Set();
  const mostUrgent = (): RequestPriority | null => PRIORITIES.find((priority) => lineOf(priority).size > 0) ?? null;

  const downTo = (leastUrgent: RequestPriority): RequestPriority[] =>
    PRIORITIES.slice(0, PRIORITIES.indexOf(leastUrgent) + 1);

  function wakeIfNeeded(): void {
    if (sleeper === null) return;
    const urgent = mostUrgent();
    if (urgent === null || PRIORITIES.indexOf(urgent) < PRIORITIES.indexOf(sleeper.priority)) sleeper.wake.abort();
  }

  return {
    join(priority, signal) {
      return new Promise<void>((resolve, reject) => {
        if (signal.aborted) {
          reject(signal.reason);
          return;
        }
        const line = lineOf(priority);
        const leave = (): void => {
          line.delete(waiter);
          signal.removeEventListener('abort', onAbort);
        };
        const onAbort = (): void => {
          leave();
          reject(signal.reason);
          wakeIfNeeded();
        };
        const waiter: Waiter = {
          admit() {
            leave();
            resolve();
          },
          reject(error) {
            leave();
            reject(error);
          },
        };
        signal.addEventListener('abort', onAbort, { once: true });
        line.add(waiter);
        wakeIfNeeded();
      });
    },
    mostUrgent,
    lengths: () => ({
      INTERACTIVE: lineOf('INTERACTIVE').size,
      PUSH_SAFETY: lineOf('PUSH_SAFETY').size,
      BACKGROUND: lineOf('BACKGROUND').size,
    }),
    length: (leastUrgent) => downTo(leastUrgent).reduce((sum, priority) => sum + lineOf(priority).size, 0),
    admit(count, leastUrgent) {
      const next = downTo(leastUrgent)
        .flatMap((priority) => [...lineOf(priority)])
        .slice(0, count);
      for (const waiter of next) waiter.admit();
      return next.length;
    },
    reject(priority, error) {
      for (const waiter of [...lineOf(priority)]) waiter.reject(error);
    },
    rejectAll(error) {
      for (const line of lines.values()) for (const waiter of [...line]) waiter.reject(error);
    },
    async sleep(clock, ms, priority) {
      if (mostUrgent() !== priority) return;
      const wake = new AbortController();
      sleeper = { priority, wake };
      try {
        await clock.sleep(Math.max(1, Math.ceil(ms)), wake.signal);
      } catch (error) {
        if (!wake.signal.aborted) throw error;
      } finally {
        sleeper = null;
      }
    },
  };
}
