import { randomUUID } from 'node:crypto';
import { ObjectId } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeId } from '../../src/schema/node-id.ts';
import type { SaveContactArgument } from '../../src/schema/save-contact.ts';
import { openTestGraphQL, type TestGraphQL } from '../kit/graphql.ts';
import { SEEDED_AT, seedContacts, seedLists } from '../kit/seed-contacts.ts';
import { seedOwner } from '../kit/seed-runs.ts';

const ERROR = '... on UserError { code message } ... on InvalidInput { problems { path message } }';
const CONTACT =
  'id email firstName lastName revision syncState lists { name } pendingChanges { field value changedBy }';
const SAVE = `mutation Save($input: SaveContactInput!) { saveContact(input: $input) { __typename
  ... on SaveContactSuccess { created contact { ${CONTACT} history(first: 1) { nodes { changedBy source changes { kind subject } } } } refused { subject reason } }
  ... on RevisionConflict { contact { revision firstName } } ... on EmailTaken { contact { email } } ${ERROR} } }`;
const SAVE_MANY = `mutation Save($inputs: [SaveContactInput!]!) { saveContacts(inputs: $inputs) { __typename
  ... on SaveContactsSuccess { results { index result { __typename ... on SaveContactSuccess { created contact { email firstName revision } } ... on InvalidInput { problems { path } } } } } ${ERROR} } }`;
const mutation = (name: string, input: string, fields: string) =>
  `mutation Do($input: ${input}!) { ${name}(input: $input) { __typename ${fields} ${ERROR} } }`;
const DISCARD = mutation(
  'discardLocalChanges',
  'DiscardLocalChangesInput',
  `... on DiscardLocalChangesSuccess { contact { ${CONTACT} } }`,
);
const RESOLVE = mutation(
  'resolveConflict',
  'ResolveConflictInput',
  `... on ResolveConflictSuccess { contact { ${CONTACT} conflicts { field } jobTitle } }`,
);
const DELETE = mutation(
  'deleteContact',
  'DeleteContactInput',
  `... on DeleteContactSuccess { outcome contact { ${CONTACT} } }`,
);
const MEMBERSHIP =
  '... on ListMembershipSuccess { list { name } changed unchanged refused { index contact { email } reason message } }';
const ADD = mutation('addContactsToList', 'ListMembershipInput', MEMBERSHIP);
const REMOVE = mutation('removeContactsFromList', 'ListMembershipInput', MEMBERSHIP);

const changed = { changedAt: SEEDED_AT, changedBy: 'crm' };

describe.each([
  ['the compiled executor', true],
  ['the standard executor', false],
])('local work through %s', (_name, compiled) => {
  let graphql: TestGraphQL;
  let listIds: string[];
  const save = async (input: object) => (await graphql.query(SAVE, { input })).saveContact;
  const saveMany = async (inputs: object[]) => (await graphql.query(SAVE_MANY, { inputs })).saveContacts;
  const contactOf = async (email: string) =>
    (
      await graphql.query(`query One($email: EmailAddress!) { contact(by: { email: $email }) { ${CONTACT} } }`, {
        email,
      })
    ).contact;

  beforeAll(async () => {
    graphql = await openTestGraphQL({ compiled });
    listIds = await seedLists(graphql.store, ['Newsletter', 'Customers']);
    await graphql.store.customFields.replaceAll([
      { customFieldId: 'cf-color', label: 'Color', name: 'color', type: 'string', choices: [] },
    ]);
  });
  afterAll(() => graphql[Symbol.asyncDispose]());
  const seed = async (email: string, more: Parameters<typeof seedContacts>[1][number] = {}) =>
    (await seedContacts(graphql.store, [{ profile: { email, firstName: 'Ann' }, ...more }]))[0];

  it('creates a contact by an email that nobody has, with what was given, in the name of the caller', async () => {
    const input = {
      contact: { email: 'New@example.org' },
      firstName: ' Noa ',
      birthday: '02-29',
      phoneNumbers: [{ number: '+1 555 0100', kind: 'work' }],
      customFields: [{ customFieldId: 'cf-color', value: 'red' }],
      lists: [{ name: 'Newsletter' }],
    };
    const saved = await save(input);
    expect(saved).toMatchObject({ __typename: 'SaveContactSuccess', created: true, refused: [] });
    expect(saved.contact).toMatchObject({
      email: 'New@example.org',
      firstName: 'Noa',
      revision: 1,
      syncState: 'ONLY_LOCAL',
      lists: [{ name: 'Newsletter' }],
    });
    expect(saved.contact.history.nodes[0]).toMatchObject({ changedBy: 'test', source: 'LOCAL' });
    expect(saved.contact.history.nodes[0].changes[0]).toEqual({ kind: 'CREATED', subject: 'contact' });
    // The same again changes nothing, and creates nobody a second time.
    const again = await save({ ...input, contact: { email: 'new@EXAMPLE.org' } });
    expect(again).toMatchObject({ created: false, contact: { id: saved.contact.id, revision: 1 } });
  });

  it('changes only what is given, clears what is null, and names each change', async () => {
    const contact = await seed('change@example.org', { lists: [listIds[0] ?? ''] });
    const saved = await save({ contact: { contactId: contact?.contactId }, firstName: null, lastName: 'Lee' });
    expect(saved.contact).toMatchObject({
      email: 'change@example.org',
      firstName: null,
      lastName: 'Lee',
      revision: 2,
      syncState: 'PENDING_PUSH',
      pendingChanges: [
        { field: 'firstName', value: null, changedBy: 'test' },
        { field: 'lastName', value: 'Lee', changedBy: 'test' },
      ],
    });
    const unchanged = await save({ contact: { email: 'change@example.org' } });
    expect(unchanged.contact).toMatchObject({ revision: 2 });
  });

  it('clears all custom fields by null, and only those named otherwise', async () => {
    const customFields = [{ customFieldId: 'cf-color', value: 'red', choiceIds: [] }];
    await seed('fields@example.org', { profile: { email: 'fields@example.org', customFields } });
    const saved = await save({ contact: { email: 'fields@example.org' }, customFields: null });
    expect(saved.contact.pendingChanges).toMatchObject([{ field: 'customField:cf-color', value: null }]);
  });

  it('tells all problems of an input at once, each by its path, and changes nothing', async () => {
    const answer = await save({
      contact: { email: 'problems@example.org' },
      firstName: 'x'.repeat(51),
      lastName: 'a\u0000b',
      birthday: '02-30',
      phoneNumbers: [{ number: 'none', kind: 'pager' }],
      streetAddresses: [{ kind: 'home' }],
      customFields: [{ customFieldId: 'unknown', value: 'x'.repeat(256) }],
      lists: [{ listId: 'nowhere' }],
    });
    expect(answer).toMatchObject({ __typename: 'InvalidInput', code: 'INVALID_INPUT' });
    const paths = answer.problems.map(({ path }: { path: string[] }) => path.join('.'));
    expect(paths.sort()).toEqual([
      'input.birthday',
      'input.customFields.0.customFieldId',
      'input.customFields.0.value',
      'input.firstName',
      'input.lastName',
      'input.lists.0',
      'input.phoneNumbers.0.kind',
      'input.phoneNumbers.0.number',
      'input.streetAddresses.0',
    ]);
    expect(await contactOf('problems@example.org')).toBeNull();
  });

  it('takes 25 custom fields and no more', async () => {
    const customFields = Array.from({ length: 25 }, (_, index) => ({
      customFieldId: `cf-${index}`,
      value: 'x',
      choiceIds: [],
    }));
    await seed('many@example.org', { profile: { email: 'many@example.org', customFields } });
    const one = [{ customFieldId: 'cf-color', value: 'red' }];
    expect(await save({ contact: { email: 'many@example.org' }, customFields: one })).toMatchObject({
      __typename: 'InvalidInput',
      problems: [{ path: ['input', 'customFields'] }],
    });
  });

  it('refuses a stale edit with the contact as it is now', async () => {
    await seed('stale@example.org');
    const contact = { email: 'stale@example.org' };
    expect(await save({ contact, ifRevision: 1, firstName: 'First' })).toMatchObject({ contact: { revision: 2 } });
    expect(await save({ contact, ifRevision: 1, firstName: 'Second' })).toMatchObject({
      __typename: 'RevisionConflict',
      code: 'REVISION_CONFLICT',
      contact: { revision: 2, firstName: 'First' },
    });
    expect(await save({ contact, ifRevision: 0 })).toMatchObject({ __typename: 'RevisionConflict' });
    expect(await save({ contact: { email: 'not-yet@example.org' }, ifRevision: 3 })).toMatchObject({
      __typename: 'ContactNotFound',
    });
  });

  it('refuses an address that another contact has, be that one here alone', async () => {
    await seed('owner@example.org');
    await save({ contact: { email: 'here@example.org' } });
    await seed('mover@example.org');
    for (const email of ['OWNER@example.org', 'here@example.org']) {
      expect(await save({ contact: { email: 'mover@example.org' }, email })).toMatchObject({
        __typename: 'EmailTaken',
        code: 'EMAIL_TAKEN',
        contact: { email: email.toLowerCase() },
      });
    }
    expect(await save({ contact: { email: 'mover@example.org' }, email: null })).toMatchObject({
      problems: [{ path: ['input', 'email'] }],
    });
  });

  it('lets two callers create one contact at once, never two', async () => {
    const contact = { email: 'race@example.org' };
    const answers = await Promise.all(['A', 'B', 'C', 'D'].map((lastName) => save({ contact, lastName })));
    expect(answers.map(({ created }) => created).filter(Boolean)).toHaveLength(1);
    expect(await graphql.store.contacts.byEmailKey('race@example.org')).toHaveLength(1);
  });

  it('saves a thousand at once, each on its own, each once', async () => {
    const inputs: (Partial<SaveContactArgument> & { contact: object })[] = Array.from({ length: 997 }, (_, index) => ({
      contact: { email: `bulk-${index}@example.org` },
      firstName: `Bulk ${index}`,
    }));
    inputs.push(
      { contact: { email: 'bulk-0@example.org' }, lastName: 'Twice' },
      { contact: { id: nodeId('Contact', new ObjectId()) } },
      { contact: { email: 'bulk-bad@example.org' }, firstName: 'x'.repeat(51) },
    );
    const { results } = await saveMany(inputs);
    expect(results).toHaveLength(1_000);
    const types = results.map(({ result }: { result: { __typename: string } }) => result.__typename);
    expect(types.filter((type: string) => type === 'SaveContactSuccess')).toHaveLength(997);
    expect(results[996]).toMatchObject({ index: 996, result: { created: true, contact: { firstName: 'Bulk 996' } } });
    expect(results.slice(997).map(({ result }: { result: object }) => result)).toEqual([
      { __typename: 'InvalidInput', problems: [{ path: ['inputs', '997', 'contact'] }] },
      { __typename: 'ContactNotFound' },
      { __typename: 'InvalidInput', problems: [{ path: ['inputs', '999', 'firstName'] }] },
    ]);
    const tooMany = Array.from({ length: 1_001 }, () => ({ contact: { contactId: 'x' } }));
    expect(await saveMany(tooMany)).toMatchObject({ __typename: 'InvalidInput', problems: [{ path: ['inputs'] }] });
  });

  it('puts contacts on a list and takes them off, and refuses those who have left', async () => {
    const [newsletter = '', customers = ''] = listIds;
    await seed('on@example.org', { lists: [newsletter] });
    await seed('off@example.org');
    await seed('left@example.org', { consent: { permissionToSend: 'UNSUBSCRIBED' } });
    const contacts = ['on', 'off', 'left', 'nobody', 'off'].map((name) => ({ email: `${name}@example.org` }));
    const { addContactsToList } = await graphql.query(ADD, { input: { list: { listId: newsletter }, contacts } });
    expect(addContactsToList).toMatchObject({
      __typename: 'ListMembershipSuccess',
      list: { name: 'Newsletter' },
      changed: 1,
      unchanged: 2,
      refused: [
        { index: 2, contact: { email: 'left@example.org' }, reason: 'UNSUBSCRIBED' },
        { index: 3, contact: null, reason: 'NOT_FOUND' },
      ],
    });
    expect(await contactOf('off@example.org')).toMatchObject({ revision: 2, lists: [{ name: 'Newsletter' }] });
    const { removeContactsFromList } = await graphql.query(REMOVE, {
      input: { list: { name: 'Newsletter' }, contacts: contacts.slice(0, 2) },
    });
    expect(removeContactsFromList).toMatchObject({ changed: 2, refused: [] });
    expect(await contactOf('on@example.org')).toMatchObject({ lists: [], syncState: 'PENDING_PUSH' });
    // The wish that was never sent is gone as if it had not been.
    expect(await contactOf('off@example.org')).toMatchObject({ lists: [], syncState: 'IN_SYNC' });
    const unknown = await graphql.query(ADD, { input: { list: { listId: randomUUID() }, contacts: [] } });
    expect(unknown.addContactsToList).toMatchObject({ __typename: 'ContactListNotFound' });
    const many = Array.from({ length: 1_001 }, () => ({ contactId: 'x' }));
    const tooMany = await graphql.query(ADD, { input: { list: { listId: customers }, contacts: many } });
    expect(tooMany.addContactsToList).toMatchObject({ problems: [{ path: ['input', 'contacts'] }] });
  });

  it('drops pending changes, all or those named', async () => {
    await seed('drop@example.org');
    const contact = { email: 'drop@example.org' };
    await save({ contact, firstName: 'Other', lastName: 'Lee', lists: [{ name: 'Customers' }] });
    const discard = async (input: object) => (await graphql.query(DISCARD, { input })).discardLocalChanges;
    expect(await discard({ contact, fields: ['lastName', `list:${listIds[1]}`] })).toMatchObject({
      contact: { firstName: 'Other', lastName: null, lists: [], revision: 3 },
    });
    expect(await discard({ contact, fields: ['nonsense'] })).toMatchObject({
      problems: [{ path: ['input', 'fields', '0'] }],
    });
    expect(await discard({ contact, ifRevision: 1 })).toMatchObject({ __typename: 'RevisionConflict' });
    expect(await discard({ contact })).toMatchObject({ contact: { firstName: 'Ann', syncState: 'IN_SYNC' } });
    await save({ contact: { email: 'only-here@example.org' } });
    expect(await discard({ contact: { email: 'only-here@example.org' } })).toMatchObject({
      __typename: 'InvalidInput',
    });
  });

  it('decides conflicts one way or the other', async () => {
    const resolve = async (input: object) => (await graphql.query(RESOLVE, { input })).resolveConflict;
    for (const [resolution, jobTitle, syncState] of [
      ['KEEP_LOCAL', 'ours', 'PENDING_PUSH'],
      ['ACCEPT_PRIMARY', 'theirs', 'IN_SYNC'],
    ]) {
      const email = `${resolution}@example.org`;
      const conflict = {
        field: 'jobTitle',
        base: null,
        primary: 'theirs',
        local: 'ours',
        detectedAt: SEEDED_AT,
      } as const;
      await seed(email, {
        profile: { email, jobTitle: 'theirs' },
        conflicts: [{ ...conflict, ...changed, runId: null }],
      });
      const input = { contact: { email }, field: 'jobTitle', resolution };
      expect(await resolve(input)).toMatchObject({ contact: { jobTitle, syncState, conflicts: [] } });
      expect(await resolve(input)).toMatchObject({ problems: [{ path: ['input', 'field'] }] });
    }
  });

  it('deletes with a confirmation: at once what is only here, by the next push what is not', async () => {
    const remove = async (input: object) => (await graphql.query(DELETE, { input })).deleteContact;
    await save({ contact: { email: 'gone@example.org' } });
    const here = { email: 'gone@example.org' };
    expect(await remove({ contact: here, confirm: false })).toMatchObject({
      problems: [{ path: ['input', 'confirm'] }],
    });
    expect(await remove({ contact: here, confirm: true })).toMatchObject({ outcome: 'REMOVED', contact: null });
    expect(await contactOf('gone@example.org')).toBeNull();
    expect(await remove({ contact: here, confirm: true })).toMatchObject({ __typename: 'ContactNotFound' });
    await seed('there@example.org');
    const there = { contact: { email: 'there@example.org' }, confirm: true };
    const requested = await remove(there);
    expect(requested).toMatchObject({ outcome: 'REQUESTED', contact: { syncState: 'PENDING_PUSH', revision: 2 } });
    expect(await remove(there)).toMatchObject({ outcome: 'REQUESTED', contact: { revision: 2 } });
    await seed('was@example.org', { deletedAt: SEEDED_AT });
    expect(await remove({ contact: { email: 'was@example.org' }, confirm: true })).toMatchObject({
      outcome: 'DELETED_BEFORE',
    });
  });

  it('asks for the deletion of a contact that a push may be creating at this moment', async () => {
    await save({ contact: { email: 'sending@example.org' } });
    const [contact] = await graphql.store.contacts.byEmailKey('sending@example.org');
    if (contact === undefined) throw new Error('not saved');
    const batch = {
      _id: new ObjectId(),
      runId: new ObjectId(),
      kind: 'CREATE',
      state: 'SENDING',
      listIds: [],
      rows: [
        { contact: contact._id, contactId: null, emailKey: null, revision: 1, subjects: ['email'], optInAt: null },
      ],
      activityId: null,
      sentAt: SEEDED_AT,
      preparedAt: SEEDED_AT,
      outcome: null,
    } as const;
    await graphql.store.pushBatches.insert(batch, await seedOwner(graphql.store.db));
    const { deleteContact } = await graphql.query(DELETE, {
      input: { contact: { email: 'sending@example.org' }, confirm: true },
    });
    expect(deleteContact).toMatchObject({ outcome: 'REQUESTED' });
  });
});
