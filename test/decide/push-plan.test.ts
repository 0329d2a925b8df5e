import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredContact } from '../../src/model/stored-contact.ts';
import { isOptedOut, isSendable } from '../../src/sync/decide/consent.ts';
import { importBody } from '../../src/sync/decide/import-body.ts';
import { importCsv } from '../../src/sync/decide/import-csv.ts';
import { requestDeletion } from '../../src/sync/decide/local-edit.ts';
import type { PendingContact, PlanContext } from '../../src/sync/decide/plan-contact.ts';
import { batchLength, type ImportBatchRow, type PlannedBatch } from '../../src/sync/decide/push-batches.ts';
import { IMPORT_FORMATS, PUSH_LIMITS, type PushLimits } from '../../src/sync/decide/push-limits.ts';
import { createPushPlanner, type PushPlan, type PushPlanOptions, planPush } from '../../src/sync/decide/push-plan.ts';
import { emailKey } from '../../src/sync/decide/unified-contact.ts';
import { sha256 } from '../../src/sync/push/sha256.ts';
import {
  arbitraryStored,
  CUSTOM_FIELDS,
  EDITOR,
  edited,
  LISTS,
  localContact,
  primaryContact,
  storedContact,
  wished,
} from './contacts.ts';

const context = (limits: PushLimits = PUSH_LIMITS.json): PlanContext => ({
  listIds: new Set(LISTS),
  customFields: new Map(CUSTOM_FIELDS.map((field) => [field.customFieldId, field])),
  limits,
});

function plan(contacts: readonly PendingContact[], options: Partial<PushPlanOptions> = {}): PushPlan {
  return planPush({
    contacts,
    context: context(),
    emailOwners: () => [],
    hash: sha256,
    ...options,
  });
}

const pending = (id: string, contact: StoredContact): PendingContact => ({ ...contact, id, revision: 1 });
const limits = (parts: Partial<PushLimits>): PushLimits => ({ ...PUSH_LIMITS.json, ...parts });
const known = (number: number, parts: Parameters<typeof primaryContact>[0] = {}) =>
  storedContact(
    primaryContact({
      contactId: `contact-${number}`,
      ...parts,
      profile: { email: `p${number}@example.com`, ...parts.profile },
    }),
  );

type Of<Kind extends PlannedBatch['kind']> = Extract<PlannedBatch, { kind: Kind }>;
const ofKind = <Kind extends PlannedBatch['kind']>({ batches }: PushPlan, kind: Kind): Of<Kind>[] =>
  batches.filter((batch): batch is Of<Kind> => batch.kind === kind);
const rowsOf = (batch: Of<'IMPORT'>): unknown[] => batch.rows.map(({ json }) => JSON.parse(json));
const reasons = ({ refused }: PushPlan) => refused.map(({ id, subject, reason }) => [id, subject, reason]);

describe('the way of a change', () => {
  it('imports new contacts, grouped by equal sets of lists', () => {
    const result = plan([
      pending('1', localContact({ email: 'Ann@Example.com', firstName: 'Ann' }, ['list-b', 'list-a'])),
      pending('2', localContact({ email: 'bob@example.com', birthday: { month: 2, day: 29 } }, ['list-a'])),
      pending('3', localContact({ email: 'cyd@example.com' }, ['list-a', 'list-b'])),
    ]);
    expect(ofKind(result, 'IMPORT').map((batch) => [batch.listIds, rowsOf(batch)])).toEqual([
      [['list-a'], [{ email: 'bob@example.com', birthday_month: 2, birthday_day: 29 }]],
      [
        ['list-a', 'list-b'],
        [{ email: 'Ann@Example.com', first_name: 'Ann' }, { email: 'cyd@example.com' }],
      ],
    ]);
    expect(result).toMatchObject({ contactCount: 3, refused: [] });
  });

  it('creates a new contact singly where an import cannot: on no list, with a long address, with choices', () => {
    const long = `${'x'.repeat(45)}@example.com`;
    const size = { customFieldId: 'cf-3', value: null, choiceIds: ['1'] };
    const result = plan([
      pending('1', localContact({ email: 'ann@example.com' })),
      pending('2', localContact({ email: long }, ['list-a'])),
      pending('3', localContact({ email: 'cyd@example.com', 'customField:cf-3': size }, ['list-a'])),
    ]);
    expect(result.batches.map(({ kind }) => kind)).toEqual(['CREATE']);
    expect(ofKind(result, 'CREATE')[0]?.contacts.map(({ id, listIds }) => [id, listIds])).toEqual([
      ['1', []],
      ['2', ['list-a']],
      ['3', ['list-a']],
    ]);
  });

  it('names a list that the contact is on when only fields change, the same for as many as can be', () => {
    const result = plan([
      pending('1', edited(known(1, { listIds: ['list-a', 'list-c'] }), { lastName: 'A' })),
      pending('2', edited(known(2, { listIds: ['list-b', 'list-c'] }), { lastName: 'B' })),
      pending('3', edited(known(3, { listIds: ['list-b'] }), { lastName: 'C' })),
    ]);
    expect(ofKind(result, 'IMPORT').map(({ listIds, rows }) => [listIds, rows.map(({ id }) => id)])).toEqual(
      [
        [['list-b'], ['2', '3']],
        [['list-a'], ['1']],
      ].toSorted(),
    );
  });

  it('never names a list that the contact is to leave', () => {
    const leaving = wished(edited(known(1, { listIds: ['list-a', 'list-b'] }), { lastName: 'A' }), {
      remove: ['list-a'],
    });
    const result = plan([pending('1', leaving)]);
    expect(ofKind(result, 'IMPORT')[0]?.listIds).toEqual(['list-b']);
    expect(ofKind(result, 'REMOVE_FROM_LISTS')[0]).toMatchObject({ stage: 1, listIds: ['list-a'] });
  });

  it.each([
    ['another address', edited(known(1, { listIds: ['list-a'] }), { email: 'new@example.com' })],
    ['a field cleared', edited(known(1, { listIds: ['list-a'] }), { firstName: null })],
    ['a contact on no list', edited(known(1), { firstName: 'New' })],
    [
      'a number taken away',
      edited(
        known(1, {
          listIds: ['list-a'],
          profile: {
            phoneNumbers: [
              { number: '1', kind: 'home' },
              { number: '2', kind: 'work' },
            ],
          },
        }),
        { phoneNumbers: [{ number: '1', kind: 'home' }] },
      ),
    ],
    [
      'two numbers of one kind',
      edited(known(1, { listIds: ['list-a'] }), {
        phoneNumbers: [
          { number: '1', kind: 'home' },
          { number: '2', kind: 'home' },
        ],
      }),
    ],
    [
      'an international number',
      edited(known(1, { listIds: ['list-a'] }), { phoneNumbers: [{ number: '+49 30 1', kind: 'work' }] }),
    ],
    [
      'a part of an address cleared',
      edited(
        known(1, {
          listIds: ['list-a'],
          profile: {
            streetAddresses: [
              { kind: 'home', street: '1 Main St', city: 'Boston', state: null, postalCode: null, country: null },
            ],
          },
        }),
        {
          streetAddresses: [
            { kind: 'home', street: '2 Main St', city: null, state: null, postalCode: null, country: null },
          ],
        },
      ),
    ],
    ['a hold', edited(known(1, { listIds: ['list-a'], permission: 'TEMP_HOLD' }), { firstName: 'New' })],
  ])('writes singly what an import cannot carry: %s', (_, contact) => {
    const result = plan([pending('1', contact)]);
    expect(result.batches.map(({ kind, requests }) => [kind, requests])).toEqual([['PUT', 2]]);
    expect(result.refused).toEqual([]);
  });

  it('writes no lists with what goes singly: each of the lists that are wished for is named by a job', () => {
    const contact = wished(edited(known(1, { listIds: ['list-a'] }), { firstName: null, lastName: 'New' }), {
      add: ['list-b'],
      remove: ['list-a'],
    });
    const result = plan([pending('1', contact)]);
    expect(result.batches).toMatchObject([
      { kind: 'REMOVE_FROM_LISTS', stage: 1, listIds: ['list-a'] },
      { kind: 'ADD_TO_LISTS', stage: 2, listIds: ['list-b'] },
      { kind: 'PUT', stage: 3, requests: 2 },
    ]);
    expect(result.contactCount).toBe(1);
  });

  it('maps kinds to the keys of an import', () => {
    const address = (kind: string) => ({ kind, street: 'S', city: 'C', state: 'ST', postalCode: 'Z', country: 'US' });
    const contact = localContact(
      {
        email: 'ann@example.com',
        phoneNumbers: ['home', 'work', 'mobile'].map((kind) => ({ kind, number: '555' })),
        streetAddresses: [address('home'), address('work')],
        'customField:cf-1': { customFieldId: 'cf-1', value: 'red', choiceIds: [] },
      },
      ['list-a'],
    );
    const [batch] = ofKind(plan([pending('1', contact)]), 'IMPORT');
    expect(batch && rowsOf(batch)).toEqual([
      {
        email: 'ann@example.com',
        home_phone: '555',
        work_phone: '555',
        mobile_phone: '555',
        street: 'S',
        city: 'C',
        state: 'ST',
        zip: 'Z',
        country: 'US',
        work_street: 'S',
        work_city: 'C',
        work_state: 'ST',
        work_zip: 'Z',
        work_country: 'US',
        'cf:colour': 'red',
      },
    ]);
  });

  it('sends wishes alone as membership jobs, removals first', () => {
    const result = plan([
      pending('1', wished(known(1, { listIds: ['list-a'] }), { add: ['list-b'], remove: ['list-a'] })),
      pending('2', wished(known(2), { add: ['list-b'] })),
    ]);
    expect(result.batches).toMatchObject([
      { kind: 'REMOVE_FROM_LISTS', stage: 1, listIds: ['list-a'], contacts: [{ contactId: 'contact-1' }] },
      { kind: 'ADD_TO_LISTS', stage: 2, contacts: [{ contactId: 'contact-1' }, { contactId: 'contact-2' }] },
    ]);
  });

  it('deletes, and sends nothing else of that contact', () => {
    const contact = requestDeletion(wished(edited(known(1), { firstName: 'X' }), { add: ['list-a'] }), EDITOR).contact;
    expect(plan([pending('1', contact)]).batches).toMatchObject([
      { kind: 'DELETE', contacts: [{ contactId: 'contact-1' }] },
    ]);
  });
});

describe('what is refused', () => {
  it('is all but removals for somebody who has left', () => {
    const contact = wished(edited(known(1, { listIds: ['list-a'] }), { firstName: 'New', email: 'new@example.com' }), {
      add: ['list-b'],
      remove: ['list-a'],
    });
    const consent = contact.consent && { ...contact.consent, permissionToSend: 'UNSUBSCRIBED' };
    const result = plan([pending('1', { ...contact, consent })]);
    expect(result.batches.map(({ kind }) => kind)).toEqual(['REMOVE_FROM_LISTS']);
    expect(reasons(result)).toEqual([
      ['1', 'email', 'UNSUBSCRIBED'],
      ['1', 'firstName', 'UNSUBSCRIBED'],
      ['1', 'list:list-b', 'UNSUBSCRIBED'],
    ]);
  });

  it('is everything with an opt-out on record, whatever the permission says', () => {
    const contact = edited(known(1, { listIds: ['list-a'] }), { firstName: 'New' });
    const consent = contact.consent && { ...contact.consent, optOutAt: new Date('2026-01-01') };
    expect(reasons(plan([pending('1', { ...contact, consent })]))).toEqual([['1', 'firstName', 'UNSUBSCRIBED']]);
  });

  it('is a permission that we do not know, and a hold for lists', () => {
    const contact = (permission: string) =>
      wished(edited(known(1, { permission, listIds: ['list-a'] }), { firstName: 'New' }), { add: ['list-b'] });
    expect(plan([pending('1', contact('SHINY_NEW'))])).toMatchObject({ contactCount: 0, refused: [{}, {}] });
    expect(reasons(plan([pending('1', contact('TEMP_HOLD'))]))).toEqual([['1', 'list:list-b', 'ON_HOLD']]);
  });

  it('is a deleted contact', () => {
    const contact = { ...edited(known(1), { firstName: 'New' }), deletedAt: new Date('2026-01-01') };
    const result = plan([pending('1', contact)]);
    expect(result.batches).toEqual([]);
    expect(reasons(result)).toEqual([['1', 'firstName', 'DELETED_IN_PRIMARY']]);
  });

  it.each([
    ['UNSUBSCRIBED', 'UNSUBSCRIBED'],
    ['DELETED_IN_PRIMARY', 'DELETED_IN_PRIMARY'],
    ['DUPLICATE_EMAIL', 'DUPLICATE_EMAIL'],
  ] as const)('is a new contact with the address of another one: %s', (ownersReason, reason) => {
    const emailOwners = (key: string) => (key === 'ann@example.com' ? [{ id: 'other', reason: ownersReason }] : []);
    const result = plan([pending('1', localContact({ email: 'ANN@example.com' }, ['list-a']))], { emailOwners });
    expect(result.batches).toEqual([]);
    expect(reasons(result)).toEqual([['1', 'contact', reason]]);
  });

  it('is the second contact with one address, and the new one rather than the known one', () => {
    const result = plan([
      pending('1', localContact({ email: 'ann@example.com' }, ['list-a'])),
      pending('2', localContact({ email: 'ANN@example.com' }, ['list-b'])),
      pending('3', edited(known(3), { email: 'Ann@example.com' })),
    ]);
    expect(result.batches).toMatchObject([{ kind: 'PUT', contacts: [{ id: '3' }] }]);
    expect(reasons(result)).toEqual([
      ['1', 'contact', 'DUPLICATE_EMAIL'],
      ['2', 'contact', 'DUPLICATE_EMAIL'],
    ]);
  });

  it('is an address that another contact has still there, though it is to get a new one; the other fields go', () => {
    const result = plan([
      pending('1', edited(known(1), { email: 'free@example.com' })),
      pending('2', edited(known(2, { listIds: ['list-a'] }), { email: 'P1@example.com', lastName: 'Two' })),
    ]);
    expect(reasons(result)).toEqual([['2', 'email', 'DUPLICATE_EMAIL']]);
    const [batch] = ofKind(result, 'IMPORT');
    expect(batch && rowsOf(batch)).toEqual([{ email: 'p2@example.com', last_name: 'Two' }]);
  });

  it('is a list that is gone, a 51st list, a 26th and an unknown custom field, and what the API does not take', () => {
    const many = Array.from({ length: 50 }, (_, index) => `list-${index}`);
    const fields = Array.from({ length: 25 }, (_, index) => ({
      customFieldId: `cf-x${index}`,
      value: 'v',
      choiceIds: [],
    }));
    const colour = { customFieldId: 'cf-1', value: 'red', choiceIds: [] };
    const result = plan([
      pending('1', { ...wished(known(1), { add: ['list-a', 'gone'] }) }),
      pending('2', { ...wished(known(2), { add: ['list-a'] }), lists: many }),
      pending('3', edited(known(3, { profile: { customFields: fields } }), { 'customField:cf-1': colour })),
      pending('4', edited(known(4), { 'customField:nope': { ...colour, customFieldId: 'nope' } })),
      pending('5', edited(known(5), { lastName: 'x'.repeat(51), firstName: 'a\u0000b', companyName: '\ud800' })),
    ]);
    expect(reasons(result)).toEqual([
      ['1', 'list:gone', 'LIST_GONE'],
      ['2', 'list:list-a', 'TOO_MANY_LISTS'],
      ['3', 'customField:cf-1', 'TOO_MANY_CUSTOM_FIELDS'],
      ['4', 'customField:nope', 'UNKNOWN_CUSTOM_FIELD'],
      ['5', 'companyName', 'INVALID_VALUE'],
      ['5', 'firstName', 'INVALID_VALUE'],
      ['5', 'lastName', 'INVALID_VALUE'],
    ]);
    expect(ofKind(result, 'ADD_TO_LISTS')).toMatchObject([{ listIds: ['list-a'], contacts: [{ id: '1' }] }]);
  });

  it('is a deletion of a contact that exists only here', () => {
    const contact = requestDeletion(localContact({ email: 'ann@example.com' }), EDITOR).contact;
    expect(reasons(plan([pending('1', contact)]))).toEqual([['1', 'contact', 'NOT_IN_PRIMARY']]);
  });
});

describe('for all contacts', () => {
  const arbitraryContacts = fc
    .array(
      fc
        .nat({ max: 11 })
        .chain((number) => arbitraryStored(`contact-${number}`).map((contact) => ({ number, contact }))),
      {
        maxLength: 14,
      },
    )
    .map((items) => [
      ...new Map(items.map(({ number, contact }) => [number, pending(`id-${number}`, contact)])).values(),
    ]);

  const runs = { numRuns: 150 };

  it('nobody who has left, is deleted or held back is in an import or added to a list', () => {
    fc.assert(
      fc.property(arbitraryContacts, (contacts) => {
        const byId = new Map(contacts.map((contact) => [contact.id, contact]));
        for (const batch of plan(contacts).batches) {
          if (batch.kind === 'REMOVE_FROM_LISTS' || batch.kind === 'DELETE') continue;
          for (const { id } of batch.kind === 'IMPORT' ? batch.rows : batch.contacts) {
            const contact = byId.get(id);
            expect(isOptedOut(contact?.consent ?? null)).toBe(false);
            expect(contact?.deletedAt ?? null).toBe(null);
            if (batch.kind === 'IMPORT' || batch.kind === 'ADD_TO_LISTS') {
              expect(contact?.contactId === null || isSendable(contact?.consent ?? null)).toBe(true);
            }
          }
        }
      }),
      runs,
    );
  });

  it('no new contact has an address that anybody of the primary has, and each address goes out once', () => {
    fc.assert(
      fc.property(arbitraryContacts, (contacts) => {
        const byId = new Map(contacts.map((contact) => [contact.id, contact]));
        const taken = new Set(
          contacts.flatMap(({ contactId, primary }) =>
            contactId === null ? [] : (emailKey(primary?.email ?? null) ?? []),
          ),
        );
        const sent: string[] = [];
        for (const batch of plan(contacts).batches) {
          if (batch.kind === 'IMPORT') {
            for (const { emailKey: key, id } of batch.rows) {
              sent.push(key);
              if (byId.get(id)?.contactId === null) expect(taken.has(key)).toBe(false);
            }
          } else if (batch.kind === 'CREATE') {
            for (const { emailKey: key } of batch.contacts) {
              sent.push(key);
              expect(taken.has(key)).toBe(false);
            }
          } else if (batch.kind === 'PUT') {
            for (const { writes } of batch.contacts) {
              const email = writes.find(({ field }) => field === 'email')?.value;
              if (typeof email === 'string') sent.push(emailKey(email) ?? '');
            }
          }
        }
        expect(new Set(sent).size).toBe(sent.length);
      }),
      runs,
    );
  });

  it('all local work is in the plan or refused, each once', () => {
    fc.assert(
      fc.property(arbitraryContacts, (contacts) => {
        const result = plan(contacts);
        for (const contact of contacts) {
          const refused = result.refused.filter(({ id }) => id === contact.id).map(({ subject }) => subject);
          const writes = new Set<string>();
          for (const batch of result.batches) {
            if (batch.kind === 'IMPORT') {
              for (const row of batch.rows.filter(({ id }) => id === contact.id)) {
                for (const field of row.fields) writes.add(field);
                for (const listId of row.addListIds) writes.add(`list:${listId}`);
                expect(batch.listIds.every((id) => contact.lists.includes(id) || row.addListIds.includes(id))).toBe(
                  true,
                );
              }
            } else if (batch.kind === 'PUT') {
              for (const put of batch.contacts.filter(({ id }) => id === contact.id)) {
                for (const { field } of put.writes) writes.add(field);
              }
            } else if (batch.kind === 'CREATE') {
              for (const created of batch.contacts.filter(({ id }) => id === contact.id)) {
                for (const { field } of created.writes) writes.add(field);
                for (const listId of created.listIds) writes.add(`list:${listId}`);
              }
            } else if (batch.contacts.some(({ id }) => id === contact.id)) {
              if (batch.kind === 'DELETE') writes.add('contact');
              else for (const listId of batch.listIds) writes.add(`list:${listId}`);
            }
          }
          const isWhole = writes.has('contact') || refused.includes('contact');
          const subjects = [
            ...Object.keys(contact.local),
            ...contact.localLists.add.map(({ listId }) => `list:${listId}`),
            ...contact.localLists.remove.map(({ listId }) => `list:${listId}`),
          ];
          for (const subject of subjects) {
            expect(isWhole || writes.has(subject) !== refused.includes(subject)).toBe(true);
          }
        }
      }),
      runs,
    );
  });

  it('each contact is at most once in a stage', () => {
    fc.assert(
      fc.property(arbitraryContacts, (contacts) => {
        const seen = plan(contacts).batches.flatMap((batch) =>
          (batch.kind === 'IMPORT' ? batch.rows : batch.contacts).map(({ id }) => `${batch.stage} ${id}`),
        );
        expect(new Set(seen).size).toBe(seen.length);
      }),
      runs,
    );
  });

  it('the order in which contacts come changes nothing, and what is sent decides the hash', () => {
    fc.assert(
      fc.property(arbitraryContacts, (contacts) => {
        const result = plan(contacts);
        expect(plan(contacts.toReversed())).toEqual(result);
        const without = plan(contacts.slice(1));
        const isSame = JSON.stringify(without.batches) === JSON.stringify(result.batches);
        expect(without.planHash === result.planHash).toBe(isSame);
      }),
      runs,
    );
  });

  it('batches keep to rows and to bytes as sent, and none could take the next row', () => {
    const arbitraryRows = fc.array(fc.tuple(fc.nat({ max: 200 }), fc.string({ unit: 'binary', maxLength: 20 })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...IMPORT_FORMATS),
        arbitraryRows,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 300, max: 900 }),
        (importFormat, rows, importRows, importBytes) => {
          const bytesOf = (batchRows: readonly ImportBatchRow[]) => {
            const texts = batchRows.map(({ json }) => json);
            return Buffer.byteLength(importFormat === 'csv' ? importCsv(texts) : importBody(texts, ['list-a']));
          };
          const contacts = rows.map(([number, lastName], index) =>
            pending(
              `id-${index}`,
              localContact(
                {
                  email: `p${number}-${index}@example.com`,
                  [number % 2 === 0 ? 'lastName' : 'jobTitle']: lastName.trim() || null,
                },
                ['list-a'],
              ),
            ),
          );
          const within = context(limits({ importFormat, importRows, importBytes }));
          const batches = ofKind(plan(contacts, { context: within }), 'IMPORT');
          for (const [index, batch] of batches.entries()) {
            expect(batch.sizeBytes).toBe(bytesOf(batch.rows));
            expect(batch.sizeBytes).toBeLessThanOrEqual(importBytes);
            expect(batchLength(batch)).toBeLessThanOrEqual(importRows);
            const next = batches[index + 1]?.rows[0];
            if (next === undefined) continue;
            expect(bytesOf([...batch.rows, next]) > importBytes || batchLength(batch) === importRows).toBe(true);
          }
        },
      ),
      runs,
    );
  });

  it('a plan of a million rows is cut as any other, and names each of them once', { timeout: 120_000 }, () => {
    const ROWS = 1_000_000;
    const planner = createPushPlanner({ context: context(), emailOwners: () => [], hash: sha256 });
    const person = localContact({ email: 'p@example.com', firstName: 'Ann' }, ['list-a']);
    for (let number = 0; number < ROWS; number += 1) {
      const email = `p${number}@example.com`;
      const change = { changedAt: EDITOR.now, changedBy: EDITOR.changedBy, value: email };
      planner.add({
        ...person,
        id: String(number).padStart(24, '0'),
        revision: 1,
        emailKey: email,
        local: { ...person.local, email: change },
      });
    }
    const result = planner.finish();
    const { importRows, importBytes } = context().limits;
    const batches = ofKind(result, 'IMPORT');
    expect(result).toMatchObject({ contactCount: ROWS, refused: [] });
    expect(batches).toHaveLength(Math.ceil(ROWS / importRows));
    expect(Math.max(...batches.map(({ sizeBytes }) => sizeBytes))).toBeLessThanOrEqual(importBytes);
    const keys = new Set<string>();
    for (const { rows } of batches) for (const { emailKey: key } of rows) keys.add(key);
    expect(keys.size).toBe(ROWS);
  });

  it('a body may be exactly as large as allowed, not a byte more', () => {
    const contacts = ['Ann', 'Zoë', '👩‍🚀'].map((firstName, index) =>
      pending(`id-${index}`, localContact({ email: `p${index}@example.com`, firstName }, ['list-a'])),
    );
    const [whole] = ofKind(plan(contacts), 'IMPORT');
    const sizeBytes = whole?.sizeBytes ?? 0;
    const cut = (importBytes: number) =>
      plan(contacts, { context: context(limits({ importBytes })) }).batches.map(batchLength);
    expect(cut(sizeBytes)).toEqual([3]);
    expect(cut(sizeBytes - 1)).toEqual([2, 1]);
  });

  it('an address of a contact that is left out of the plan is not free', () => {
    const planner = createPushPlanner({ context: context(), emailOwners: () => [], hash: sha256 });
    planner.add(pending('1', localContact({ email: 'P2@example.com' }, ['list-a'])));
    planner.reserve(pending('2', edited(known(2, { permission: 'UNSUBSCRIBED' }), { email: 'other@example.com' })));
    expect(reasons(planner.finish())).toEqual([['1', 'contact', 'UNSUBSCRIBED']]);
  });

  it('membership jobs keep to 500 contacts', () => {
    const contacts = Array.from({ length: 1_001 }, (_, index) =>
      pending(`id-${index}`, wished(known(index), { add: ['list-a'] })),
    );
    const result = plan(contacts);
    expect(result.batches.map(batchLength)).toEqual([500, 500, 1]);
    expect(result.apiRequests).toEqual({ look: 9, send: 3, poll: 3, confirm: 3, total: 18 });
  });
});
