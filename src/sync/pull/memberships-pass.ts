import { readContact } from '../../constant-contact/contacts.ts';
import { counted } from '../../counted.ts';
import type { PrimaryContact } from '../../model/primary-contact.ts';
import type { ContactDocument } from '../../store/contact-document.ts';
import type { ListDocument } from '../../store/lists.ts';
import { membershipsMark, type SeenMark } from '../../store/seen-marks.ts';
import { storedAsPrimary } from '../decide/stored-as-primary.ts';
import { createBrake } from './brake.ts';
import { FRESH_PASS, PAGE_SIZE, runContactsPass } from './contacts-pass.ts';
import { createPageWriter } from './page-writer.ts';
import type { PullContext } from './pull-context.ts';
import { storePage } from './store-page.ts';

/** `lists=` takes at most so many ids (API-FACTS section 2). */
const LISTS_PER_REQUEST = 25;
/** So few contacts are looked up one by one; of more we believe a walk that brought as many rows as announced. */
const MOST_LOOK_UPS = 20;

/**
 * A membership change may not move a contact's `updated_at`: lists whose count differs from ours are walked by their
 * members. A pair of counts that stays different after such a walk (the primary counts otherwise than it lists) is
 * remembered, and the same pair is not walked again.
 */
export async function listsThatDiffer({ session, store }: PullContext): Promise<ListDocument[]> {
  const lists = await session.patience(() => store.lists.all());
  const differing: ListDocument[] = [];
  for (const list of lists) {
    if (list.goneAt !== null || list.membershipCount === null) continue;
    const secondaryCount = await session.patience(() => store.contacts.countOnList(list.listId));
    const known = list.reconciled;
    const asBefore = known?.primaryCount === list.membershipCount && known.secondaryCount === secondaryCount;
    if (list.membershipCount !== secondaryCount && !asBefore) differing.push(list);
  }
  return differing;
}

/** Walks the members of the lists that stand in `resume.lists`, group by group, and takes off who is no longer there. */
export async function runMembershipsPass(pull: PullContext): Promise<void> {
  const { session, store } = pull;
  for (let left = session.run.resume?.lists ?? []; left.length > 0; left = session.run.resume?.lists ?? []) {
    const group = left.slice(0, LISTS_PER_REQUEST);
    const mark = membershipsMark(session.run, left.length);
    await runContactsPass(pull, {
      pass: 'MEMBERSHIPS',
      query: { listIds: group, status: ['all'], includeCount: true, limit: PAGE_SIZE },
      mark,
      measured: false,
      requestsAfter: Math.ceil(left.length / LISTS_PER_REQUEST),
    });
    await takeOffLists(pull, group, mark);
    for (const list of await session.patience(() => store.lists.byListIds(group))) {
      const secondaryCount = await session.patience(() => store.contacts.countOnList(list.listId));
      const primaryCount = list.membershipCount ?? secondaryCount;
      await session.patience(() => store.lists.setReconciled(list.listId, { primaryCount, secondaryCount }));
    }
    await session.record({
      resume: { ...FRESH_PASS, lists: left.slice(LISTS_PER_REQUEST) },
      event: { type: 'PROGRESS', message: `The members of ${counted(group.length, 'list')} were compared.` },
    });
  }
}

async function takeOffLists(pull: PullContext, listIds: readonly string[], mark: SeenMark): Promise<void> {
  const { session, store, api, clock } = pull;
  const { seen, expected } = session.run.resume ?? { seen: 0, expected: null };
  const complete = expected !== null && seen >= expected;
  const brake = createBrake(pull);
  const writer = createPageWriter(pull);
  const readAt = session.run.resume?.primaryStartedAt ?? clock.now();

  for (;;) {
    const unseen = await session.patience(() => store.contacts.unseenOnLists(listIds, mark, PAGE_SIZE));
    if (unseen.length === 0) return;
    if (unseen.length <= MOST_LOOK_UPS) {
      for (const contact of unseen) {
        if (contact.contactId === null) continue;
        const { contactId } = contact;
        const found = await session.request((context) => readContact(api, contactId, context));
        // Gone altogether: it is on no list any more; whether it is deleted is the next full pull's to say.
        const theirs = found?.contact ?? withoutLists(contact, listIds);
        if (theirs === null) continue;
        const page = { contacts: [theirs], readAt: found?.primaryDate ?? readAt, mark };
        await session.record({ counts: await storePage(writer, page, brake.ask) });
      }
      return;
    }
    if (!complete) {
      await session.asOwner((owner) =>
        store.checkpoints.setFullDue('A walk over list members brought fewer rows than announced.', clock.now(), owner),
      );
      await session.record({
        event: {
          type: 'WARNING',
          message: 'Memberships could not be compared in full; the next pull of contacts is a full one.',
        },
      });
      return;
    }
    const contacts = unseen.flatMap((contact) => withoutLists(contact, listIds) ?? []);
    await session.record({ counts: await storePage(writer, { contacts, readAt, mark }, brake.ask) });
  }
}

function withoutLists(contact: ContactDocument, listIds: readonly string[]): PrimaryContact | null {
  const { contactId } = contact;
  if (contactId === null) return null;
  return {
    ...storedAsPrimary({ ...contact, contactId }),
    listIds: contact.lists.filter((listId) => !listIds.includes(listId)),
  };
}
