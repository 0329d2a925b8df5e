import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatCount, formatShort } from '../../format/numbers.ts';

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
/** On either side of lines, as a share of the time shown. */
const MARGIN_SHARE = 0.03;
/** Days between the labels below lines; the first that leaves room for each is taken. */
const DAY_STEPS = [1, 2, 5, 10, 20, 50, 100].map((days) => days * DAY_SECONDS);
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const BAR_SHARE = 0.35;
const WIDEST_BAR_PX = 18;
const LINE_PX = 2;

/**
 * From zero: lines over time, or bars side by side, one place for each moment, because runs may follow within seconds.
 * `label` says the same in words.
 */
export function TimeChart({ data, label, shape }: { data: TimeChartData; label: string; shape: Shape }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    let chart: uPlot | undefined;
    const draw = () => {
      chart?.destroy();
      chart = new uPlot(options(element, data, shape), aligned(data, shape), element);
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

type Shape = 'bars' | 'lines';

function aligned({ moments, series }: TimeChartData, shape: Shape): uPlot.AlignedData {
  const places = moments.map((at, index) => (shape === 'bars' ? index : Date.parse(at) / 1_000));
  return [places, ...series.map(({ values }) => [...values])];
}

function options(element: HTMLElement, { moments, momentLabel, series }: TimeChartData, shape: Shape): uPlot.Options {
  const last = moments.length - 1;
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: color('--ink-2'),
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
    font: `12px ${color('--font')}`,
  };
  return {
    width: element.clientWidth,
    height: HEIGHT_PX,
    padding: [12, 12, 0, 0],
    legend: { show: true },
    cursor: { drag: { x: false, y: false } },
    scales: {
      x: { time: shape === 'lines', range: () => (shape === 'lines' ? withMargin(moments) : [-0.5, last + 0.5]) },
      y: { range: (_chart, _least, most) => [0, Math.max(1, most)] },
    },
    axes: [
      shape === 'lines'
        ? { ...axis, grid: { show: false }, incrs: DAY_STEPS, values: (_chart, ticks) => ticks.map(dayLabel) }
        : {
            ...axis,
            grid: { show: false },
            incrs: [1, 2, 5, 10],
            values: (_chart, ticks) => ticks.map((index) => clockLabel(moments[index])),
          },
      { ...axis, size: 52, values: (_chart, ticks) => ticks.map(formatShort) },
    ],
    series: [
      // Where nothing is pointed at, the legend tells of the last one.
      {
        label: momentLabel,
        value: (_chart, _place, _series, index) => moment.format(Date.parse(moments[index ?? last] ?? '')),
      },
      ...series.map(({ label, color: number, values }, place): uPlot.Series => {
        const stroke = color(`--chart-${number}`);
        const value: uPlot.Series.Value = (_chart, _value, _series, index) => {
          const shown = values[index ?? last] ?? null;
          return shown === null ? '–' : formatCount(shown);
        };
        if (shape === 'lines') return { label, stroke, value, width: LINE_PX };
        // One on either side of its moment: what both have is seen of both.
        const bars = uPlot.paths.bars?.({ size: [BAR_SHARE, WIDEST_BAR_PX], radius: 0.2, align: place === 0 ? -1 : 1 });
        const drawn = { label, stroke, value, fill: stroke, points: { show: false } };
        return bars === undefined ? drawn : { ...drawn, paths: bars };
      }),
    ],
  };
}

function withMargin(moments: readonly string[]): [number, number] {
  const first = Date.parse(moments[0] ?? '') / 1_000;
  const last = Date.parse(moments.at(-1) ?? '') / 1_000;
  const margin = Math.max(1, last - first) * MARGIN_SHARE;
  return [first - margin, last + margin];
}

const dayLabel = (seconds: number): string => day.format(seconds * 1_000);
const clockLabel = (at: string | undefined): string => (at === undefined ? '' : clock.format(Date.parse(at)));
