import { lazy, Suspense, useMemo } from 'react';
import { Card } from '../../design/card.tsx';
import { Loading } from '../../design/notice.tsx';
import { counted } from '../../format/numbers.ts';
import type { Run } from '../../gateway/run.ts';

const TimeChart = lazy(async () => ({ default: (await import('./time-chart.tsx')).TimeChart }));

/** A line needs two ends. */
const LEAST_RUNS = 2;

/** What the recent runs changed here and there, over time. */
export function ActivityCard({ runs }: { runs: readonly Run[] }) {
  const points = useMemo(() => pointsOf(runs), [runs]);
  const data = useMemo(
    () => ({
      moments: points.map(({ at }) => at),
      momentLabel: 'Ended',
      series: [
        { label: 'Pulled', color: 1, values: points.map(({ pulled }) => pulled) },
        { label: 'Pushed', color: 3, values: points.map(({ pushed }) => pushed) },
      ],
    }),
    [points],
  );
  if (points.length < LEAST_RUNS) return null;
  const sum = (key: 'pulled' | 'pushed') => points.reduce((total, point) => total + point[key], 0);
  const summary = `${counted(sum('pulled'), 'contact')} changed by pulls, ${counted(sum('pushed'), 'contact')} pushed, in the last ${counted(points.length, 'run')}.`;
  return (
    <Card title="Changes over time" actions={<span className="muted small">{summary}</span>}>
      <Suspense fallback={<Loading />}>
        <TimeChart data={data} label={summary} shape="bars" />
      </Suspense>
    </Card>
  );
}

function pointsOf(runs: readonly Run[]) {
  return runs
    .flatMap(({ finishedAt, counts }) =>
      finishedAt === null
        ? []
        : [{ at: finishedAt, pulled: counts.created + counts.updated + counts.deleted, pushed: counts.pushed }],
    )
    .toSorted((a, b) => a.at.localeCompare(b.at));
}
