import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type History, histories } from './acts.ts';
import { playHistory } from './history.ts';
import { openWorld, type World } from './world.ts';

/** Asked for by `npm run test:promise`; the suite plays the same histories every time, so that a change is judged by itself. */
const ASKED = {
  runs: process.env['PROMISE_RUNS'],
  seed: process.env['PROMISE_SEED'],
  path: process.env['PROMISE_PATH'],
  lanes: process.env['PROMISE_LANES'],
  show: process.env['PROMISE_SHOW'] !== undefined,
} as const;

/** Each of these happens in any hundred histories; a generator that has lost one proves less than it says. */
const KINDS = [
  ...['unsubscribes', 'returns', 'leaves', 'joins', 'swaps'],
  ...['isDeletedByOwner', 'isRenamedByOwner', 'getsAddressFromOwner', 'isCreatedByOwner', 'listIsDeletedByOwner'],
  ...[
    'isEditedHere',
    'isSetBackHere',
    'getsAddressHere',
    'isToJoin',
    'isToLeave',
    'isToBeDeleted',
    'isDiscardedHere',
    'isDecidedHere',
    'isCreatedHere',
    'timePasses',
  ],
  ...['a pull runs', 'a full pull runs', 'a push runs', 'a full cycle runs', 'a list sync runs'],
  ...['a sweep of unsubscribes runs', 'two instances run at once'],
  'a day is used up',
  ...['a process is killed', 'a process is frozen', 'a run is cancelled'],
  ...['a braked run is confirmed', 'a braked run is cancelled'],
  ...['requests are refused', 'requests are failed after', 'requests are cut before', 'requests are cut after'],
  ...['a run ends as SUCCEEDED', 'a run ends as FAILED', 'a run ends as CANCELLED'],
] as const;
const FEW = 100;
const PROGRESS_EVERY_MS = 10_000;

/** Attempts at most to make a history that fails a shorter one. */
const MOST_SHRINKS = 80;

/**
 * Plays random histories, all of them, in lanes that go on side by side: each with a world of its own and the next seed.
 * The suite has them in several files, which its workers share.
 */
export function playHistories({ seed, runs }: { seed: number; runs: number }): void {
  const firstSeed = Number(ASKED.seed ?? seed);
  const laneCount = ASKED.path === undefined ? Number(ASKED.lanes ?? 2) : 1;
  const runsOfLane = Math.ceil(Number(ASKED.runs ?? runs) / laneCount);

  const worlds: World[] = [];
  beforeAll(async () => {
    for (let lane = 0; lane < laneCount; lane++) worlds.push(await openWorld());
  });
  afterAll(async () => {
    for (const world of worlds) await world[Symbol.asyncDispose]();
  });

  describe('under any interleaving of edits, opt-outs, retries, crashes and instances', () => {
    it('nobody who left comes back, the stores come to agree, and nothing local is lost', {
      timeout: 86_400_000,
    }, async () => {
      const totals = { histories: 0, unseenLeaves: 0, unseenDeletions: 0, unseenEdits: 0, racesRepaired: 0, kills: 0 };
      const happened = new Map<string, number>();
      const startedAt = Date.now();
      let toldAt = startedAt;
      let failedLane: number | null = null;
      const playOne = async (world: World, history: History) => {
        const outcome = await playHistory(world, history);
        if (ASKED.show) console.info(outcome.journal.join('\n'));
        totals.histories += 1;
        for (const [kind, count] of outcome.happened) happened.set(kind, (happened.get(kind) ?? 0) + count);
        if (ASKED.runs !== undefined && Date.now() - toldAt >= PROGRESS_EVERY_MS) {
          toldAt = Date.now();
          const perSecond = (totals.histories * 1_000) / (toldAt - startedAt);
          const secondsLeft = Math.round((runsOfLane * laneCount - totals.histories) / perSecond);
          console.info(
            `${totals.histories} of ${runsOfLane * laneCount} histories, ${perSecond.toFixed(1)}/s, ${secondsLeft} s left`,
          );
        }
        for (const name of ['unseenLeaves', 'unseenDeletions', 'unseenEdits', 'racesRepaired', 'kills'] as const) {
          totals[name] += outcome[name];
        }
      };
      const play = async (world: World, laneSeed: number) => {
        let triesLeft = MOST_SHRINKS;
        const property = fc.asyncProperty(histories, async (history) => {
          // One failure is enough, and it is made shorter only for a while: the rest is passed over.
          if (failedLane !== null && (failedLane !== laneSeed || triesLeft <= 0)) return;
          if (failedLane === laneSeed) triesLeft -= 1;
          try {
            await playOne(world, history);
          } catch (error) {
            failedLane ??= laneSeed;
            throw error;
          }
        });
        return await fc.check(property, {
          numRuns: runsOfLane,
          seed: laneSeed,
          ...(ASKED.path === undefined ? {} : { path: ASKED.path }),
        });
      };
      const results = await Promise.all(worlds.map((world, lane) => play(world, firstSeed + lane)));
      if (ASKED.runs !== undefined)
        console.table(Object.fromEntries([...happened].sort(([a], [b]) => (a < b ? -1 : 1))));
      console.info(`seed ${firstSeed}: ${JSON.stringify(totals)}`);
      for (const { failed, seed: failedSeed, counterexamplePath, errorInstance } of results) {
        if (!failed || counterexamplePath === null) continue;
        const message = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
        expect.fail(`--seed ${failedSeed} --path ${counterexamplePath}\n${message}`);
      }
      if (ASKED.path !== undefined) return;
      expect(totals.histories).toBe(runsOfLane * laneCount);
      if (totals.histories >= FEW) expect(KINDS.filter((kind) => !happened.has(kind))).toEqual([]);
    });
  });
}
