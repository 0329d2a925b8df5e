import { useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { Card } from '../../design/card.tsx';
import { More } from '../../design/more.tsx';
import { Empty, LoadError, Loading } from '../../design/notice.tsx';
import { Page } from '../../design/page.tsx';
import { Select } from '../../design/select.tsx';
import { useChoice } from '../../design/use-address.ts';
import { words } from '../../format/words.ts';
import { RunsDocument, type SyncKind, type SyncRunStatus } from '../../gateway/generated.ts';
import { RunsTable } from './runs-table.tsx';
import { StartRun } from './start-run.tsx';

const PAGE_SIZE = 25;
/** The most that one page of the API holds. */
const MOST = 500;
const STATUSES = ['ALL', 'QUEUED', 'RUNNING', 'PAUSED', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const satisfies (
  | SyncRunStatus
  | 'ALL'
)[];
const KINDS = ['ALL', 'CONTACTS', 'PUSH', 'FULL_CYCLE', 'LISTS', 'UNSUBSCRIBES'] as const satisfies (
  | SyncKind
  | 'ALL'
)[];

const option = <V extends string>(value: V) => ({ value, label: value === 'ALL' ? 'All' : words(value) });

export function RunsPage() {
  return (
    <Page title="Runs" lead="Start one, follow it, look back.">
      <StartRun />
      <History />
    </Page>
  );
}

function History() {
  const [status, setStatus] = useChoice('status', STATUSES, 'ALL');
  const [kind, setKind] = useChoice('kind', KINDS, 'ALL');
  const [size, setSize] = useState(PAGE_SIZE);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter begins at the first page.
  useEffect(() => setSize(PAGE_SIZE), [status, kind]);
  // Through the cache: runs that move are seen to move. History is short enough to ask for a longer first page.
  const [{ data, error, fetching }, retry] = useQuery({
    query: RunsDocument,
    variables: {
      first: size,
      filter: {
        ...(status === 'ALL' ? {} : { status: [status] }),
        ...(kind === 'ALL' ? {} : { kinds: [kind] }),
      },
    },
  });
  const runs = data?.syncRuns;
  return (
    <Card title="History" isFlush>
      <div className="filters">
        <Select label="Status" value={status} options={STATUSES.map(option)} onChange={setStatus} />
        <Select label="Kind" value={kind} options={KINDS.map(option)} onChange={setKind} />
      </div>
      {error === undefined ? null : (
        <LoadError error={error} onRetry={() => retry({ requestPolicy: 'network-only' })} />
      )}
      {runs === undefined ? (
        error === undefined ? (
          <Loading lines={6} />
        ) : null
      ) : runs.nodes.length === 0 ? (
        <Empty title={status === 'ALL' && kind === 'ALL' ? 'No run yet' : 'No run like this'}>
          <p>
            {status === 'ALL' && kind === 'ALL'
              ? 'Start the first one above: it brings the contacts of Constant Contact here.'
              : 'Try another status or kind.'}
          </p>
        </Empty>
      ) : (
        <RunsTable runs={runs.nodes} label="Runs, newest first" />
      )}
      {runs?.pageInfo.hasNextPage === true && size < MOST ? (
        <More isBusy={fetching} onMore={() => setSize(Math.min(MOST, size * 2))} />
      ) : null}
    </Card>
  );
}
