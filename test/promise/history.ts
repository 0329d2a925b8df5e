import { createActor } from './actor.ts';
import type { History } from './acts.ts';
import { createChecks } from './checks.ts';
import { createScene, type Outcome } from './scene.ts';
import { createStage } from './stage.ts';
import type { World } from './world.ts';

export class BrokenPromise extends Error {}

/** Plays a history against the sandbox, and checks the invariants after each step and at the end. */
export async function playHistory(world: World, history: History): Promise<Outcome> {
  await world.reset();
  const scene = createScene(world, history.skewMs);
  const actor = createActor(scene);
  const checks = createChecks(scene);
  const stage = createStage(scene, history, actor);
  try {
    await actor.setUp(history.people);
    await stage.begin();
    await stage.setQuirks(history.quirks);
    for (const step of history.steps) {
      await stage.play(step);
      if (stage.lastRun !== null) await checks.afterRun();
    }
    await stage.comeToRest(checks);
    await checks.atTheEnd(stage.budgetTaken, stage.isCountExact);
  } catch (error) {
    const reason = error instanceof Error ? error : new Error(String(error));
    throw new BrokenPromise(`${reason.message}\n  ${scene.journal.join('\n  ')}\n`, { cause: error });
  } finally {
    await stage.close();
  }
  const { journal, happened, counted } = scene;
  return { journal, happened, ...counted };
}
