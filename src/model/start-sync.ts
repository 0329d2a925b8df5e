import type { SyncKind, SyncMode } from './sync-run.ts';

/** A validated wish to run: list references are resolved to `list_id`s. */
export interface StartSyncInput {
  readonly kind: SyncKind;
  readonly mode: SyncMode;
  /** Only these lists; null: all. */
  readonly listIds: readonly string[] | null;
  /** PUSH and FULL_CYCLE: plan, send nothing. */
  readonly dryRun: boolean;
  /** PUSH: send exactly the plan with this hash, or refuse. */
  readonly planHash: string | null;
}
