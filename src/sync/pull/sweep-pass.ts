import { readContact } from '../../constant-contact/contacts.ts';
import { fullPullMark } from '../../store/seen-marks.ts';
import { storedAsPrimary } from '../decide/stored-as-primary.ts';
import { createBrake } from './brake.ts';
import { createPageWriter } from './page-writer.ts';
import type { PullContext } from './pull-context.ts';
import { storePage } from './store-page.ts';

const BATCH = 100;
/** Each is a request. What is left is looked at by the next full pull. */
const MOST_LOOK_UPS = 500;

/**
 * After a full pull: contacts that it has not seen are looked up one by one. The pull asks for deleted contacts, too, so
 * these are few: skipped rows of a walk over changing data, and contacts that the primary has forgotten. Absence from a
 * page is never proof of deletion (API-FACTS section 11); an answer of 404 is.
 */
export async function runSweepPass(pull: PullContext): Promise<void> {
  const { session, store, api, clock } = pull;
  const mark = fullPullMark(session.run);
  const brake = createBrake(pull);
  const writer = createPageWriter(pull);
  let after = '';
  let lookUps = 0;

  for (;;) {
    const unseen = await session.patience(() => store.contacts.unseen(mark, after, BATCH));
    if (unseen.length === 0) return;
    for (const contact of unseen) {
      const { contactId } = contact;
      if (contactId === null) continue;
      after = contactId;
      // Known as deleted, and gone from the primary's own list of deleted contacts: nothing is left to learn.
      if (contact.status === 'DELETED') continue;
      lookUps += 1;
      if (lookUps > MOST_LOOK_UPS) {
        await session.record({
          event: {
            type: 'WARNING',
            message: `More than ${MOST_LOOK_UPS} contacts were not seen; those not looked up wait for the next full pull.`,
          },
        });
        return;
      }
      const found = await session.request((context) => readContact(api, contactId, context));
      const theirs = found?.contact ?? {
        ...storedAsPrimary({ ...contact, contactId }),
        listIds: [],
        deletedAt: clock.now(),
      };
      const readAt = found?.primaryDate ?? clock.now();
      await session.record({ counts: await storePage(writer, { contacts: [theirs], readAt, mark }, brake.ask) });
    }
  }
}
