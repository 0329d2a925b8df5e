import { useQuery } from 'urql';
import { Card } from '../../design/card.tsx';
import { Empty, LoadError, Loading } from '../../design/notice.tsx';
import { counted } from '../../format/numbers.ts';
import { words } from '../../format/words.ts';
import { ContactCountsDocument, type ContactStatus } from '../../gateway/generated.ts';
import { Bars } from './bars.tsx';

const COLORS: Readonly<Record<ContactStatus, number>> = {
  ACTIVE: 1,
  UNSUBSCRIBED: 4,
  PENDING_CONFIRMATION: 3,
  TEMP_HOLD: 5,
  NOT_SET: 6,
  DELETED: 6,
};

/** Contacts by status, as shares of all. */
export function StatusCard() {
  const [{ data, error }, retry] = useQuery({ query: ContactCountsDocument });
  const counts = data?.contactCounts.byStatus ?? [];
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  return (
    <Card
      title="Contacts by status"
      actions={data === undefined ? undefined : <span className="muted small">{counted(total, 'contact')}</span>}
    >
      {data === undefined ? (
        error === undefined ? (
          <Loading />
        ) : (
          <LoadError error={error} onRetry={() => retry({ requestPolicy: 'network-only' })} />
        )
      ) : total === 0 ? (
        <Empty title="No contacts yet">
          <p>They appear with the first pull.</p>
        </Empty>
      ) : (
        <>
          <div className="shares" aria-hidden="true">
            {counts.map(({ status, count }) => (
              <span key={status} style={{ '--share': count / total, '--color': `var(--chart-${COLORS[status]})` }} />
            ))}
          </div>
          <Bars
            of="total"
            bars={counts
              .filter(({ count }) => count > 0)
              .map(({ status, count }) => ({
                key: status,
                label: words(status),
                value: count,
                href: `/contacts?status=${status}`,
                color: COLORS[status],
              }))}
          />
        </>
      )}
    </Card>
  );
}
