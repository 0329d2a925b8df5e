import { execFile } from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openTestSandbox } from '../kit/sandbox.ts';
import { openTestStore } from '../kit/store.ts';

const INSTANCE = fileURLToPath(new URL('./instance.mjs', import.meta.url));
const FOR_MS = 13_000;
/** The processes start and open their connections: the ceiling is held, too, but not used in full. */
const WARM_UP_MS = 2_000;
/** A machine that holds processes up for so long delays requests more than any spacing can allow for. */
const STALL_MS = 10;

const instanceAnswer = z.object({
  sentAt: z.array(z.number()),
  failures: z.array(z.string()),
  longestStallMs: z.number(),
});

async function runInstance(...args: string[]) {
  const { stdout } = await promisify(execFile)(process.execPath, [INSTANCE, ...args], { timeout: FOR_MS * 2 });
  return instanceAnswer.parse(JSON.parse(stdout));
}

/** One run of two processes, and how the machine behaved meanwhile. */
async function measure() {
  await using store = await openTestStore();
  await using sandbox = await openTestSandbox({ rateLimit: true });
  const stalls = monitorEventLoopDelay({ resolution: 1 });
  stalls.enable();
  const run = () => runInstance(sandbox.apiUrl, store.uri, String(FOR_MS));
  const instances = await Promise.all([run(), run()]);
  stalls.disable();

  expect(instances.flatMap(({ failures }) => failures)).toEqual([]);
  const { throttled, maxInAnySecond } = await sandbox.stats();
  const sentAt = instances.flatMap((instance) => instance.sentAt).sort((a, b) => a - b);
  const steady = sentAt.filter((at) => at > Math.min(...sentAt) + WARM_UP_MS);
  const perSecond = ((steady.length - 1) / (Math.max(...steady) - Math.min(...steady))) * 1_000;
  const longestStallMs = Math.max(stalls.max / 1e6, ...instances.map((instance) => instance.longestStallMs));
  return { throttled, maxInAnySecond, used: perSecond / 4, longestStallMs };
}

test('two processes use 97 % of 4 requests a second together, and never more than 4 in any second', async ({
  skip,
}) => {
  // Neighbours on the machine may hold a process up; such a run proves nothing, and is made again.
  for (let runs = 1; ; runs += 1) {
    const result = await measure();
    const proven = result.throttled === 0 && result.maxInAnySecond === 4 && result.used >= 0.97;
    if (!proven && result.longestStallMs > STALL_MS) {
      skip(runs === 3, `the machine holds processes up for ${Math.round(result.longestStallMs)} ms`);
      continue;
    }
    expect(result).toMatchObject({ throttled: 0, maxInAnySecond: 4 });
    expect(result.used).toBeGreaterThanOrEqual(0.97);
    return;
  }
}, 90_000);
