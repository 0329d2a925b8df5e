import { contactListPages } from '../../constant-contact/contact-lists.ts';
import { contactTagPages } from '../../constant-contact/contact-tags.ts';
import { customFieldPages } from '../../constant-contact/custom-fields.ts';
import type { PrimaryCustomField, PrimaryList, PrimaryTag } from '../../model/primary-contact.ts';
import type { PullContext } from './pull-context.ts';

/**
 * All lists with their membership counts. Answers them, and the primary's own clock: what the run takes as its start.
 */
export async function pullLists({
  session,
  store,
  api,
  clock,
}: PullContext): Promise<{ lists: PrimaryList[]; readAt: Date }> {
  const { lists, readAt } = await session.request(async (context) => {
    const all: PrimaryList[] = [];
    let first: Date | null = null;
    for await (const page of contactListPages(api, { includeMembershipCount: 'all' }, context)) {
      all.push(...page.rows);
      first ??= page.primaryDate;
    }
    return { lists: all, readAt: first ?? clock.now() };
  });
  // Whoever was frozen while it read has an old image in its hand.
  await session.assertOwned();
  const changed = await session.patience(() => store.lists.replaceAll(lists, clock.now()));
  session.logger.info({ lists: lists.length, ...changed }, 'lists stored');
  return { lists, readAt };
}

/** All custom fields and tags. Few requests, but more than an incremental pull may spend when it does not need them. */
export async function pullTagsAndFields({ session, store, api }: PullContext): Promise<void> {
  const customFields = await session.request(async (context) => {
    const all: PrimaryCustomField[] = [];
    for await (const page of customFieldPages(api, context)) all.push(...page.rows);
    return all;
  });
  const tags = await session.request(async (context) => {
    const all: PrimaryTag[] = [];
    for await (const page of contactTagPages(api, context)) all.push(...page.rows);
    return all;
  });
  await session.assertOwned();
  await session.patience(() => store.customFields.replaceAll(customFields));
  await session.patience(() => store.tags.replaceAll(tags));
  session.logger.info({ customFields: customFields.length, tags: tags.length }, 'custom fields and tags stored');
}
