import { setTimeout as delay } from 'node:timers/promises';
import { ClientError } from 'graphql-request';
import type { GatewayClient } from '../../client/index.ts';
import { CommandFailure, EXIT } from '../exit-codes.ts';
import type { Batch } from './batch-rows.ts';
import type { RowProblem } from './contact-input.ts';

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
  client: GatewayClient,
  batch: Batch,
  { dryRun, signal }: { dryRun: boolean; signal: AbortSignal },
): Promise<BatchOutcome> {
  const inputs = batch.rows.map(({ parsed }) => parsed.input);
  const counts = { created: 0, updated: 0, unchanged: 0 };
  const failed = [...batch.failed];
  const refused: Batch['failed'][number][] = [];
  if (inputs.length === 0) return { ...counts, failed, refused };
  const { saveContacts } = await patiently(() => client.importContacts({ inputs, dryRun }), signal);
  if (saveContacts.__typename !== 'SaveContactsSuccess') throw new CommandFailure(EXIT.failed, saveContacts.message);
  for (const { index, result } of saveContacts.results) {
    const saved = batch.rows[index];
    if (saved === undefined) continue;
    const problem = (path: readonly string[], message: string): RowProblem => ({
      column: saved.parsed.columnOf(path.slice(2)),
      message,
    });
    switch (result.__typename) {
      case 'SaveContactSuccess':
        counts[result.created ? 'created' : result.changed ? 'updated' : 'unchanged'] += 1;
        if (result.refused.length > 0) {
          const problems = result.refused.map(({ message }) => problem(['', '', 'lists'], `saved, but: ${message}`));
          refused.push({ row: saved.row, problems });
        }
        break;
      case 'InvalidInput':
        failed.push({ row: saved.row, problems: result.problems.map(({ path, message }) => problem(path, message)) });
        break;
      default:
        failed.push({ row: saved.row, problems: [problem(['', '', 'contact'], result.message)] });
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
  if (!(error instanceof ClientError)) return error instanceof TypeError;
  const code = error.response.errors?.[0]?.extensions['code'];
  return error.response.status === 429 || error.response.status >= 500 || RETRYABLE_CODES.includes(String(code));
}
