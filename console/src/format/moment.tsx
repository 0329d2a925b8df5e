import { type ReactNode, useEffect, useState } from 'react';
import { formatRelative } from './durations.ts';

const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const localToTheSecond = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** Draws anew as often as asked. */
function useTick(everyMs: number): void {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
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
  useTick(20_000);
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={`${local.format(date)} (${utcOf(date)})`}>
      {/* The present as it is drawn: by that of the last tick, what has just happened would lie ahead. */}
      {formatRelative(date, new Date())}
    </time>
  );
}
