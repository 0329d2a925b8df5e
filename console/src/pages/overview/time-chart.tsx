import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatShort } from '../../format/numbers.ts';

export interface TimeSeries {
  readonly label: string;
  /** The number of one of the charts' colours. */
  readonly color: number;
  /** One for each moment; null where there is none. */
  readonly values: readonly (number | null)[];
}

export interface TimeChartData {
  /** ISO dates, ascending. */
  readonly moments: readonly string[];
  /** What a moment is called in the legend. */
  readonly momentLabel: string;
  readonly series: readonly TimeSeries[];
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
const LINE_PX = 2;

/** Bars or lines over time, from zero. `label` says the same in words. */
export function TimeChart({ data, label, shape }: { data: TimeChartData; label: string; shape: 'bars' | 'lines' }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    let chart: uPlot | undefined;
    const draw = () => {
      chart?.destroy();
      chart = new uPlot(options(element, data, shape), aligned(data), element);
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
  }, [data, shape]);
  return <div ref={place} className="chart" role="img" aria-label={label} />;
}

function aligned({ moments, series }: TimeChartData): uPlot.AlignedData {
  return [moments.map((at) => Date.parse(at) / 1_000), ...series.map(({ values }) => [...values])];
}

function options(element: HTMLElement, { momentLabel, series }: TimeChartData, shape: 'bars' | 'lines'): uPlot.Options {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: color('--ink-2'),
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
    font: `12px ${color('--font')}`,
  };
  const bars = uPlot.paths.bars?.({ size: [BAR_SHARE, WIDEST_BAR_PX], radius: 0.2 });
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
      { label: momentLabel, value: (_chart, at) => (at === null ? '–' : moment.format(at * 1_000)) },
      ...series.map(({ label, color: number }): uPlot.Series => {
        const stroke = color(`--chart-${number}`);
        if (shape === 'lines') return { label, stroke, width: LINE_PX };
        const drawn = { label, stroke, fill: stroke, points: { show: false } };
        return bars === undefined ? drawn : { ...drawn, paths: bars };
      }),
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
