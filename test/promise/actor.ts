import { ObjectId } from 'mongodb';
import type { ContactDocument } from '../../src/store/contact-document.ts';
import type { LocalWorkContext } from '../../src/sync/local-work/local-work.ts';
import { discardLocalChanges, resolveConflict } from '../../src/sync/local-work/settle-contact.ts';
import { createLocally, type LocalWork, workLocally } from '../kit/local-work.ts';
import type { TrueContact } from '../kit/sandbox.ts';
import type { Act, Address, FieldName, Person } from './acts.ts';
import { EDITED_FIELDS, type EditedField, fieldValue, profileField, storedText, textOf, trueText } from './fields.ts';
import type { SomePerson } from './people.ts';
import type { Scene } from './scene.ts';
import type { World } from './world.ts';

/** Does what people, the owner and users of the gateway do, and remembers it. */
export interface Actor {
  setUp(people: readonly Person[]): Promise<void>;
  act(act: Act, indent: string): Promise<void>;
}

const API_NAMES = { firstName: 'first_name', lastName: 'last_name', jobTitle: 'job_title' } as const;

/** A field as the owner sets it. */
const trueFieldOf = ({ hobbyId }: World, field: FieldName, value: string): object =>
  field === 'hobby' ? { custom_fields: [{ custom_field_id: hobbyId, value }] } : { [API_NAMES[field]]: value };

export function createActor(scene: Scene): Actor {
  const { world, memory, tell } = scene;
  const { sandbox, store, time, listIds } = world;
  let values = 0;
  const fresh = () => `v${++values}`;
  const listAt = (draw: number): [id: string, name: string] => {
    const index = draw % listIds.length;
    return [listIds[index] ?? '', `list ${index + 1}`];
  };
  /** One of these lists; where there is none, any: then nothing will happen. */
  const listOf = (draw: number, lists: readonly string[]): [id: string, name: string] => {
    const id = [...lists].sort()[draw % lists.length];
    return id === undefined ? listAt(draw) : [id, `list ${listIds.indexOf(id) + 1}`];
  };
  const personAt = (draw: number): SomePerson | undefined => memory.people[draw % memory.people.length];
  const inPrimary = (draw: number): (SomePerson & { contactId: string }) | undefined => {
    const known = memory.people.filter(
      (person): person is SomePerson & { contactId: string } => person.contactId !== null,
    );
    return known[draw % known.length];
  };

  async function documentOf(person: SomePerson): Promise<ContactDocument | null> {
    if (person.documentId !== null) return store.contacts.get(person.documentId);
    if (person.contactId === null) return null;
    return (await store.contacts.byContactIds([person.contactId]))[0] ?? null;
  }

  async function addressOf(address: Address): Promise<string> {
    if (address !== 'fresh') {
      const owner = inPrimary(address.of);
      const taken = owner === undefined ? undefined : (await world.truthOf(owner.contactId)).email_address?.address;
      if (taken !== undefined) return address.capitals ? taken.toUpperCase() : taken;
    }
    return `${fresh()}@example.com`;
  }

  /** What stands in the primary is remembered before the owner changes it. */
  async function remember(contactId: string): Promise<TrueContact> {
    await scene.look();
    const truth = await world.truthOf(contactId);
    rememberTruth(scene, truth);
    return truth;
  }

  async function members(listId: string, change: { add?: string[]; remove?: string[] }): Promise<void> {
    await sandbox.control('POST', `/lists/${listId}/members`, change);
  }

  async function leaves(person: SomePerson & { contactId: string }, listId: string): Promise<boolean> {
    const truth = await remember(person.contactId);
    if (!truth.list_memberships?.includes(listId)) return false;
    await members(listId, { remove: [person.contactId] });
    scene.seq += 1;
    person.left.set(listId, scene.seq);
    person.ownMoves.add(listId);
    person.leftBeforeWish.delete(listId);
    return true;
  }

  async function joins(person: SomePerson & { contactId: string }, listId: string): Promise<boolean> {
    const truth = await remember(person.contactId);
    // To add a deleted contact to a list would bring it back: another story.
    if (truth.deleted_at || scene.goneLists.has(listId) || truth.list_memberships?.includes(listId)) return false;
    await members(listId, { add: [person.contactId] });
    person.ownMoves.add(listId);
    person.left.delete(listId);
    person.leftBeforeWish.delete(listId);
    return true;
  }

  async function ownAct(act: Act): Promise<string | null> {
    switch (act.kind) {
      case 'unsubscribes':
      case 'returns': {
        const person = inPrimary(act.who);
        if (person === undefined) return null;
        const truth = await remember(person.contactId);
        if (!truth.email_address || (act.kind === 'returns' && truth.deleted_at)) return null;
        // The API's dates have whole seconds: who comes and goes within one leaves no trace.
        time.nowMs += 1_000;
        // A job that has come to its end meanwhile came before this act.
        await scene.look();
        const call = act.kind === 'unsubscribes' ? 'unsubscribe' : 'resubscribe';
        await sandbox.control('POST', `/contacts/${person.contactId}/${call}`, {});
        scene.seq += 1;
        person.isOut = act.kind === 'unsubscribes';
        person.outAt = scene.seq;
        person.consentActs += 1;
        return `${person.name} ${act.kind === 'unsubscribes' ? 'unsubscribes' : 'subscribes again'}`;
      }
      case 'leaves':
      case 'joins': {
        const person = inPrimary(act.who);
        if (person === undefined) return null;
        const lists = (await remember(person.contactId)).list_memberships ?? [];
        const [listId, name] = act.kind === 'leaves' ? listOf(act.list, lists) : listAt(act.list);
        const done = await (act.kind === 'leaves' ? leaves : joins)(person, listId);
        return done ? `${person.name} ${act.kind} ${name}` : null;
      }
      case 'swaps': {
        const [person, other] = [inPrimary(act.who), inPrimary(act.other)];
        if (person === undefined || other === undefined || person === other) return null;
        const [listId, name] = listOf(act.list, (await remember(person.contactId)).list_memberships ?? []);
        if (!(await leaves(person, listId))) return null;
        const joined = await joins(other, listId);
        return `${person.name} leaves ${name}${joined ? `, and ${other.name} joins it` : ''}`;
      }
      default:
        return ownerAct(act);
    }
  }

  async function ownerAct(act: Act): Promise<string | null> {
    switch (act.kind) {
      case 'isDeletedByOwner': {
        const person = inPrimary(act.who);
        if (person === undefined) return null;
        await remember(person.contactId);
        await sandbox.control('DELETE', `/contacts/${person.contactId}`);
        scene.seq += 1;
        person.deletedAt = scene.seq;
        return `the owner deletes ${person.name}`;
      }
      case 'isRenamedByOwner': {
        const person = inPrimary(act.who);
        if (person === undefined) return null;
        await remember(person.contactId);
        const value = fresh();
        await sandbox.control('PATCH', `/contacts/${person.contactId}`, trueFieldOf(world, act.field, value));
        scene.seq += 1;
        memory.ownerEdits.push({ person, field: act.field, value, at: scene.seq });
        return `the owner sets ${person.name}'s ${act.field} to ${value}`;
      }
      case 'getsAddressFromOwner': {
        const person = inPrimary(act.who);
        if (person === undefined) return null;
        const truth = await remember(person.contactId);
        if (!truth.email_address) return null;
        const address = `${fresh()}@example.com`;
        await sandbox.control('PATCH', `/contacts/${person.contactId}`, { email_address: { address } });
        scene.seq += 1;
        memory.ownerEdits.push({ person, field: 'email', value: address, at: scene.seq });
        return `the owner gives ${person.name} the address ${address}`;
      }
      case 'isCreatedByOwner': {
        const address = await wantedHere(act.address);
        const [listId, name] = listAt(act.list);
        try {
          const created = await create(address, 'explicit', [listId]);
          const person = memory.addPerson({ contactId: created });
          person.ownMoves.add(listId);
          return `the owner creates ${person.name} with ${address} on ${name}`;
        } catch {
          return null; // Somebody has the address.
        }
      }
      case 'listIsDeletedByOwner': {
        const [listId, name] = listAt(act.list);
        // The others go on with what is left.
        if (scene.goneLists.size > 0) return null;
        const headers = { authorization: 'Bearer sandbox' };
        const { status } = await fetch(`${sandbox.apiUrl}/contact_lists/${listId}`, { method: 'DELETE', headers });
        scene.ownerRequests += 1;
        if (status !== 202) return null;
        scene.goneLists.add(listId);
        return `the owner deletes ${name}`;
      }
      case 'timePasses':
        time.nowMs += act.ms;
        return `${act.ms / 1_000} s pass`;
      default:
        return localAct(act);
    }
  }

  /** For the owner an address that is waiting here is the interesting one. */
  async function wantedHere(address: Address): Promise<string> {
    if (address === 'fresh') return addressOf(address);
    const waiting = await store.contacts.collection.find({ localOnly: true }).toArray();
    return waiting[address.of % Math.max(1, waiting.length)]?.emailKey ?? addressOf('fresh');
  }

  async function create(address: string, permission: string, lists: readonly string[]): Promise<string> {
    const { contact_id } = await sandbox.control<TrueContact>('POST', '/contacts', {
      email_address: { address, permission_to_send: permission },
      first_name: fresh(),
      list_memberships: lists,
    });
    return contact_id;
  }

  async function locally(person: SomePerson, work: LocalWork): Promise<ContactDocument | null> {
    const document = await documentOf(person);
    if (document === null) return null;
    const at = new Date(time.nowMs + scene.skewMs);
    return workLocally({ store }, document._id, { ...work, at });
  }

  async function edit(person: SomePerson, field: EditedField, value: string | null): Promise<boolean> {
    const before = await documentOf(person);
    if (before?.contactId === null && field === 'email' && value !== null) {
      // Addresses are unique among contacts that exist only here.
      if ((await store.contacts.localOnlyByEmailKeys([value.toLowerCase()])).length > 0) return false;
      person.addresses.add(value.toLowerCase());
    }
    const name = profileField(world, field);
    const after = await locally(person, { fields: { [name]: fieldValue(world, field, value) } });
    if (before === null || after === null || after.revision === before.revision) return false;
    const isSetBack = after.local[name] === undefined;
    memory.edits.push({ documentId: after._id, person, field, value, isSetBack });
    return true;
  }

  async function localAct(act: Act): Promise<string | null> {
    switch (act.kind) {
      case 'isEditedHere': {
        const person = personAt(act.who);
        if (person === undefined) return null;
        const value = act.clear ? null : fresh();
        return (await edit(person, act.field, value)) ? `here ${person.name}'s ${act.field} becomes ${value}` : null;
      }
      case 'isSetBackHere': {
        const person = personAt(act.who);
        const document = person === undefined ? null : await documentOf(person);
        if (person === undefined || document === null) return null;
        const value = storedText(world, document.primary, act.field);
        return (await edit(person, act.field, value))
          ? `here ${person.name}'s ${act.field} becomes ${value} again`
          : null;
      }
      case 'getsAddressHere': {
        const person = personAt(act.who);
        const address = await addressOf(act.address);
        if (person === undefined || !(await edit(person, 'email', address))) return null;
        return `here ${person.name} gets the address ${address}`;
      }
      case 'isToJoin':
      case 'isToLeave': {
        const person = personAt(act.who);
        if (person === undefined) return null;
        const kind = act.kind === 'isToJoin' ? 'add' : 'remove';
        const before = await documentOf(person);
        const isOn = (each: string) => unifiedLists(before).includes(each);
        const possible = listIds.filter((each) => isOn(each) === (kind === 'remove'));
        const [listId, name] = listOf(act.list, possible);
        const after = await locally(person, { [kind]: [listId] });
        if (before === null || after === null || before.revision === after.revision) return null;
        wish(person, { before, after, listId, kind });
        return `here ${person.name} is to ${kind === 'add' ? 'join' : 'leave'} ${name}`;
      }
      case 'isToBeDeleted': {
        const person = personAt(act.who);
        if (person === undefined || (await locally(person, { deletion: true })) === null) return null;
        return `here ${person.name} is to be deleted`;
      }
      case 'isDiscardedHere': {
        const person = personAt(act.who);
        const before = person === undefined ? null : await documentOf(person);
        if (person === undefined || before === null) return null;
        const target = { contact: { kind: 'ID', id: before._id }, ifRevision: null } as const;
        const outcome = await discardLocalChanges(localWorkContext(), { ...target, subjects: null });
        if (outcome.kind !== 'CHANGED' || outcome.contact.revision === before.revision) return null;
        dropped(person, before, outcome.contact);
        return `here what waits of ${person.name} is discarded`;
      }
      case 'isDecidedHere': {
        const person = personAt(act.who);
        const before = person === undefined ? null : await documentOf(person);
        const [conflict] = before?.conflicts ?? [];
        const field = EDITED_FIELDS.find((each) => profileField(world, each) === conflict?.field);
        if (person === undefined || before === null || conflict === undefined || field === undefined) return null;
        const target = { contact: { kind: 'ID', id: before._id }, ifRevision: null } as const;
        const decision = { field: conflict.field, keep: act.keep };
        const outcome = await resolveConflict(localWorkContext(), { ...target, ...decision });
        if (outcome.kind !== 'CHANGED') return null;
        const value = textOf(conflict.local);
        if (conflict.field in outcome.contact.local) {
          memory.edits.push({ documentId: before._id, person, field, value, isSetBack: false });
        }
        return `here the conflict about ${person.name}'s ${field} is decided for ${act.keep}`;
      }
      case 'isCreatedHere': {
        const address = await addressOf(act.address);
        if ((await store.contacts.localOnlyByEmailKeys([address.toLowerCase()])).length > 0) return null;
        const lists = act.lists.map(listAt);
        const add = lists.map(([listId]) => listId);
        const fields = { email: address, firstName: fresh() };
        const document = await createLocally({ store }, { fields, add, at: new Date(time.nowMs + scene.skewMs) });
        const person = memory.addPerson({ contactId: null, documentId: document._id });
        person.addresses.add(address.toLowerCase());
        memory.edits.push({
          documentId: document._id,
          person,
          field: 'firstName',
          value: fields.firstName,
          isSetBack: false,
        });
        memory.edits.push({ documentId: document._id, person, field: 'email', value: address, isSetBack: false });
        return `here ${person.name} is created with ${address} for ${lists.map(([, name]) => name).join(' and ') || 'no list'}`;
      }
      default:
        throw new Error(`an act of no kind: ${act.kind}`);
    }
  }

  function localWorkContext(): LocalWorkContext {
    const now = () => new Date(time.nowMs + scene.skewMs);
    return { store, newId: () => new ObjectId(), now, changedBy: 'test' };
  }

  /** What is discarded here is to be as it was, also where it is on its way. */
  function dropped(person: SomePerson, before: ContactDocument, after: ContactDocument): void {
    for (const field of EDITED_FIELDS) {
      const name = profileField(world, field);
      if (!(name in before.local) || name in after.local) continue;
      const value = storedText(world, after.primary, field);
      memory.edits.push({ documentId: after._id, person, field, value, isSetBack: true });
    }
    for (const { listId } of before.localLists.add) wish(person, { before, after, listId, kind: 'remove' });
    for (const { listId } of before.localLists.remove) wish(person, { before, after, listId, kind: 'add' });
  }

  function wish(
    person: SomePerson,
    {
      before,
      after,
      listId,
      kind,
    }: { before: ContactDocument; after: ContactDocument; listId: string; kind: 'add' | 'remove' },
  ): void {
    const stands = (document: ContactDocument, side: 'add' | 'remove') =>
      document.localLists[side].some((each) => each.listId === listId);
    const opposite = kind === 'add' ? 'remove' : 'add';
    const isTakenBack = stands(before, opposite) && !stands(after, opposite) && !stands(after, kind);
    if (isTakenBack || (!stands(before, kind) && stands(after, kind))) {
      memory.wishes.push({ documentId: after._id, person, listId, kind, isTakenBack });
    }
    const leftAt = person.left.get(listId);
    if (kind === 'add' && stands(after, 'add') && leftAt !== undefined) {
      person.leftBeforeWish.set(listId, leftAt);
      person.left.delete(listId);
    }
    const restored = person.leftBeforeWish.get(listId);
    if (kind === 'remove' && restored !== undefined) {
      person.left.set(listId, restored);
      person.leftBeforeWish.delete(listId);
    }
  }

  return {
    async setUp(people) {
      for (const { lists, state } of people) {
        const name = `p${memory.people.length}`;
        const names = lists.map(listAt);
        const permission = state === 'explicit' || state === 'implicit' ? state : 'explicit';
        const contactId = await create(
          `${name}@example.com`,
          permission,
          names.map(([listId]) => listId),
        );
        const person = memory.addPerson({ contactId });
        if (state === 'unsubscribed') {
          await sandbox.control('POST', `/contacts/${contactId}/unsubscribe`, {});
          person.isOut = true;
        }
        if (state === 'deleted') await sandbox.control('DELETE', `/contacts/${contactId}`);
        tell(
          `${person.name} (${name}@example.com) is ${state}, on ${names.map(([, label]) => label).join(', ') || 'no list'}`,
        );
      }
      time.nowMs += 3_000;
    },
    async act(act, indent) {
      const told = await ownAct(act);
      if (told === null) return;
      scene.happens(act.kind);
      tell(`${indent}${told}`);
    },
  };
}

/** The lists that the contact is on when all wishes are fulfilled. */
function unifiedLists(document: ContactDocument | null): string[] {
  if (document === null) return [];
  const { lists, localLists } = document;
  const leaving = localLists.remove.map(({ listId }) => listId);
  return [...lists, ...localLists.add.map(({ listId }) => listId)].filter((listId) => !leaving.includes(listId));
}

/** Adds what the primary says now to what has stood there. */
export function rememberTruth({ memory, world }: Scene, truth: TrueContact): void {
  const { contact_id } = truth;
  for (const field of EDITED_FIELDS)
    memory.stoodInPrimary.add(`${contact_id} ${field} ${trueText(world, truth, field)}`);
  for (const listId of world.listIds) {
    memory.stoodInPrimary.add(`${contact_id} ${listId} ${truth.list_memberships?.includes(listId) ? 'on' : 'off'}`);
  }
}
