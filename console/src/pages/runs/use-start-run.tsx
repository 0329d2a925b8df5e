import { type ReactNode, useState } from 'react';
import { useMutation } from 'urql';
import { Link, useLocation } from 'wouter';
import { ProblemNotice } from '../../design/notice.tsx';
import { StartSyncDocument, type StartSyncInput } from '../../gateway/generated.ts';
import { type Problem, problemOf } from '../../gateway/problem.ts';
import { runPath } from './runs-table.tsx';
import { wayOn } from './way-on.tsx';

interface Refusal {
  readonly problem: Problem | null;
  /** The run of its kind that is active already. */
  readonly runId: string | null;
}

/** Starts a run and goes to its page; `refusal` says why there is none. */
export function useStartRun(): {
  start: (input: StartSyncInput) => Promise<void>;
  isStarting: boolean;
  refusal: ReactNode;
} {
  const [{ fetching }, start] = useMutation(StartSyncDocument);
  const [refusal, setRefusal] = useState<Refusal>({ problem: null, runId: null });
  const [, goTo] = useLocation();
  return {
    async start(input) {
      const { data, error } = await start({ input });
      const result = data?.startSync;
      if (result?.__typename === 'StartSyncSuccess') return goTo(runPath(result.run.id));
      const runId = result?.__typename === 'SyncAlreadyRunning' ? result.run.id : null;
      setRefusal({ problem: problemOf(error, result), runId });
    },
    isStarting: fetching,
    refusal: (
      <ProblemNotice
        problem={refusal.problem}
        actions={
          refusal.runId === null ? (
            wayOn(refusal.problem?.code ?? null)
          ) : (
            <Link href={runPath(refusal.runId)}>Follow that run</Link>
          )
        }
      />
    ),
  };
}
