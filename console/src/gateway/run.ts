import type { SyncRunFieldsFragment } from './generated.ts';

/** A run as every page reads it. */
export type Run = SyncRunFieldsFragment;
