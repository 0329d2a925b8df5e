import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Disclosure, DisclosurePanel, Heading } from 'react-aria-components/Disclosure';
import { useMutation } from 'urql';
import { Badge, type Tone } from '../../design/badge.tsx';
import { Button } from '../../design/button.tsx';
import { ChevronIcon } from '../../design/icons.tsx';
import { ProblemNotice } from '../../design/notice.tsx';
import { ScrollRegion } from '../../design/scroll-region.tsx';
import { Ago, Moment } from '../../format/moment.tsx';
import { formatCount } from '../../format/numbers.ts';
import { words } from '../../format/words.ts';
import {
  ReplayWebhookDocument,
  type WebhookDeliveryFieldsFragment,
  type WebhookStatus,
} from '../../gateway/generated.ts';
import { type Problem, problemOf } from '../../gateway/problem.ts';

const TONES: Readonly<Record<WebhookStatus, Tone>> = {
  PENDING: 'info',
  PROCESSED: 'good',
  IGNORED: 'neutral',
  DEAD: 'bad',
};

/** One webhook: a line, and behind it the payload, the verdict and a way to have it processed again. */
export function Delivery({ delivery, title }: { delivery: WebhookDeliveryFieldsFragment; title: string }) {
  const [{ fetching }, replay] = useMutation(ReplayWebhookDocument);
  const [problem, setProblem] = useState<Problem | null>(null);

  const again = async () => {
    const { data, error } = await replay({ deliveryId: delivery.id });
    setProblem(problemOf(error, data?.replayWebhookDelivery));
  };

  return (
    <li className="delivery">
      <Disclosure>
        <Heading level={2}>
          <AriaButton slot="trigger" className="delivery-line">
            <span className="truncate">
              <span className="delivery-type">{delivery.type}</span>{' '}
              <span className="muted">{delivery.source === 'CHANGES' ? 'own systems' : words(delivery.source)}</span>
            </span>
            <span className="row">
              <Badge tone={TONES[delivery.status]}>{title}</Badge>
              <span className="muted small nowrap">
                <Ago at={delivery.receivedAt} />
              </span>
              <ChevronIcon />
            </span>
          </AriaButton>
        </Heading>
        <DisclosurePanel className="delivery-panel">
          <dl className="facts">
            <div className="wide">
              <dt>Verdict</dt>
              <dd>{delivery.note ?? (delivery.status === 'PENDING' ? 'It waits, or is worked on.' : title)}</dd>
            </div>
            <div>
              <dt>Received</dt>
              <dd>
                <Moment at={delivery.receivedAt} />
              </dd>
            </div>
            {delivery.settledAt === null ? null : (
              <div>
                <dt>Settled</dt>
                <dd>
                  <Moment at={delivery.settledAt} />
                </dd>
              </div>
            )}
            {delivery.nextAttemptAt === null ? null : (
              <div>
                <dt>Tried again</dt>
                <dd>
                  <Ago at={delivery.nextAttemptAt} />
                </dd>
              </div>
            )}
            <div>
              <dt>Failed attempts</dt>
              <dd>{formatCount(delivery.attempts)}</dd>
            </div>
          </dl>
          <ScrollRegion className="payload" label="Payload">
            <pre>{JSON.stringify(delivery.payload, null, 2)}</pre>
          </ScrollRegion>
          <ProblemNotice problem={problem} />
          {delivery.status === 'PENDING' ? null : (
            <div className="row">
              <Button isBusy={fetching} label={`Replay ${delivery.type}`} onPress={() => void again()}>
                Replay
              </Button>
            </div>
          )}
        </DisclosurePanel>
      </Disclosure>
    </li>
  );
}
