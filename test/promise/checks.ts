import type { HistoryChange } from '../../src/model/history.ts';
import type { ContactDocument } from '../../src/store/contact-document.ts';
import { fieldValuesEqual } from '../../src/sync/decide/unified-contact.ts';
import type { TrueContact } from '../kit/sandbox.ts';
import { rememberTruth } from './actor.ts';
import { EDITED_FIELDS, fieldValue, profileField, storedText, textOf, trueText } from './fields.ts';
import type { LocalEdit, SomePerson } from './people.ts';
import { deletionLookStart, lookStart, namesContact, namesMembership, windowStart } from './request-log.ts';
import type { Scene } from './scene.ts';
import type { ReturnRecord } from './world.ts';

/** The invariants. Each throws what is broken, in words. */
export interface Checks {
  afterRun(): Promise<void>;
  /** @param budgetTaken requests that the budget let go; `isCountExact`: no process died, and one worked at a time */
  atTheEnd(budgetTaken: number, isCountExact: boolean): Promise<void>;
}

interface OpenReturn {
  readonly person: SomePerson;
  readonly consentActs: number;
  readonly repairs: number;
}

export function createChecks(scene: Scene): Checks {
  const { world, memory, counted } = scene;
  const { store } = world;
  let returnsSeen = 0;
  let openReturns: OpenReturn[] = [];

  async function learnContacts(): Promise<ContactDocument[]> {
    const documents = await store.contacts.collection.find({}).toArray();
    for (const person of memory.people) {
      if (person.documentId === null || person.contactId !== null) continue;
      const document = documents.find(({ _id }) => person.documentId?.equals(_id));
      person.contactId = document?.contactId ?? null;
    }
    // Who was created here may turn out to be somebody whom the owner has created.
    for (const person of [...memory.people]) {
      const isKnown = memory.people.some((other) => other !== person && other.contactId === person.contactId);
      if (person.documentId !== null && person.contactId !== null && isKnown) {
        memory.people.splice(memory.people.indexOf(person), 1);
      }
    }
    return documents;
  }

  async function historyOf({ _id }: Pick<ContactDocument, '_id'>): Promise<HistoryChange[]> {
    const entries = await store.contacts.history(_id, null, 1_000);
    return entries.flatMap(({ changes }) => changes);
  }

  async function repairsOf(contactId: string): Promise<number> {
    const [document] = await store.contacts.byContactIds([contactId]);
    if (document === undefined) return 0;
    return (await historyOf(document)).filter(({ kind }) => kind === 'RACE_REPAIRED').length;
  }

  async function lookAtReturns(): Promise<void> {
    const { returns } = await world.stats();
    const news = returns.slice(returnsSeen);
    returnsSeen = returns.length;
    for (const record of news) {
      const person = memory.people.find(({ contactId }) => contactId === record.contact_id);
      if (person === undefined) continue;
      if (record.subscribed && person.isOut) {
        lookAtRace(person, record.contact_id);
        const repairs = openReturns.filter((open) => open.person === person).length;
        openReturns.push({ person, consentActs: person.consentActs, repairs });
      }
      for (const listId of record.list_ids) lookAtListReturn(person, listId, record);
      if (record.revived) lookAtRevival(person, record.contact_id);
    }
  }

  /** A race is what happened after the last look, nothing else: that it is repaired does not excuse what was to be seen. */
  function lookAtRace(person: SomePerson, contactId: string): void {
    const isRace = scene.log.some(
      (write) =>
        write.method !== 'GET' &&
        namesContact(write, { contactId, address: write.addresses.get(contactId) ?? null }) &&
        person.outAt > lookStart(scene.log, write, { contactId, sweep: 'optout_after' }),
    );
    if (!isRace) throw new Error(`${person.name} had unsubscribed before our last look, and was subscribed again`);
  }

  /** Whoever was deleted before our last look at the deleted contacts is known as such, and nothing brings them back. */
  function lookAtRevival(person: SomePerson, contactId: string): void {
    const isUnseen = scene.log.some((write) => {
      if (write.method === 'GET') return false;
      const address = write.addresses.get(contactId) ?? null;
      if (!namesContact(write, { contactId, address })) return false;
      return person.deletedAt > deletionLookStart(scene.log, write, contactId);
    });
    if (!isUnseen) throw new Error(`${person.name} was deleted before our last look, and is back by our doing`);
    counted.unseenDeletions += 1;
  }

  function lookAtListReturn(person: SomePerson, listId: string, { contact_id: contactId }: ReturnRecord): void {
    const leftAt = person.left.get(listId);
    if (leftAt === undefined) return; // Somebody here has asked for it since, or the owner.
    const name = `list ${world.listIds.indexOf(listId) + 1}`;
    const writes = scene.log.filter((write) =>
      namesMembership(write, { contactId, address: write.addresses.get(contactId) ?? null, listId }),
    );
    // Joined and left again between two looks, with a wish that was older: nothing of it was to be seen.
    const isUnseen = writes.some(
      (write) =>
        leftAt > windowStart(scene.log, write, { contactId, listId }) || write.wishes.has(`${contactId} ${listId}`),
    );
    if (!isUnseen) throw new Error(`${person.name} has left ${name} and is back on it by our doing`);
    counted.unseenLeaves += 1;
    person.left.delete(listId);
  }

  async function nobodyIsBack(truth: readonly TrueContact[]): Promise<void> {
    for (const person of memory.people) {
      const now = truth.find(({ contact_id }) => contact_id === person.contactId);
      // Nobody mails to a deleted contact, and to change anything of it would bring it back.
      if (now === undefined || now.deleted_at) continue;
      const permission = now.email_address?.permission_to_send;
      if (person.isOut && permission !== 'unsubscribed') {
        throw new Error(`${person.name} has unsubscribed and is ${permission} by our doing`);
      }
      for (const listId of person.left.keys()) {
        if (!now.list_memberships?.includes(listId)) continue;
        throw new Error(`${person.name} has left list ${world.listIds.indexOf(listId) + 1} and is on it`);
      }
    }
    for (const { person, consentActs, repairs } of openReturns) {
      if (truth.find(({ contact_id }) => contact_id === person.contactId)?.deleted_at) continue;
      const count = await repairsOf(person.contactId ?? '');
      counted.racesRepaired += 1;
      // Whoever has acted again since needs no repair.
      if (count <= repairs && person.consentActs === consentActs) {
        throw new Error(`${person.name} was subscribed again by our doing, and no race is recorded`);
      }
    }
    openReturns = [];
  }

  async function storesAgree(truth: readonly TrueContact[], documents: readonly ContactDocument[]): Promise<void> {
    for (const now of truth) {
      const name = memory.nameOf(now.contact_id);
      const document = documents.find(({ contactId }) => contactId === now.contact_id);
      if (document === undefined) throw new Error(`${name} is in the primary and not here`);
      const { primary, consent, lists, deletedAt } = document;
      const theirs = {
        fields: EDITED_FIELDS.map((field) => trueText(world, now, field)),
        permission: now.email_address?.permission_to_send.toUpperCase() ?? null,
        lists: [...(now.list_memberships ?? [])].sort().join(),
        isDeleted: (now.deleted_at ?? null) !== null,
      };
      const ours = {
        fields: EDITED_FIELDS.map((field) => storedText(world, primary, field)),
        permission: consent?.permissionToSend ?? null,
        lists: [...lists].sort().join(),
        isDeleted: deletedAt !== null,
      };
      if (JSON.stringify(theirs) !== JSON.stringify(ours)) {
        throw new Error(`${name} is ${JSON.stringify(theirs)} in the primary and ${JSON.stringify(ours)} here`);
      }
    }
    for (const document of documents) {
      const isThere = truth.some(({ contact_id }) => contact_id === document.contactId);
      if (document.contactId !== null && !isThere)
        throw new Error('a contact here has an id that the primary does not know');
      const waits = openWork(document);
      if (waits.length > 0) {
        const name = memory.people.find(({ documentId }) => documentId?.equals(document._id))?.name;
        throw new Error(
          `${name ?? memory.nameOf(document.contactId ?? '')}: ${waits.join(', ')} wait and no reason is told`,
        );
      }
    }
  }

  function noEditIsLost(documents: readonly ContactDocument[], changes: ReadonlyMap<string, HistoryChange[]>): void {
    for (const [index, { documentId, person, field, value, isSetBack }] of memory.edits.entries()) {
      const document = documents.find(({ _id }) => _id.equals(documentId));
      // Who existed only here and was to be deleted is gone, with that as the end of their history.
      if (document === undefined && wasDeletedHere(changes.get(documentId.toHexString()) ?? [])) continue;
      if (document === undefined) throw new Error(`${person.name} is not here any more`);
      const isOfField = (edit: LocalEdit) => edit.documentId.equals(documentId) && edit.field === field;
      const name = profileField(world, field);
      const waits = name in document.local && textOf(document.local[name]?.value) === value;
      if (waits || memory.edits.slice(index + 1).some(isOfField)) continue;
      const now = storedText(world, document.primary, field);
      if (fieldValuesEqual(name, fieldValue(world, field, now), fieldValue(world, field, value))) continue;
      const isEarlier = memory.edits.slice(0, index).some((edit) => isOfField(edit) && edit.value === now);
      // What was set back gives way to whatever the owner sets, but not to what was wished here before it.
      if (isSetBack && isEarlier)
        throw new Error(`here ${person.name}'s ${field} became ${value} again, and is ${now}`);
      if (isSetBack) continue;
      if (memory.stoodInPrimary.has(`${document.contactId} ${field} ${value}`)) continue;
      const isTold = (changes.get(documentId.toHexString()) ?? []).some(
        ({ kind, subject, before, after }) =>
          kind === 'CONFLICT' && subject === name && [before, after].some((each) => textOf(localOf(each)) === value),
      );
      if (!isTold) throw new Error(`here ${person.name}'s ${field} became ${value}, and nothing tells where it went`);
    }
    for (const [index, { documentId, person, listId, kind, isTakenBack }] of memory.wishes.entries()) {
      const document = documents.find(({ _id }) => _id.equals(documentId));
      if (document === undefined && wasDeletedHere(changes.get(documentId.toHexString()) ?? [])) continue;
      if (document === undefined) throw new Error(`${person.name} is not here any more`);
      const isLater = memory.wishes.some(
        (later, at) => at > index && later.documentId.equals(documentId) && later.listId === listId,
      );
      const stands = document.localLists[kind].some((wish) => wish.listId === listId);
      if (isTakenBack && !isLater) {
        const isOn = document.lists.includes(listId);
        // By the history: who was told that it came too late may have discarded that, too.
        const wasTold = (changes.get(documentId.toHexString()) ?? []).some(
          ({ kind: what, subject, after }) =>
            what === 'REFUSAL' && subject === `list:${listId}` && after === 'LEFT_LIST',
        );
        const isRefused = document.refusals.some(({ subject }) => subject === `list:${listId}`);
        const isAsWished = isOn === (kind === 'add') || stands || wasTold || isRefused || person.contactId === null;
        // What people and the owner do themselves is theirs, and whoever is deleted is on no list.
        const { ownMoves, consentActs, deletedAt } =
          memory.people.find(({ contactId }) => contactId === document.contactId) ?? person;
        if (
          isAsWished ||
          scene.goneLists.has(listId) ||
          ownMoves.has(listId) ||
          (!isOn && (consentActs + deletedAt > 0 || document.deletedAt !== null))
        )
          continue;
        const name = `list ${world.listIds.indexOf(listId) + 1}`;
        throw new Error(`here the wish about ${person.name} and ${name} was taken back, and came true`);
      }
      const stood = memory.stoodInPrimary.has(`${document.contactId} ${listId} ${kind === 'add' ? 'on' : 'off'}`);
      if (isLater || stands || stood) continue;
      const isTold = (changes.get(documentId.toHexString()) ?? []).some(
        (change) => ['REFUSAL', 'WISH'].includes(change.kind) && change.subject === `list:${listId}`,
      );
      if (!isTold) throw new Error(`the wish about ${person.name} is gone, and nothing tells where`);
    }
  }

  function noOwnerEditIsOverwritten(
    truth: readonly TrueContact[],
    changes: ReadonlyMap<string, HistoryChange[]>,
  ): void {
    for (const [index, { person, field, value, at }] of memory.ownerEdits.entries()) {
      const isLater = memory.ownerEdits.some(
        (later, place) => place > index && later.person === person && later.field === field,
      );
      const { contactId } = person;
      const now = truth.find(({ contact_id }) => contact_id === contactId);
      if (isLater || now === undefined || trueText(world, now, field) === value) continue;
      const told = JSON.stringify(changes.get(contactId) ?? []);
      if (told.includes(JSON.stringify(value))) continue;
      const isUnseen = scene.log.some(
        (write) =>
          write.method !== 'GET' &&
          namesContact(write, { contactId, address: write.addresses.get(contactId) ?? null }) &&
          at > lookStart(scene.log, write, { contactId, sweep: 'updated_after' }),
      );
      if (!isUnseen) throw new Error(`the owner set ${person.name}'s ${field} to ${value}, and we overwrote it unseen`);
      counted.unseenEdits += 1;
    }
  }

  function nothingIsDoubled(truth: readonly TrueContact[]): void {
    const addresses = new Set<string>();
    for (const { email_address } of truth) {
      const address = email_address?.address.toLowerCase();
      if (address === undefined) continue;
      if (addresses.has(address)) throw new Error(`${address} is in the primary twice`);
      addresses.add(address);
    }
    const strangers = truth.filter(({ contact_id }) =>
      memory.people.every(({ contactId }) => contactId !== contact_id),
    );
    if (strangers.length === 0) return;
    const listed = strangers.map(({ email_address }) => email_address?.address).join(', ');
    throw new Error(`the primary has contacts that nobody has created: ${listed}`);
  }

  scene.look = async () => {
    try {
      await lookAtReturns();
    } catch (error) {
      scene.broken ??= error instanceof Error ? error.message : String(error);
    }
  };

  return {
    async afterRun() {
      if (scene.broken !== null) throw new Error(scene.broken);
      const documents = await learnContacts();
      const isFulfilled = ({ lists, localLists }: ContactDocument) =>
        localLists.add.some(({ listId }) => lists.includes(listId));
      if (documents.some(isFulfilled)) throw new Error('somebody waits here for a list that they are on');
      const truth = await world.sandbox.truth();
      for (const contact of truth) rememberTruth(scene, contact);
      await lookAtReturns();
      // Whatever became of the run: what is read back is repaired.
      if ((await store.pushBatches.underWay()).length === 0) await nobodyIsBack(truth);
    },
    async atTheEnd(budgetTaken, isCountExact) {
      const documents = await learnContacts();
      const truth = await world.sandbox.truth();
      await lookAtReturns();
      await nobodyIsBack(truth);
      nothingIsDoubled(truth);
      await storesAgree(truth, documents);
      const changes = new Map<string, HistoryChange[]>();
      for (const document of documents) {
        const history = await historyOf(document);
        changes.set(document._id.toHexString(), history);
        if (document.contactId !== null) changes.set(document.contactId, history);
      }
      for (const { documentId: _id } of [...memory.edits, ...memory.wishes]) {
        if (!changes.has(_id.toHexString())) changes.set(_id.toHexString(), await historyOf({ _id }));
      }
      noEditIsLost(documents, changes);
      noOwnerEditIsOverwritten(truth, changes);
      const requests = (await world.stats()).requests - scene.ownerRequests;
      if (requests > budgetTaken) throw new Error(`${requests} requests came, and the budget let ${budgetTaken} go`);
      if (!isCountExact) return;
      const runs = await store.syncRuns.collection.find({}).toArray();
      const told = runs.reduce((sum, run) => sum + run.apiRequests, 0);
      if (requests !== budgetTaken || told !== requests) {
        throw new Error(`${requests} requests came, the budget let ${budgetTaken} go, the runs tell of ${told}`);
      }
    },
  };
}

/** Local work without a word on why it is not in the primary. */
function openWork(document: ContactDocument): string[] {
  const { local, localLists, deletion, refusals, conflicts } = document;
  const told = new Set([...refusals.map(({ subject }) => subject), ...conflicts.map(({ field }) => field as string)]);
  if (told.has('contact')) return [];
  return [
    ...Object.keys(local).filter((field) => !told.has(field)),
    ...[...localLists.add, ...localLists.remove]
      .map(({ listId }) => `list:${listId}`)
      .filter((each) => !told.has(each)),
    ...(deletion === null ? [] : ['deletion']),
  ];
}

function localOf(conflict: unknown): unknown {
  return typeof conflict === 'object' && conflict !== null && 'local' in conflict ? conflict.local : undefined;
}

const wasDeletedHere = (changes: readonly HistoryChange[]) =>
  changes.some(({ kind, before, after }) => kind === 'DELETION' && before !== null && after === null);
