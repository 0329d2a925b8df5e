import { useState } from 'react';
import { useMutation } from 'urql';
import { Button } from '../../design/button.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { ProblemNotice } from '../../design/notice.tsx';
import { CancelSyncDocument, ConfirmSyncDocument } from '../../gateway/generated.ts';
import { type Problem, problemOf } from '../../gateway/problem.ts';
import type { Run } from '../../gateway/run.ts';

/** Cancel a run that is under way; let one go on that the mass-change brake holds, for the reason in `held`. */
export function RunActions({ run, held }: { run: Run; held: string | undefined }) {
  const [cancelling, cancel] = useMutation(CancelSyncDocument);
  const [confirming, confirm] = useMutation(ConfirmSyncDocument);
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  if (run.finishedAt !== null) return null;

  const stop = async () => {
    const { data, error } = await cancel({ runId: run.id });
    setProblem(problemOf(error, data?.cancelSync));
  };
  const goOn = async () => {
    const { data, error } = await confirm({ runId: run.id });
    setAsking(false);
    setProblem(problemOf(error, data?.confirmSync));
  };

  return (
    <>
      <ProblemNotice problem={problem} />
      {run.pauseReason === 'MASS_CHANGE' ? (
        <Button kind="primary" onPress={() => setAsking(true)}>
          Confirm
        </Button>
      ) : null}
      <Button kind="danger" isBusy={cancelling.fetching} onPress={() => void stop()}>
        Cancel the run
      </Button>
      <Dialog
        title="Let the run remove this many?"
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        actions={
          <Button kind="danger" isBusy={confirming.fetching} onPress={() => void goOn()}>
            Go on
          </Button>
        }
      >
        <p>
          {held ?? 'It would delete, unsubscribe or take off lists more contacts than a usual run does.'} If that is not
          what you expect, close this and cancel the run: nothing has been written yet.
        </p>
      </Dialog>
    </>
  );
}
