import type { ContactDocument } from '../../src/store/contact-document.ts';
import { isOptedOut } from '../../src/sync/decide/consent.ts';
import type { LoggedRequest } from './request-log.ts';
import type { Scene } from './scene.ts';

/**
 * What stands here of the people that a write names. Nobody of them may be known to have left; where several instances work
 * at once (`isAlone` false), one may not know yet what another has just learned.
 */
export async function whatIsKnown(
  scene: Scene,
  { body, contactId, template, method }: Omit<LoggedRequest, 'seq' | 'at' | 'wishes' | 'addresses'>,
  isAlone: boolean,
): Promise<Pick<LoggedRequest, 'wishes' | 'addresses'>> {
  const { memory } = scene;
  const { store } = scene.world;
  const emails = (body?.import_data ?? []).map(({ email = '' }) => email.toLowerCase());
  const ids = [...(body?.source?.contact_ids ?? []), ...(contactId === null ? [] : [contactId])];
  const documents = await store.contacts.collection.find({}).toArray();
  const addressOf = (document: ContactDocument) => document.primary?.email?.toLowerCase() ?? document.emailKey;
  const named = documents.filter(
    (document) =>
      (document.contactId !== null && ids.includes(document.contactId)) || emails.includes(addressOf(document) ?? ''),
  );
  const isRepair = method === 'PUT' && body?.email_address?.permission_to_send === 'unsubscribed';
  const isLeaving = template.endsWith('remove_list_memberships') || template.endsWith('contact_delete');
  if (!isRepair && !isLeaving && isAlone) {
    for (const document of named) {
      const known = document.deletedAt !== null ? 'deleted' : isOptedOut(document.consent) ? 'unsubscribed' : null;
      if (known === null || document.contactId === null) continue;
      scene.broken ??= `${method} ${template} is sent for ${memory.nameOf(document.contactId)}, who is known here as ${known}`;
    }
  }
  return {
    wishes: new Set(
      named.flatMap(({ contactId: id, localLists }) => localLists.add.map(({ listId }) => `${id} ${listId}`)),
    ),
    addresses: new Map(
      named.flatMap((document) =>
        document.contactId === null ? [] : [[document.contactId, addressOf(document) ?? ''] as const],
      ),
    ),
  };
}
