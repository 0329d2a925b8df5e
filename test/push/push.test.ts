import { ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { getContactsPage } from '../../src/constant-contact/contacts.ts';
import { IMPORT_FORMATS, PUSH_LIMITS } from '../../src/sync/decide/push-limits.ts';
import { createPageWriter } from '../../src/sync/pull/page-writer.ts';
import { createRowMemory } from '../../src/sync/pull/row-memory.ts';
import { storePage } from '../../src/sync/pull/store-page.ts';
import { sha256 } from '../../src/sync/push/sha256.ts';
import { createLocally, workLocally } from '../kit/local-work.ts';
import type { TrueContact } from '../kit/sandbox.ts';
import { nextSecond, openSyncKit, type SyncKit, startInput } from '../kit/sync.ts';

const truthOf = (kit: SyncKit, contactId: string) => kit.sandbox.control<TrueContact>('GET', `/contacts/${contactId}`);

async function someActive(kit: SyncKit): Promise<TrueContact[]> {
  return (await kit.sandbox.truth()).filter(
    (contact) =>
      !contact.deleted_at &&
      ['implicit', 'explicit'].includes(contact.email_address?.permission_to_send ?? '') &&
      (contact.email_address?.address.length ?? 99) <= 50 &&
      (contact.list_memberships?.length ?? 0) > 0,
  );
}

async function lists(kit: SyncKit): Promise<string[]> {
  return (await kit.store.lists.all()).filter((list) => list.goneAt === null).map((list) => list.listId);
}

describe('a push', () => {
  it('sees by a walk over the members that hundreds have been taken off a list, not one by one', async () => {
    await using kit = await openSyncKit({
      contacts: 800,
      lists: 2,
      engine: { massChange: { share: 1, contacts: 800 } },
    });
    await kit.run({});
    const onList = (listId: string) => kit.store.contacts.collection.find({ lists: listId, deletedAt: null }).toArray();
    const [listId = ''] = await lists(kit);
    // No date of a contact tells that a membership has ended.
    const people = (await onList(listId)).slice(0, 300);
    expect(people.length).toBeGreaterThan(250);
    for (const { _id } of people) await workLocally(kit, _id, { remove: [listId] });
    const run = await kit.run({ kind: 'PUSH' });
    expect(run).toMatchObject({ status: 'SUCCEEDED', counts: { pushed: people.length, failed: 0, skipped: 0 } });
    expect(await kit.store.contacts.pending(null, 1, ['_id'])).toEqual([]);
    expect(run.apiRequests).toBeLessThan(60);
  });

  it.each([{ writesAnswerBare: false }, { writesAnswerBare: true }])(
    'brings fields, list wishes, new contacts, removals and deletions to the primary: %j',
    async (quirk) => {
      await using kit = await openSyncKit();
      await kit.sandbox.control('POST', '/quirks', quirk);
      await kit.run({});
      const [edited, cleared, moved, left, gone, swapped] = (await someActive(kit)).map(
        (contact) => contact.contact_id,
      );
      const [listId = ''] = await lists(kit);
      await workLocally(kit, edited ?? '', { fields: { firstName: 'Edited' } });
      await workLocally(kit, cleared ?? '', { fields: { lastName: null, firstName: 'Cleared' } });
      await workLocally(kit, moved ?? '', { fields: { email: 'moved@example.com' } });
      const { lists: leftLists } = await workLocally(kit, left ?? '', {});
      await workLocally(kit, left ?? '', { remove: [leftLists[0] ?? ''] });
      await workLocally(kit, gone ?? '', { deletion: true });
      const { lists: swappedLists } = await workLocally(kit, swapped ?? '', {});
      const [swappedOff = ''] = swappedLists;
      const swappedOn = (await lists(kit)).find((each) => !swappedLists.includes(each)) ?? '';
      await workLocally(kit, swapped ?? '', { fields: { firstName: null }, add: [swappedOn], remove: [swappedOff] });
      await createLocally(kit, { fields: { email: 'new@example.com', firstName: 'New' }, add: [listId] });
      await createLocally(kit, { fields: { email: 'unlisted@example.com', firstName: 'Unlisted' } });

      const run = await kit.run({ kind: 'PUSH' });
      expect(run).toMatchObject({ status: 'SUCCEEDED', error: null });
      // The seven, and of one the fields, the list that is joined and the list that is left.
      expect(run.counts).toMatchObject({ pushed: 10, failed: 0, skipped: 0, resubscribeRaces: 0, conflicts: 0 });
      expect(await truthOf(kit, edited ?? '')).toMatchObject({ first_name: 'Edited' });
      const clearedTruth = await truthOf(kit, cleared ?? '');
      expect(clearedTruth).toMatchObject({ first_name: 'Cleared' });
      expect(clearedTruth.last_name ?? null).toBeNull();
      const swappedTruth = await truthOf(kit, swapped ?? '');
      expect(swappedTruth.first_name ?? null).toBeNull();
      expect(swappedTruth.list_memberships).toEqual(expect.arrayContaining([swappedOn]));
      expect(swappedTruth.list_memberships).not.toContain(swappedOff);
      // A write whose answer names no lists takes nobody off a list here.
      const [clearedHere] = await kit.store.contacts.byContactIds([cleared ?? '']);
      const history = await kit.store.contacts.history(clearedHere?._id ?? run._id, null, 50);
      const isOfLists = ({ kind, subject }: { kind: string; subject: string }) =>
        `${kind} ${subject}`.startsWith('LIST');
      expect(history.flatMap(({ changes }) => changes).filter(isOfLists)).toEqual([]);
      expect((await truthOf(kit, moved ?? '')).email_address?.address).toBe('moved@example.com');
      expect((await truthOf(kit, left ?? '')).list_memberships).not.toContain(leftLists[0]);
      expect((await truthOf(kit, gone ?? '')).deleted_at).toBeDefined();
      const emails = (await kit.sandbox.truth()).map((contact) => contact.email_address?.address);
      expect(emails.filter((email) => email === 'new@example.com')).toHaveLength(1);
      expect(emails.filter((email) => email === 'unlisted@example.com')).toHaveLength(1);
      expect(await kit.store.contacts.pending(null, 100, ['_id'])).toEqual([]);
      expect((await kit.sandbox.stats()).resubscribed).toEqual([]);
    },
  );

  it('that is a dry run sends nothing and leaves its plan', async () => {
    await using kit = await openSyncKit();
    await kit.run({});
    const [contact] = await someActive(kit);
    await workLocally(kit, contact?.contact_id ?? '', { fields: { firstName: 'Later' } });
    const run = await kit.run({ kind: 'PUSH', dryRun: true });
    expect(run).toMatchObject({ status: 'SUCCEEDED', push: { contactCount: 1, batches: 1 }, counts: { pushed: 0 } });
    expect((await kit.sandbox.stats()).byRoute['POST /activities/contacts_json_import']).toBeUndefined();
    expect((await truthOf(kit, contact?.contact_id ?? '')).first_name).not.toBe('Later');
  });

  it('refuses a plan that is not the one that was looked at', async () => {
    await using kit = await openSyncKit();
    await kit.run({});
    const [first, second] = await someActive(kit);
    await workLocally(kit, first?.contact_id ?? '', { fields: { firstName: 'Planned' } });
    const dry = await kit.run({ kind: 'PUSH', dryRun: true });
    const planHash = (dry.push as { planHash: string }).planHash;
    await workLocally(kit, second?.contact_id ?? '', { fields: { firstName: 'Not planned' } });
    expect(await kit.run({ kind: 'PUSH', planHash })).toMatchObject({
      status: 'FAILED',
      error: { code: 'PLAN_STALE' },
    });
    expect((await truthOf(kit, first?.contact_id ?? '')).first_name).not.toBe('Planned');
  });
});

describe('a push of a part of what waits', () => {
  /** People on one list each, the lists that they are not on, and a push right before whose first job something happens. */
  async function open() {
    const kit = await openSyncKit({ contacts: 120, lists: 4 });
    await kit.run({});
    const active = await someActive(kit);
    const [first = ''] = active[0]?.list_memberships ?? [];
    const people = active.filter(({ list_memberships: on }) => on?.length === 1 && on[0] === first);
    const others = (await lists(kit)).filter((listId) => listId !== first);
    const [a = '', b = '', c = ''] = people.map(({ contact_id }) => contact_id);
    const pending = async (contactId: string) => {
      const [stored] = await kit.store.contacts.byContactIds([contactId]);
      return [...Object.keys(stored?.local ?? {}), ...(stored?.localLists.add ?? []).map(({ listId }) => listId)];
    };
    const withNews = (act: () => Promise<unknown>) => {
      let isDone = false;
      const insert: typeof kit.store.pushBatches.insert = async (batch, owner) => {
        if (!isDone) await act();
        isDone = true;
        await kit.store.pushBatches.insert(batch, owner);
      };
      return kit.instance({ store: { ...kit.store, pushBatches: { ...kit.store.pushBatches, insert } } });
    };
    return { kit, a, b, c, others, pending, withNews };
  }

  it('for named lists sends what is wished for them, and leaves what the same people wish for others', async () => {
    const { kit, a, b, c, others, pending } = await open();
    await using _ = kit;
    const [named = '', other = ''] = others;
    await workLocally(kit, a, { add: [named, other] });
    await workLocally(kit, b, { add: [named, other], fields: { firstName: 'Named' } });
    await workLocally(kit, c, { add: [named, other], fields: { firstName: null } });
    const run = await kit.run({ kind: 'PUSH', listIds: [named] });
    expect(run).toMatchObject({ status: 'SUCCEEDED', counts: { failed: 0 } });
    for (const contactId of [a, b, c]) {
      const { list_memberships: on } = await truthOf(kit, contactId);
      expect(on).toContain(named);
      expect(on).not.toContain(other);
      expect(await pending(contactId)).toEqual([other]);
    }
  });

  it('by a plan that was agreed to sends that, and nothing that is wished while it goes on', async () => {
    const { kit, a, b, c, others, pending, withNews } = await open();
    await using _ = kit;
    const [list = ''] = others;
    await workLocally(kit, a, { fields: { firstName: 'Agreed' } });
    await workLocally(kit, b, { add: [list], fields: { firstName: 'Agreed' } });
    const { push } = await kit.run({ kind: 'PUSH', dryRun: true });
    const { planHash } = push as { planHash: string };
    const engine = withNews(async () => {
      await workLocally(kit, a, { fields: { lastName: 'Later' } });
      await workLocally(kit, b, { fields: { firstName: 'Later' } });
      await workLocally(kit, c, { fields: { firstName: 'Later' } });
    });
    expect(await engine.run({ kind: 'PUSH', planHash })).toMatchObject({ status: 'SUCCEEDED', error: null });
    expect(await truthOf(kit, a)).toMatchObject({ first_name: 'Agreed' });
    expect((await truthOf(kit, b)).list_memberships).toContain(list);
    const sent = JSON.stringify(await kit.sandbox.truth());
    expect(sent).not.toContain('Later');
    expect([await pending(a), await pending(b), await pending(c)]).toEqual([
      ['lastName'],
      ['firstName'],
      ['firstName'],
    ]);
    expect(await kit.run({ kind: 'PUSH' })).toMatchObject({ status: 'SUCCEEDED' });
    expect([await pending(a), await pending(b), await pending(c)]).toEqual([[], [], []]);
  });
});

describe('nobody who has left is brought back', () => {
  it('when they unsubscribed after the last pull', async () => {
    await using kit = await openSyncKit();
    await kit.run({});
    const [contact] = await someActive(kit);
    const contactId = contact?.contact_id ?? '';
    await workLocally(kit, contactId, { fields: { firstName: 'Stale' }, add: await lists(kit) });
    await kit.sandbox.control('POST', `/contacts/${contactId}/unsubscribe`, {});
    const run = await kit.run({ kind: 'PUSH' });
    expect(run.status).toBe('SUCCEEDED');
    expect((await truthOf(kit, contactId)).email_address?.permission_to_send).toBe('unsubscribed');
    const [stored] = await kit.store.contacts.byContactIds([contactId]);
    expect(stored?.refusals.map(({ reason }) => reason)).toContain('UNSUBSCRIBED');
    expect(stored?.local.firstName?.value).toBe('Stale');
    expect((await kit.sandbox.stats()).resubscribed).toEqual([]);
  });

  it('when they left the list that an import of fields would name', async () => {
    await using kit = await openSyncKit();
    await kit.run({});
    const [contact, other] = await someActive(kit);
    const contactId = contact?.contact_id ?? '';
    await workLocally(kit, contactId, { fields: { firstName: 'Renamed' } });
    for (const listId of contact?.list_memberships ?? []) {
      await kit.sandbox.control('POST', `/lists/${listId}/members`, { remove: [contactId] });
      // Somebody else joins, so that the count of the list stays as it was.
      const joiner = (await kit.sandbox.truth()).find(
        (each) => each.contact_id !== other?.contact_id && !each.deleted_at && !each.list_memberships?.includes(listId),
      );
      await kit.sandbox.control('POST', `/lists/${listId}/members`, { add: [joiner?.contact_id] });
    }
    await kit.run({ kind: 'PUSH' });
    expect(await truthOf(kit, contactId)).toMatchObject({ first_name: 'Renamed', list_memberships: [] });
    expect((await kit.sandbox.stats()).resubscribed).toEqual([]);
  });

  it('when a new contact here has the address of somebody who unsubscribed or was deleted there', async () => {
    await using kit = await openSyncKit();
    await kit.run({});
    const truth = await kit.sandbox.truth();
    const gone = truth.filter((each) => each.deleted_at && each.email_address).slice(0, 1);
    const out = truth.filter((each) => each.email_address?.permission_to_send === 'unsubscribed' && !each.deleted_at);
    for (const each of [...gone, ...out.slice(0, 1)]) {
      await createLocally(kit, { fields: { email: each.email_address?.address ?? '' }, add: await lists(kit) });
    }
    const run = await kit.run({ kind: 'PUSH' });
    expect(run.counts).toMatchObject({ pushed: 0 });
    expect(await truthOf(kit, gone[0]?.contact_id ?? '')).toMatchObject({ deleted_at: gone[0]?.deleted_at });
    expect((await kit.sandbox.stats()).resubscribed).toEqual([]);
  });

  it('when they unsubscribe while the job is under way: it is seen, set back and recorded', async () => {
    await using kit = await openSyncKit();
    await kit.run({});
    await nextSecond();
    const [contact] = await someActive(kit);
    const contactId = contact?.contact_id ?? '';
    await workLocally(kit, contactId, { fields: { firstName: 'Racing' } });
    // The job waits in the primary's queue long enough for the person to leave.
    await kit.sandbox.control('POST', '/quirks', { activitySeconds: 2 });
    const { run } = await kit.engine.start(startInput({ kind: 'PUSH' }), { trigger: 'MUTATION', triggeredBy: 'test' });
    while ((await kit.sandbox.stats()).byRoute['POST /activities/contacts_json_import'] === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await kit.sandbox.control('POST', `/contacts/${contactId}/unsubscribe`, {});
    const end = await kit.ended(run);
    expect(end).toMatchObject({ status: 'SUCCEEDED', counts: { resubscribeRaces: 1 } });
    expect((await truthOf(kit, contactId)).email_address?.permission_to_send).toBe('unsubscribed');
    const [stored] = await kit.store.contacts.byContactIds([contactId]);
    expect(stored?.status).toBe('UNSUBSCRIBED');
    const history = await kit.store.contacts.history(stored?._id ?? run._id, null, 10);
    expect(history.flatMap(({ changes }) => changes.map(({ kind }) => kind))).toContain('RACE_REPAIRED');
  });
});

describe('a push in trouble', () => {
  it('goes on after its process died with a job under way', async () => {
    await using kit = await openSyncKit();
    await kit.run({});
    await kit.stop();
    const first = kit.instance();
    const [listId = ''] = await lists(kit);
    await createLocally(kit, { fields: { email: 'survivor@example.com' }, add: [listId] });
    await kit.sandbox.control('POST', '/quirks', { activitySeconds: 2 });
    const { run } = await first.engine.start(startInput({ kind: 'PUSH' }), {
      trigger: 'MUTATION',
      triggeredBy: 'test',
    });
    while ((await kit.store.pushBatches.underWay()).every(({ activityId }) => activityId === null)) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await first.stop();
    const second = kit.instance();
    expect(await second.ended(run)).toMatchObject({ status: 'SUCCEEDED', counts: { pushed: 1 } });
    expect((await kit.sandbox.stats()).byRoute['POST /activities/contacts_json_import']).toBe(1);
  });
});

describe.each(IMPORT_FORMATS)('a bulk import as %s', (format) => {
  const route = format === 'csv' ? 'contacts_file_import' : 'contacts_json_import';
  const open = () => openSyncKit({ contacts: 60, engine: { pushLimits: PUSH_LIMITS[format] } });
  const requests = async (kit: SyncKit) => (await kit.sandbox.stats()).byRoute[`POST /activities/${route}`];

  it('brings each value as it is, whatever it looks like', async () => {
    await using kit = await open();
    await kit.run({});
    const field = (await kit.store.customFields.all()).find(({ type }) => type === 'text_area');
    const customFieldId = field?.customFieldId ?? '';
    const listIds = (await lists(kit)).slice(0, 2);
    const custom = 'first, "second"\nthird; =1+1 \u{1F469}\u200D\u{1F680}';
    // From right to left, with its vowel signs and a mark that is not seen, beside digits.
    const rightToLeft = '\u0645\u064E\u0631\u0652\u064A\u064E\u0645 \u200F12 \u05D0\u05D1';
    const plain = await createLocally(kit, {
      fields: {
        email: 'Formula@example.com',
        firstName: '=HYPERLINK("https://example.com","x")',
        lastName: '+49, "Anna"',
        jobTitle: '@SUM(A1)',
        companyName: '-2+3',
        birthday: { month: 2, day: 29 },
        anniversary: '2020-02-29',
        phoneNumbers: [{ kind: 'other', number: '555-0100' }],
        streetAddresses: [
          {
            kind: 'home',
            street: 'Main St 1, "rear"',
            city: 'Köln',
            state: null,
            postalCode: '00501',
            country: '日本',
          },
        ],
        [`customField:${customFieldId}`]: { customFieldId, value: custom, choiceIds: [] },
      },
      add: listIds,
    });
    await createLocally(kit, {
      fields: { email: 'bare@example.com', firstName: '', lastName: rightToLeft },
      add: listIds,
    });
    await createLocally(kit, {
      fields: { email: 'worker@example.com', phoneNumbers: [{ kind: 'work', number: '555-0101' }] },
      add: listIds,
    });
    const [known] = await someActive(kit);
    const knownId = known?.contact_id ?? '';
    await workLocally(kit, knownId, { fields: { jobTitle: '=cmd|x' } });

    expect(await kit.run({ kind: 'PUSH' })).toMatchObject({ status: 'SUCCEEDED', counts: { pushed: 4, failed: 0 } });
    expect(await requests(kit)).toBe(2);
    const arrived = (email: string) => kit.store.contacts.byEmailKey(email).then(([contact]) => contact);
    expect(await arrived('formula@example.com')).toMatchObject({
      syncState: 'IN_SYNC',
      lists: [...listIds].sort(),
      primary: {
        email: 'Formula@example.com',
        firstName: '=HYPERLINK("https://example.com","x")',
        lastName: '+49, "Anna"',
        jobTitle: '@SUM(A1)',
        companyName: '-2+3',
        birthday: { month: 2, day: 29 },
        phoneNumbers: [{ kind: 'other', number: '555-0100' }],
        streetAddresses: [
          { kind: 'home', street: 'Main St 1, "rear"', city: 'Köln', postalCode: '00501', country: '日本' },
        ],
        customFields: [{ customFieldId, value: custom }],
      },
    });
    expect(await arrived('bare@example.com')).toMatchObject({
      syncState: 'IN_SYNC',
      lists: [...listIds].sort(),
      primary: { lastName: rightToLeft },
    });
    // A file has no column for a phone number at work: that contact goes by itself.
    expect(await arrived('worker@example.com')).toMatchObject({
      syncState: 'IN_SYNC',
      primary: { phoneNumbers: [{ kind: 'work', number: '555-0101' }] },
    });
    expect((await kit.sandbox.stats()).byRoute['POST /contacts'] ?? 0).toBe(format === 'csv' ? 1 : 0);
    expect(await truthOf(kit, knownId)).toMatchObject({ first_name: known?.first_name, job_title: '=cmd|x' });
    expect(plain.contactId).toBeNull();
  });

  it('is looked for when its answer was lost, and sent once', async () => {
    await using kit = await open();
    await kit.run({});
    const [listId = ''] = await lists(kit);
    for (let index = 0; index < 5; index++) {
      await createLocally(kit, { fields: { email: `lost${index}@example.com` }, add: [listId] });
    }
    await kit.sandbox.control('POST', '/faults', {
      route: `POST /v3/activities/${route}`,
      disconnect: 'after',
      times: 1,
    });
    const run = await kit.run({ kind: 'PUSH' });
    expect(run).toMatchObject({ status: 'SUCCEEDED', counts: { pushed: 5, failed: 0 } });
    expect(await requests(kit)).toBe(1);
    expect(await kit.store.contacts.pending(null, 10, ['_id'])).toEqual([]);
  });

  it('is told as refused where the primary refuses it, with its words', async () => {
    await using kit = await open();
    await kit.run({});
    const [listId = ''] = await lists(kit);
    const { _id } = await createLocally(kit, { fields: { email: 'refused@example.com' }, add: [listId] });
    await kit.sandbox.control('POST', '/faults', { route: `POST /v3/activities/${route}`, status: 400 });
    expect(await kit.run({ kind: 'PUSH' })).toMatchObject({ status: 'SUCCEEDED', counts: { pushed: 0, failed: 1 } });
    const stored = await kit.store.contacts.get(_id);
    expect(stored?.refusals.map(({ reason }) => reason)).toContain('REFUSED_BY_PRIMARY');
    expect(stored?.local.email?.value).toBe('refused@example.com');
  });
});

describe('the looks of a push', () => {
  it('leave out a row only while it says what was merged and the contact here is what came of it', async () => {
    await using kit = await openSyncKit({ contacts: 40 });
    await kit.run({});
    const { api, store } = kit;
    const patience = <T>(operation: () => Promise<T>) => operation();
    const memory = createRowMemory({ store, patience, hash: sha256 });
    const writer = createPageWriter(
      {
        store,
        policy: { default: 'PRIMARY_WINS' },
        clock: systemClock,
        newId: () => new ObjectId(),
        session: { runId: new ObjectId(), patience },
      },
      memory,
    );
    const look = async () => {
      memory.turn();
      const context = { signal: AbortSignal.timeout(10_000), priority: 'BACKGROUND' } as const;
      const query = { status: ['all'], limit: 500 } as const;
      const { contacts, primaryDate: readAt } = await getContactsPage(api, { query }, context);
      const open = await memory.unsettled(contacts);
      await storePage(writer, { contacts, readAt, mark: null });
      return open.map(({ contactId }) => contactId);
    };
    expect((await look()).length).toBeGreaterThan(30);
    expect(await look()).toEqual([]);

    // An edit here is to be held against the row again.
    const [contact, other] = await someActive(kit);
    const contactId = contact?.contact_id ?? '';
    await workLocally(kit, contactId, { fields: { firstName: `Not ${contact?.first_name}` } });
    expect(await look()).toEqual([contactId]);
    expect(await look()).toEqual([]);

    const otherId = other?.contact_id ?? '';
    await kit.sandbox.control('POST', `/contacts/${otherId}/unsubscribe`, {});
    expect(await look()).toEqual([otherId]);
    expect((await store.contacts.byContactIds([otherId]))[0]?.status).toBe('UNSUBSCRIBED');
  });
});
