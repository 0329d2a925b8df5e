import { ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { getContactsPage } from '../../src/constant-contact/contacts.ts';
import { createPageWriter } from '../../src/sync/pull/page-writer.ts';
import { storePage } from '../../src/sync/pull/store-page.ts';
import { expectInStep } from '../kit/in-step.ts';
import type { TrueContact } from '../kit/sandbox.ts';
import { nextSecond, openSyncKit, type SyncKit } from '../kit/sync.ts';

async function active(kit: SyncKit): Promise<TrueContact[]> {
  return (await kit.sandbox.truth()).filter(
    (contact) =>
      !contact.deleted_at && ['implicit', 'explicit'].includes(contact.email_address?.permission_to_send ?? ''),
  );
}

describe('a first pull', () => {
  it('brings every contact with consent, memberships and tags, and sets the watermark', async () => {
    await using kit = await openSyncKit({ contacts: 1_203 });
    const run = await kit.run({ kind: 'CONTACTS' });
    expect(run).toMatchObject({ status: 'SUCCEEDED', percent: 100, error: null });
    expect(run.counts).toMatchObject({ fetched: 1_203, created: 1_203, updated: 0, rejected: 0, unsubscribed: 0 });
    await expectInStep(kit);
    const checkpoint = await kit.store.checkpoints.contacts();
    expect(checkpoint?.watermark).toBeInstanceOf(Date);
    expect(run.apiRequests).toBe((await kit.sandbox.stats()).requests);
  });
});

describe('an incremental pull', () => {
  it('costs at most five requests and changes nothing where nothing has changed', async () => {
    await using kit = await openSyncKit();
    await kit.run({ mode: 'FULL' });
    const before = await kit.store.contacts.collection.find().sort({ _id: 1 }).toArray();
    const run = await kit.run({});
    expect(run.status).toBe('SUCCEEDED');
    expect(run.apiRequests).toBeLessThanOrEqual(5);
    expect(run.counts).toMatchObject({ created: 0, updated: 0 });
    expect(await kit.store.contacts.collection.find().sort({ _id: 1 }).toArray()).toEqual(before);
  });

  it('brings new and changed contacts', async () => {
    await using kit = await openSyncKit();
    await kit.run({});
    const [contact] = await active(kit);
    await kit.sandbox.control('PATCH', `/contacts/${contact?.contact_id}`, { first_name: 'Renamed' });
    await kit.sandbox.control('POST', '/contacts', { email_address: { address: 'new@example.com' } });
    const run = await kit.run({});
    expect(run.counts).toMatchObject({ created: 1, updated: 1 });
    await expectInStep(kit);
  });

  it('sees an unsubscribe that does not move the updated_at of its contact', async () => {
    await using kit = await openSyncKit();
    await kit.run({});
    const [contact] = await active(kit);
    await kit.sandbox.control('POST', `/contacts/${contact?.contact_id}/unsubscribe`, { reason: 'too many mails' });
    const run = await kit.run({});
    expect(run.counts.unsubscribed).toBe(1);
    const [stored] = await kit.store.contacts.byContactIds([contact?.contact_id ?? '']);
    expect(stored).toMatchObject({ status: 'UNSUBSCRIBED', consent: { optOutReason: 'too many mails' } });
    await expectInStep(kit);
  });

  it('sees memberships that change without moving updated_at, on both ways', async () => {
    await using kit = await openSyncKit();
    await kit.run({});
    const contacts = await active(kit);
    const leaver = contacts.find((contact) => (contact.list_memberships?.length ?? 0) > 0);
    const left = leaver?.list_memberships?.[0] ?? '';
    const joiner = contacts.find((contact) => !contact.list_memberships?.includes(left));
    await kit.sandbox.control('POST', `/lists/${left}/members`, { remove: [leaver?.contact_id] });
    await kit.run({});
    await expectInStep(kit);
    await kit.sandbox.control('POST', `/lists/${left}/members`, { add: [joiner?.contact_id] });
    await kit.run({});
    await expectInStep(kit);
  });

  it('notices by the counts what it cannot see, and asks for a full pull', async () => {
    await using kit = await openSyncKit();
    await kit.run({ mode: 'FULL' });
    const unsubscribed = (await kit.sandbox.truth()).find(
      (contact) => contact.email_address?.permission_to_send === 'unsubscribed' && !contact.deleted_at,
    );
    await nextSecond();
    await kit.sandbox.control('POST', `/contacts/${unsubscribed?.contact_id}/resubscribe`);
    const run = await kit.run({});
    expect(run.counts.updated).toBe(0);
    expect((await kit.store.checkpoints.contacts())?.fullDueReason).toContain('unsubscribed -1');
    await kit.run({ mode: 'FULL' });
    await expectInStep(kit);
    expect((await kit.store.checkpoints.contacts())?.fullDueReason).toBeNull();
  });
});

describe('a full pull', () => {
  it('finds deletions and who opted back in', async () => {
    await using kit = await openSyncKit();
    await kit.run({});
    const [first, second] = await active(kit);
    await kit.sandbox.control('DELETE', `/contacts/${first?.contact_id}`);
    await kit.sandbox.control('POST', `/contacts/${second?.contact_id}/unsubscribe`, {});
    await kit.run({});
    // Within one second of the primary's clock, the image that says *unsubscribed* stays.
    await nextSecond();
    await kit.sandbox.control('POST', `/contacts/${second?.contact_id}/resubscribe`);
    const run = await kit.run({ mode: 'FULL' });
    expect(run.status).toBe('SUCCEEDED');
    await expectInStep(kit);
  });
});

describe('a run of unsubscribes', () => {
  it('brings opt-outs and nothing else', async () => {
    await using kit = await openSyncKit();
    await kit.run({});
    const [left, changed] = await active(kit);
    await kit.sandbox.control('POST', `/contacts/${left?.contact_id}/unsubscribe`, {});
    await kit.sandbox.control('PATCH', `/contacts/${changed?.contact_id}`, { first_name: 'Later' });
    const run = await kit.run({ kind: 'UNSUBSCRIBES' });
    expect(run.counts).toMatchObject({ unsubscribed: 1, updated: 1 });
  });
});

describe('a run of lists', () => {
  it('brings lists, custom fields and tags', async () => {
    await using kit = await openSyncKit({ lists: 7 });
    expect(await kit.run({ kind: 'LISTS' })).toMatchObject({ status: 'SUCCEEDED' });
    expect(await kit.store.lists.all()).toHaveLength(7);
    expect((await kit.store.customFields.all()).length).toBeGreaterThan(0);
    expect((await kit.store.tags.knownIds()).size).toBeGreaterThan(0);
  });
});

describe('a troubled primary', () => {
  it.each([
    ['answers 503 now and then', { status: 503, probability: 0.2 }],
    ['answers 500 now and then', { status: 500, probability: 0.2 }],
    ['throttles now and then', { status: 429, error_key: 'throttled', times: 3 }],
    ['cuts connections', { disconnect: true, probability: 0.2 }],
    ['answers broken JSON', { malformed: true, times: 2 }],
    ['cuts bodies short', { truncate: true, times: 2 }],
  ])('that %s loses nothing', async (_, fault) => {
    await using kit = await openSyncKit({ contacts: 3_000 });
    await kit.sandbox.control('POST', '/faults', { route: 'GET /v3/contacts', ...fault });
    expect(await kit.run({})).toMatchObject({ status: 'SUCCEEDED' });
    await expectInStep(kit);
  });

  it('that forgets its cursors is walked again from the first page', async () => {
    await using kit = await openSyncKit({ contacts: 3_000 });
    await kit.sandbox.control('POST', '/quirks', { expireCursors: 2 });
    const run = await kit.run({});
    expect(run).toMatchObject({ status: 'SUCCEEDED', resume: { restarts: 0 } });
    expect(run.counts.fetched).toBeGreaterThan(3_000);
    await expectInStep(kit);
  });

  it('that shows a contact on two pages is stored without doubles', async () => {
    await using kit = await openSyncKit({ contacts: 3_000 });
    await kit.sandbox.control('POST', '/quirks', { duplicateAcrossPages: true });
    await kit.run({});
    await expectInStep(kit);
  });

  it('that stays down fails the run with a retryable error, and the next run goes on', async () => {
    await using kit = await openSyncKit();
    await kit.sandbox.control('POST', '/faults', { route: 'GET /v3/contacts', status: 503 });
    const run = await kit.run({});
    expect(run).toMatchObject({ status: 'FAILED', error: { code: 'PRIMARY_UNAVAILABLE', retryable: true } });
    await kit.sandbox.control('DELETE', '/faults');
    expect(await kit.run({})).toMatchObject({ status: 'SUCCEEDED' });
    await expectInStep(kit);
  });
});

describe('the mass-change brake', () => {
  it('pauses a pull before it would delete many contacts, and goes on when confirmed', async () => {
    await using kit = await openSyncKit({ contacts: 1_000 });
    await kit.run({});
    const victims = (await active(kit)).slice(0, 200);
    for (const { contact_id } of victims) await kit.sandbox.control('DELETE', `/contacts/${contact_id}`);
    const { run } = await kit.engine.start(
      { kind: 'CONTACTS', mode: 'FULL', listIds: null, dryRun: false, planHash: null },
      { trigger: 'MUTATION', triggeredBy: 'test' },
    );
    const done = new AbortController();
    for await (const { event } of kit.engine.followEvents({ runId: run._id, afterSequence: 0, signal: done.signal })) {
      if (event.type === 'PAUSED') break;
    }
    expect(await kit.store.contacts.countByStatus('DELETED')).toBeLessThan(100 + 200);
    expect(await kit.store.syncRuns.get(run._id)).toMatchObject({ status: 'PAUSED', pauseReason: 'MASS_CHANGE' });
    expect(await kit.engine.confirm(run._id)).not.toBeNull();
    expect(await kit.ended(run)).toMatchObject({ status: 'SUCCEEDED' });
    await expectInStep(kit);
  });
});

describe('a pull beside the pull of a push', () => {
  it('leaves the marks of the other alone: nobody is looked up, and both end', async () => {
    await using kit = await openSyncKit({ contacts: 1_500 });
    await kit.run({});
    await kit.sandbox.control('POST', '/faults', { route: 'GET /v3/contacts', delayMs: 100 });
    const before = (await kit.sandbox.stats()).byRoute['GET /contacts'] ?? 0;
    const runs = await Promise.all([kit.run({ mode: 'FULL' }), kit.run({ kind: 'PUSH', mode: 'FULL' })]);
    expect(runs.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    const { byRoute } = await kit.sandbox.stats();
    expect(byRoute['GET /contacts/{contact_id}'] ?? 0).toBe(0);
    // Both have walked all of it.
    expect((byRoute['GET /contacts'] ?? 0) - before).toBeGreaterThanOrEqual(2 * 3);
  });
});

describe('a page that comes to be stored late', () => {
  it('replaces nothing that was read after it, nor an opt-out of the same second', async () => {
    await using kit = await openSyncKit({ contacts: 40 });
    await kit.run({});
    const patience = <T>(operation: () => Promise<T>) => operation();
    const session = { runId: new ObjectId(), patience };
    const { store } = kit;
    const parts = {
      store,
      policy: { default: 'PRIMARY_WINS' },
      clock: systemClock,
      newId: () => new ObjectId(),
    } as const;
    const writer = createPageWriter({ ...parts, session });
    const read = async () => {
      const context = { signal: AbortSignal.timeout(10_000), priority: 'BACKGROUND' } as const;
      return (await getContactsPage(kit.api, { query: { status: ['all'], limit: 500 } }, context)).contacts;
    };
    const [contact] = await active(kit);
    const contactId = contact?.contact_id ?? '';
    const stored = async () => (await store.contacts.byContactIds([contactId]))[0];
    await nextSecond();
    const late = await read();
    await kit.sandbox.control('PATCH', `/contacts/${contactId}`, { first_name: 'Newer' });
    await kit.sandbox.control('POST', `/contacts/${contactId}/unsubscribe`, {});
    const readAt = new Date();
    await storePage(writer, { contacts: await read(), readAt, mark: null });
    expect(await stored()).toMatchObject({ status: 'UNSUBSCRIBED', primary: { firstName: 'Newer' } });

    for (const earlierMs of [1_000, 0]) {
      await storePage(writer, { contacts: late, readAt: new Date(readAt.getTime() - earlierMs), mark: null });
      expect(await stored()).toMatchObject({ status: 'UNSUBSCRIBED', primary: { firstName: 'Newer' } });
    }
    // What is read afterwards counts, be it a return.
    await storePage(writer, { contacts: late, readAt: new Date(readAt.getTime() + 1_000), mark: null });
    expect(await stored()).toMatchObject({ status: 'ACTIVE' });
  });
});
