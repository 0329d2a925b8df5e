import { ObjectId } from 'mongodb';
import { z } from 'zod';
import {
  CONTACT_ORDER_FIELDS,
  type ContactFilter,
  type ContactOrder,
  type ContactPart,
  type ContactPosition,
  countContacts,
  hasContactsBeside,
  pageOfContacts,
  positionOf,
} from '../store/contact-queries.ts';
import { builder } from './builder.ts';
import { connectionPage } from './connection-page.ts';
import { ContactType } from './contact.ts';
import { ContactConnectionType } from './contact-connection.ts';
import {
  type ContactFilterArgument,
  ContactFilterInput,
  contactFilterProblems,
  resolveContactFilter,
} from './contact-filter.ts';
import { contactNode } from './contact-node.ts';
import { selectedContactParts } from './contact-selection.ts';
import type { GraphQLContext } from './context.ts';
import { createCursorCodec, objectIdHex } from './cursor.ts';
import { describedEnum } from './described-enum.ts';
import { type PageArguments, parsePageRequest } from './page-request.ts';
import { ContactRefInput, findContact, referenceProblems } from './references.ts';
import { InvalidInput } from './user-errors.ts';

const ContactOrderFieldEnum = describedEnum('ContactOrderField', CONTACT_ORDER_FIELDS, {
  description: 'What contacts are ordered by; among equals by id.',
  values: {
    ID: 'Their id: the order in which they became known.',
    EMAIL: 'Their email address; those without one come first.',
    NAME: 'Their last name, then their first.',
    UPDATED_AT: 'When they last changed in the secondary store.',
  },
});

export const OrderDirectionEnum = describedEnum('OrderDirection', ['ASC', 'DESC'], {
  description: 'Which way an order runs.',
  values: { ASC: 'Smallest first.', DESC: 'Largest first.' },
});

interface ContactOrderArgument {
  readonly field: ContactOrder['field'];
  readonly direction?: ContactOrder['direction'] | null | undefined;
}

const ContactOrderInput = builder.inputRef<ContactOrderArgument>('ContactOrder').implement({
  description: 'In which order contacts come.',
  fields: (t) => ({
    field: t.field({ type: ContactOrderFieldEnum, required: true, description: 'What they are ordered by.' }),
    direction: t.field({ type: OrderDirectionEnum, defaultValue: 'ASC', description: 'Which way.' }),
  }),
});

const positionFields = z.tuple([z.union([z.string(), z.null()]), objectIdHex]);

/** A cursor carries its order: in another one it is no cursor of this connection. */
const contactCursor = ({ field, direction }: ContactOrder) =>
  createCursorCodec<z.infer<typeof positionFields>, ContactPosition>({
    connection: `contacts:${field}:${direction}`,
    fields: field === 'UPDATED_AT' ? z.tuple([z.iso.datetime(), objectIdHex]) : positionFields,
    toFields: ({ key, id }) => [key instanceof Date ? key.toISOString() : key, id.toHexString()],
    fromFields: ([key, id]) => ({
      key: field === 'UPDATED_AT' && key !== null ? new Date(key) : key,
      id: new ObjectId(id),
    }),
  });

interface ContactsArguments extends PageArguments {
  readonly filter?: ContactFilterArgument | null | undefined;
  readonly orderBy?: ContactOrderArgument | null | undefined;
}

async function readContacts(
  { filter, orderBy, ...page }: ContactsArguments,
  { store, signal }: GraphQLContext,
  parts: readonly ContactPart[] | null,
) {
  const order: ContactOrder = { field: orderBy?.field ?? 'ID', direction: orderBy?.direction ?? 'ASC' };
  const codec = contactCursor(order);
  const request = parsePageRequest(page, codec, contactFilterProblems(filter ?? {}));
  const resolved: ContactFilter = filter ? await resolveContactFilter(store, filter) : {};
  const { collection } = store.contacts;
  const { rows, hasMore, positionExists } = await pageOfContacts(collection, {
    filter: resolved,
    order,
    parts,
    signal,
    ...request,
  });
  const hasBehind =
    positionExists ||
    (request.from !== null &&
      (await hasContactsBeside(collection, {
        filter: resolved,
        order,
        position: request.from,
        side: request.backward ? 'after' : 'before',
        signal,
      })));
  return {
    ...connectionPage({
      nodes: rows.map(contactNode),
      positionOf: ({ stored }) => positionOf(stored, order),
      codec,
      request,
      hasMore,
      hasBehind,
    }),
    countAll: () => countContacts(collection, resolved, signal),
  };
}

builder.queryFields((t) => ({
  contacts: t.connection(
    {
      type: ContactType,
      description: 'Unified contacts of the secondary store. Keyset pagination; `first` or `last` at most 500.',
      args: {
        filter: t.arg({ type: ContactFilterInput, description: 'Which contacts; all without it.' }),
        orderBy: t.arg({ type: ContactOrderInput, description: 'In which order; by id without it.' }),
      },
      resolve: (_root, given, context, info) => readContacts(given, context, selectedContactParts(info)),
    },
    ContactConnectionType,
  ),
  contact: t.field({
    type: ContactType,
    nullable: true,
    description: 'One contact; null when there is none.',
    args: { by: t.arg({ type: ContactRefInput, required: true, description: 'Which contact.' }) },
    resolve: async (_root, { by }, { store }) => {
      const problems = referenceProblems(by, ['by']);
      if (problems.length > 0) throw new InvalidInput(problems);
      const contact = await findContact(store, by);
      return contact === null ? null : contactNode(contact);
    },
  }),
}));
