// The plan of a push of 100,000 pending contacts: time, peak memory, and its requests beside the least possible.
import type { PendingContact } from '../src/sync/decide/plan-contact.ts';

type Plan = typeof import('../src/sync/decide/push-plan.ts');
type Derive = typeof import('../src/sync/decide/derive.ts');
type Edit = typeof import('../src/sync/decide/local-edit.ts');
type Limits = typeof import('../src/sync/decide/push-limits.ts');
type Sha256 = typeof import('../src/sync/push/sha256.ts');
type Wishes = typeof import('../src/sync/decide/list-wishes.ts');

// The compiled code, as it runs in production.
const compiled = (path: string, folder = 'decide') =>
  import(new URL(`../dist/sync/${folder}/${path}`, import.meta.url).href);
const { createPushPlanner }: Plan = await compiled('push-plan.js');
const { createFromPrimary, createLocal }: Derive = await compiled('derive.js');
const { applyLocalEdit }: Edit = await compiled('local-edit.js');
const { PUSH_LIMITS }: Limits = await compiled('push-limits.js');
const { sha256 }: Sha256 = await compiled('sha256.js', 'push');
const { wishLists }: Wishes = await compiled('list-wishes.js');

const CONTACTS = Number(process.argv[2] ?? 100_000);
const PAGE = 500;
const LISTS = 12;
const TARGET = { seconds: 2, mebibytes: 300, requestRatio: 1.02 };
const now = new Date('2026-03-01T00:00:00Z');
const context = { changedBy: 'bench', now };

const id = (kind: string, number: number) => `${kind}-0000-4000-8000-${String(number).padStart(12, '0')}`;
const listId = (number: number) => id('11570000', number % LISTS);
const email = (index: number) => `person${index}@example.com`;

/** Half are new, on sets of one or two lists; the rest change fields, wish for lists or leave them; one in fifty has left. */
function pendingContact(index: number): PendingContact {
  const contactId = id('0000c0de', index);
  if (index % 2 === 0) {
    const contact = applyLocalEdit(
      createLocal({ createdBy: 'bench', now }),
      {
        email: email(index),
        firstName: `First${index}`,
        lastName: `Last${index}`,
        companyName: `Company ${index % 211}`,
        phoneNumbers: [{ kind: 'home', number: `555-01${String(index % 100).padStart(2, '0')}` }],
        'customField:cf-1': { customFieldId: 'cf-1', value: `value ${index}`, choiceIds: [] },
      },
      context,
    ).contact;
    const add = index % 6 === 0 ? [listId(index), listId(index + 1)] : [listId(index)];
    return { ...wishLists(contact, { add, remove: [] }, context).contact, id: contactId, revision: 1 };
  }
  const stored = createFromPrimary(
    {
      contactId,
      profile: {
        email: email(index),
        firstName: `First${index}`,
        lastName: null,
        jobTitle: null,
        companyName: null,
        birthday: null,
        anniversary: null,
        phoneNumbers: [],
        streetAddresses: [],
        customFields: [],
      },
      consent: {
        permissionToSend: index % 50 === 1 ? 'UNSUBSCRIBED' : 'IMPLICIT',
        confirmStatus: null,
        optInAt: null,
        optInSource: null,
        optOutAt: null,
        optOutSource: null,
        optOutReason: null,
      },
      listIds: [listId(index), listId(index + 3), listId(index + 7)],
      tagIds: [],
      notes: [],
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    },
    { runId: 'run-0', now },
  );
  if (index % 10 === 3)
    return {
      ...wishLists(stored, { add: [listId(index + 1)], remove: [] }, context).contact,
      id: contactId,
      revision: 1,
    };
  if (index % 10 === 5)
    return { ...wishLists(stored, { add: [], remove: [listId(index)] }, context).contact, id: contactId, revision: 1 };
  return {
    ...applyLocalEdit(stored, { lastName: `Last${index}`, jobTitle: 'Engineer' }, context).contact,
    id: contactId,
    revision: 1,
  };
}

const planner = createPushPlanner({
  context: {
    listIds: new Set(Array.from({ length: LISTS }, (_, index) => listId(index))),
    customFields: new Map([
      ['cf-1', { customFieldId: 'cf-1', label: 'One', name: 'one', type: 'string', choices: [] }],
    ]),
    limits: PUSH_LIMITS.json,
  },
  emailOwners: () => [],
  hash: sha256,
});
let seconds = 0;
const timed = <Result>(work: () => Result): Result => {
  const start = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(start);
  seconds += (user + system) / 1e6;
  return result;
};

for (let start = 0; start < CONTACTS; start += PAGE) {
  // As a query brings them, page by page; making them is not measured.
  const page = Array.from({ length: PAGE }, (_, row) => pendingContact(start + row));
  timed(() => {
    for (const contact of page) planner.add(contact);
  });
}
const plan = timed(() => planner.finish());

/** Rows, bytes and membership changes that must go with exactly these lists, by their way; and rows that may go with any. */
function leastRequests(): number {
  const ways = new Map<string, { count: number; bytes: number }>();
  let freeBytes = 0;
  for (const batch of plan.batches) {
    if (batch.kind === 'IMPORT') {
      for (const { addListIds, json } of batch.rows) {
        if (addListIds.length === 0) freeBytes += Buffer.byteLength(json) + 1;
        else tally(ways, `IMPORT ${addListIds.join(',')}`, Buffer.byteLength(json) + 1);
      }
    } else if (batch.kind === 'ADD_TO_LISTS' || batch.kind === 'REMOVE_FROM_LISTS') {
      for (const _ of batch.contacts) tally(ways, `${batch.kind} ${batch.listIds.join(',')}`, 0);
    } else {
      throw new Error(`${batch.kind} is not part of this benchmark`);
    }
  }
  let requests = 0;
  let spareBytes = 0;
  for (const [way, { count, bytes }] of ways) {
    const isImport = way.startsWith('IMPORT');
    const needed = isImport
      ? Math.max(Math.ceil(count / 40_000), Math.ceil(bytes / 4_000_000))
      : Math.ceil(count / 500);
    requests += needed;
    if (isImport) spareBytes += needed * 4_000_000 - bytes;
  }
  return requests + Math.max(0, Math.ceil((freeBytes - spareBytes) / 4_000_000));
}

function tally(ways: Map<string, { count: number; bytes: number }>, way: string, bytes: number): void {
  const sum = ways.get(way) ?? { count: 0, bytes: 0 };
  ways.set(way, { count: sum.count + 1, bytes: sum.bytes + bytes });
}

const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024);
const least = leastRequests();
const requestRatio = plan.apiRequests.send / least;
process.stderr.write(
  `${plan.contactCount} contacts in ${plan.batches.length} batches, ${plan.refused.length} refusals, ${seconds.toFixed(2)} s, ` +
    `${mebibytes} MiB, ${plan.apiRequests.send} requests (least ${least})\n`,
);
process.stdout.write(
  `${JSON.stringify({
    bench: 'plan',
    contacts: CONTACTS,
    seconds: Number(seconds.toFixed(3)),
    mebibytes,
    requests: plan.apiRequests.send,
    leastRequests: least,
    requestRatio: Number(requestRatio.toFixed(4)),
    target: TARGET,
    met: seconds <= TARGET.seconds && mebibytes <= TARGET.mebibytes && requestRatio <= TARGET.requestRatio,
  })}\n`,
);
