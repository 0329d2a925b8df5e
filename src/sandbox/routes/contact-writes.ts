import { z } from 'zod';
import { type Contact, contactView, INCLUDES } from '../contact.ts';
import { deleteContact } from '../contact-changes.ts';
import { contactPostSchema, contactPutSchema } from '../contact-input.ts';
import { createContact, knownLists, putContact } from '../contact-writes.ts';
import { conflict, invalid } from '../http/api-error.ts';
import { idSchema, parseBody } from '../http/request-body.ts';
import type { ApiRequest, ApiResponse, Route } from '../http/route.ts';
import type { World } from '../world.ts';
import { findContact } from './contact-reads.ts';
import { signUp } from './sign-up-form.ts';

const resubscribeSchema = z.object({ list_ids: z.array(idSchema).min(1).max(50) });
const NOTHING: ReadonlySet<never> = new Set();
const EVERYTHING = new Set(INCLUDES);

const answerOf = (contact: Contact, { quirks }: World): object =>
  contactView(contact, quirks.writesAnswerBare ? NOTHING : EVERYTHING);

export const contactWriteRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/contacts',
    scope: 'contact_data',
    handle: (request, world) => ({
      status: 201,
      body: answerOf(createContact(world, parseBody(contactPostSchema, request)), world),
    }),
  },
  {
    method: 'PUT',
    path: '/contacts/{contact_id}',
    scope: 'contact_data',
    handle(request, world) {
      const index = findContact(request, world);
      return {
        status: 200,
        body: answerOf(putContact(world, index, parseBody(contactPutSchema, request)), world),
      };
    },
  },
  {
    method: 'DELETE',
    path: '/contacts/{contact_id}',
    scope: 'contact_data',
    handle(request, world) {
      deleteContact(world, { index: findContact(request, world), actor: 'client' });
      return { status: 204 };
    },
  },
  { method: 'POST', path: '/contacts/sign_up_form', scope: 'contact_data', handle: signUp },
  { method: 'PUT', path: '/contacts/resubscribe/{contact_id}', scope: 'contact_data', handle: invite },
];

/** Sends the confirmation mail, once; nothing changes until the person confirms. */
function invite(request: ApiRequest, world: World): ApiResponse {
  const index = findContact(request, world);
  const { list_ids } = parseBody(resubscribeSchema, request);
  const contact = world.book.get(index);
  if (contact.email_address?.permission_to_send !== 'unsubscribed') throw invalid('The contact is not unsubscribed.');
  if (world.invitations.has(index)) throw conflict('A resubscribe email was already sent to this contact.');
  world.invitations.set(index, knownLists(world, list_ids));
  return { status: 200, body: { contact_id: contact.contact_id } };
}
