import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasLocalWork } from '../../src/sync/decide/derive.ts';
import { refuseSentWishes, wishLists } from '../../src/sync/decide/list-wishes.ts';
import {
  applyLocalEdit,
  discardLocal,
  hasTooManyCustomFields,
  requestDeletion,
  resolveConflict,
} from '../../src/sync/decide/local-edit.ts';
import { mergeContact } from '../../src/sync/decide/merge.ts';
import { unifiedProfile } from '../../src/sync/decide/unified-contact.ts';
import {
  arbitraryStored,
  EDITOR,
  edited,
  LATER,
  localContact,
  PRIMARY_WINS,
  primaryContact,
  storedContact,
  wished,
} from './contacts.ts';

const conflicting = () =>
  mergeContact({
    stored: edited(storedContact(), { firstName: 'Joseph' }),
    theirs: primaryContact({ profile: { firstName: 'Jo' } }),
    policy: PRIMARY_WINS,
    runId: 'run-1',
    now: LATER,
  }).contact;

describe('an edit', () => {
  it('waits for the push, and shows at once', () => {
    const { contact, changes } = applyLocalEdit(storedContact(), { firstName: 'Joseph' }, EDITOR);
    expect(contact).toMatchObject({ syncState: 'PENDING_PUSH', nameKey: 'joseph' });
    expect(contact.primary?.firstName).toBe('Joe');
    expect(unifiedProfile(contact).firstName).toBe('Joseph');
    expect(changes).toEqual([{ kind: 'FIELD', subject: 'firstName', before: 'Joe', after: 'Joseph' }]);
  });

  it('of the same value changes nothing', () => {
    const stored = storedContact();
    expect(applyLocalEdit(stored, { firstName: 'Joe', email: 'JOE@example.com', lastName: null }, EDITOR).contact).toBe(
      stored,
    );
  });

  it('back to the value of the primary leaves nothing to push', () => {
    const stored = edited(edited(storedContact(), { firstName: 'Joseph' }), { firstName: 'Joe' });
    expect(stored.local).toEqual({});
    expect(stored.syncState).toBe('IN_SYNC');
  });

  it('of a contact that exists only here moves its email key', () => {
    const contact = localContact({ email: 'Ann@Example.com' });
    expect(contact).toMatchObject({ emailKey: 'ann@example.com', localOnly: true, syncState: 'ONLY_LOCAL' });
  });

  it('decides an open conflict by a new value, not by a form that sends the shown one back', () => {
    const shown = applyLocalEdit(conflicting(), { firstName: 'Jo' }, EDITOR);
    expect(shown.changes).toEqual([]);
    const { contact, changes } = applyLocalEdit(conflicting(), { firstName: 'Yosef' }, EDITOR);
    expect(contact).toMatchObject({ conflicts: [], syncState: 'PENDING_PUSH' });
    expect(changes[0]).toMatchObject({ kind: 'CONFLICT', before: { local: 'Joseph' } });
  });

  it('may bring a contact over 25 custom fields, which is told', () => {
    const value = (id: string) => ({ customFieldId: id, value: 'v', choiceIds: [] });
    const full = storedContact(
      primaryContact({ profile: { customFields: Array.from({ length: 25 }, (_, index) => value(`x${index}`)) } }),
    );
    expect(hasTooManyCustomFields(full)).toBe(false);
    expect(hasTooManyCustomFields(edited(full, { 'customField:cf-1': value('cf-1') }))).toBe(true);
  });
});

describe('a conflict', () => {
  it('is decided for the local value: pending again', () => {
    const { contact } = resolveConflict(conflicting(), { field: 'firstName', keep: 'LOCAL' }, EDITOR);
    expect(contact.local.firstName?.value).toBe('Joseph');
    expect(contact).toMatchObject({ conflicts: [], syncState: 'PENDING_PUSH' });
  });

  it('is decided for the primary: the local value stays in the history', () => {
    const { contact, changes } = resolveConflict(conflicting(), { field: 'firstName', keep: 'PRIMARY' }, EDITOR);
    expect(contact).toMatchObject({ local: {}, conflicts: [], syncState: 'IN_SYNC' });
    expect(changes).toMatchObject([{ kind: 'CONFLICT', before: { local: 'Joseph' }, after: { kept: 'PRIMARY' } }]);
  });

  it('that is not there is not decided', () => {
    const stored = storedContact();
    expect(resolveConflict(stored, { field: 'lastName', keep: 'LOCAL' }, EDITOR).contact).toBe(stored);
  });
});

describe('a wish', () => {
  const member = () => storedContact(primaryContact({ listIds: ['list-a'] }));

  it('for a list is pending until a pull shows it', () => {
    const { contact, refused } = wishLists(member(), { add: ['list-b'], remove: ['list-a'] }, EDITOR);
    expect(contact.localLists).toMatchObject({ add: [{ listId: 'list-b' }], remove: [{ listId: 'list-a' }] });
    expect(contact.syncState).toBe('PENDING_PUSH');
    expect(refused).toEqual([]);
  });

  it('that is fulfilled already changes nothing', () => {
    const stored = member();
    expect(wishLists(stored, { add: ['list-a'], remove: ['list-b'] }, EDITOR).contact).toBe(stored);
  });

  it('and its opposite cancel out', () => {
    const stored = wished(wished(member(), { add: ['list-b'], remove: ['list-a'] }), {
      add: ['list-a'],
      remove: ['list-b'],
    });
    expect(stored.localLists).toEqual({ add: [], remove: [] });
    expect(stored.syncState).toBe('IN_SYNC');
  });

  it.each([
    ['UNSUBSCRIBED', storedContact(primaryContact({ permission: 'UNSUBSCRIBED' }))],
    ['DELETED_IN_PRIMARY', storedContact(primaryContact({ deletedAt: new Date('2026-01-01') }))],
    ['TOO_MANY_LISTS', { ...storedContact(), lists: Array.from({ length: 50 }, (_, index) => `l${index}`) }],
  ])('is refused at once: %s', (reason, stored) => {
    const { contact, refused } = wishLists(stored, { add: ['list-b'], remove: [] }, EDITOR);
    expect(contact.localLists.add).toEqual([]);
    expect(refused).toMatchObject([{ subject: 'list:list-b', reason }]);
    expect(contact.refusals).toEqual(refused);
  });

  it('made again after a refusal takes the refusal away', () => {
    const sent = wished(member(), { add: ['list-b'] });
    const refused = refuseSentWishes(sent, ['list-b'], { reason: 'NOT_TAKEN', runId: 'run-1', now: LATER }).contact;
    expect(refused).toMatchObject({
      localLists: { add: [] },
      refusals: [{ reason: 'NOT_TAKEN' }],
      syncState: 'IN_SYNC',
    });
    expect(wished(refused, { add: ['list-b'] })).toMatchObject({ refusals: [], syncState: 'PENDING_PUSH' });
  });
});

describe('discarding', () => {
  it('takes back what is named, and only that', () => {
    const stored = wished(edited(storedContact(), { firstName: 'A', lastName: 'B' }), { add: ['list-a'] });
    const { contact, changes } = discardLocal(stored, ['firstName', 'list:list-a'], EDITOR);
    expect(Object.keys(contact.local)).toEqual(['lastName']);
    expect(contact.localLists.add).toEqual([]);
    expect(changes).toMatchObject([
      { kind: 'FIELD', subject: 'firstName', before: 'A', after: 'Joe' },
      { kind: 'WISH', subject: 'list:list-a' },
    ]);
  });

  it('takes back everything, conflicts aside, for every contact', () => {
    fc.assert(
      fc.property(arbitraryStored(), (stored) => {
        const { contact } = discardLocal(stored, null, EDITOR);
        expect(hasLocalWork(contact)).toBe(false);
        expect(contact.refusals).toEqual([]);
        expect(contact.conflicts).toEqual(stored.conflicts);
        expect(discardLocal(contact, null, EDITOR).contact).toBe(contact);
      }),
    );
  });

  it('takes a wish to delete back', () => {
    const asked = requestDeletion(storedContact(), EDITOR).contact;
    expect(asked.syncState).toBe('PENDING_PUSH');
    expect(discardLocal(asked, ['contact'], EDITOR).contact).toMatchObject({ deletion: null, syncState: 'IN_SYNC' });
  });
});
