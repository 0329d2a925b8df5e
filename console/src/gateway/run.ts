import type { SyncRunFieldsFragment } from './generated.ts';

/** A run as every page reads it. */
export type Run = SyncRunFieldsFragment;

/** Contacts that it changed, here and there. */
export function changesOf({ counts }: Pick<Run, 'counts'>): number {
  return counts.created + counts.updated + counts.deleted + counts.pushed;
}
