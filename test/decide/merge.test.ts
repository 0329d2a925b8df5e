import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PrimaryContact } from '../../src/model/primary-contact.ts';
import type { StoredContact } from '../../src/model/stored-contact.ts';
import { isOptedOut } from '../../src/sync/decide/consent.ts';
import { type FieldPolicy, mergeContact } from '../../src/sync/decide/merge.ts';
import { fieldValuesEqual, localFields, readField, unifiedProfile } from '../../src/sync/decide/unified-contact.ts';
import {
  arbitraryPolicy,
  arbitraryPrimary,
  arbitraryStored,
  consent,
  edited,
  LATER,
  localContact,
  PRIMARY_WINS,
  primaryContact,
  storedContact,
  wished,
} from './contacts.ts';

const merge = (stored: StoredContact | null, theirs: PrimaryContact, policy: FieldPolicy = PRIMARY_WINS) =>
  mergeContact({ stored, theirs, policy, runId: 'run-2', now: LATER });

const theirsNamed = (firstName: string | null, parts: Parameters<typeof primaryContact>[0] = {}) =>
  primaryContact({ ...parts, profile: { firstName, ...parts.profile } });

describe('the three images of a field', () => {
  const base = () => storedContact(theirsNamed('Joe'));

  it('leaves alone what nobody changed, as the same reference', () => {
    const stored = base();
    const result = merge(stored, theirsNamed('Joe'));
    expect(result.outcome).toBe('UNCHANGED');
    expect(result.contact).toBe(stored);
    expect(result.changes).toEqual([]);
  });

  it('does not write for a new updated_at alone', () => {
    const stored = base();
    expect(merge(stored, { ...theirsNamed('Joe'), updatedAt: LATER }).contact).toBe(stored);
  });

  it('takes what only the primary changed', () => {
    const { outcome, contact, changes } = merge(base(), theirsNamed('Jo'));
    expect(outcome).toBe('UPDATED');
    expect(contact.primary?.firstName).toBe('Jo');
    expect(contact.syncState).toBe('IN_SYNC');
    expect(changes).toEqual([{ kind: 'FIELD', subject: 'firstName', before: 'Joe', after: 'Jo' }]);
  });

  it('keeps what only we changed, pending', () => {
    const stored = edited(base(), { firstName: 'Joseph' });
    const { outcome, contact } = merge(stored, theirsNamed('Joe'));
    expect(outcome).toBe('UNCHANGED');
    expect(contact).toBe(stored);
    expect(contact.syncState).toBe('PENDING_PUSH');
    expect(unifiedProfile(contact).firstName).toBe('Joseph');
  });

  it('drops ours where both changed to the same', () => {
    const { contact, newConflicts } = merge(edited(base(), { firstName: 'Joseph' }), theirsNamed('Joseph'));
    expect(contact.local).toEqual({});
    expect(newConflicts).toEqual([]);
    expect(contact.syncState).toBe('IN_SYNC');
  });

  it('lets the primary win where both changed it differently, and keeps all three values', () => {
    const { contact, newConflicts } = merge(edited(base(), { firstName: 'Joseph' }), theirsNamed('Jo'));
    expect(newConflicts).toMatchObject([
      { field: 'firstName', base: 'Joe', primary: 'Jo', local: 'Joseph', changedBy: 'ada', runId: 'run-2' },
    ]);
    expect(contact.conflicts).toEqual(newConflicts);
    expect(contact.local).toEqual({});
    expect(unifiedProfile(contact).firstName).toBe('Jo');
    expect(contact.syncState).toBe('CONFLICT');
  });

  it('keeps a cleared field as a value of its own in a conflict', () => {
    const { newConflicts } = merge(edited(base(), { firstName: null }), theirsNamed('Jo'));
    expect(newConflicts).toMatchObject([{ base: 'Joe', primary: 'Jo', local: null }]);
  });

  it('keeps ours pending where the setting says so, without a conflict', () => {
    const stored = edited(base(), { firstName: 'Joseph' });
    const { contact } = merge(stored, theirsNamed('Jo'), { default: 'PRIMARY_WINS', firstName: 'LOCAL_WINS' });
    expect(contact.conflicts).toEqual([]);
    expect(contact.local.firstName?.value).toBe('Joseph');
    expect(contact.primary?.firstName).toBe('Jo');
  });

  it('merges each custom field on its own', () => {
    const value = (customFieldId: string, text: string) => ({ customFieldId, value: text, choiceIds: [] });
    const stored = edited(
      storedContact(primaryContact({ profile: { customFields: [value('cf-1', 'red'), value('cf-2', 'x')] } })),
      { 'customField:cf-1': value('cf-1', 'blue') },
    );
    const theirs = primaryContact({ profile: { customFields: [value('cf-2', 'y'), value('cf-1', 'red')] } });
    const { contact, newConflicts } = merge(stored, theirs);
    expect(newConflicts).toEqual([]);
    expect(contact.local['customField:cf-1']?.value).toEqual(value('cf-1', 'blue'));
    expect(readField(unifiedProfile(contact), 'customField:cf-2')).toEqual(value('cf-2', 'y'));
  });

  it('closes an open conflict when the primary takes the local value', () => {
    const conflicting = merge(edited(base(), { firstName: 'Joseph' }), theirsNamed('Jo')).contact;
    const { contact, changes } = merge(conflicting, theirsNamed('Joseph'));
    expect(contact.conflicts).toEqual([]);
    expect(changes).toContainEqual(expect.objectContaining({ kind: 'CONFLICT', after: null }));
  });

  it('shows in an open conflict what the primary says now', () => {
    const conflicting = merge(edited(base(), { firstName: 'Joseph' }), theirsNamed('Jo')).contact;
    expect(merge(conflicting, theirsNamed('Johnny')).contact.conflicts).toMatchObject([
      { base: 'Joe', primary: 'Johnny', local: 'Joseph' },
    ]);
  });
});

describe('preferences', () => {
  it('are always the primary’s, each change in the history', () => {
    const optOutAt = new Date('2026-02-28');
    const { contact, changes, unsubscribed } = merge(storedContact(), {
      ...primaryContact(),
      consent: consent('UNSUBSCRIBED', { optOutAt, optOutSource: 'Contact' }),
    });
    expect(contact.status).toBe('UNSUBSCRIBED');
    expect(unsubscribed).toBe(true);
    expect(changes).toEqual([
      { kind: 'CONSENT', subject: 'permissionToSend', before: 'IMPLICIT', after: 'UNSUBSCRIBED' },
      { kind: 'CONSENT', subject: 'optOutAt', before: null, after: optOutAt },
      { kind: 'CONSENT', subject: 'optOutSource', before: null, after: 'Contact' },
      { kind: 'STATUS', subject: 'status', before: 'ACTIVE', after: 'UNSUBSCRIBED' },
    ]);
  });

  it('records each membership and tag that comes and goes', () => {
    const stored = storedContact(primaryContact({ listIds: ['list-a', 'list-b'], tagIds: ['tag-1'] }));
    const { contact, changes } = merge(stored, primaryContact({ listIds: ['list-c', 'list-b'], tagIds: ['tag-2'] }));
    expect(contact.lists).toEqual(['list-b', 'list-c']);
    expect(changes).toEqual([
      { kind: 'LISTS', subject: 'list-a', before: true, after: false },
      { kind: 'LISTS', subject: 'list-c', before: false, after: true },
      { kind: 'TAGS', subject: 'tag-1', before: true, after: false },
      { kind: 'TAGS', subject: 'tag-2', before: false, after: true },
    ]);
  });

  it('takes a permission that it does not know as none', () => {
    expect(merge(null, primaryContact({ permission: 'SHINY_NEW' })).contact).toMatchObject({
      status: 'NOT_SET',
      consent: { permissionToSend: 'SHINY_NEW' },
    });
  });
});

describe('list wishes', () => {
  it('are done when the primary has fulfilled them', () => {
    const stored = wished(storedContact(primaryContact({ listIds: ['list-a'] })), {
      add: ['list-b'],
      remove: ['list-a'],
    });
    const { contact } = merge(stored, primaryContact({ listIds: ['list-b'] }));
    expect(contact.localLists).toEqual({ add: [], remove: [] });
    expect(contact.syncState).toBe('IN_SYNC');
  });

  it('wait while nothing has happened', () => {
    const stored = wished(storedContact(primaryContact({ listIds: ['list-a'] })), {
      add: ['list-b'],
      remove: ['list-a'],
    });
    expect(merge(stored, primaryContact({ listIds: ['list-a'] })).contact).toBe(stored);
  });

  it('to be added are refused for good when the person unsubscribes', () => {
    const stored = wished(storedContact(), { add: ['list-a'] });
    const refused = merge(stored, primaryContact({ permission: 'UNSUBSCRIBED' })).contact;
    expect(refused.localLists.add).toEqual([]);
    expect(refused.refusals).toMatchObject([{ subject: 'list:list-a', reason: 'UNSUBSCRIBED' }]);
    const back = merge(refused, primaryContact({ permission: 'EXPLICIT' })).contact;
    expect(back.localLists.add).toEqual([]);
    expect(back.refusals).toHaveLength(1);
  });

  it('to be added are refused when the contact has left that list since', () => {
    const stored = wished(storedContact(), { add: ['list-a'] });
    const onList = { ...stored, lists: ['list-a'] };
    const { contact, newRefusals } = merge(onList, primaryContact({ listIds: [] }));
    expect(contact.localLists.add).toEqual([]);
    expect(newRefusals).toMatchObject([{ subject: 'list:list-a', reason: 'LEFT_LIST' }]);
  });
});

describe('a contact that is deleted in the primary', () => {
  const deletedAt = new Date('2026-03-01');

  it('stays, on no list, with its pending work refused and still readable', () => {
    const stored = wished(edited(storedContact(primaryContact({ listIds: ['list-a'] })), { firstName: 'Joseph' }), {
      add: ['list-b'],
    });
    const { contact, deleted } = merge(stored, primaryContact({ deletedAt, listIds: ['list-a'] }));
    expect(deleted).toBe(true);
    expect(contact).toMatchObject({ status: 'DELETED', syncState: 'DELETED_IN_PRIMARY', lists: [] });
    expect(contact.local.firstName?.value).toBe('Joseph');
    expect(contact.refusals).toMatchObject([
      { subject: 'list:list-b', reason: 'DELETED_IN_PRIMARY' },
      { subject: 'firstName', reason: 'DELETED_IN_PRIMARY' },
    ]);
  });

  it('has its fields pending again when it comes back, but not its wishes', () => {
    const stored = wished(edited(storedContact(), { firstName: 'Joseph' }), { add: ['list-b'] });
    const deleted = merge(stored, primaryContact({ deletedAt })).contact;
    const { contact } = merge(deleted, primaryContact());
    expect(contact.syncState).toBe('PENDING_PUSH');
    expect(contact.refusals.map(({ subject }) => subject)).toEqual(['list:list-b']);
  });
});

describe('a contact that existed only here', () => {
  it('is adopted by the contact of the primary, field by field', () => {
    const stored = localContact({ email: 'joe@example.com', firstName: 'Joseph', lastName: 'Doe' }, ['list-a']);
    const { outcome, contact, newConflicts } = merge(
      stored,
      primaryContact({ profile: { email: 'JOE@example.com', firstName: 'Joe' }, listIds: ['list-a'] }),
    );
    expect(outcome).toBe('UPDATED');
    expect(contact).toMatchObject({ contactId: 'contact-1', localOnly: false, localLists: { add: [] } });
    expect(localFields(contact)).toEqual(['lastName']);
    expect(newConflicts).toMatchObject([{ field: 'firstName', base: null, primary: 'Joe', local: 'Joseph' }]);
  });

  it('is in sync once the primary has all of it', () => {
    const stored = localContact({ email: 'joe@example.com', firstName: 'Joe' }, ['list-a']);
    expect(merge(stored, primaryContact({ listIds: ['list-a'] })).contact.syncState).toBe('IN_SYNC');
  });
});

describe('for all contacts, rows and policies', () => {
  const inputs = [arbitraryStored(), arbitraryPrimary(), arbitraryPolicy] as const;

  it('the same row twice is the same as once', () => {
    fc.assert(
      fc.property(...inputs, (stored, theirs, policy) => {
        const once = merge(stored, theirs, policy).contact;
        const twice = merge(once, theirs, policy);
        expect(twice.outcome).toBe('UNCHANGED');
        expect(twice.contact).toBe(once);
      }),
    );
  });

  it('the same input gives the same result', () => {
    fc.assert(
      fc.property(...inputs, (stored, theirs, policy) => {
        expect(merge(structuredClone(stored), structuredClone(theirs), policy)).toEqual(merge(stored, theirs, policy));
      }),
    );
  });

  it('the order of fields, numbers, lists and tags means nothing', () => {
    fc.assert(
      fc.property(...inputs, (stored, theirs, policy) => {
        const { profile } = theirs;
        const turned: PrimaryContact = {
          ...theirs,
          listIds: theirs.listIds.toReversed(),
          tagIds: theirs.tagIds.toReversed(),
          profile: {
            ...profile,
            phoneNumbers: profile.phoneNumbers.toReversed(),
            customFields: profile.customFields.toReversed(),
          },
        };
        const local = Object.fromEntries(Object.entries(stored.local).toReversed());
        const a = merge(stored, theirs, policy);
        const b = merge({ ...stored, local }, turned, policy);
        expect(b.outcome).toBe(a.outcome);
        if (a.outcome === 'UNCHANGED') return;
        expect({ ...b.contact, primary: null }).toEqual({
          ...a.contact,
          primary: null,
          conflicts: b.contact.conflicts,
        });
        expect(b.contact.conflicts.map(({ field }) => field)).toEqual(a.contact.conflicts.map(({ field }) => field));
      }),
    );
  });

  it('consent, status, memberships and tags are the primary’s', () => {
    fc.assert(
      fc.property(...inputs, (stored, theirs, policy) => {
        const { contact } = merge(stored, theirs, policy);
        expect(contact.consent).toEqual(theirs.consent);
        expect(contact.lists).toEqual(theirs.deletedAt === null ? theirs.listIds.toSorted() : []);
        expect(contact.tags).toEqual(theirs.tagIds.toSorted());
        expect(contact.status === 'DELETED').toBe(theirs.deletedAt !== null);
        if (isOptedOut(theirs.consent)) expect(contact.localLists.add).toEqual([]);
      }),
    );
  });

  it('no local value vanishes without a trace', () => {
    fc.assert(
      fc.property(...inputs, (stored, theirs, policy) => {
        const { contact } = merge(stored, theirs, policy);
        for (const field of localFields(stored)) {
          const value = stored.local[field]?.value ?? null;
          const traces = [
            contact.local[field]?.value,
            contact.conflicts.find((conflict) => conflict.field === field)?.local,
            readField(theirs.profile, field),
          ];
          expect(traces.some((trace) => trace !== undefined && fieldValuesEqual(field, trace, value))).toBe(true);
        }
        for (const { listId } of stored.localLists.add) {
          const isPending = contact.localLists.add.some((wish) => wish.listId === listId);
          const isRefused = contact.refusals.some(({ subject }) => subject === `list:${listId}`);
          expect(isPending || isRefused || theirs.listIds.includes(listId)).toBe(true);
        }
        for (const { listId } of stored.localLists.remove) {
          const isPending = contact.localLists.remove.some((wish) => wish.listId === listId);
          expect(isPending || !contact.lists.includes(listId)).toBe(true);
        }
        for (const conflict of stored.conflicts) {
          const isOpen = contact.conflicts.some(
            ({ field, local }) => field === conflict.field && local === conflict.local,
          );
          expect(
            isOpen || fieldValuesEqual(conflict.field, conflict.local, readField(theirs.profile, conflict.field)),
          ).toBe(true);
        }
      }),
    );
  });

  it('a new conflict keeps all three values', () => {
    fc.assert(
      fc.property(...inputs, (stored, theirs, policy) => {
        for (const { field, base, primary, local } of merge(stored, theirs, policy).newConflicts) {
          expect(primary).toEqual(readField(theirs.profile, field));
          expect(local).toEqual(stored.local[field]?.value);
          expect(base).toEqual(stored.primary === null ? null : readField(stored.primary, field));
          expect(policy[field] ?? policy.default).toBe('PRIMARY_WINS');
        }
      }),
    );
  });
});
