import { useState } from 'react';
import { useQuery } from 'urql';
import { Button } from '../../design/button.tsx';
import { Card } from '../../design/card.tsx';
import { Empty, LoadError, Loading } from '../../design/notice.tsx';
import { WebhookSubscriptionsDocument, type WebhookSubscriptionsQuery } from '../../gateway/generated.ts';
import { hasCode } from '../../gateway/problem.ts';
import { EndSubscription } from './end-subscription.tsx';
import { Subscribe } from './subscribe.tsx';
import { type KnownTopic, TOPICS } from './topics.ts';

type Subscription = WebhookSubscriptionsQuery['webhookSubscriptions'][number];

/** What Constant Contact is asked to tell, and where to: for partners. Asked for once, because each look costs a request. */
export function Subscriptions() {
  const [{ data, error, fetching }, read] = useQuery({
    query: WebhookSubscriptionsDocument,
    requestPolicy: 'cache-first',
  });
  const readAgain = () => read({ requestPolicy: 'network-only' });
  if (hasCode(error, 'PARTNER_NOT_CONFIGURED')) return <NotConfigured />;
  return (
    <Card
      title="What Constant Contact tells its partner"
      isFlush
      actions={
        <Button isBusy={fetching} onPress={readAgain}>
          Read them again
        </Button>
      }
    >
      {error === undefined ? null : <LoadError error={error} onRetry={readAgain} />}
      {data === undefined ? (
        error === undefined ? (
          <Loading lines={6} />
        ) : null
      ) : (
        <>
          <ul>
            {TOPICS.map((topic) => (
              <Topic
                key={topic.topic}
                topic={topic}
                subscription={data.webhookSubscriptions.find((each) => each.topic === topic.topic)}
              />
            ))}
            {data.webhookSubscriptions
              .filter(({ topic }) => topic === null)
              .map(({ topicId, hookUri }) => (
                <li key={topicId} className="subscription">
                  <div>
                    <h3>Topic {topicId}</h3>
                    <p className="muted small">It is newer than this gateway, which ignores what comes of it.</p>
                    <code className="hook">{hookUri}</code>
                  </div>
                </li>
              ))}
          </ul>
          <p className="muted small card-foot">
            Each look and each change is one request of the day's budget. There is no topic for contacts: they are
            pulled.
          </p>
        </>
      )}
    </Card>
  );
}

function NotConfigured() {
  return (
    <div className="card">
      <Empty title="This gateway is no partner of Constant Contact">
        <p>
          Constant Contact tells only its technology partners when an account is cancelled, disabled or moved to another
          tier. If you are one, set <code>CC_PARTNER_CLIENT_ID</code>, <code>CC_PARTNER_CLIENT_SECRET</code> and{' '}
          <code>CC_PARTNER_API_KEY</code> and restart the gateway. Everything else works without.
        </p>
      </Empty>
    </div>
  );
}

function Topic({ topic, subscription }: { topic: KnownTopic; subscription: Subscription | undefined }) {
  const [asked, setAsked] = useState<'address' | 'end' | null>(null);
  const close = () => setAsked(null);
  return (
    <li className="subscription">
      <div>
        <h3>{topic.title}</h3>
        <p className="muted small">{topic.meaning}</p>
        {subscription === undefined ? (
          <span className="muted">Not subscribed</span>
        ) : (
          <code className="hook">{subscription.hookUri}</code>
        )}
      </div>
      <div className="row">
        {subscription === undefined ? (
          <Button label={`Subscribe: ${topic.title}`} onPress={() => setAsked('address')}>
            Subscribe
          </Button>
        ) : (
          <>
            <Button label={`Change the address: ${topic.title}`} onPress={() => setAsked('address')}>
              Change the address
            </Button>
            <Button kind="danger" label={`End: ${topic.title}`} onPress={() => setAsked('end')}>
              End
            </Button>
          </>
        )}
      </div>
      <Subscribe topic={topic} current={subscription?.hookUri} isOpen={asked === 'address'} onClose={close} />
      <EndSubscription topic={topic} isOpen={asked === 'end'} onClose={close} />
    </li>
  );
}
