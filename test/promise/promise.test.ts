import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type History, histories } from './acts.ts';
import { playHistory } from './history.ts';
import { openWorld, type World } from './world.ts';

const RUNS = Number(process.env['PROMISE_RUNS'] ?? 300);
/** The suite plays the same histories every time, so that a change is judged by itself; `npm run test:promise` plays others. */
const FIRST_SEED = Number(process.env['PROMISE_SEED'] ?? 1);
/** On a machine that is busy the suite ends in time with fewer histories, and says so. */
const MOST_MS = Number(process.env['PROMISE_MOST_MS'] ?? 45_000);

/** Histories that go on side by side, each lane with a seed and a world of its own. */
const LANES = process.env['PROMISE_PATH'] === undefined ? Number(process.env['PROMISE_LANES'] ?? 3) : 1;

/** Attempts at most to make a history that fails a shorter one. */
const MOST_SHRINKS = 80;

const worlds: World[] = [];
beforeAll(async () => {
  for (let lane = 0; lane < LANES; lane++) worlds.push(await openWorld());
});
afterAll(async () => {
  for (const world of worlds) await world[Symbol.asyncDispose]();
});

describe('under any interleaving of edits, opt-outs, retries, crashes and instances', () => {
  it('nobody who left comes back, the stores come to agree, and nothing local is lost', {
    timeout: 86_400_000,
  }, async () => {
    const totals = { histories: 0, unseenLeaves: 0, unseenDeletions: 0, unseenEdits: 0, racesRepaired: 0, kills: 0 };
    let failedLane: number | null = null;
    const playOne = async (world: World, history: History) => {
      const outcome = await playHistory(world, history);
      if (process.env['PROMISE_SHOW'] !== undefined) console.info(outcome.journal.join('\n'));
      totals.histories += 1;
      for (const name of ['unseenLeaves', 'unseenDeletions', 'unseenEdits', 'racesRepaired', 'kills'] as const) {
        totals[name] += outcome[name];
      }
    };
    const play = async (world: World, seed: number) => {
      let triesLeft = MOST_SHRINKS;
      const property = fc.asyncProperty(histories, async (history) => {
        // One failure is enough, and it is made shorter only for a while: the rest is passed over.
        if (failedLane !== null && (failedLane !== seed || triesLeft <= 0)) return;
        if (failedLane === seed) triesLeft -= 1;
        try {
          await playOne(world, history);
        } catch (error) {
          failedLane ??= seed;
          throw error;
        }
      });
      return await fc.check(property, {
        numRuns: Math.ceil(RUNS / LANES),
        seed,
        ...(process.env['PROMISE_PATH'] === undefined ? {} : { path: process.env['PROMISE_PATH'] }),
        interruptAfterTimeLimit: MOST_MS,
        endOnFailure: process.env['PROMISE_SHRINK'] === '0',
      });
    };
    const results = await Promise.all(worlds.map((world, lane) => play(world, FIRST_SEED + lane)));
    console.info(`seed ${FIRST_SEED}: ${JSON.stringify(totals)}`);
    for (const { failed, seed, counterexamplePath, errorInstance } of results) {
      if (!failed || counterexamplePath === null) continue;
      const message = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
      expect.fail(`--seed ${seed} --path ${counterexamplePath}\n${message}`);
    }
    expect(totals.histories).toBeGreaterThan(0);
  });
});
