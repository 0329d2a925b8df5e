import { type ReactNode, useEffect, useState } from 'react';
import { formatRelative } from './durations.ts';

const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const localToTheSecond = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** The present, renewed as often as asked. */
export function useNow(everyMs: number): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

function utcOf(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function Time({ at, children }: { at: Date; children: ReactNode }) {
  return (
    <time dateTime={at.toISOString()} title={utcOf(at)}>
      {children}
    </time>
  );
}

/** Date and time in the viewer's zone; UTC on hover. */
export function Moment({ at }: { at: string }) {
  const date = new Date(at);
  return <Time at={date}>{local.format(date)}</Time>;
}

/** The time of day to the second, for logs. */
export function ClockTime({ at }: { at: string }) {
  const date = new Date(at);
  return <Time at={date}>{localToTheSecond.format(date)}</Time>;
}

/** How long ago or ahead; both zones on hover. */
export function Ago({ at }: { at: string }) {
  const now = useNow(20_000);
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={`${local.format(date)} (${utcOf(date)})`}>
      {formatRelative(date, now)}
    </time>
  );
}
