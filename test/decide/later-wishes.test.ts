import { describe, expect, it } from 'vitest';
import type { FieldValue } from '../../src/model/profile.ts';
import type { StoredContact } from '../../src/model/stored-contact.ts';
import { keepLaterWishes, type LaterEdit } from '../../src/sync/decide/later-wishes.ts';
import { wishLists } from '../../src/sync/decide/list-wishes.ts';
import {
  applyLocalEdit,
  discardLocal,
  type LocalContext,
  type LocalResult,
  resolveConflict,
} from '../../src/sync/decide/local-edit.ts';
import { mergeContact } from '../../src/sync/decide/merge.ts';
import { edited, LATER, localContact, NOW, PRIMARY_WINS, primaryContact, storedContact, wished } from './contacts.ts';

const SECOND: LocalContext = { changedBy: 'bob', now: LATER };
const CONTEXT = { runId: 'run-2', now: LATER };
type Edit = (contact: StoredContact) => LocalResult;

const sets =
  (firstName: FieldValue): Edit =>
  (contact) =>
    applyLocalEdit(contact, { firstName }, SECOND);
const lists =
  (wishes: { add?: string[]; remove?: string[] }): Edit =>
  (contact) =>
    wishLists(contact, { add: [], remove: [], ...wishes }, SECOND);

/** A contact from which `sent` goes out; it is edited meanwhile, and then the primary is as `arrived` says. */
function afterwards(
  contact: StoredContact,
  { sent, edits, arrived }: { sent: string[]; edits: readonly Edit[]; arrived: Parameters<typeof primaryContact>[0] },
): StoredContact {
  let current = contact;
  const later: LaterEdit[] = [];
  for (const edit of edits) {
    const result = edit(current);
    current = result.contact;
    later.push({ at: SECOND.now, changedBy: SECOND.changedBy, changes: result.changes });
  }
  const theirs = primaryContact(arrived);
  const merged = mergeContact({ stored: current, theirs, policy: PRIMARY_WINS, runId: 'run-2', now: LATER }).contact;
  const kept = keepLaterWishes(merged, { sent, later }, CONTEXT);
  expect(keepLaterWishes(kept.contact, { sent, later }, CONTEXT).contact).toBe(kept.contact);
  return kept.contact;
}

const firstName = (value: FieldValue) => ({ value, changedAt: LATER, changedBy: 'bob' });

describe('what is wished while something else is on its way', () => {
  const jim = edited(storedContact(), { firstName: 'Jim' });
  const sent = ['firstName'];
  const arrived = { profile: { firstName: 'Jim' } };

  it('waits on the ground of what has arrived: a value that is set back, cleared, discarded or set once more', () => {
    const cases: [Edit[], FieldValue][] = [
      [[sets('Joe')], 'Joe'],
      [[sets(null)], null],
      [[sets('Jan')], 'Jan'],
      [[sets('Jan'), sets('Joe')], 'Joe'],
      [[(contact) => discardLocal(contact, null, SECOND)], 'Joe'],
    ];
    for (const [edits, value] of cases) {
      const contact = afterwards(jim, { sent, edits, arrived });
      expect(contact).toMatchObject({
        local: { firstName: firstName(value) },
        conflicts: [],
        syncState: 'PENDING_PUSH',
      });
    }
  });

  it('waits where what was sent has created the contact', () => {
    const here = localContact({ email: 'joe@example.com', firstName: 'Jim' });
    const contact = afterwards(here, { sent, edits: [sets(null)], arrived });
    expect(contact).toMatchObject({ local: { firstName: firstName(null) }, syncState: 'PENDING_PUSH' });
  });

  it('is nothing where it is what has arrived, or where nothing has', () => {
    expect(afterwards(jim, { sent, edits: [sets('Joe'), sets('Jim')], arrived }).syncState).toBe('IN_SYNC');
    expect(afterwards(jim, { sent, edits: [sets('Joe')], arrived: {} }).syncState).toBe('IN_SYNC');
  });

  it('gives way to the owner, who has set something that nobody here has sent', () => {
    const theirs = { profile: { firstName: 'Jack' } };
    expect(afterwards(jim, { sent, edits: [sets('Joe')], arrived: theirs })).toMatchObject({
      local: {},
      conflicts: [],
    });
    const other = afterwards(jim, { sent, edits: [sets('Jan')], arrived: theirs });
    expect(other).toMatchObject({ local: {}, conflicts: [{ primary: 'Jack', local: 'Jan' }] });
  });

  it('gives way to what was sent of other fields', () => {
    expect(afterwards(jim, { sent: ['lastName'], edits: [sets('Joe')], arrived })).toMatchObject({ local: {} });
  });

  it('is the decision of a conflict, too', () => {
    const conflict = mergeContact({
      stored: jim,
      theirs: primaryContact({ profile: { firstName: 'Jack' } }),
      policy: PRIMARY_WINS,
      runId: 'run-1',
      now: NOW,
    }).contact;
    const decide =
      (keep: 'LOCAL' | 'PRIMARY'): Edit =>
      (contact) =>
        resolveConflict(contact, { field: 'firstName', keep }, SECOND);
    const primary = afterwards(conflict, { sent, edits: [decide('PRIMARY')], arrived });
    expect(primary).toMatchObject({ local: { firstName: firstName('Jack') }, conflicts: [] });
    expect(afterwards(conflict, { sent, edits: [decide('LOCAL')], arrived }).syncState).toBe('IN_SYNC');
  });
});

describe('a list wish that is taken back while it is carried out', () => {
  it('to join becomes one to leave', () => {
    const joining = wished(storedContact(), { add: ['list-a'] });
    const there = { sent: ['list:list-a'], edits: [lists({ remove: ['list-a'] })], arrived: { listIds: ['list-a'] } };
    const wish = { listId: 'list-a', wishedAt: LATER, wishedBy: 'bob' };
    expect(afterwards(joining, there).localLists).toEqual({ add: [], remove: [wish] });
    expect(afterwards(joining, { ...there, arrived: {} }).syncState).toBe('IN_SYNC');
    const again = [...there.edits, lists({ add: ['list-a'] })];
    expect(afterwards(joining, { ...there, edits: again }).syncState).toBe('IN_SYNC');
    expect(afterwards(joining, { ...there, sent: ['firstName'] }).localLists.remove).toEqual([]);
  });

  it('to leave is told, and nobody is put back: the person may have left, too', () => {
    const leaving = wished(storedContact(primaryContact({ listIds: ['list-a'] })), { remove: ['list-a'] });
    const gone = { sent: ['leave:list-a'], edits: [lists({ add: ['list-a'] })], arrived: {} };
    const told = afterwards(leaving, gone);
    expect(told.localLists).toEqual({ add: [], remove: [] });
    expect(told.refusals).toMatchObject([{ subject: 'list:list-a', reason: 'LEFT_LIST' }]);
    expect(afterwards(leaving, { ...gone, arrived: { listIds: ['list-a'] } }).refusals).toEqual([]);
  });
});
