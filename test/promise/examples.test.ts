import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Act, History, Interruption, Person, Quirks, RunKind, Step } from './acts.ts';
import { playHistory } from './history.ts';
import type { Outcome } from './scene.ts';
import { openWorld, type World } from './world.ts';

const QUIRKS: Quirks = {
  importResubscribes: true,
  updatedAtSkipsUnsubscribe: true,
  updatedAtSkipsMemberships: true,
  duplicateAcrossPages: false,
  expireCursors: 0,
  activitySeconds: 0,
  activityOutcome: 'completed',
};

const act = (each: Act): Step => ({ kind: 'act', act: each });
const run = (kind: RunKind, ...interruptions: readonly Interruption[]): Step => ({
  kind: 'run',
  run: kind,
  on: 0,
  beside: null,
  interruptions,
});
const at = (
  where: Interruption['place']['at'],
  nth: number,
  side: 'before' | 'after',
  what: Interruption['what'],
): Interruption => ({ place: { at: where, nth, side }, what });
const edited = (who: number, clear = false) => act({ kind: 'isEditedHere', who, field: 'firstName', clear });
const on = (...lists: number[]): Person => ({ lists, state: 'explicit' });

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

async function play(
  people: readonly Person[],
  steps: readonly Step[],
  settings: Partial<Omit<History, 'people' | 'steps'>> = {},
): Promise<Outcome> {
  return playHistory(world, {
    people,
    steps,
    quirks: QUIRKS,
    skewMs: 0,
    requestMs: 7,
    pageSize: 500,
    brake: 'off',
    ...settings,
  });
}

describe('in these histories, too', () => {
  it('a wish does not wait for ever beside an address that somebody else has', async () => {
    await play(
      [on(), on()],
      [
        act({ kind: 'getsAddressHere', who: 1, address: { of: 0, capitals: false } }),
        act({ kind: 'isToJoin', who: 1, list: 0 }),
        run('push'),
      ],
    );
  });

  it('an address of a deleted contact is refused for good, not only until the next merge', async () => {
    await play(
      [on(), { lists: [], state: 'deleted' }],
      [act({ kind: 'getsAddressHere', who: 0, address: { of: 1, capitals: false } }), edited(0), run('push')],
    );
  });

  it('the address of somebody who has gone is not free because it was to be changed here', async () => {
    await play(
      [on(), on(0)],
      [
        act({ kind: 'getsAddressHere', who: 0, address: 'fresh' }),
        act({ kind: 'unsubscribes', who: 0 }),
        act({ kind: 'isDeletedByOwner', who: 0 }),
        run('full pull'),
        act({ kind: 'isCreatedHere', lists: [0], address: { of: 0, capitals: false } }),
        run('push'),
      ],
    );
  });

  it('a process that was frozen with a contact in its hand does not write it back when it goes on', async () => {
    // The others finish the push; then the person leaves, and then it goes on.
    const frozen = at('write', 1, 'before', 'frozen');
    const gone = at('write', 1, 'after', [{ kind: 'unsubscribes', who: 0 }]);
    const single = await play([on(), on(0)], [edited(0, true), run('push', frozen, gone)]);
    expect(single).toMatchObject({ kills: 1, racesRepaired: 0 });
    const job = await play([on(0), on(0)], [edited(0), run('push', frozen, gone)]);
    expect(job).toMatchObject({ kills: 1, racesRepaired: 0 });
  });

  it('people who unsubscribe while their import is under way are set back, and it is recorded', async () => {
    const outcome = await play(
      [on(0)],
      [edited(0), run('push', at('write', 1, 'before', [{ kind: 'unsubscribes', who: 0 }]))],
    );
    expect(outcome.racesRepaired).toBe(1);
  });

  it('whoever unsubscribes once more needs no repair', async () => {
    const unsubscribes: Act = { kind: 'unsubscribes', who: 0 };
    await play(
      [on(0)],
      [edited(0), run('push', at('write', 1, 'before', [unsubscribes]), at('write', 1, 'after', [unsubscribes]))],
    );
  });

  it('a repair is recorded though its answer was lost, or the process died over it', async () => {
    const race = at('write', 1, 'before', [{ kind: 'unsubscribes', who: 0 }]);
    const lost = await play(
      [on(0)],
      [
        edited(0),
        { kind: 'fault', fault: { route: 'PUT /contacts/*', how: 'cut after', times: 1 } },
        run('push', race),
      ],
    );
    expect(lost.racesRepaired).toBe(1);
    const died = await play([on(0)], [edited(0), run('push', race, at('write', 2, 'after', 'killed'))]);
    expect(died).toMatchObject({ racesRepaired: 1, kills: 1 });
  });

  describe('what is wished here while something else is on its way is not lost:', () => {
    const clears: Act = { kind: 'isEditedHere', who: 0, field: 'firstName', clear: true };
    const edits: Act = { kind: 'isEditedHere', who: 0, field: 'firstName', clear: false };
    const setsBack: Act = { kind: 'isSetBackHere', who: 0, field: 'firstName' };
    const isCreated = (...lists: number[]) => act({ kind: 'isCreatedHere', lists, address: 'fresh' });
    const meanwhile = (...acts: Act[]) => run('push', at('write', 1, 'before', acts));
    const onItsWay = (...acts: Act[]) => [
      meanwhile(...acts),
      run('push', at('write', 1, 'after', acts)),
      // And its process dies before it has read back.
      run('push', at('write', 1, 'before', acts), at('write', 1, 'after', 'killed')),
    ];

    it('a field that is cleared while the contact is created', async () => {
      for (const push of onItsWay(clears)) await play([], [isCreated(), push]);
      await play([], [isCreated(0), meanwhile(clears)]);
    });

    it('another address while the contact is created, be it one that somebody has', async () => {
      const renames: Act = { kind: 'getsAddressHere', who: 0, address: 'fresh' };
      for (const lists of [[], [0]]) for (const push of onItsWay(renames)) await play([], [isCreated(...lists), push]);
      const taken: Act = { kind: 'getsAddressHere', who: 1, address: { of: 0, capitals: false } };
      await play([on()], [isCreated(), meanwhile(taken)]);
      // Whoever pulls first after the process has died.
      const died = run('push', at('write', 1, 'after', 'killed'));
      await play([], [isCreated(), died, act(renames), run('pull'), run('push')]);
    });

    it('a field that is set back, or set once more, while its import is under way', async () => {
      for (const push of onItsWay(setsBack)) await play([on(0)], [edited(0), push]);
      await play([on(0)], [edited(0), meanwhile(edits)]);
      expect(await world.store.contacts.countBySyncState('IN_SYNC')).toBe(1);
      await play([on(0)], [edited(0), meanwhile(edits, setsBack)]);
    });

    it('a field that is set back while it is cleared', async () => {
      await play([on(0)], [act(clears), meanwhile(setsBack)]);
    });

    it('a list wish that is taken back while it is carried out', async () => {
      const joins: Act = { kind: 'isToJoin', who: 0, list: 1 };
      const leaves: Act = { kind: 'isToLeave', who: 0, list: 1 };
      for (const push of onItsWay(leaves)) await play([on(0)], [act(joins), push]);
      await play([on(0)], [act(joins), edited(0), meanwhile(leaves)]);
      await play([on()], [act(joins), act(clears), meanwhile(leaves)]);
    });

    it('a list that is not to be left after all, which is refused in so many words', async () => {
      const leaves: Act = { kind: 'isToLeave', who: 0, list: 0 };
      const joins: Act = { kind: 'isToJoin', who: 0, list: 0 };
      await play([on(0)], [act(leaves), meanwhile(joins)]);
      expect(await world.store.contacts.countWithRefusals()).toBe(1);
    });
  });

  it('who unsubscribes under a job that outlives its push is set back by the next pull', async () => {
    const gone = at('write', 1, 'before', [{ kind: 'unsubscribes', who: 0 }]);
    // Longer than a push waits for it, in the simulated world.
    const quirks = { ...QUIRKS, activitySeconds: 700 };
    const lost: Step = { kind: 'fault', fault: { route: 'POST /activities/*', how: 'cut after', times: 1 } };
    for (const trouble of [[], [lost]]) {
      const longAfter = act({ kind: 'timePasses', ms: 400_000 });
      const steps = [edited(0), ...trouble, run('push', gone), run('pull'), longAfter, run('pull')];
      const outcome = await play([on(0)], steps, { quirks });
      expect(outcome.happened.get('a run ends as FAILED')).toBe(1);
      expect(outcome.journal.filter((line) => line.includes('races 1'))).toHaveLength(1);
    }
  });

  it('who leaves a list at the very moment at which they are written by themselves stays off it', async () => {
    const leaves: Act = { kind: 'leaves', who: 0, list: 0 };
    const during = (write: number) => run('push', at('write', write, 'before', [leaves]));
    expect(await play([on(0)], [edited(0, true), during(1)])).toMatchObject({ unseenLeaves: 0 });
    // Another list is wished for: that is a job of its own, before.
    const isToJoin = act({ kind: 'isToJoin', who: 0, list: 1 });
    expect(await play([on(0)], [edited(0, true), isToJoin, during(2)])).toMatchObject({ unseenLeaves: 0 });
  });

  it('people who leave a list in the one window that has no trace are counted, nothing else is excused', async () => {
    const outcome = await play(
      [on(0)],
      [edited(0), run('push', at('write', 1, 'before', [{ kind: 'leaves', who: 0, list: 0 }]))],
    );
    expect(outcome.unseenLeaves).toBe(1);
  });
});

// The requests of a push without news: lists, changes, opt-outs, counts, deletions; and before each job deletions, changes,
// opt-outs, members.
const AFTER_THE_PULL = 5;
const AFTER_THE_SWEEP = 8;

describe('each guard holds by itself:', () => {
  const unsubscribes: Act = { kind: 'unsubscribes', who: 0 };
  const leaves: Act = { kind: 'leaves', who: 0, list: 0 };
  const joins = (who: number, list: number) => act({ kind: 'isToJoin', who, list });

  it('the pull at the start of a push', async () => {
    await play(
      [on(0)],
      [
        edited(0),
        act({ kind: 'isRenamedByOwner', who: 0, field: 'firstName' }),
        act({ kind: 'timePasses', ms: 400_000 }),
        run('push'),
      ],
    );
    const outcome = await play(
      [on(0)],
      [edited(0), joins(0, 1), act(unsubscribes), act({ kind: 'timePasses', ms: 400_000 }), run('push')],
    );
    expect(outcome.racesRepaired).toBe(0);
  });

  it('the look at what has changed before each job', async () => {
    const late = at('request', AFTER_THE_PULL, 'after', [unsubscribes]);
    const imported = [edited(0), joins(0, 1)];
    expect(await play([on(0)], [...imported, run('push', late)])).toMatchObject({ racesRepaired: 0 });
  });

  it('the sweep of opt-outs, which move no date of the contact', async () => {
    // Nothing of the contact is as young as the pulls look back.
    const longAgo = [act({ kind: 'timePasses', ms: 400_000 }), run('pull')];
    const outcome = await play([on(0)], [...longAgo, edited(0), joins(0, 1), act(unsubscribes), run('push')]);
    expect(outcome.racesRepaired).toBe(0);
  });

  it('the read of the members of a list that is named only because an import must name one', async () => {
    const late = at('request', AFTER_THE_SWEEP, 'after', [leaves]);
    expect(await play([on(0)], [edited(0), run('push', late)])).toMatchObject({ unseenLeaves: 0 });
  });

  it('the second decision, right before a batch is sent', async () => {
    const late = at('request', AFTER_THE_PULL, 'after', [unsubscribes]);
    await play([on(0)], [joins(0, 1), edited(0), run('push', late)]);
  });

  it('the look at who has an address', async () => {
    const created = (of: number) => act({ kind: 'isCreatedHere', lists: [1], address: { of, capitals: true } });
    await play([{ lists: [0], state: 'unsubscribed' }], [created(0), run('push')]);
    await play([{ lists: [0], state: 'deleted' }], [created(0), run('push')]);
    await play([on(0)], [edited(0), joins(0, 1), created(0), run('push')]);
  });

  it('the look for a job whose answer was lost', async () => {
    const outcome = await play(
      [on(0)],
      [
        edited(0),
        { kind: 'fault', fault: { route: 'POST /activities/*', how: 'cut after', times: 1 } },
        run('push', at('write', 1, 'after', [unsubscribes])),
      ],
      { quirks: { ...QUIRKS, activitySeconds: 600 } },
    );
    expect(outcome.racesRepaired).toBe(1);
  });

  it('the wait for what another process has left under way', async () => {
    const outcome = await play(
      [on(0)],
      [edited(0), run('push', at('write', 1, 'after', 'killed'), at('request', 11, 'before', [unsubscribes]))],
      { quirks: { ...QUIRKS, activitySeconds: 120 } },
    );
    expect(outcome).toMatchObject({ racesRepaired: 1, kills: 1 });
  });

  it('that nothing is sent for a deleted contact', async () => {
    const isDeleted = act({ kind: 'isDeletedByOwner', who: 0 });
    await play([on(0)], [edited(0), joins(0, 1), isDeleted, run('full pull'), run('push')]);
    await play([on()], [edited(0), isDeleted, run('full pull'), run('push')]);
  });

  it('the look at the deleted contacts at the start of a push, and again before each job', async () => {
    const isDeleted: Act = { kind: 'isDeletedByOwner', who: 0 };
    const late = at('request', AFTER_THE_PULL, 'after', [isDeleted]);
    expect(await play([on(0)], [joins(0, 1), act(isDeleted), run('push')])).toMatchObject({ unseenDeletions: 0 });
    expect(await play([on(0)], [joins(0, 1), run('push', late)])).toMatchObject({ unseenDeletions: 0 });
    expect(await play([on(0)], [edited(0), run('push', late)])).toMatchObject({ unseenDeletions: 0 });
  });

  it('that looks at the primary which the end of the day has torn apart are taken anew', async () => {
    const tornAt = (nth: number, what: Act) => run('push', at('request', nth, 'before', { untilTomorrow: [what] }));
    const isDeleted: Act = { kind: 'isDeletedByOwner', who: 0 };
    for (const nth of [AFTER_THE_PULL + 2, AFTER_THE_SWEEP]) {
      expect(await play([on(0)], [joins(0, 1), tornAt(nth, isDeleted)])).toMatchObject({ unseenDeletions: 0 });
    }
    for (const nth of [AFTER_THE_SWEEP, AFTER_THE_SWEEP + 1]) {
      const outcome = await play([on(0)], [edited(0), tornAt(nth, unsubscribes)]);
      expect(outcome).toMatchObject({ racesRepaired: 0 });
      expect(outcome.happened.get('a day is used up')).toBe(1);
    }
  });

  it('that a wish which was sent and is not fulfilled is not sent again', async () => {
    const leavesAgain = at('write', 1, 'after', [{ kind: 'leaves', who: 0, list: 1 }]);
    const outcome = await play([on(0)], [joins(0, 1), run('push', leavesAgain), run('push')]);
    expect(outcome).toMatchObject({ unseenLeaves: 0 });
    expect(outcome.happened.get('leaves')).toBe(1);
    expect(await world.store.contacts.countWithRefusals()).toBe(1);
  });

  it('that a new address goes by a way that finds the contact', async () => {
    await play([on(0)], [act({ kind: 'getsAddressHere', who: 0, address: 'fresh' }), run('push')]);
  });
});
