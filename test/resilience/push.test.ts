import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { ContactDocument } from '../../src/store/contact-document.ts';
import { allEnded } from '../start/gateway-process.ts';
import { ask, expectWhole, type Instance, openWorld, pushable, startRun, untilIdle, type World } from './world.ts';

/** The other half are kills of pulls, see gateways.test.ts. */
const KILLS = Math.floor(Number(process.env['RESILIENCE_KILLS'] ?? 6) / 2);
/** A batch whose answer was lost is waited for this long before it is looked for. */
const SETTLE_LIMIT_MS = 30_000;

const SAVE = `mutation ($inputs: [SaveContactInput!]!) {
  saveContacts(inputs: $inputs) { ... on SaveContactsSuccess { results { result { __typename } } } }
}`;

interface Work {
  /** By contact_id: the first name that was written here. */
  readonly names: Map<string, string>;
  /** Addresses of contacts that were created here, each once. */
  readonly created: Set<string>;
  /** Who unsubscribed in the primary while a local wish to put them on a list was waiting. */
  readonly left: Set<string>;
}

/** What an application and its subscribers do between two pushes. Each person is touched once in a test. */
async function workAndLeave({ url }: Instance, { sandbox }: World, work: Work, round: number): Promise<void> {
  const people = pushable(await sandbox.truth()).filter(({ contact_id }) => !work.names.has(contact_id));
  const edited = people.slice(0, 30);
  const leaving = people.slice(30, 36);
  const listId = people[0]?.list_memberships?.[0] ?? '';
  const created = Array.from({ length: 10 }, (_, index) => `made${round}-${index}@example.com`);
  const inputs = [
    ...edited.map(({ contact_id }) => ({ contact: { contactId: contact_id }, firstName: `Edited ${round}` })),
    ...leaving.map(({ contact_id }) => ({ contact: { contactId: contact_id }, firstName: `Leaving ${round}` })),
    ...created.map((email) => ({ contact: { email }, firstName: 'Made here', lists: [{ listId }] })),
  ];
  const { saveContacts } = await ask<{ saveContacts: { results: object[] } }>(url, SAVE, { inputs });
  expect(saveContacts.results).toEqual(inputs.map(() => ({ result: { __typename: 'SaveContactSuccess' } })));
  for (const { contact_id } of edited) work.names.set(contact_id, `Edited ${round}`);
  for (const { contact_id } of leaving) work.names.set(contact_id, `Leaving ${round}`);
  for (const email of created) work.created.add(email);
  for (const { contact_id } of leaving) work.left.add(contact_id);
}

describe('gateways', () => {
  test(`killed at ${KILLS} random moments of pushes, lose and double nothing, and bring nobody back who left`, {
    timeout: 180_000 + SETTLE_LIMIT_MS + KILLS * 24_000,
  }, async () => {
    await using world = await openWorld({ contacts: 500 + KILLS * 60 });
    const { sandbox } = world;
    const work: Work = { names: new Map(), created: new Set(), left: new Set() };
    const pids: number[] = [];
    let next = world.gateway();
    await startRun(await next, { kind: 'CONTACTS' });
    await world.lastRunEnded();
    await sandbox.control('POST', '/quirks', { activitySeconds: 0.3 });
    // Wide enough to be hit: requests whose answers are under way.
    await sandbox.control('POST', '/faults', { route: 'POST /activities/*', delayMs: 150 });
    await sandbox.control('POST', '/faults', { route: '*', delayMs: 20 });

    for (let round = 0; round < KILLS; round++) {
      const gateway = await next;
      next = world.gateway();
      const leftBefore = new Set(work.left);
      await workAndLeave(gateway, world, work, round);
      await startRun(gateway, { kind: 'PUSH' });
      pids.push(...(await gateway.processIds()));
      const kill = delay(Math.random() * 1_500).then(() => gateway.child.kill('SIGKILL'));
      // They leave while the push is under way: before, between and after its looks.
      for (const id of work.left)
        if (!leftBefore.has(id)) await sandbox.control('POST', `/contacts/${id}/unsubscribe`, { reason: 'enough' });
      await kill;
      await gateway.ended();
      await world.expireLeases();
    }
    await allEnded(pids);
    const last = await next;
    await untilIdle(last);
    await sandbox.control('DELETE', '/faults');
    // What the run before had sent is settled, and what came after its last look is repaired.
    for (const kind of ['PUSH', 'CONTACTS'] as const) {
      await startRun(last, { kind, ...(kind === 'CONTACTS' ? { mode: 'FULL' } : {}) });
      await untilIdle(last);
    }
    expect(await world.lastRunEnded()).toMatchObject({ status: 'SUCCEEDED', counts: { rejected: 0 } });

    const truth = await sandbox.truth();
    const stored = new Map((await world.store.contacts.collection.find().toArray()).map((one) => [one.contactId, one]));
    for (const id of work.left) {
      const contact = truth.find(({ contact_id }) => contact_id === id);
      expect(contact?.email_address?.permission_to_send, `${id} has left`).toBe('unsubscribed');
    }
    for (const [id, name] of work.names) {
      const contact = truth.find(({ contact_id }) => contact_id === id);
      const arrived = contact?.first_name === name;
      expect(arrived || isShown(stored.get(id)), `the edit of ${id} reached the primary or is shown`).toBe(true);
    }
    const addresses = truth.flatMap(({ deleted_at, email_address }) =>
      deleted_at ? [] : (email_address?.address ?? []),
    );
    for (const email of work.created) expect(addresses.filter((address) => address === email)).toEqual([email]);
    expect(await world.store.pushBatches.underWay()).toEqual([]);
    await expectWhole(world);
    last.child.kill('SIGTERM');
    expect((await last.ended()).code).toBe(0);
  });
});

/** A local edit that is not in the primary must be seen: pending, in a conflict, or refused with its reason. */
function isShown(contact: ContactDocument | undefined): boolean {
  if (contact === undefined) return false;
  return (
    contact.local.firstName !== undefined ||
    contact.conflicts.some(({ field }) => field === 'firstName') ||
    contact.refusals.some(({ subject }) => subject === 'firstName')
  );
}
