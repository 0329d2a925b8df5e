import { Badge, type Tone } from '../../design/badge.tsx';
import { words } from '../../format/words.ts';
import type { ContactStatus, SyncState } from '../../gateway/generated.ts';

const STATUS_TONES: Readonly<Record<ContactStatus, Tone>> = {
  ACTIVE: 'good',
  UNSUBSCRIBED: 'bad',
  PENDING_CONFIRMATION: 'warn',
  TEMP_HOLD: 'warn',
  NOT_SET: 'neutral',
  DELETED: 'neutral',
};
const STATE_TONES: Readonly<Record<SyncState, Tone>> = {
  IN_SYNC: 'neutral',
  PENDING_PUSH: 'info',
  ONLY_LOCAL: 'info',
  CONFLICT: 'warn',
  DELETED_IN_PRIMARY: 'neutral',
};

export function StatusBadge({ status }: { status: ContactStatus }) {
  return <Badge tone={STATUS_TONES[status]}>{words(status)}</Badge>;
}

export function SyncStateBadge({ state }: { state: SyncState }) {
  return <Badge tone={STATE_TONES[state]}>{words(state)}</Badge>;
}
