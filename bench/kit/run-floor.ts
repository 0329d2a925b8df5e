import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface FloorResult {
  readonly rows: number;
  readonly requests: number;
  readonly durationMs: number;
}

/** Runs the floor script in a process of its own. */
export async function runFloor(sandboxUrl: string, mongodbUri: string): Promise<FloorResult> {
  const script = join(import.meta.dirname, 'floor.ts');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'jiti/register', script, sandboxUrl, mongodbUri],
    { timeout: 600_000, cwd: join(import.meta.dirname, '..', '..') },
  );
  return JSON.parse(stdout) as FloorResult;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
