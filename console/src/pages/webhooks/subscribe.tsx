import { type FormEvent, useId, useState } from 'react';
import { useMutation } from 'urql';
import { Button } from '../../design/button.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { ProblemNotice } from '../../design/notice.tsx';
import { TextField } from '../../design/text-field.tsx';
import { SubscribeWebhookTopicDocument } from '../../gateway/generated.ts';
import { type Problem, problemOf } from '../../gateway/problem.ts';
import type { KnownTopic } from './topics.ts';

interface Asked {
  readonly topic: KnownTopic;
  /** The address of the subscription that there is. */
  readonly current: string | undefined;
  readonly onClose: () => void;
}

/** Asks where notifications of a topic are to go, and subscribes to it or moves its subscription there. */
export function Subscribe({ isOpen, ...asked }: Asked & { isOpen: boolean }) {
  // Anew each time: what was typed and refused the last time is gone.
  return isOpen ? <OpenDialog {...asked} /> : null;
}

/** Where this gateway takes notifications, if it is this page's address that Constant Contact reaches. */
function ownAddress(): string {
  const { origin, protocol } = window.location;
  return protocol === 'https:' ? `${origin}/webhooks/constant-contact` : '';
}

function OpenDialog({ topic, current, onClose }: Asked) {
  const [hookUri, setHookUri] = useState(current ?? ownAddress());
  const [{ fetching }, subscribe] = useMutation(SubscribeWebhookTopicDocument);
  const [problem, setProblem] = useState<Problem | null>(null);
  const form = useId();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { data, error } = await subscribe({ input: { topic: topic.topic, hookUri: hookUri.trim() } });
    const found = problemOf(error, data?.subscribeWebhookTopic);
    if (found === null) onClose();
    else setProblem(found);
  };

  return (
    <Dialog
      title={topic.title}
      isOpen
      onClose={onClose}
      actions={
        <Button kind="primary" type="submit" form={form} isBusy={fetching}>
          {current === undefined ? 'Subscribe' : 'Move it there'}
        </Button>
      }
    >
      <form id={form} onSubmit={(event) => void submit(event)}>
        <TextField
          label="Where notifications go"
          type="url"
          value={hookUri}
          onChange={setHookUri}
          placeholder="https://"
          hint="This gateway takes them at its public address, with /webhooks/constant-contact behind it: https, at most 512 characters."
          isRequired
        />
      </form>
      <ProblemNotice problem={problem} />
    </Dialog>
  );
}
