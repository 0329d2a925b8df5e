import { useState } from 'react';
import { useMutation } from 'urql';
import { Button } from '../../design/button.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { ProblemNotice } from '../../design/notice.tsx';
import { UnsubscribeWebhookTopicDocument } from '../../gateway/generated.ts';
import { type Problem, problemOf } from '../../gateway/problem.ts';
import type { KnownTopic } from './topics.ts';

/** Asks before a subscription ends. */
export function EndSubscription({
  topic,
  isOpen,
  onClose,
}: {
  topic: KnownTopic;
  isOpen: boolean;
  onClose: () => void;
}) {
  const [{ fetching }, unsubscribe] = useMutation(UnsubscribeWebhookTopicDocument);
  const [problem, setProblem] = useState<Problem | null>(null);
  const end = async () => {
    const { data, error } = await unsubscribe({ input: { topic: topic.topic } });
    const found = problemOf(error, data?.unsubscribeWebhookTopic);
    setProblem(found);
    if (found === null) onClose();
  };
  return (
    <Dialog
      title="End the subscription?"
      isOpen={isOpen}
      onClose={onClose}
      actions={
        <Button kind="danger" isBusy={fetching} onPress={() => void end()}>
          End it
        </Button>
      }
    >
      <p>{topic.title}: Constant Contact sends nothing of this any more, neither here nor elsewhere.</p>
      <ProblemNotice problem={problem} />
    </Dialog>
  );
}
