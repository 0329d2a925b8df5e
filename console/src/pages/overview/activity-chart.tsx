import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatShort } from '../../format/numbers.ts';

export interface ActivityPoint {
  readonly at: string;
  readonly pulled: number;
  readonly pushed: number;
}

const HEIGHT_PX = 190;
const DAY_SECONDS = 86_400;
/** On either side, as a share of the time shown, so that the outer bars are whole. */
const MARGIN_SHARE = 0.03;
const LEAST_MARGIN_SECONDS = 30;
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const BAR_SHARE = 0.6;
const WIDEST_BAR_PX = 22;

/** Bars of what each run pulled and pushed. `label` says the same in words. */
export function ActivityChart({ points, label }: { points: readonly ActivityPoint[]; label: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    let chart: uPlot | undefined;
    const draw = () => {
      chart?.destroy();
      chart = new uPlot(options(element), dataOf(points), element);
    };
    draw();
    const resize = new ResizeObserver(() => chart?.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
    resize.observe(element);
    // A canvas takes its colours when it is drawn.
    const scheme = window.matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', draw);
    return () => {
      scheme.removeEventListener('change', draw);
      resize.disconnect();
      chart?.destroy();
    };
  }, [points]);
  return <div ref={place} className="chart" role="img" aria-label={label} />;
}

function dataOf(points: readonly ActivityPoint[]): uPlot.AlignedData {
  return [
    points.map(({ at }) => Date.parse(at) / 1_000),
    points.map(({ pulled }) => pulled),
    points.map(({ pushed }) => pushed),
  ];
}

function options(element: HTMLElement): uPlot.Options {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: color('--ink-2'),
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
    font: `12px ${color('--font')}`,
  };
  const bars = uPlot.paths.bars?.({ size: [BAR_SHARE, WIDEST_BAR_PX], radius: 0.2 });
  const series = (name: string, variable: string): uPlot.Series => ({
    label: name,
    stroke: color(variable),
    fill: color(variable),
    points: { show: false },
    ...(bars === undefined ? {} : { paths: bars }),
  });
  return {
    width: element.clientWidth,
    height: HEIGHT_PX,
    padding: [12, 12, 0, 0],
    legend: { show: true },
    cursor: { drag: { x: false, y: false } },
    scales: {
      x: { range: (_chart, first, last) => withMargin(first, last) },
      y: { range: (_chart, _least, most) => [0, Math.max(1, most)] },
    },
    axes: [
      { ...axis, grid: { show: false }, values: (_chart, ticks) => timeLabels(ticks) },
      { ...axis, size: 52, values: (_chart, ticks) => ticks.map(formatShort) },
    ],
    series: [
      { label: 'Ended', value: (_chart, at) => (at === null ? '–' : moment.format(at * 1_000)) },
      series('Pulled', '--chart-1'),
      series('Pushed', '--chart-3'),
    ],
  };
}

function withMargin(first: number, last: number): [number, number] {
  const margin = Math.max(LEAST_MARGIN_SECONDS, (last - first) * MARGIN_SHARE);
  return [first - margin, last + margin];
}

/** Times within a day, days beyond. */
function timeLabels(ticks: readonly number[]): string[] {
  const span = (ticks.at(-1) ?? 0) - (ticks[0] ?? 0);
  return ticks.map((at) => (span > DAY_SECONDS ? day : clock).format(at * 1_000));
}
