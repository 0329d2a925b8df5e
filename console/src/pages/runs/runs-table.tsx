import { Link } from 'wouter';
import { ScrollRegion } from '../../design/scroll-region.tsx';
import { formatDuration } from '../../format/durations.ts';
import { Ago } from '../../format/moment.tsx';
import { formatCount } from '../../format/numbers.ts';
import { words } from '../../format/words.ts';
import { changesOf, type Run } from '../../gateway/run.ts';
import { RunStatus, runTitle } from './run-status.tsx';

export function runPath(id: string): string {
  return `/runs/${encodeURIComponent(id)}`;
}

function Duration({ run }: { run: Run }) {
  if (run.startedAt === null || run.finishedAt === null) return <span className="muted">–</span>;
  return formatDuration((Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1_000);
}

export function RunsTable({ runs, label }: { runs: readonly Run[]; label: string }) {
  return (
    <ScrollRegion label={label}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">Status</th>
            <th scope="col">Asked for</th>
            <th scope="col">By</th>
            <th scope="col" className="number">
              Took
            </th>
            <th scope="col" className="number">
              Changes
            </th>
            <th scope="col" className="number">
              Requests
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.id}>
              <td>
                <Link href={runPath(run.id)}>{runTitle(run)}</Link>
              </td>
              <td data-title="Status">
                <RunStatus run={run} />
              </td>
              <td data-title="Asked for">
                <Ago at={run.queuedAt} />
              </td>
              <td data-title="By">{words(run.trigger)}</td>
              <td data-title="Took" className="number nowrap">
                <Duration run={run} />
              </td>
              <td data-title="Changes" className="number">
                {formatCount(changesOf(run))}
              </td>
              <td data-title="Requests" className="number">
                {formatCount(run.apiRequests)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
