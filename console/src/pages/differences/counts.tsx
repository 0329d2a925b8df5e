import { useState } from 'react';
import { useQuery } from 'urql';
import { Button } from '../../design/button.tsx';
import { Card } from '../../design/card.tsx';
import { LoadError, Loading, Notice } from '../../design/notice.tsx';
import { ScrollRegion } from '../../design/scroll-region.tsx';
import { formatCount } from '../../format/numbers.ts';
import { words } from '../../format/words.ts';
import { ReconcileDocument } from '../../gateway/generated.ts';

interface Row {
  readonly key: string;
  readonly name: string;
  readonly there: number | null;
  readonly here: number;
  readonly explanation: string;
}

/** What both sides count, and what explains each difference: asked for by hand, because it costs two requests. */
export function Counts() {
  const [isWanted, setWanted] = useState(false);
  const [{ data, error, fetching }, ask] = useQuery({
    query: ReconcileDocument,
    requestPolicy: 'network-only',
    pause: !isWanted,
  });
  const compare = () => (isWanted ? ask({ requestPolicy: 'network-only' }) : setWanted(true));
  const result = data?.reconcile;
  return (
    <>
      <Card
        title="Counts on both sides"
        actions={
          <Button kind="primary" isBusy={fetching} onPress={compare}>
            Compare now
          </Button>
        }
      >
        {error !== undefined ? (
          <LoadError error={error} onRetry={compare} />
        ) : result === undefined ? (
          fetching ? (
            <Loading />
          ) : (
            <p className="muted">Costs two requests of the day's budget.</p>
          )
        ) : (
          <Notice tone={result.inStep ? 'good' : 'warn'}>
            {result.inStep ? 'Both stores are in step.' : 'The stores count differently; see below why.'}
            {result.fullPullDue === null ? null : ` The next scheduled pull is a full one: ${result.fullPullDue}`}
          </Notice>
        )}
      </Card>
      {result === undefined ? null : (
        <>
          <CountTable
            title="By status"
            rows={result.statuses.map(({ status, primaryCount, secondaryCount, explanation }) => ({
              key: status,
              name: words(status),
              there: primaryCount,
              here: secondaryCount,
              explanation,
            }))}
          />
          <CountTable
            title="By list"
            rows={result.lists.map(({ listId, name, primaryCount, secondaryCount, explanation }) => ({
              key: listId,
              name,
              there: primaryCount,
              here: secondaryCount,
              explanation,
            }))}
          />
        </>
      )}
    </>
  );
}

function CountTable({ title, rows }: { title: string; rows: readonly Row[] }) {
  return (
    <Card title={title} isFlush>
      <ScrollRegion label={`Counts ${title.toLowerCase()}`}>
        <table className="table plain">
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col" className="number">
                There
              </th>
              <th scope="col" className="number">
                Here
              </th>
              <th scope="col">Why they differ</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, name, there, here, explanation }) => (
              <tr key={key}>
                <td>
                  <bdi>{name}</bdi>
                </td>
                <td data-title="There" className="number">
                  {there === null ? '–' : formatCount(there)}
                </td>
                <td data-title="Here" className="number">
                  {formatCount(here)}
                </td>
                <td data-title="Why they differ" className="muted wide">
                  {there === here ? '–' : explanation}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Card>
  );
}
