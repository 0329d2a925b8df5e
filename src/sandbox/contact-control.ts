import { z } from 'zod';
import type { Contact } from './contact.ts';
import { changeMemberships, confirmSubscription, deleteContact, unsubscribe } from './contact-changes.ts';
import { contactPatchSchema, contactPostSchema } from './contact-input.ts';
import { createContact, patchContact } from './contact-writes.ts';
import { notFound } from './http/api-error.ts';
import { idSchema, parseControlBody, parseJson, parseShape } from './http/request-body.ts';
import type { Route } from './http/route.ts';
import { parseLimit } from './page.ts';
import { findContact } from './routes/contact-reads.ts';
import { findList } from './routes/lists.ts';
import type { SandboxState } from './sandbox-state.ts';
import type { World } from './world.ts';

const membersSchema = z.strictObject({ add: z.array(idSchema).default([]), remove: z.array(idSchema).default([]) });

/** What the owner and the subscribers do to contacts, and a look at the truth about them. */
export const contactControlRoutes: readonly Route<SandboxState>[] = [
  {
    method: 'GET',
    path: '/contacts',
    handle({ query }, { world }) {
      const limit = parseLimit(query, { max: 10_000, byDefault: 100 });
      const after = query.get('after');
      const start = after === null ? 0 : knownContact(world, after) + 1;
      const end = Math.min(start + limit, world.book.size);
      const contacts: Contact[] = [];
      for (let index = start; index < end; index += 1) contacts.push(world.book.get(index));
      const last = contacts.at(-1)?.contact_id;
      return { status: 200, body: { contacts, after: end < world.book.size ? last : null } };
    },
  },
  {
    method: 'GET',
    path: '/contacts/{contact_id}',
    handle: (request, { world }) => ({ status: 200, body: world.book.get(findContact(request, world)) }),
  },
  {
    method: 'POST',
    path: '/contacts',
    handle(request, { world }) {
      const input = parseJson(request);
      const withSource = typeof input === 'object' && input !== null ? { create_source: 'Account', ...input } : input;
      return { status: 201, body: createContact(world, parseShape(contactPostSchema, withSource)) };
    },
  },
  {
    method: 'PATCH',
    path: '/contacts/{contact_id}',
    handle(request, { world }) {
      const index = findContact(request, world);
      return { status: 200, body: patchContact(world, index, parseControlBody(contactPatchSchema, request), 'owner') };
    },
  },
  {
    method: 'DELETE',
    path: '/contacts/{contact_id}',
    handle(request, { world }) {
      deleteContact(world, { index: findContact(request, world), actor: 'owner' });
      return { status: 204 };
    },
  },
  {
    method: 'POST',
    path: '/contacts/{contact_id}/unsubscribe',
    handle(request, { world }) {
      const index = findContact(request, world);
      const { reason } =
        request.body.length === 0
          ? {}
          : parseControlBody(z.strictObject({ reason: z.string().max(255).optional() }), request);
      unsubscribe(world, { index, source: 'Contact', actor: 'person', reason });
      return { status: 200, body: world.book.get(index) };
    },
  },
  {
    method: 'POST',
    path: '/contacts/{contact_id}/resubscribe',
    handle(request, { world }) {
      const index = findContact(request, world);
      confirmSubscription(world, index);
      return { status: 200, body: world.book.get(index) };
    },
  },
  {
    method: 'POST',
    path: '/lists/{list_id}/members',
    handle(request, { world }) {
      const { list_id } = findList(request, world);
      const { add, remove } = parseControlBody(membersSchema, request);
      // All or nothing: an unknown contact refuses the call before anything is changed.
      const joining = add.map((contactId) => knownContact(world, contactId));
      const leaving = remove.map((contactId) => knownContact(world, contactId));
      for (const index of joining) changeMemberships(world, { index, actor: 'owner', add: [list_id] });
      for (const index of leaving) changeMemberships(world, { index, actor: 'owner', remove: [list_id] });
      return { status: 200, body: world.book.listCounts.get(list_id) ?? { all: 0, active: 0 } };
    },
  },
];

function knownContact(world: World, contactId: string): number {
  const index = world.book.indexOfId(contactId);
  if (index === undefined) throw notFound(`contact ${contactId} is not known`);
  return index;
}
