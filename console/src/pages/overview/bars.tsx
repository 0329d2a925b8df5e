import { Link } from 'wouter';
import { formatCount, formatShare } from '../../format/numbers.ts';

export interface Bar {
  readonly key: string;
  readonly label: string;
  readonly value: number;
  readonly href: string;
  /** Of `--chart-1` to `--chart-6`. */
  readonly color: number;
  readonly note?: string;
}

/** Values side by side, each a link to what it counts: the text says all that the bars show. */
export function Bars({ bars, of }: { bars: readonly Bar[]; of: 'total' | 'largest' }) {
  const values = bars.map(({ value }) => value);
  const whole = Math.max(1, of === 'total' ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values));
  return (
    <ul className="bars">
      {bars.map(({ key, label, value, href, color, note }) => (
        <li key={key}>
          <Link href={href} className="bar-label truncate" dir="auto">
            {label}
          </Link>
          <span className="bar-value">
            {formatCount(value)}
            <span className="muted"> {note ?? formatShare(value / whole)}</span>
          </span>
          <span className="bar-track" aria-hidden="true">
            <span style={{ '--share': value / whole, '--color': `var(--chart-${color})` }} />
          </span>
        </li>
      ))}
    </ul>
  );
}
