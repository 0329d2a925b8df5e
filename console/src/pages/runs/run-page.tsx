import { useQuery } from 'urql';
import { Link } from 'wouter';
import { Card } from '../../design/card.tsx';
import { Empty, LoadError, Loading, Notice, ProblemNotice } from '../../design/notice.tsx';
import { Page } from '../../design/page.tsx';
import { Ago, Moment } from '../../format/moment.tsx';
import { formatCount } from '../../format/numbers.ts';
import { words } from '../../format/words.ts';
import { type PauseReason, RunDocument, type RunQuery } from '../../gateway/generated.ts';
import { problemOfCode } from '../../gateway/problem.ts';
import type { Run } from '../../gateway/run.ts';
import { EventLog } from './event-log.tsx';
import { RunActions } from './run-actions.tsx';
import { RunProgress } from './run-progress.tsx';
import { RunStatus, runTitle } from './run-status.tsx';
import { useRunEvents } from './use-run-events.ts';
import { wayOn } from './way-on.tsx';
import '../../styles/runs.css';

const PAUSES: Readonly<Record<PauseReason, string>> = {
  MASS_CHANGE: 'It would remove unusually much and waits until somebody confirms. Nothing of that is written yet.',
  RECONNECT: 'It waits until the account is connected again: do that on the page Overview.',
  REQUEST_BUDGET: "The day's requests are used up: it goes on by itself when they are renewed.",
  STORE_UNREACHABLE: 'MongoDB does not answer. It goes on by itself when it does.',
};

type DetailedRun = NonNullable<RunQuery['syncRun']>;

export function RunPage({ id }: { id: string }) {
  const [{ data, error }, retry] = useQuery({ query: RunDocument, variables: { id } });
  const run = data?.syncRun;
  if (run) return <OneRun run={run} />;
  return (
    <Page title="Run">
      {error !== undefined ? (
        <LoadError error={error} onRetry={() => retry({ requestPolicy: 'network-only' })} />
      ) : run === null ? (
        <div className="card">
          <Empty title="There is no such run">
            <p>Its record was purged with age, or it is a run of another gateway.</p>
            <Link href="/runs">All runs</Link>
          </Empty>
        </div>
      ) : (
        <div className="card">
          <Loading lines={8} />
        </div>
      )}
    </Page>
  );
}

function OneRun({ run }: { run: DetailedRun }) {
  const events = useRunEvents(run);
  const held = events.findLast(({ type }) => type === 'PAUSED')?.message;
  return (
    <Page
      title={runTitle(run)}
      lead={
        <span className="row">
          <RunStatus run={run} />
          <span>
            {words(run.trigger)}, by {run.triggeredBy}, <Ago at={run.queuedAt} />
          </span>
        </span>
      }
      actions={<RunActions run={run} held={held} />}
    >
      {run.error === null ? null : (
        <ProblemNotice
          problem={problemOfCode(run.error.code, `${run.error.message} \`${run.error.code}\``)}
          actions={wayOn(run.error.code)}
        />
      )}
      {run.pauseReason === null ? null : (
        <Notice tone="warn">
          {run.pauseReason === 'MASS_CHANGE' && held !== undefined
            ? `${held} Nothing of that is written yet.`
            : PAUSES[run.pauseReason]}
          {run.pausedUntil === null ? null : (
            <>
              {' '}
              It goes on <Ago at={run.pausedUntil} />.
            </>
          )}
        </Notice>
      )}
      {run.finishedAt === null ? (
        <section className="card card-body" aria-label="Progress">
          <RunProgress run={run} />
        </section>
      ) : null}
      <Counts run={run} />
      {run.rejectedRows.length === 0 ? null : <RejectedRows rows={run.rejectedRows} total={run.counts.rejected} />}
      <EventLog events={events} />
    </Page>
  );
}

const COUNTS: readonly { key: keyof Run['counts']; label: string }[] = [
  { key: 'fetched', label: 'Rows read' },
  { key: 'created', label: 'New here' },
  { key: 'updated', label: 'Changed here' },
  { key: 'unchanged', label: 'Same already' },
  { key: 'unsubscribed', label: 'Unsubscribed' },
  { key: 'deleted', label: 'Deleted' },
  { key: 'conflicts', label: 'Conflicts' },
  { key: 'pushed', label: 'Pushed' },
  { key: 'skipped', label: 'Left out' },
  { key: 'failed', label: 'Refused there' },
  { key: 'rejected', label: 'Unreadable rows' },
  { key: 'resubscribeRaces', label: 'Races repaired' },
];

function Counts({ run }: { run: Run }) {
  return (
    <Card title="Counts">
      <dl className="facts">
        {COUNTS.map(({ key, label }) => (
          <div key={key}>
            <dt>{label}</dt>
            <dd className="figure">{formatCount(run.counts[key])}</dd>
          </div>
        ))}
        <div>
          <dt>Requests used</dt>
          <dd className="figure">{formatCount(run.apiRequests)}</dd>
        </div>
        {run.finishedAt === null ? null : (
          <div>
            <dt>Ended</dt>
            <dd>
              <Moment at={run.finishedAt} />
            </dd>
          </div>
        )}
        {run.planHash === null ? null : (
          <div>
            <dt>Plan</dt>
            <dd>
              <code>{run.planHash.slice(0, 12)}</code>
            </dd>
          </div>
        )}
      </dl>
    </Card>
  );
}

function RejectedRows({ rows, total }: { rows: DetailedRun['rejectedRows']; total: number }) {
  return (
    <Card title={`Rows that could not be read (${formatCount(total)})`} isFlush>
      <div className="table-wrap">
        <table className="table plain">
          <thead>
            <tr>
              <th scope="col">contact_id</th>
              <th scope="col">What is wrong</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ at, contactId, reason }) => (
              <tr key={`${at}${contactId}${reason}`}>
                <td className="mono">{contactId ?? '–'}</td>
                <td data-title="What is wrong" className="wide">
                  {reason}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
