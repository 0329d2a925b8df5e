import { Progress } from '../../design/progress.tsx';
import { formatDuration } from '../../format/durations.ts';
import { formatCount } from '../../format/numbers.ts';
import { words } from '../../format/words.ts';
import type { Run } from '../../gateway/run.ts';

/** What a run is doing, how far it is and how long it will take. */
export function RunProgress({ run }: { run: Run }) {
  const { phase, percent, etaSeconds, total, counts, apiRequests } = run;
  return (
    <div className="stack tight">
      <Progress label={words(phase)} percent={percent} />
      <p className="muted small row">
        <span>
          {formatCount(counts.fetched)}
          {total === null ? '' : ` of ${formatCount(total)}`} rows read
        </span>
        <span>{formatCount(apiRequests)} requests used</span>
        {etaSeconds === null ? null : <span>about {formatDuration(etaSeconds)} to go</span>}
      </p>
    </div>
  );
}
