import { setTimeout as delay } from 'node:timers/promises';
import { ClientError } from 'graphql-request';
import { isDomainError } from '../../domain-error.ts';
import type { Batch } from './batch-rows.ts';
import type { SaveDoor } from './save-door.ts';

export interface BatchOutcome {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly failed: Batch['failed'];
  /** Saved, but for lists that the contact is not added to. */
  readonly refused: Batch['failed'];
}

const ATTEMPTS = 6;
const FIRST_DELAY_MS = 500;
const RETRYABLE_CODES = ['RATE_LIMITED', 'STORE_UNREACHABLE', 'REVISION_CONFLICT', 'INTERNAL_SERVER_ERROR'];

/** Saves the rows of a batch by one call, each on its own; the same call again changes nothing more. */
export async function saveBatch(
  save: SaveDoor,
  batch: Batch,
  { dryRun, signal }: { dryRun: boolean; signal: AbortSignal },
): Promise<BatchOutcome> {
  const inputs = batch.rows.map(({ parsed }) => parsed.input);
  const counts = { created: 0, updated: 0, unchanged: 0 };
  const failed = [...batch.failed];
  const refused: Batch['failed'][number][] = [];
  if (inputs.length === 0) return { ...counts, failed, refused };
  const items = await patiently(() => save(inputs, dryRun), signal);
  for (const [index, item] of items.entries()) {
    const saved = batch.rows[index];
    if (saved === undefined) continue;
    if (item.kind === 'REFUSED') {
      const problems = item.problems.map(({ path, message }) => ({ column: saved.parsed.columnOf(path), message }));
      failed.push({ row: saved.row, problems });
      continue;
    }
    counts[item.created ? 'created' : item.changed ? 'updated' : 'unchanged'] += 1;
    if (item.refused.length > 0) {
      const column = saved.parsed.columnOf(['lists']);
      refused.push({
        row: saved.row,
        problems: item.refused.map((message) => ({ column, message: `saved, but: ${message}` })),
      });
    }
  }
  failed.sort((a, b) => a.row.row - b.row.row);
  return { ...counts, failed, refused };
}

/** Again after a moment where the gateway was busy or away: saving is idempotent. An abort ends the waiting. */
async function patiently<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === ATTEMPTS || signal.aborted || !mayPass(error)) throw error;
    }
    await delay(FIRST_DELAY_MS * 2 ** (attempt - 1), undefined, { signal });
  }
}

function mayPass(error: unknown): boolean {
  if (isDomainError(error)) return RETRYABLE_CODES.includes(error.code);
  if (!(error instanceof ClientError)) return error instanceof TypeError;
  const code = error.response.errors?.[0]?.extensions['code'];
  return error.response.status === 429 || error.response.status >= 500 || RETRYABLE_CODES.includes(String(code));
}
