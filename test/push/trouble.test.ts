import { ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { DomainError } from '../../src/domain-error.ts';
import type { SyncRunDocument } from '../../src/store/sync-runs.ts';
import { eraseContact } from '../../src/sync/local-work/erase-contact.ts';
import { deleteContact } from '../../src/sync/local-work/settle-contact.ts';
import { createLocally, workLocally } from '../kit/local-work.ts';
import { seedOwner } from '../kit/seed-runs.ts';
import { nextSecond, openSyncKit, type SyncKit } from '../kit/sync.ts';

const IMPORT = 'POST /activities/contacts_json_import';
const importsSent = async (kit: SyncKit) => (await kit.sandbox.stats()).byRoute[IMPORT] ?? 0;

async function liveLists(kit: SyncKit): Promise<string[]> {
  return (await kit.store.lists.all()).filter((list) => list.goneAt === null).map((list) => list.listId);
}

/** Three contacts that an import may carry: each is on a list, with an address that is not too long. */
async function someActive(kit: SyncKit) {
  const found = (await kit.sandbox.truth()).filter(
    ({ deleted_at, email_address, list_memberships }) =>
      !deleted_at &&
      email_address?.permission_to_send === 'implicit' &&
      email_address.address.length <= 50 &&
      (list_memberships?.length ?? 0) > 0,
  );
  const [first, second, third] = found.map(({ contact_id: contactId, email_address }) => ({
    contactId,
    email: email_address?.address ?? '',
  }));
  if (first === undefined || second === undefined || third === undefined)
    throw new Error('the sandbox has too few contacts');
  return [first, second, third] as const;
}

const storedOf = async (kit: SyncKit, contactId: string) => (await kit.store.contacts.byContactIds([contactId]))[0];

describe('a job of a push', () => {
  it('that never ends is given up, and looked at by the next push before it sends anything', async () => {
    const pushWaits = { lostAnswer: 200, firstPoll: 20, longestPoll: 100, activity: 300 };
    await using kit = await openSyncKit({ contacts: 60, engine: { pushWaits } });
    await kit.run({});
    const [{ contactId }] = await someActive(kit);
    await workLocally(kit, contactId, { fields: { firstName: 'Waiting' } });
    await kit.sandbox.control('POST', '/quirks', { activityOutcome: 'never' });
    for (const _ of [1, 2]) {
      expect(await kit.run({ kind: 'PUSH' })).toMatchObject({
        status: 'FAILED',
        error: { code: 'PRIMARY_UNAVAILABLE', retryable: true },
        counts: { pushed: 0, failed: 0 },
      });
      expect(await importsSent(kit)).toBe(1);
      expect(await kit.store.pushBatches.underWay()).toHaveLength(1);
      expect((await storedOf(kit, contactId))?.local.firstName?.value).toBe('Waiting');
    }
  });

  it.each(['failed', 'timed_out', 'cancelled'])('that ends as %s is read back, row by row', async (activityOutcome) => {
    await using kit = await openSyncKit({ contacts: 60 });
    await kit.run({});
    const two = (await someActive(kit)).slice(0, 2);
    for (const { contactId } of two) await workLocally(kit, contactId, { fields: { firstName: 'Half' } });
    await kit.sandbox.control('POST', '/quirks', { activityOutcome });
    const run = await kit.run({ kind: 'PUSH' });
    const truth = await kit.sandbox.truth();
    const there = two.filter(({ contactId }) =>
      truth.some(({ contact_id, first_name }) => contact_id === contactId && first_name === 'Half'),
    );
    expect(run).toMatchObject({
      status: 'SUCCEEDED',
      counts: { pushed: there.length, failed: two.length - there.length },
    });
    for (const contact of two) {
      const stored = await storedOf(kit, contact.contactId);
      expect(stored?.local.firstName === undefined).toBe(there.includes(contact));
      expect(stored?.refusals.map(({ reason }) => reason)).toEqual(there.includes(contact) ? [] : ['NOT_TAKEN']);
    }
  });
});

describe('the day’s requests', () => {
  it('used up in the middle of a push pause it until 00:00 UTC; then it goes on by itself', async () => {
    const paused: Pick<SyncRunDocument, 'status' | 'pauseReason' | 'pausedUntil'>[] = [];
    // Whoever waits so long waits for the next day: which comes at once.
    const clock: Clock = {
      now: systemClock.now,
      async sleep(ms, signal) {
        const run = ms < 2_000 ? null : await kit.store.syncRuns.collection.findOne({ status: 'PAUSED' });
        if (run === null) return systemClock.sleep(ms, signal);
        paused.push(run);
        await kit.sandbox.control('DELETE', '/faults');
        await kit.db.collection('requestBudget').deleteMany({});
      },
    };
    await using kit = await openSyncKit({ contacts: 60, engine: { clock, takeoverPollMs: 500 } });
    await kit.run({});
    const [{ contactId }] = await someActive(kit);
    await workLocally(kit, contactId, { fields: { firstName: 'Tomorrow' } });
    const quota = { status: 429, error_key: 'quota_exceeded' };
    await kit.sandbox.control('POST', '/faults', { route: 'POST /v3/activities/contacts_json_import', ...quota });

    const run = await kit.run({ kind: 'PUSH' });
    expect(run).toMatchObject({ status: 'SUCCEEDED', counts: { pushed: 1, failed: 0 } });
    expect(paused).toMatchObject([{ status: 'PAUSED', pauseReason: 'REQUEST_BUDGET' }]);
    expect(paused[0]?.pausedUntil?.toISOString()).toMatch(/T00:00:0\d/);
    const events = await kit.store.syncEvents.after(run, 0, 1_000);
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['PAUSED', 'RESUMED', 'FINISHED']));
    expect((await storedOf(kit, contactId))?.primary?.firstName).toBe('Tomorrow');
    // What could not be sent was not kept for the next day: everything was looked at and decided anew.
    expect(await importsSent(kit)).toBe(2);
  });
});

describe('a store that goes away', () => {
  it('after a contact was read to be written by itself makes it be read again: the person may have left since', async () => {
    await using kit = await openSyncKit({ contacts: 60 });
    await kit.run({});
    await nextSecond();
    const [{ contactId }] = await someActive(kit);
    await workLocally(kit, contactId, { fields: { firstName: null } });
    const PUT = 'PUT /contacts/{contact_id}';
    const { contacts } = kit.store;
    let isAway = true;
    const engine = kit.instance({
      store: {
        ...kit.store,
        contacts: {
          ...contacts,
          async get(id) {
            const isRead = (await kit.sandbox.stats()).byRoute['GET /contacts/{contact_id}'] !== undefined;
            if (!isAway || !isRead) return contacts.get(id);
            isAway = false;
            await kit.sandbox.control('POST', `/contacts/${contactId}/unsubscribe`, {});
            throw new DomainError('STORE_UNREACHABLE', 'The store is away for a moment.');
          },
        },
      },
    });
    const run = await engine.run({ kind: 'PUSH' });
    expect(isAway).toBe(false);
    expect(run).toMatchObject({ status: 'SUCCEEDED', counts: { pushed: 0, resubscribeRaces: 0 } });
    expect((await kit.sandbox.stats()).byRoute[PUT]).toBeUndefined();
    expect((await storedOf(kit, contactId))?.refusals).toMatchObject([
      { subject: 'firstName', reason: 'UNSUBSCRIBED' },
    ]);
  });
});

describe('local work that cannot go', () => {
  it('tells its reason: a list that has gone, an address of somebody else, one address for two', async () => {
    await using kit = await openSyncKit({ contacts: 60 });
    await kit.run({});
    const [first, second, third] = await someActive(kit);
    const [gone = '', ...stay] = await liveLists(kit);
    const waiting = await createLocally(kit, { fields: { email: 'waiting@example.com' }, add: [gone, ...stay] });
    await workLocally(kit, first.contactId, { fields: { email: third.email.toUpperCase(), jobTitle: 'Smith' } });
    const moved = await createLocally(kit, { fields: { email: 'wanted@example.com' }, add: stay });
    await workLocally(kit, second.contactId, { fields: { email: 'Wanted@example.com', jobTitle: 'Baker' } });
    const authorization = 'Bearer sandbox';
    await fetch(`${kit.sandbox.apiUrl}/contact_lists/${gone}`, { method: 'DELETE', headers: { authorization } });

    expect((await kit.run({ kind: 'PUSH' })).status).toBe('SUCCEEDED');
    const of = async (id: string) => {
      const stored = await storedOf(kit, id);
      return [stored?.primary?.email, stored?.primary?.jobTitle, stored?.refusals.map(({ reason }) => reason)];
    };
    expect(await of(first.contactId)).toEqual([first.email, 'Smith', ['DUPLICATE_EMAIL']]);
    expect(await of(second.contactId)).toEqual(['Wanted@example.com', 'Baker', []]);
    const [late, arrived] = await Promise.all([moved, waiting].map(({ _id }) => kit.store.contacts.get(_id)));
    expect(late?.refusals).toMatchObject([{ subject: 'contact', reason: 'DUPLICATE_EMAIL' }]);
    expect(late?.local.email?.value).toBe('wanted@example.com');
    expect(arrived?.lists).toEqual([...stay].sort());
    expect(arrived?.refusals).toMatchObject([{ subject: `list:${gone}`, reason: 'LIST_GONE' }]);
  });
});

it('a batch whose storing was not answered is stored again as the same', async () => {
  await using kit = await openSyncKit({ contacts: 5 });
  const batch = {
    _id: new ObjectId(),
    runId: new ObjectId(),
    kind: 'DELETE',
    state: 'SENDING',
    listIds: [],
    rows: [],
    activityId: null,
    sentAt: new Date(),
    preparedAt: new Date(),
    outcome: null,
  } as const;
  const owner = await seedOwner(kit.store.db);
  for (const _ of [1, 2]) await kit.store.pushBatches.insert(batch, owner);
  expect(await kit.store.pushBatches.underWay()).toMatchObject([{ _id: batch._id }]);
});

describe('somebody whom a push is about to create', () => {
  const email = 'leaving@example.org';
  const key = { kind: 'EMAIL', email } as const;

  const ACTS = {
    deleted: (kit: SyncKit) =>
      deleteContact(
        { store: kit.store, newId: () => new ObjectId(), now: () => new Date(), changedBy: 'test' },
        { contact: key, ifRevision: null },
      ),
    erased: (kit: SyncKit) =>
      eraseContact({ store: kit.store, newId: () => new ObjectId(), now: () => new Date(), changedBy: 'test' }, key),
  };

  /** An engine on the same store that does `act` right before or right after it stores its first batch. */
  function withAct(kit: SyncKit, moment: 'before' | 'after', act: () => Promise<unknown>) {
    const { pushBatches } = kit.store;
    let isDone = false;
    const once = async (now: 'before' | 'after') => {
      if (now !== moment || isDone) return;
      isDone = true;
      await act();
    };
    return kit.instance({
      store: {
        ...kit.store,
        pushBatches: {
          ...pushBatches,
          async insert(batch, owner) {
            await once('before');
            await pushBatches.insert(batch, owner);
            await once('after');
          },
        },
      },
    });
  }

  const WAYS = ['an import', 'a request of its own'] as const;
  it.each(
    WAYS.flatMap((way) =>
      (['before', 'after'] as const).flatMap((moment) =>
        (['deleted', 'erased'] as const).map((what) => ({ way, moment, what })),
      ),
    ),
  )('by $way is not, where they are $what here right $moment it is under way', async ({ way, moment, what }) => {
    await using kit = await openSyncKit({ contacts: 40 });
    await kit.run({});
    const [list = ''] = await liveLists(kit);
    await createLocally(kit, { fields: { email, firstName: 'Leaving' }, add: way === 'an import' ? [list] : [] });
    let outcome: unknown;
    const engine = withAct(kit, moment, async () => {
      outcome = await ACTS[what](kit);
    });
    expect(await engine.run({ kind: 'PUSH' })).toMatchObject({ status: 'SUCCEEDED' });
    if (moment === 'before') expect(outcome).toMatchObject({ kind: what === 'deleted' ? 'REMOVED' : 'ERASED' });
    else expect(outcome).toMatchObject({ kind: what === 'deleted' ? 'REQUESTED' : 'BUSY' });
    // Who erases is told to try again; who deletes need not.
    if (moment === 'after' && what === 'erased') expect(await ACTS.erased(kit)).toMatchObject({ kind: 'ERASED' });
    expect(await kit.run({ kind: 'PUSH' })).toMatchObject({ status: 'SUCCEEDED' });
    expect((await kit.sandbox.truth()).filter(({ email_address }) => email_address?.address === email)).toEqual([]);
    expect(await kit.store.contacts.byEmailKey(email)).toEqual([]);
  });
});
