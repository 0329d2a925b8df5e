import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PrimaryContact } from '../../src/model/primary-contact.ts';
import type { StoredContact } from '../../src/model/stored-contact.ts';
import { diffContact } from '../../src/sync/decide/compare.ts';
import { requestDeletion } from '../../src/sync/decide/local-edit.ts';
import { mergeContact } from '../../src/sync/decide/merge.ts';
import {
  arbitraryPolicy,
  arbitraryPrimary,
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

const diff = (stored: StoredContact | null, theirs?: PrimaryContact | null, policy = PRIMARY_WINS) =>
  diffContact({ stored, policy, ...(theirs === undefined ? {} : { theirs }) });
const merged = (stored: StoredContact, theirs: PrimaryContact) =>
  mergeContact({ stored, theirs, policy: PRIMARY_WINS, runId: 'run-1', now: LATER }).contact;

describe('what the two stores say of a contact', () => {
  it('is the same after a pull', () => {
    expect(diff(storedContact())).toMatchObject({ kind: 'IN_SYNC', fields: [], blocked: [] });
  });

  it('differs by what was changed here, with who and when', () => {
    const stored = wished(edited(storedContact(primaryContact({ listIds: ['list-a'] })), { firstName: 'Joseph' }), {
      add: ['list-b'],
      remove: ['list-a'],
    });
    expect(diff(stored)).toMatchObject({
      kind: 'CHANGED_IN_SECONDARY',
      fields: [
        {
          field: 'firstName',
          base: 'Joe',
          primary: 'Joe',
          secondary: 'Joseph',
          winner: 'SECONDARY',
          reason: 'The value that ada set here on 2026-03-01 goes out with the next push.',
        },
      ],
      listsOnlyInPrimary: ['list-a'],
      listsOnlyInSecondary: ['list-b'],
    });
  });

  it('differs by what the primary says now', () => {
    const theirs = primaryContact({ profile: { firstName: 'Jo' }, permission: 'UNSUBSCRIBED', listIds: ['list-a'] });
    const result = diff(storedContact(), theirs);
    expect(result.kind).toBe('CHANGED_IN_PRIMARY');
    expect(result.fields.map(({ field, winner }) => [field, winner])).toEqual([
      ['firstName', 'PRIMARY'],
      ['permissionToSend', 'PRIMARY'],
    ]);
    expect(result.listsOnlyInPrimary).toEqual(['list-a']);
  });

  it('is a conflict before and after the pull that finds it, with all three values', () => {
    const stored = edited(storedContact(), { firstName: 'Joseph' });
    const theirs = primaryContact({ profile: { firstName: 'Jo' } });
    const expected = {
      kind: 'CONFLICT',
      fields: [{ field: 'firstName', base: 'Joe', primary: 'Jo', secondary: 'Joseph', winner: 'PRIMARY' }],
    };
    expect(diff(stored, theirs)).toMatchObject(expected);
    expect(diff(merged(stored, theirs))).toMatchObject(expected);
  });

  it('lets ours win where the setting says so', () => {
    const stored = edited(storedContact(), { firstName: 'Joseph' });
    const theirs = primaryContact({ profile: { firstName: 'Jo' } });
    expect(diff(stored, theirs, { default: 'LOCAL_WINS' }).fields).toMatchObject([{ winner: 'SECONDARY' }]);
  });

  it('is known on one side only', () => {
    expect(diff(null, primaryContact()).kind).toBe('ONLY_IN_PRIMARY');
    expect(diff(localContact({ email: 'ann@example.com' })).kind).toBe('ONLY_IN_SECONDARY');
    expect(diff(null).kind).toBe('IN_SYNC');
  });

  it('is deleted there as long as we do not know, or still want something', () => {
    const deletedAt = new Date('2026-02-20');
    const theirs = primaryContact({ deletedAt });
    expect(diff(storedContact(), theirs).kind).toBe('DELETED_IN_PRIMARY');
    expect(diff(storedContact(), null).kind).toBe('DELETED_IN_PRIMARY');
    expect(diff(merged(storedContact(), theirs)).kind).toBe('IN_SYNC');
    const wanting = merged(edited(storedContact(), { firstName: 'Joseph' }), theirs);
    expect(diff(wanting)).toMatchObject({
      kind: 'DELETED_IN_PRIMARY',
      fields: [{ field: 'firstName', winner: 'PRIMARY' }],
    });
  });

  it('differs by a wish to delete it', () => {
    expect(diff(requestDeletion(storedContact(), EDITOR).contact)).toMatchObject({
      kind: 'CHANGED_IN_SECONDARY',
      fields: [{ field: 'contact', winner: 'SECONDARY' }],
    });
  });

  it('tells which wishes are blocked, refused before or to be refused', () => {
    const stored = wished(storedContact(), { add: ['list-a'] });
    const theirs = primaryContact({ permission: 'UNSUBSCRIBED' });
    expect(diff(stored).blocked).toEqual([]);
    expect(diff(stored, theirs).blocked).toMatchObject([{ listId: 'list-a', reason: 'UNSUBSCRIBED' }]);
    expect(diff(merged(stored, theirs)).blocked).toMatchObject([{ listId: 'list-a', reason: 'UNSUBSCRIBED' }]);
  });

  it('is in sync exactly when the stored state says that nothing is open', () => {
    fc.assert(
      fc.property(arbitraryStored(), (stored) => {
        const { kind } = diff(stored);
        if (stored.syncState === 'IN_SYNC') expect(kind).toBe('IN_SYNC');
        else if (stored.syncState !== 'DELETED_IN_PRIMARY') expect(kind).not.toBe('IN_SYNC');
      }),
    );
  });

  it('live, tells what a pull would find: no news after it', () => {
    fc.assert(
      fc.property(arbitraryStored(), arbitraryPrimary(), arbitraryPolicy, (stored, theirs, policy) => {
        const { contact } = mergeContact({ stored, theirs, policy, runId: 'run-1', now: LATER });
        const result = diff(contact, theirs, policy);
        expect(result.fields.filter(({ isPrimaryNews }) => isPrimaryNews)).toEqual([]);
        expect(result).toEqual(diff(contact, undefined, policy));
        expect(result.kind).not.toBe('CHANGED_IN_PRIMARY');
      }),
    );
  });
});
