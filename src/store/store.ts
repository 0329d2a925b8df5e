import type { Db } from 'mongodb';
import { type CheckpointStore, createCheckpointStore } from './checkpoints.ts';
import type { StoreInfo } from './connect.ts';
import { ensureContactIndexes } from './contact-indexes.ts';
import { type ContactStore, createContactStore } from './contacts.ts';
import { type CustomFieldStore, createCustomFieldStore, ensureCustomFieldIndexes } from './custom-fields.ts';
import { createDailyCountsStore, type DailyCountsStore, ensureDailyCountsIndexes } from './daily-counts.ts';
import { createErasureStore, type ErasureStore } from './erasures.ts';
import { createListStore, ensureListIndexes, type ListStore } from './lists.ts';
import { createPushBatchStore, ensurePushBatchIndexes, type PushBatchStore } from './push-batches.ts';
import { createRejectedRowStore, ensureRejectedRowIndexes, type RejectedRowStore } from './rejected-rows.ts';
import { createSyncEventStore, ensureSyncEventIndexes, type SyncEventStore } from './sync-events.ts';
import { createSyncRunStore, ensureSyncRunIndexes, type SyncRunStore } from './sync-runs.ts';
import { createTagStore, ensureTagIndexes, type TagStore } from './tags.ts';
import {
  createWebhookDeliveryStore,
  ensureWebhookDeliveryIndexes,
  type WebhookDeliveryStore,
} from './webhook-deliveries.ts';

/** The secondary store: one part per collection. */
export interface Store {
  readonly db: Db;
  readonly info: StoreInfo;
  readonly contacts: ContactStore;
  readonly lists: ListStore;
  readonly tags: TagStore;
  readonly customFields: CustomFieldStore;
  readonly syncRuns: SyncRunStore;
  readonly syncEvents: SyncEventStore;
  readonly checkpoints: CheckpointStore;
  readonly rejectedRows: RejectedRowStore;
  readonly webhookDeliveries: WebhookDeliveryStore;
  readonly pushBatches: PushBatchStore;
  readonly erasures: ErasureStore;
  readonly dailyCounts: DailyCountsStore;
}

/** No I/O: call `ensureIndexes` once at start. */
export function createStore({ db, info }: { db: Db; info: StoreInfo }): Store {
  return {
    db,
    info,
    contacts: createContactStore(db),
    lists: createListStore(db),
    tags: createTagStore(db),
    customFields: createCustomFieldStore(db),
    syncRuns: createSyncRunStore(db),
    syncEvents: createSyncEventStore(db),
    checkpoints: createCheckpointStore(db),
    rejectedRows: createRejectedRowStore(db),
    webhookDeliveries: createWebhookDeliveryStore(db),
    pushBatches: createPushBatchStore(db),
    erasures: createErasureStore(db),
    dailyCounts: createDailyCountsStore(db),
  };
}

/** Idempotent, and safe with several instances starting at once. */
export async function ensureIndexes(db: Db): Promise<void> {
  await Promise.all([
    ensureContactIndexes(db),
    ensureCustomFieldIndexes(db),
    ensureDailyCountsIndexes(db),
    ensureListIndexes(db),
    ensurePushBatchIndexes(db),
    ensureRejectedRowIndexes(db),
    ensureSyncEventIndexes(db),
    ensureSyncRunIndexes(db),
    ensureTagIndexes(db),
    ensureWebhookDeliveryIndexes(db),
  ]);
}
