import { useQuery } from 'urql';
import { Link } from 'wouter';
import { Card } from '../../design/card.tsx';
import { Empty, LoadError, Loading } from '../../design/notice.tsx';
import { Page } from '../../design/page.tsx';
import { OverviewDocument } from '../../gateway/generated.ts';
import { useRefresh } from '../../gateway/use-refresh.ts';
import { RunProgress } from '../runs/run-progress.tsx';
import { RunStatus, runTitle } from '../runs/run-status.tsx';
import { RunsTable, runPath } from '../runs/runs-table.tsx';
import { ActivityCard } from './activity-card.tsx';
import { Attention } from './attention.tsx';
import { ListsCard } from './lists-card.tsx';
import { ListsOverTimeCard } from './lists-over-time-card.tsx';
import { StatusCard } from './status-card.tsx';
import { StatusFigures } from './status-figures.tsx';
import '../../styles/overview.css';

/** The budget and the freshness move without news: they are asked for again this often, while the page is seen. */
const REFRESH_MS = 15_000;
const RECENT_RUNS = 6;

export function OverviewPage() {
  const [{ data, error }, refresh] = useQuery({ query: OverviewDocument });
  useRefresh(refresh, REFRESH_MS);

  const status = data?.syncStatus;
  const runs = data?.syncRuns.nodes ?? [];
  return (
    <Page title="Overview" lead="Constant Contact and MongoDB, side by side.">
      {error === undefined ? null : (
        <LoadError error={error} onRetry={() => refresh({ requestPolicy: 'network-only' })} />
      )}
      {status === undefined ? (
        error === undefined ? (
          <div className="card">
            <Loading lines={6} />
          </div>
        ) : null
      ) : (
        <>
          <Attention status={status} runs={runs} />
          <StatusFigures status={status} />
          {status.active.map((run) => (
            <section key={run.id} className="card card-body stack" aria-label={`Under way: ${runTitle(run)}`}>
              <div className="row spread">
                <div className="row">
                  <strong>{runTitle(run)}</strong>
                  <RunStatus run={run} />
                </div>
                <Link href={runPath(run.id)}>Follow this run</Link>
              </div>
              <RunProgress run={run} />
            </section>
          ))}
        </>
      )}
      <div className="columns">
        <StatusCard />
        <ListsCard />
      </div>
      <ListsOverTimeCard />
      {status === undefined ? null : (
        <>
          <ActivityCard runs={runs} />
          <Card title="Recent runs" isFlush actions={<Link href="/runs">All runs</Link>}>
            {runs.length === 0 ? (
              <Empty title="No run yet">
                <p>The first pull brings the contacts of Constant Contact here.</p>
              </Empty>
            ) : (
              <RunsTable runs={runs.slice(0, RECENT_RUNS)} label="The newest runs" />
            )}
          </Card>
        </>
      )}
    </Page>
  );
}
