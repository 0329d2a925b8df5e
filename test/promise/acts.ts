import fc from 'fast-check';

/**
 * What happens in a history, apart from runs. `who` and `list` are drawn numbers: taken modulo what there is. Who leaves a
 * list leaves one of theirs.
 */
export type Act =
  | { readonly kind: 'unsubscribes' | 'returns' | 'isDeletedByOwner'; readonly who: number }
  | { readonly kind: 'leaves' | 'joins'; readonly who: number; readonly list: number }
  /** One leaves and another joins: the list's count stays as it was. */
  | { readonly kind: 'swaps'; readonly who: number; readonly list: number; readonly other: number }
  | { readonly kind: 'isRenamedByOwner'; readonly who: number; readonly field: FieldName }
  | { readonly kind: 'getsAddressFromOwner'; readonly who: number }
  | { readonly kind: 'isCreatedByOwner'; readonly list: number; readonly address: Address }
  | { readonly kind: 'isEditedHere'; readonly who: number; readonly field: FieldName; readonly clear: boolean }
  /** The field becomes what stands in the primary, as far as is known here. */
  | { readonly kind: 'isSetBackHere'; readonly who: number; readonly field: FieldName }
  | { readonly kind: 'getsAddressHere'; readonly who: number; readonly address: Address }
  | { readonly kind: 'isToJoin' | 'isToLeave'; readonly who: number; readonly list: number }
  | { readonly kind: 'isToBeDeleted' | 'isDiscardedHere'; readonly who: number }
  /** The first open conflict of somebody. */
  | { readonly kind: 'isDecidedHere'; readonly who: number; readonly keep: 'LOCAL' | 'PRIMARY' }
  | { readonly kind: 'listIsDeletedByOwner'; readonly list: number }
  | { readonly kind: 'isCreatedHere'; readonly lists: readonly number[]; readonly address: Address }
  | { readonly kind: 'timePasses'; readonly ms: number };

/** `hobby` is a custom field. */
export type FieldName = 'firstName' | 'lastName' | 'jobTitle' | 'hobby';

/** An address that nobody has, or (`of`) the one that somebody has, perhaps in capitals. */
export type Address = 'fresh' | { readonly of: number; readonly capitals: boolean };

/** Where a run is interrupted: at the n-th of its steps of this kind. */
export interface Place {
  /** `write`: a request that changes the primary; `request`: any; `store`: a write of contacts, batches or the run. */
  readonly at: 'write' | 'request' | 'store';
  readonly nth: number;
  readonly side: 'before' | 'after';
}

export interface Interruption {
  readonly place: Place;
  /**
   * `killed`: the process does nothing any more. `frozen`: it goes on when another has ended its run. `cancelled`: the run is,
   * by way of another process. `untilTomorrow`: the day's requests are used up, and this happens before the next day.
   */
  readonly what: readonly Act[] | 'killed' | 'frozen' | 'cancelled' | { readonly untilTomorrow: readonly Act[] };
}

export type RunKind = 'pull' | 'full pull' | 'push' | 'full cycle' | 'list sync' | 'sweep of unsubscribes';

export type Step =
  | { readonly kind: 'act'; readonly act: Act }
  | {
      readonly kind: 'run';
      readonly run: RunKind;
      /** On which of the two instances. */
      readonly on: 0 | 1;
      /** A run that the other instance does at the same time. */
      readonly beside: RunKind | null;
      readonly interruptions: readonly Interruption[];
    }
  | { readonly kind: 'fault'; readonly fault: Fault }
  | { readonly kind: 'quirks'; readonly quirks: Quirks };

export interface Fault {
  readonly route: string;
  readonly how: 'refused' | 'failed after' | 'cut before' | 'cut after';
  readonly times: number;
}

export interface Quirks {
  readonly importResubscribes: boolean;
  readonly updatedAtSkipsUnsubscribe: boolean;
  readonly updatedAtSkipsMemberships: boolean;
  readonly duplicateAcrossPages: boolean;
  readonly expireCursors: number;
  readonly activitySeconds: number;
  readonly activityOutcome: 'completed' | 'failed' | 'cancelled' | 'timed_out' | 'never';
}

export interface History {
  readonly people: readonly Person[];
  readonly quirks: Quirks;
  /** How far the gateway's clock is ahead of the primary's. */
  readonly skewMs: number;
  /** How much time a request takes. */
  readonly requestMs: number;
  /** Contacts on a page. */
  readonly pageSize: number;
  /** Whether a run that removes something asks first, and what it is told. */
  readonly brake: 'off' | 'confirmed' | 'cancelled';
  readonly steps: readonly Step[];
}

export interface Person {
  readonly lists: readonly number[];
  readonly state: 'implicit' | 'explicit' | 'unsubscribed' | 'deleted';
}

/** Drawn numbers that stand for the person and the list that a round is about. */
const FOCUS = 1_000;
const who = fc.oneof({ arbitrary: fc.constant(FOCUS), weight: 3 }, { arbitrary: fc.nat({ max: 5 }), weight: 2 });
const list = fc.oneof({ arbitrary: fc.constant(FOCUS), weight: 2 }, { arbitrary: fc.nat({ max: 2 }), weight: 1 });
const field = fc.constantFrom<FieldName>('firstName', 'lastName', 'jobTitle', 'hobby');
const address = fc.oneof(
  { arbitrary: fc.constant<Address>('fresh'), weight: 2 },
  { arbitrary: fc.record({ of: who, capitals: fc.boolean() }), weight: 1 },
);

const leaving: fc.Arbitrary<Act> = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant('unsubscribes' as const), who }), weight: 5 },
  { arbitrary: fc.record({ kind: fc.constant('leaves' as const), who, list }), weight: 4 },
  { arbitrary: fc.record({ kind: fc.constant('swaps' as const), who, list, other: who }), weight: 3 },
  { arbitrary: fc.record({ kind: fc.constant('isDeletedByOwner' as const), who }), weight: 2 },
);

const preference: fc.Arbitrary<Act> = fc.oneof(
  { arbitrary: leaving, weight: 14 },
  { arbitrary: fc.record({ kind: fc.constant('returns' as const), who }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant('joins' as const), who, list }), weight: 4 },
);

const ownerEdit: fc.Arbitrary<Act> = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant('isRenamedByOwner' as const), who, field }), weight: 3 },
  { arbitrary: fc.record({ kind: fc.constant('getsAddressFromOwner' as const), who }), weight: 1 },
  { arbitrary: fc.record({ kind: fc.constant('isCreatedByOwner' as const), list, address }), weight: 1 },
  { arbitrary: fc.record({ kind: fc.constant('listIsDeletedByOwner' as const), list }), weight: 2 },
);

const decision: fc.Arbitrary<Act> = fc.record({
  kind: fc.constant('isDecidedHere' as const),
  who,
  keep: fc.constantFrom('LOCAL' as const, 'PRIMARY' as const),
});

const localWork: fc.Arbitrary<Act> = fc.oneof(
  {
    arbitrary: fc.record({ kind: fc.constant('isEditedHere' as const), who, field, clear: fc.constant(false) }),
    weight: 9,
  },
  {
    arbitrary: fc.record({ kind: fc.constant('isEditedHere' as const), who, field, clear: fc.constant(true) }),
    weight: 1,
  },
  { arbitrary: fc.record({ kind: fc.constant('isSetBackHere' as const), who, field }), weight: 3 },
  { arbitrary: fc.record({ kind: fc.constant('getsAddressHere' as const), who, address }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant('isToJoin' as const), who, list }), weight: 5 },
  { arbitrary: fc.record({ kind: fc.constant('isToLeave' as const), who, list }), weight: 2 },
  {
    arbitrary: fc.record({ kind: fc.constantFrom('isToBeDeleted' as const, 'isDiscardedHere' as const), who }),
    weight: 2,
  },
  { arbitrary: decision, weight: 1 },
  {
    arbitrary: fc.record({
      kind: fc.constant('isCreatedHere' as const),
      lists: fc.uniqueArray(list, { maxLength: 2 }),
      address,
    }),
    weight: 4,
  },
);

const time: fc.Arbitrary<Act> = fc
  .constantFrom(400, 1_500, 20_000, 400_000)
  .map((ms) => ({ kind: 'timePasses' as const, ms }));

const anyAct: fc.Arbitrary<Act> = fc.oneof(
  { arbitrary: localWork, weight: 10 },
  { arbitrary: preference, weight: 7 },
  { arbitrary: ownerEdit, weight: 3 },
  { arbitrary: time, weight: 2 },
);

const side = fc.constantFrom('before' as const, 'after' as const);
const place: fc.Arbitrary<Place> = fc.oneof(
  {
    arbitrary: fc.record({ at: fc.constant('write' as const), nth: fc.constantFrom(1, 1, 1, 2, 2, 3), side }),
    weight: 5,
  },
  {
    arbitrary: fc.record({ at: fc.constant('request' as const), nth: fc.integer({ min: 1, max: 20 }), side }),
    weight: 4,
  },
  {
    arbitrary: fc.record({ at: fc.constant('store' as const), nth: fc.integer({ min: 1, max: 40 }), side }),
    weight: 3,
  },
);

/** Somebody leaves at the worst moment: when what is to be written was read, or is on its way. */
const race: fc.Arbitrary<Interruption> = fc.record({
  place: fc.record({ at: fc.constant('write' as const), nth: fc.constantFrom(1, 1, 2), side }),
  what: fc.oneof({ arbitrary: leavingFocus(), weight: 3 }, { arbitrary: leaving, weight: 1 }).map((act) => [act]),
});

/** What is on its way is wanted no more, or is to be something else. */
const changeOfMind: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constant('isSetBackHere' as const), who: fc.constant(FOCUS), field }),
  fc.record({ kind: fc.constant('isEditedHere' as const), who: fc.constant(FOCUS), field, clear: fc.boolean() }),
  fc.record({ kind: fc.constantFrom('isToJoin' as const, 'isToLeave' as const), who: fc.constant(FOCUS), list }),
  fc.record({ kind: fc.constant('isDiscardedHere' as const), who: fc.constant(FOCUS) }),
);

/** Somebody here thinks again while what was wished first is on its way. */
const secondThought: fc.Arbitrary<Interruption> = fc.record({
  place: fc.record({
    at: fc.constantFrom('write' as const, 'request' as const),
    nth: fc.constantFrom(1, 1, 2, 12),
    side,
  }),
  what: fc.array(changeOfMind, { minLength: 1, maxLength: 3 }),
});

/** The same at a read: some of these the run must still see. */
const lateNews: fc.Arbitrary<Interruption> = fc.record({
  place: fc.record({ at: fc.constant('request' as const), nth: fc.integer({ min: 3, max: 12 }), side }),
  what: fc.oneof({ arbitrary: leavingFocus(), weight: 3 }, { arbitrary: leaving, weight: 1 }).map((act) => [act]),
});

const anyInterruption: fc.Arbitrary<Interruption> = fc.record({
  place,
  what: fc.oneof(
    { arbitrary: fc.array(anyAct, { minLength: 1, maxLength: 2 }), weight: 4 },
    { arbitrary: fc.constant('killed' as const), weight: 3 },
    { arbitrary: fc.constant('frozen' as const), weight: 2 },
    { arbitrary: fc.constant('cancelled' as const), weight: 2 },
    { arbitrary: fc.array(anyAct, { maxLength: 2 }).map((untilTomorrow) => ({ untilTomorrow })), weight: 1 },
  ),
});

const interruption: fc.Arbitrary<Interruption> = fc.oneof(
  { arbitrary: anyInterruption, weight: 3 },
  { arbitrary: race, weight: 4 },
  { arbitrary: lateNews, weight: 2 },
  { arbitrary: secondThought, weight: 2 },
);

function leavingFocus(): fc.Arbitrary<Act> {
  const focus = fc.constant(FOCUS);
  return fc.oneof(
    { arbitrary: fc.record({ kind: fc.constant('unsubscribes' as const), who: focus }), weight: 3 },
    { arbitrary: fc.record({ kind: fc.constant('leaves' as const), who: focus, list }), weight: 2 },
    { arbitrary: fc.record({ kind: fc.constant('swaps' as const), who: focus, list, other: who }), weight: 2 },
  );
}

const runKind = fc.oneof(
  { arbitrary: fc.constant<RunKind>('push'), weight: 9 },
  { arbitrary: fc.constant<RunKind>('pull'), weight: 2 },
  { arbitrary: fc.constant<RunKind>('full pull'), weight: 1 },
  { arbitrary: fc.constant<RunKind>('full cycle'), weight: 1 },
  { arbitrary: fc.constantFrom<RunKind>('list sync', 'sweep of unsubscribes'), weight: 2 },
);

const run: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('run' as const),
  run: runKind,
  on: fc.constantFrom(0 as const, 1 as const),
  beside: fc.oneof(
    { arbitrary: fc.constant(null), weight: 8 },
    { arbitrary: fc.constantFrom<RunKind>('pull', 'push'), weight: 1 },
  ),
  interruptions: fc.oneof(
    { arbitrary: fc.array(interruption, { minLength: 1, maxLength: 3 }), weight: 5 },
    { arbitrary: fc.constant([]), weight: 1 },
  ),
});

const fault: fc.Arbitrary<Fault> = fc.record({
  route: fc.constantFrom(
    'POST /activities/*',
    'PUT /contacts/*',
    'POST /contacts',
    'GET /contacts*',
    'GET /activities',
    '*',
  ),
  how: fc.constantFrom('refused' as const, 'failed after' as const, 'cut before' as const, 'cut after' as const),
  times: fc.integer({ min: 1, max: 3 }),
});

const quirks: fc.Arbitrary<Quirks> = fc.record({
  importResubscribes: fc.oneof(
    { arbitrary: fc.constant(true), weight: 3 },
    { arbitrary: fc.constant(false), weight: 1 },
  ),
  updatedAtSkipsUnsubscribe: fc.boolean(),
  updatedAtSkipsMemberships: fc.oneof(
    { arbitrary: fc.constant(true), weight: 3 },
    { arbitrary: fc.constant(false), weight: 1 },
  ),
  duplicateAcrossPages: fc.boolean(),
  expireCursors: fc.constantFrom(0, 0, 0, 1, 2),
  activitySeconds: fc.constantFrom(0, 0, 1, 4, 40),
  activityOutcome: fc.oneof(
    { arbitrary: fc.constant('completed' as const), weight: 10 },
    { arbitrary: fc.constantFrom('failed' as const, 'cancelled' as const, 'timed_out' as const), weight: 2 },
    { arbitrary: fc.constant('never' as const), weight: 2 },
  ),
});

const asStep = (act: Act): Step => ({ kind: 'act', act });
const trouble: fc.Arbitrary<Step> = fc.oneof(
  fault.map((each) => ({ kind: 'fault' as const, fault: each })),
  quirks.map((each) => ({ kind: 'quirks' as const, quirks: each })),
);

/** Work piles up here, things happen there, and then a run meets both. */
const anyMeeting: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.array(localWork, { minLength: 1, maxLength: 3 }),
    fc.array(anyAct, { maxLength: 3 }),
    fc.option(trouble, { freq: 4 }),
    run,
  )
  .map(([work, others, hit, last]) => [
    ...work.map(asStep),
    ...others.map(asStep),
    ...(hit === null ? [] : [hit]),
    last,
  ]);

/** What a job carries. */
const jobWork: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constant('isEditedHere' as const), who: fc.constant(FOCUS), field, clear: fc.constant(false) }),
  fc.record({ kind: fc.constant('isToJoin' as const), who: fc.constant(FOCUS), list }),
);

const push = (...interruptions: readonly Interruption[]): Step => ({
  kind: 'run',
  run: 'push',
  on: 0,
  beside: null,
  interruptions,
});

/** Somebody leaves while a job is under way whose answer is lost, or whose process has died. */
const orphanedJob: fc.Arbitrary<Step[]> = fc
  .record({
    work: jobWork,
    drawn: quirks,
    activitySeconds: fc.constantFrom(40, 120),
    isKilled: fc.boolean(),
    leaves: leavingFocus(),
    nth: fc.integer({ min: 10, max: 13 }),
  })
  .map(({ work, drawn, activitySeconds, isKilled, leaves, nth }) => {
    const sent = { at: 'write', nth: 1, side: 'after' } as const;
    const later = { at: 'request', nth, side: 'before' } as const;
    return [
      asStep(work),
      {
        kind: 'quirks',
        quirks: { ...drawn, activitySeconds, activityOutcome: 'completed', importResubscribes: true },
      },
      ...(isKilled
        ? []
        : [{ kind: 'fault', fault: { route: 'POST /activities/*', how: 'cut after', times: 1 } } as const]),
      isKilled
        ? push({ place: sent, what: 'killed' }, { place: later, what: [leaves] })
        : push({ place: sent, what: [leaves] }),
    ];
  });

/** The owner deletes somebody for whom work waits: known here by a full pull, not seen yet, or only while a push goes on. */
const deletedWork: fc.Arbitrary<Step[]> = fc
  .record({
    work: jobWork,
    known: fc.constantFrom('pulled', 'unseen', 'meanwhile'),
    nth: fc.integer({ min: 3, max: 6 }),
  })
  .map(({ work, known, nth }) => {
    const isDeleted: Act = { kind: 'isDeletedByOwner', who: FOCUS };
    if (known === 'meanwhile')
      return [asStep(work), push({ place: { at: 'request', nth, side: 'after' }, what: [isDeleted] })];
    const pull: Step = { kind: 'run', run: 'full pull', on: 0, beside: null, interruptions: [] };
    return [asStep(work), asStep(isDeleted), ...(known === 'pulled' ? [pull] : []), push()];
  });

/**
 * Somebody leaves who is about to be imported into a list, before the push begins or in the midst of what it reads: it is to be
 * seen. An import that names no new list would read its people one by one, too; and of whom nothing has changed since long ago, no pull
 * reads again but for their opt-out.
 */
const leavingWork: fc.Arbitrary<Step[]> = fc
  .record({ field, list, leaves: leavingFocus(), nth: fc.integer({ min: 1, max: 7 }), isLongAgo: fc.boolean() })
  .map(({ field: named, list: place, leaves, nth, isLongAgo }) => {
    const longAgo: Step[] = [
      asStep({ kind: 'timePasses', ms: 400_000 }),
      { kind: 'run', run: 'pull', on: 0, beside: null, interruptions: [] },
    ];
    const work: Act[] = [
      { kind: 'isEditedHere', who: FOCUS, field: named, clear: false },
      { kind: 'isToJoin', who: FOCUS, list: place },
    ];
    const steps =
      nth === 1
        ? [...work, leaves].map(asStep).concat(push())
        : [...work.map(asStep), push({ place: { at: 'request', nth, side: 'after' }, what: [leaves] })];
    return isLongAgo ? [...longAgo, ...steps] : steps;
  });

/** What a job carries is wanted no more while it is on its way. */
const changedMind: fc.Arbitrary<Step[]> = fc
  .record({ field, list, isField: fc.boolean(), side })
  .map(({ field: named, list: place, isField, side: when }) => {
    const [work, thought]: [Act, Act] = isField
      ? [
          { kind: 'isEditedHere', who: FOCUS, field: named, clear: false },
          { kind: 'isSetBackHere', who: FOCUS, field: named },
        ]
      : [
          { kind: 'isToJoin', who: FOCUS, list: place },
          { kind: 'isToLeave', who: FOCUS, list: place },
        ];
    return [asStep(work), push({ place: { at: 'write', nth: 1, side: when }, what: [thought] })];
  });

/** The day's requests end while a push looks at the primary, or with its job, and somebody leaves before the next day. */
const longNight: fc.Arbitrary<Step[]> = fc
  .record({ work: jobWork, leaves: leavingFocus(), isDeleted: fc.boolean(), nth: fc.integer({ min: 6, max: 11 }) })
  .map(({ work, leaves, isDeleted, nth }) => {
    const act: Act = isDeleted ? { kind: 'isDeletedByOwner', who: FOCUS } : leaves;
    return [asStep(work), push({ place: { at: 'request', nth, side: 'before' }, what: { untilTomorrow: [act] } })];
  });

/** Both sides change a field, and somebody here decides. */
const decidedConflict: fc.Arbitrary<Step[]> = fc
  .record({
    field,
    keep: fc.constantFrom('LOCAL' as const, 'PRIMARY' as const),
    others: fc.array(anyAct, { maxLength: 1 }),
    last: run,
  })
  .map(({ field: named, keep, others, last }) => [
    asStep({ kind: 'isEditedHere', who: FOCUS, field: named, clear: false }),
    asStep({ kind: 'isRenamedByOwner', who: FOCUS, field: named }),
    { kind: 'run', run: 'pull', on: 0, beside: null, interruptions: [] },
    asStep({ kind: 'isDecidedHere', who: FOCUS, keep }),
    ...others.map(asStep),
    last,
  ]);

const round: fc.Arbitrary<Step[]> = fc
  .record({
    person: fc.nat({ max: 3 }),
    named: fc.nat({ max: 2 }),
    steps: fc.oneof(
      { arbitrary: anyMeeting, weight: 10 },
      { arbitrary: orphanedJob, weight: 2 },
      { arbitrary: leavingWork, weight: 2 },
      { arbitrary: deletedWork, weight: 1 },
      { arbitrary: changedMind, weight: 1 },
      { arbitrary: longNight, weight: 3 },
      { arbitrary: decidedConflict, weight: 1 },
    ),
  })
  .map(({ steps, ...focus }) => steps.map((step) => focused(step, focus)));

/** The step with the round's own person and list where it names `FOCUS`. */
function focused(step: Step, focus: { readonly person: number; readonly named: number }): Step {
  const actOf = (act: Act): Act => ({
    ...act,
    ...('who' in act && act.who === FOCUS ? { who: focus.person } : {}),
    ...('list' in act && act.list === FOCUS ? { list: focus.named } : {}),
    ...('lists' in act ? { lists: [...new Set(act.lists.map((each) => (each === FOCUS ? focus.named : each)))] } : {}),
    ...('address' in act && typeof act.address === 'object' && act.address.of === FOCUS
      ? { address: { ...act.address, of: focus.person } }
      : {}),
  });
  if (step.kind === 'act') return { ...step, act: actOf(step.act) };
  if (step.kind !== 'run') return step;
  const whatOf = (what: Interruption['what']): Interruption['what'] => {
    if (typeof what === 'string') return what;
    return 'untilTomorrow' in what ? { untilTomorrow: what.untilTomorrow.map(actOf) } : what.map(actOf);
  };
  return { ...step, interruptions: step.interruptions.map((each) => ({ ...each, what: whatOf(each.what) })) };
}

/** Histories as they may happen. */
export const histories: fc.Arbitrary<History> = fc.record({
  people: fc.array(
    fc.record({
      lists: fc.oneof(
        { arbitrary: fc.uniqueArray(fc.nat({ max: 2 }), { minLength: 1, maxLength: 2 }), weight: 5 },
        { arbitrary: fc.uniqueArray(fc.nat({ max: 2 }), { maxLength: 3 }), weight: 2 },
      ),
      state: fc.constantFrom(
        ...(['implicit', 'explicit', 'explicit', 'explicit', 'implicit', 'unsubscribed', 'deleted'] as const),
      ),
    }),
    { minLength: 3, maxLength: 4 },
  ),
  quirks,
  skewMs: fc.constantFrom(0, 0, 700, -40_000, 40_000),
  requestMs: fc.constantFrom(7, 150, 400, 1_100),
  pageSize: fc.constantFrom(2, 3, 500),
  brake: fc.constantFrom('off', 'off', 'off', 'confirmed', 'cancelled'),
  steps: fc.array(round, { minLength: 1, maxLength: 3 }).map((rounds) => rounds.flat()),
});
