import type { SyncRunFieldsFragment } from '../client/index.ts';
import { formatSeconds } from './output.ts';

/** The phases of a push from its plan on, whose contacts `total` counts; before them a run reads. */
const PUSHING = ['PLAN', 'SEND', 'CONFIRM'];

type Run = Pick<SyncRunFieldsFragment, 'phase' | 'percent' | 'total' | 'etaSeconds'> & {
  readonly counts: Pick<SyncRunFieldsFragment['counts'], 'fetched' | 'pushed' | 'failed'>;
};

/** How far a run is with what it does now. */
export interface RunProgress {
  readonly phase: string;
  readonly done: number;
  /** Null where nobody knows, and where more has come than was expected. */
  readonly total: number | null;
  /** Null where the total is. */
  readonly percent: number | null;
  readonly etaSeconds: number | null;
}

export function progressOf({ phase, percent, total, etaSeconds, counts }: Run): RunProgress {
  const pushing = PUSHING.includes(phase);
  const done = pushing ? counts.pushed + counts.failed : counts.fetched;
  if (total === null || total === 0 || done > total) return { phase, done, total: null, percent: null, etaSeconds };
  // What the run says of itself is about what it reads.
  if (pushing) return { phase, done, total, percent: Math.floor((done / total) * 100), etaSeconds: null };
  return { phase, done, total, percent: percent === null ? null : Math.floor(percent), etaSeconds };
}

/**
 * `CONTACTS 45 % 2,250 of 5,000, 480/s, 6s left`
 * @param perSecond of this phase; null where it has just begun
 */
export function progressText(progress: RunProgress, perSecond: number | null): string {
  const { phase, done, total, percent, etaSeconds } = progress;
  const number = (value: number) => Math.round(value).toLocaleString('en-US');
  const words = [phase.replaceAll('_', ' ')];
  if (percent !== null) words.push(`${percent} %`);
  if (total !== null) words.push(`${number(done)} of ${number(total)}`);
  else if (done > 0) words.push(number(done));
  const parts = [words.join(' ')];
  if (perSecond !== null && perSecond >= 1) parts.push(`${number(perSecond)}/s`);
  const leftSeconds = etaSeconds ?? (perSecond && total !== null ? (total - done) / perSecond : null);
  if (leftSeconds !== null && leftSeconds > 0) parts.push(`${formatSeconds(leftSeconds)} left`);
  return parts.join(', ');
}

/** Rows a second since the phase began, over all that was told of it. `atMs` is monotonic. */
export function createRateMeter(): (progress: RunProgress, atMs: number) => number | null {
  let begun: { phase: string; done: number; atMs: number } | undefined;
  return ({ phase, done }, atMs) => {
    if (begun?.phase !== phase || done < begun.done) begun = { phase, done, atMs };
    const elapsedSeconds = (atMs - begun.atMs) / 1_000;
    return elapsedSeconds < 1 ? null : (done - begun.done) / elapsedSeconds;
  };
}
