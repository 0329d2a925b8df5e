import { useEffect, useState } from 'react';
import { useQuery, useSubscription } from 'urql';
import { More } from '../../design/more.tsx';
import { Empty, LoadError, Loading } from '../../design/notice.tsx';
import { Select } from '../../design/select.tsx';
import { useChoice } from '../../design/use-address.ts';
import { words } from '../../format/words.ts';
import {
  WebhookDeliveriesDocument,
  WebhookReceivedDocument,
  type WebhookSource,
  type WebhookStatus,
} from '../../gateway/generated.ts';
import { useRefresh } from '../../gateway/use-refresh.ts';
import { Delivery } from './delivery.tsx';

const PAGE_SIZE = 25;
const REFRESH_MS = 5_000;
/** The most that one page of the API holds. */
const MOST = 500;
const STATUSES = ['ALL', 'PENDING', 'PROCESSED', 'IGNORED', 'DEAD'] as const satisfies (WebhookStatus | 'ALL')[];
const SOURCES = ['ALL', 'CONSTANT_CONTACT', 'CHANGES'] as const satisfies (WebhookSource | 'ALL')[];
const STATUS_TITLES: Readonly<Record<(typeof STATUSES)[number], string>> = {
  ALL: 'All',
  PENDING: 'Waiting',
  PROCESSED: 'Done',
  IGNORED: 'Nothing to do',
  DEAD: 'Given up',
};

/** The webhooks that came in, newest first. */
export function Deliveries() {
  const [status, setStatus] = useChoice('status', STATUSES, 'ALL');
  const [source, setSource] = useChoice('source', SOURCES, 'ALL');
  const [size, setSize] = useState(PAGE_SIZE);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter begins at the first page.
  useEffect(() => setSize(PAGE_SIZE), [status, source]);
  const [{ data, error, fetching }, retry] = useQuery({
    query: WebhookDeliveriesDocument,
    variables: {
      first: size,
      filter: {
        ...(status === 'ALL' ? {} : { status: [status] }),
        ...(source === 'ALL' ? {} : { sources: [source] }),
      },
    },
  });
  // What becomes of one is told by no news.
  useRefresh(retry, REFRESH_MS);
  // What comes in has the list asked for again, see create-gateway.ts.
  useSubscription({ query: WebhookReceivedDocument });
  const deliveries = data?.webhookDeliveries;
  return (
    <section className="card" aria-label="Deliveries">
      <div className="filters top">
        <Select
          label="What became of it"
          value={status}
          options={STATUSES.map((value) => ({ value, label: STATUS_TITLES[value] }))}
          onChange={setStatus}
        />
        <Select
          label="From"
          value={source}
          options={SOURCES.map((value) => ({
            value,
            label: value === 'ALL' ? 'All' : value === 'CHANGES' ? 'Own systems' : words(value),
          }))}
          onChange={setSource}
        />
      </div>
      {error === undefined ? null : (
        <LoadError error={error} onRetry={() => retry({ requestPolicy: 'network-only' })} />
      )}
      {deliveries === undefined ? (
        error === undefined ? (
          <Loading lines={8} />
        ) : null
      ) : deliveries.nodes.length === 0 ? (
        <Empty title={status === 'ALL' && source === 'ALL' ? 'No webhook yet' : 'No webhook like this'}>
          <p>
            Constant Contact sends to <code>/webhooks/constant-contact</code>, your own systems to{' '}
            <code>/webhooks/changes</code>.
          </p>
        </Empty>
      ) : (
        <ul>
          {deliveries.nodes.map((delivery) => (
            <Delivery key={delivery.id} delivery={delivery} title={STATUS_TITLES[delivery.status]} />
          ))}
        </ul>
      )}
      {deliveries?.pageInfo.hasNextPage === true && size < MOST ? (
        <More isBusy={fetching} onMore={() => setSize(Math.min(MOST, size * 2))} />
      ) : null}
    </section>
  );
}
