import type { ObjectId } from 'mongodb';
import { hasEnded } from '../../src/model/sync-run.ts';
import type { ContactDocument } from '../../src/store/contacts.ts';
import type { SyncRunDocument } from '../../src/store/sync-runs.ts';
import { isOptedOut } from '../../src/sync/decide/consent.ts';
import type { TrueContact } from '../kit/sandbox.ts';
import { startInput } from '../kit/sync.ts';
import { type Actor, createActor } from './actor.ts';
import type { History, Interruption, Place, Quirks, RunKind, Step } from './acts.ts';
import { type Checks, createChecks } from './checks.ts';
import { type Instance, startInstance } from './instance.ts';
import { createMemory, type Memory } from './people.ts';
import type { LoggedRequest } from './request-log.ts';
import type { World } from './world.ts';

/** What came of a history beyond its invariants. */
export interface Outcome {
  readonly journal: readonly string[];
  /** People put back on a list that they left between our last read of it and the end of our write: nothing tells of it. */
  readonly unseenLeaves: number;
  /** Contacts deleted in the primary without a trace that an incremental pull sees, and revived by a write of ours. */
  readonly unseenDeletions: number;
  /** Fields that the owner changed between our last look and our write, which overwrote them. */
  readonly unseenEdits: number;
  readonly racesRepaired: number;
  readonly kills: number;
  /** How often each kind of thing has happened, by its name. */
  readonly happened: ReadonlyMap<string, number>;
}

/** What all parts of a history in progress share. */
export interface Scene {
  readonly world: World;
  readonly memory: Memory;
  readonly log: LoggedRequest[];
  readonly journal: string[];
  /** Counts requests; acts stand between them. */
  seq: number;
  readonly counted: {
    unseenLeaves: number;
    unseenDeletions: number;
    unseenEdits: number;
    racesRepaired: number;
    kills: number;
  };
  skewMs: number;
  readonly happened: Map<string, number>;
  happens(what: string): void;
  tell(line: string): void;
  /** Looks who has been brought back so far. */
  look: () => Promise<void>;
  /** The first broken invariant that was met where nothing could be thrown. */
  broken: string | null;
}

export class BrokenPromise extends Error {}

const RUN_TIMEOUT_MS = 30_000;
/** What ends a run tells of itself; this is for what nobody tells of. */
const LONGEST_WAIT_MS = 200;
const LONGEST_EXACT_MS = 2_000;

/** Plays a history against the sandbox, and checks the invariants after each step and at the end. */
export async function playHistory(world: World, history: History): Promise<Outcome> {
  await world.reset();
  const journal: string[] = [];
  const scene: Scene = {
    world,
    memory: createMemory(),
    log: [],
    journal,
    seq: 0,
    counted: { unseenLeaves: 0, unseenDeletions: 0, unseenEdits: 0, racesRepaired: 0, kills: 0 },
    skewMs: history.skewMs,
    happened: new Map(),
    happens: (what) => scene.happened.set(what, (scene.happened.get(what) ?? 0) + 1),
    tell: (line) => journal.push(line),
    broken: null,
    look: async () => {},
  };
  const actor = createActor(scene);
  const checks = createChecks(scene);
  const stage = createStage(scene, history, actor);
  try {
    await actor.setUp(history.people);
    await stage.begin();
    await stage.setQuirks(history.quirks);
    for (const step of history.steps) {
      await stage.play(step);
      if (stage.lastRun !== null) await checks.afterRun(stage.lastRun);
    }
    await stage.comeToRest(checks);
    await checks.atTheEnd(stage.isCountExact ? stage.budgetTaken : null);
  } catch (error) {
    const reason = error instanceof Error ? error : new Error(String(error));
    throw new BrokenPromise(`${reason.message}\n  ${journal.join('\n  ')}\n`, { cause: error });
  } finally {
    await stage.close();
  }
  return { journal, happened: scene.happened, ...scene.counted };
}

function createStage(scene: Scene, history: History, actor: Actor) {
  const { world, memory } = scene;
  const { time, store } = world;
  const living: Instance[] = [];
  const buried: Instance[] = [];
  let born = 0;
  let waiting: { interruption: Interruption; left: number }[] = [];
  let stalled: Instance | null = null;
  let acting: Promise<void> = Promise.resolve();
  let usesNever = false;
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
      onBudget: () => {
        stage.budgetTaken += 1;
      },
      async onRequest(request) {
        scene.seq += 1;
        const seq = scene.seq;
        const known = request.method === 'GET' ? null : await whatIsKnown(request);
        scene.log.push({
          ...request,
          seq,
          wishes: known?.wishes ?? new Set(),
          addresses: known?.addresses ?? new Map(),
        });
        if (request.method !== 'GET') scene.tell(`    ${request.instance} sends ${request.method} ${request.template}`);
      },
    });
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

  /** What stands here of the people that a write names; and nobody of them is known to have left. */
  async function whatIsKnown({
    body,
    contactId,
    template,
    method,
  }: Omit<LoggedRequest, 'seq' | 'wishes' | 'addresses'>) {
    const emails = (body?.import_data ?? []).map(({ email = '' }) => email.toLowerCase());
    const ids = [...(body?.source?.contact_ids ?? []), ...(contactId === null ? [] : [contactId])];
    const documents = await store.contacts.collection.find({}).toArray();
    const addressOf = (document: ContactDocument) => document.primary?.email?.toLowerCase() ?? document.emailKey;
    const named = documents.filter(
      (document) =>
        (document.contactId !== null && ids.includes(document.contactId)) || emails.includes(addressOf(document) ?? ''),
    );
    const isRepair = method === 'PUT' && body?.email_address?.permission_to_send === 'unsubscribed';
    const isLeaving = template.endsWith('remove_list_memberships') || template.endsWith('contact_delete');
    if (!isRepair && !isLeaving && stage.isAlone) {
      for (const document of named) {
        const known = document.deletedAt !== null ? 'deleted' : isOptedOut(document.consent) ? 'unsubscribed' : null;
        if (known === null || document.contactId === null) continue;
        scene.broken ??= `${method} ${template} is sent for ${memory.nameOf(document.contactId)}, who is known here as ${known}`;
      }
    }
    return {
      wishes: new Set(
        named.flatMap(({ contactId: id, localLists }) => localLists.add.map(({ listId }) => `${id} ${listId}`)),
      ),
      addresses: new Map(
        named.flatMap((document) =>
          document.contactId === null ? [] : [[document.contactId, addressOf(document) ?? ''] as const],
        ),
      ),
    };
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
    await world.sandbox.control('DELETE', '/faults');
    await world.sandbox.control('POST', '/quirks', {
      activitySeconds: 0,
      activityOutcome: 'completed',
      expireCursors: 0,
    });
    // Jobs that never end are forgotten after ten days; the others have ended by then.
    time.nowMs += usesNever ? 11 * 86_400_000 : 1_000_000;
    for (const kind of ['full cycle', 'pull'] as const) {
      time.nowMs += 1_500;
      const [ended] = await run([[kind, 0]]);
      scene.tell(
        `a ${kind} -> ${ended?.status} (pushed ${ended?.counts.pushed}, refused ${ended?.counts.skipped}, failed ${ended?.counts.failed})`,
      );
      if (ended?.status !== 'SUCCEEDED')
        throw new Error(`at rest a ${kind} ends as ${ended?.status}: ${ended?.error?.message}`);
      stage.lastRun = ended;
      await checks.afterRun(ended);
    }
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

export type { TrueContact };
