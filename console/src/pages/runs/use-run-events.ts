import { useState } from 'react';
import { useSubscription } from 'urql';
import { RunEventsDocument, type RunEventsSubscription } from '../../gateway/generated.ts';
import type { Run } from '../../gateway/run.ts';

export type RunEvent = RunEventsSubscription['syncProgress'];

/** As many steps of a run are shown at most: the newest. */
const MOST_EVENTS = 300;

function append(events: readonly RunEvent[] | undefined, { syncProgress: event }: RunEventsSubscription): RunEvent[] {
  const known = events ?? [];
  // A connection that was lost in between may bring what is here already.
  if (event.sequence <= (known.at(-1)?.sequence ?? 0)) return [...known];
  return [...known, event].slice(-MOST_EVENTS);
}

/**
 * The steps of a run, oldest first: those that were, then each as it happens. A page that is loaded anew begins where a
 * screenful of them is left; a network that was gone brings what was missed, see `forwardOver`.
 */
export function useRunEvents(run: Pick<Run, 'id' | 'lastSequence'>): readonly RunEvent[] {
  const [afterSequence] = useState(() => Math.max(0, run.lastSequence - MOST_EVENTS));
  const [{ data }] = useSubscription({ query: RunEventsDocument, variables: { runId: run.id, afterSequence } }, append);
  return data ?? [];
}
