import { lazy, Suspense, useMemo } from 'react';
import { useQuery } from 'urql';
import { Card } from '../../design/card.tsx';
import { Empty, LoadError, Loading } from '../../design/notice.tsx';
import { counted } from '../../format/numbers.ts';
import { ListsOverTimeDocument, type ListsOverTimeQuery } from '../../gateway/generated.ts';

const TimeChart = lazy(async () => ({ default: (await import('./time-chart.tsx')).TimeChart }));

/** A line needs two ends. */
const LEAST_DAYS = 2;
const COLORS = [2, 1, 3, 5, 4];

type Days = ListsOverTimeQuery['dailyContactCounts'];

/** The members of the lists that are largest today, as the last pull of each day found them. */
export function ListsOverTimeCard() {
  const [{ data, error }, retry] = useQuery({ query: ListsOverTimeDocument });
  const days = data?.dailyContactCounts;
  const chart = useMemo(() => chartOf(days ?? []), [days]);
  const summary = `Members of the ${counted(chart.series.length, 'largest list')}, on the last ${counted(chart.moments.length, 'day')} with a pull.`;
  return (
    <Card title="Lists over time">
      {days === undefined ? (
        error === undefined ? (
          <Loading />
        ) : (
          <LoadError error={error} onRetry={() => retry({ requestPolicy: 'network-only' })} />
        )
      ) : days.length < LEAST_DAYS ? (
        <Empty title="Too early to tell">
          <p>Each day with a pull adds a point; two make a line.</p>
        </Empty>
      ) : (
        <Suspense fallback={<Loading />}>
          <TimeChart data={chart} label={summary} shape="lines" />
        </Suspense>
      )}
    </Card>
  );
}

function chartOf(days: Days) {
  const lists = days.at(-1)?.lists ?? [];
  return {
    moments: days.map(({ at }) => at),
    momentLabel: 'Counted',
    series: lists.map(({ listId, name }, index) => ({
      label: name,
      color: COLORS[index % COLORS.length] ?? 6,
      values: days.map((day) => day.lists.find((list) => list.listId === listId)?.memberCount ?? null),
    })),
  };
}
