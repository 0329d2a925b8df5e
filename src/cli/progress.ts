import type { SyncRunFieldsFragment } from '../client/index.ts';
import { formatSeconds, type Output } from './output.ts';
import { createRateMeter, progressOf, progressText } from './run-progress.ts';

const BAR_WIDTH = 24;

/** Shows how far a run is: a bar that is drawn anew on a terminal, a line per step elsewhere. */
export interface ProgressView {
  show(event: { type: string; message: string; run: SyncRunFieldsFragment }): void;
  end(): void;
}

export function createProgressView(output: Output, now: () => Date): ProgressView {
  const rateOf = createRateMeter();
  let drawn = false;
  let told = '';
  const clear = () => {
    if (drawn) output.draw('\r\x1b[K');
    drawn = false;
  };
  return {
    show({ type, message, run }) {
      if (output.json) return;
      const progress = progressOf(run);
      const text = progressText(progress, rateOf(progress, performance.now()));
      if (!output.interactive) {
        const line = `${run.kind} ${type === 'PROGRESS' ? text : message}`;
        // Requests that move nothing are told as progress, too.
        if (line !== told) output.note(`${now().toISOString()} ${line}`);
        told = line;
        return;
      }
      if (type === 'PAUSED' || type === 'RESUMED' || type === 'WARNING') {
        clear();
        output.note(message);
      }
      const line = progress.percent === null ? text : `${bar(progress.percent)} ${text}`;
      output.draw(`\r\x1b[K${line.slice(0, Math.max(20, output.width - 1))}`);
      drawn = true;
    },
    end: clear,
  };
}

function bar(percent: number): string {
  const full = Math.round((Math.min(100, Math.max(0, percent)) / 100) * BAR_WIDTH);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}`;
}

/** Shows how much of a file is done: a bar on a terminal, elsewhere a line for each tenth. */
export interface TransferView {
  /** `share` from 0 to 1; null where the whole is not known. */
  show(state: { done: number; share: number | null }): void;
  end(): void;
}

const LINE_EVERY_MS = 10_000;

/** @param now a monotonic clock in milliseconds */
export function createTransferView(output: Output, now: () => number): TransferView {
  const startedAt = now();
  let drawn = false;
  let toldAt = startedAt;
  let toldTenth = 0;
  return {
    show({ done, share }) {
      if (output.json) return;
      const elapsedSeconds = (now() - startedAt) / 1_000;
      const parts = [`${share === null ? '' : `${Math.floor(share * 100)} % `}${done.toLocaleString('en-US')} done`];
      if (elapsedSeconds > 0) parts.push(`${Math.round(done / elapsedSeconds).toLocaleString('en-US')}/s`);
      if (share !== null && share > 0 && share < 1)
        parts.push(`${formatSeconds((elapsedSeconds / share) * (1 - share))} left`);
      const line = parts.join(', ');
      if (output.interactive) {
        output.draw(`\r\x1b[K${`${bar((share ?? 0) * 100)} ${line}`.slice(0, Math.max(20, output.width - 1))}`);
        drawn = true;
        return;
      }
      const tenth = Math.floor((share ?? 0) * 10);
      if (tenth === toldTenth && now() - toldAt < LINE_EVERY_MS) return;
      [toldTenth, toldAt] = [tenth, now()];
      output.note(line);
    },
    end() {
      if (drawn) output.draw('\r\x1b[K');
    },
  };
}
