import { Badge, type Tone } from '../../design/badge.tsx';
import { words } from '../../format/words.ts';
import type { Run } from '../../gateway/run.ts';

const TONES: Readonly<Record<Run['status'], Tone>> = {
  QUEUED: 'neutral',
  RUNNING: 'info',
  PAUSED: 'warn',
  SUCCEEDED: 'good',
  FAILED: 'bad',
  CANCELLED: 'neutral',
};

export function RunStatus({ run }: { run: Pick<Run, 'status'> }) {
  return <Badge tone={TONES[run.status]}>{words(run.status)}</Badge>;
}

/** "Pull contacts, full", "Push, dry run". */
export function runTitle({ kind, mode, dryRun }: Pick<Run, 'kind' | 'mode' | 'dryRun'>): string {
  return [words(kind), ...(mode === 'FULL' ? ['full'] : []), ...(dryRun ? ['dry run'] : [])].join(', ');
}
