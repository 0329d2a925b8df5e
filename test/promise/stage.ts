import type { ObjectId } from 'mongodb';
import { BudgetExhaustedError } from '../../src/domain-error.ts';
import { hasEnded } from '../../src/model/sync-run.ts';
import type { SyncRunDocument } from '../../src/store/sync-runs.ts';
import { startInput } from '../kit/sync.ts';
import type { Actor } from './actor.ts';
import type { Act, History, Interruption, Place, Quirks, RunKind, Step } from './acts.ts';
import type { Checks } from './checks.ts';
import { type Instance, startInstance } from './instance.ts';
import { whatIsKnown } from './known-here.ts';
import { type LoggedRequest, staleLook } from './request-log.ts';
import type { Scene } from './scene.ts';

const DAY_MS = 86_400_000;
const RUN_TIMEOUT_MS = 30_000;
/** What ends a run tells of itself; this is for what nobody tells of. */
const LONGEST_WAIT_MS = 200;
const LONGEST_EXACT_MS = 2_000;

/** Where a history is played: its processes, its runs and what happens in their midst. */
export function createStage(scene: Scene, history: History, actor: Actor) {
  const { world } = scene;
  const { time, store } = world;
  const living: Instance[] = [];
  const buried: Instance[] = [];
  let born = 0;
  let waiting: { interruption: Interruption; left: number }[] = [];
  let stalled: Instance | null = null;
  let acting: Promise<void> = Promise.resolve();
  let usesNever = false;
  /** Before it no request is let go; what happens until then. */
  let newDayAt = 0;
  let restOfDay: readonly Act[] = [];
  let moved = () => {};
  /** Until some run may have ended. */
  const runMoves = (): Promise<void> =>
    Promise.race([
      pause(LONGEST_WAIT_MS),
      new Promise<void>((resolve) => {
        moved = resolve;
      }),
    ]);
  /** What a run that asks is told; the first and the last ones are let go on. */
  let answer: 'confirmed' | 'cancelled' = 'confirmed';
  let atWork: readonly ObjectId[] = [];
  const stage = { lastRun: null as SyncRunDocument | null, isCountExact: true, isAlone: true, budgetTaken: 0 };

  function start(): Instance {
    born += 1;
    return startInstance({
      name: `instance ${born}`,
      db: world.db,
      apiUrl: world.sandbox.apiUrl,
      time,
      skewMs: history.skewMs,
      requestMs: history.requestMs,
      pageSize: history.pageSize,
      onStep,
      isBraked: history.brake !== 'off',
      onRunStands: () => moved(),
      async onBudget() {
        if (time.nowMs < newDayAt) await refuse();
        stage.budgetTaken += 1;
      },
      async onRequest(request) {
        scene.seq += 1;
        const seq = scene.seq;
        const known = request.method === 'GET' ? null : await whatIsKnown(scene, request, stage.isAlone);
        const logged: LoggedRequest = {
          ...request,
          seq,
          at: time.nowMs,
          wishes: known?.wishes ?? new Set(),
          addresses: known?.addresses ?? new Map(),
        };
        if (request.method !== 'GET') scene.broken ??= staleLook(scene.log, logged);
        scene.log.push(logged);
        if (request.method !== 'GET') scene.tell(`    ${request.instance} sends ${request.method} ${request.template}`);
      },
    });
  }

  /** Whoever asks is told when the next day begins; the first one is told before the rest of this day happens. */
  async function refuse(): Promise<never> {
    const acts = restOfDay;
    restOfDay = [];
    for (const act of acts) await actor.act(act, '      ');
    const resetsAt = new Date(newDayAt);
    throw new BudgetExhaustedError('REQUEST_BUDGET_EXHAUSTED', 'The requests of the day are used up.', { resetsAt });
  }

  function instanceAt(place: number): Instance {
    while (living.length <= place) living.push(start());
    return living[place] ?? start();
  }

  /** Interruptions happen one after the other, whoever meets them. */
  async function onStep(instance: Instance, place: Omit<Place, 'nth'>, what: string): Promise<void> {
    const due: Interruption[] = [];
    for (const item of waiting) {
      const { at, side } = item.interruption.place;
      if (side !== place.side || !(at === place.at || (at === 'request' && place.at === 'write'))) continue;
      item.left -= 1;
      if (item.left === 0) due.push(item.interruption);
    }
    if (due.length === 0) return;
    waiting = waiting.filter((item) => item.left > 0);
    const before = acting;
    const now = (async () => {
      await before.catch(() => {});
      for (const { what: event } of due) {
        if (event === 'killed' || event === 'frozen') stall(instance, event, `${place.side} ${what}`);
        else if (event === 'cancelled') {
          scene.tell(`    the run is cancelled ${place.side} ${what}`);
          await cancel();
        } else if ('untilTomorrow' in event) {
          scene.tell(`    the day's requests are used up ${place.side} ${what}:`);
          scene.happens('a day is used up');
          newDayAt = (Math.floor(time.nowMs / DAY_MS) + 1) * DAY_MS;
          restOfDay = event.untilTomorrow;
        } else {
          scene.tell(`    ${place.side} ${what}:`);
          for (const act of event) {
            // So long a wait costs the run its lease: requests that it has not told of by then are not told.
            if (act.kind === 'timePasses' && act.ms > LONGEST_EXACT_MS) stage.isCountExact = false;
            await actor.act(act, '      ');
          }
        }
      }
    })();
    acting = now;
    await now;
  }

  /** What was under way is cut off: whether it arrived at the primary nobody knows. */
  async function cancel(): Promise<void> {
    stage.isCountExact = false;
    scene.happens('a run is cancelled');
    for (const id of atWork) await store.syncRuns.requestCancel(id, new Date(time.nowMs));
    time.wake();
  }

  /** The runs as they stand; what asks for an answer is told it. */
  async function standing(ids: readonly ObjectId[]): Promise<SyncRunDocument[]> {
    const runs = await store.syncRuns.collection.find({ _id: { $in: [...ids] } }).toArray();
    for (const { _id, pauseReason, confirmedAt, cancelRequestedAt } of runs) {
      if (pauseReason !== 'MASS_CHANGE' || confirmedAt !== null || cancelRequestedAt !== null) continue;
      scene.happens(`a braked run is ${answer}`);
      scene.tell(`    the run asks before it removes, and is ${answer}`);
      if (answer === 'cancelled') await cancel();
      else await store.syncRuns.confirm(_id, new Date(time.nowMs));
      time.wake();
    }
    return runs;
  }

  function stall(instance: Instance, event: 'killed' | 'frozen', where: string): void {
    // Somebody has to be left to go on.
    if (stalled !== null || instance.gate.state !== 'alive') return;
    stage.isCountExact = false;
    stage.isAlone = false;
    scene.counted.kills += 1;
    scene.happens(`a process is ${event}`);
    moved();
    scene.tell(`    ${instance.name} is ${event} ${where}`);
    stalled = instance;
    if (event === 'killed') {
      instance.gate.kill();
      buried.push(instance);
    } else instance.gate.freeze();
  }

  /** Whoever works on a run of the stalled instance has waited for its lease to end. */
  async function takeOver(gone: Instance): Promise<void> {
    time.nowMs += 11_000;
    const place = living.indexOf(gone);
    if (gone.gate.state === 'dead') living[place] = start();
    else instanceAt(place === 0 ? 1 : 0);
    await store.syncRuns.collection.updateMany(
      { 'lease.owner': gone.id },
      { $set: { 'lease.expiresAt': new Date(0) } },
    );
    time.wake();
  }

  async function run(kinds: readonly [RunKind, number][]): Promise<SyncRunDocument[]> {
    stage.isAlone = kinds.length === 1;
    if (kinds.length > 1) stage.isCountExact = false;
    const ids: ObjectId[] = [];
    for (const [kind, place] of kinds) {
      const { run: started } = await instanceAt(place).engine.start(inputOf(kind), {
        trigger: 'MUTATION',
        triggeredBy: 'test',
      });
      ids.push(started._id);
    }
    atWork = ids;
    const giveUpAt = Date.now() + RUN_TIMEOUT_MS;
    for (;;) {
      const runs = await standing(ids);
      if (runs.every(({ status }) => hasEnded(status)) && stalled === null) return runs;
      const gone: Instance | null = stalled;
      if (gone !== null) {
        await takeOver(gone);
        const others = await ended(ids, giveUpAt);
        stalled = null;
        if (gone.gate.state === 'frozen') {
          scene.tell(`    ${gone.name} goes on`);
          gone.gate.thaw();
          time.wake();
          await quiet();
        }
        if (others) continue;
      }
      if (Date.now() > giveUpAt)
        throw new Error(`the run does not end: ${runs.map(({ status, phase }) => `${status} ${phase}`)}`);
      await runMoves();
    }
  }

  async function ended(ids: readonly ObjectId[], giveUpAt: number): Promise<boolean> {
    for (;;) {
      const runs = await standing(ids);
      if (runs.every(({ status }) => hasEnded(status))) return true;
      if (Date.now() > giveUpAt)
        throw new Error(`no other instance ends the run: ${runs.map(({ status, phase }) => `${status} ${phase}`)}`);
      await runMoves();
    }
  }

  /** Until a process that was frozen has sent what it had in its hand, and has found out that its run is another's. */
  async function quiet(): Promise<void> {
    for (let last = -1; last !== scene.seq; ) {
      last = scene.seq;
      await pause(60);
    }
  }

  async function setQuirks(quirks: Quirks): Promise<void> {
    usesNever ||= quirks.activityOutcome === 'never';
    scene.tell(
      `quirks: ${Object.entries(quirks)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ')}`,
    );
    await world.sandbox.control('POST', '/quirks', quirks);
  }

  async function playRun(step: Step & { kind: 'run' }): Promise<void> {
    scene.happens(`a ${step.run} runs`);
    if (step.beside !== null) scene.happens('two instances run at once');
    waiting = step.interruptions.map((interruption) => ({ interruption, left: interruption.place.nth }));
    const other = step.on === 0 ? 1 : 0;
    scene.tell(`a ${step.run}${step.beside === null ? '' : ` beside a ${step.beside} of the other instance`}:`);
    const runs = await run([
      [step.run, step.on],
      ...(step.beside === null ? [] : [[step.beside, other] as [RunKind, number]]),
    ]);
    waiting = [];
    await acting;
    stage.lastRun = runs[0] ?? null;
    for (const { status, error, counts } of runs) {
      scene.happens(`a run ends as ${status}`);
      scene.tell(
        `    -> ${status}${error === null ? '' : `: ${error.message}`} (pushed ${counts.pushed}, refused ${counts.skipped}, failed ${counts.failed}, races ${counts.resubscribeRaces})`,
      );
    }
  }

  async function play(step: Step): Promise<void> {
    stage.lastRun = null;
    if (step.kind === 'act') return actor.act(step.act, '');
    if (step.kind === 'quirks') return setQuirks(step.quirks);
    if (step.kind === 'run') return playRun(step);
    const { route, how, times } = step.fault;
    scene.happens(`requests are ${how}`);
    scene.tell(`the next ${times} of ${route} are ${how}`);
    const fault = {
      refused: { status: 503 },
      'failed after': { status: 500, when: 'after' },
      'cut before': { disconnect: 'before' },
      'cut after': { disconnect: 'after' },
    }[how];
    await world.sandbox.control('POST', '/faults', { route, times, ...fault });
  }

  /** No trouble any more: what is open is brought to its end. */
  async function comeToRest(checks: Checks): Promise<void> {
    scene.tell('no trouble any more:');
    answer = 'confirmed';
    newDayAt = 0;
    restOfDay = [];
    await world.sandbox.control('DELETE', '/faults');
    await world.sandbox.control('POST', '/quirks', {
      activitySeconds: 0,
      activityOutcome: 'completed',
      expireCursors: 0,
    });
    // Jobs that never end are forgotten after ten days; the others have ended by then.
    time.nowMs += usesNever ? 11 * 86_400_000 : 1_000_000;
    const logged = scene.log.length;
    await runAtRest('full cycle', checks);
    // What the cycle has changed in the primary is looked at once more.
    if (scene.log.slice(logged).some(({ method }) => method !== 'GET')) await runAtRest('pull', checks);
  }

  async function runAtRest(kind: RunKind, checks: Checks): Promise<void> {
    time.nowMs += 1_500;
    const [ended] = await run([[kind, 0]]);
    scene.tell(
      `a ${kind} -> ${ended?.status} (pushed ${ended?.counts.pushed}, refused ${ended?.counts.skipped}, failed ${ended?.counts.failed})`,
    );
    if (ended?.status !== 'SUCCEEDED')
      throw new Error(`at rest a ${kind} ends as ${ended?.status}: ${ended?.error?.message}`);
    stage.lastRun = ended;
    await checks.afterRun();
  }

  async function close(): Promise<void> {
    for (const instance of [...living, ...buried]) await instance.close();
  }

  /** The first pull: what people here work with. */
  async function begin(): Promise<void> {
    await run([['full pull', 0]]);
    time.nowMs += 2_000;
    if (history.brake !== 'off') answer = history.brake;
  }

  return Object.assign(stage, { begin, play, setQuirks, comeToRest, close });
}

function inputOf(kind: RunKind) {
  switch (kind) {
    case 'pull':
      return startInput({ kind: 'CONTACTS' });
    case 'full pull':
      return startInput({ kind: 'CONTACTS', mode: 'FULL' });
    case 'push':
      return startInput({ kind: 'PUSH' });
    case 'full cycle':
      return startInput({ kind: 'FULL_CYCLE', mode: 'FULL' });
    case 'list sync':
      return startInput({ kind: 'LISTS' });
    case 'sweep of unsubscribes':
      return startInput({ kind: 'UNSUBSCRIBES' });
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
