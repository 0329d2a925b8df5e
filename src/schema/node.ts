import { brandWithType } from '@pothos/core';
import type { ObjectId } from 'mongodb';
import { assertScopes } from '../auth/caller.ts';
import { builder } from './builder.ts';
import { ContactType } from './contact.ts';
import { ContactListType } from './contact-list.ts';
import { contactNode } from './contact-node.ts';
import type { GraphQLContext } from './context.ts';
import { CustomFieldType } from './custom-field.ts';
import { NODE_SCOPES } from './field-scopes.ts';
import { type NodeType, parseNodeId } from './node-id.ts';
import { SyncRunType } from './sync-run.ts';
import { TagType } from './tag.ts';
import { InvalidInput } from './user-errors.ts';

const NODES_LIMIT = 500;

interface NodeSource {
  readonly type: Parameters<typeof brandWithType<typeof builder.$inferSchemaTypes>>[1];
  readonly load: (key: ObjectId, context: GraphQLContext) => Promise<object | null | undefined>;
}

const NODES: { readonly [type in NodeType]: NodeSource } = {
  Contact: {
    type: ContactType,
    load: async (key, { loaders }) => {
      const contact = await loaders.contact().load(key.toHexString());
      return contact === null ? null : contactNode(contact);
    },
  },
  ContactList: { type: ContactListType, load: (key, { store }) => store.lists.get(key) },
  Tag: { type: TagType, load: (key, { store }) => store.tags.get(key) },
  CustomField: {
    type: CustomFieldType,
    load: async (key, { directory }) =>
      [...(await directory.customFields()).values()].find((field) => field._id.equals(key)),
  },
  SyncRun: { type: SyncRunType, load: (key, { loaders }) => loaders.syncRun().load(key.toHexString()) },
};

/** Null for an id that names nothing (any more), or that no type of ours has written. */
async function loadNode(id: string, context: GraphQLContext): Promise<object | null> {
  const parsed = parseNodeId(id);
  if (parsed === undefined) return null;
  assertScopes(context.caller, [NODE_SCOPES[parsed.type]]);
  const { type, load } = NODES[parsed.type];
  const found = await load(parsed.key, context);
  if (found === null || found === undefined) return null;
  // The brand tells the interface its type. On a copy: what is read may be shared with other operations.
  const node = { ...found };
  brandWithType(node, type);
  return node;
}

builder.queryFields((t) => ({
  node: t.field({
    type: builder.nodeInterfaceRef(),
    nullable: true,
    description: 'Anything that has an id; null when there is nothing of this id.',
    args: { id: t.arg.id({ required: true, description: 'As any `id` field answers it.' }) },
    resolve: (_root, { id }, context) => loadNode(id, context),
  }),
  nodes: t.field({
    type: [builder.nodeInterfaceRef()],
    nullable: { list: false, items: true },
    description: 'Several of them, in the order of their ids; null where there is nothing of an id.',
    args: {
      ids: t.arg.idList({ required: true, description: `As any \`id\` field answers them; at most ${NODES_LIMIT}.` }),
    },
    resolve: async (_root, { ids }, context) => {
      if (ids.length > NODES_LIMIT)
        throw new InvalidInput([{ path: ['ids'], message: `takes at most ${NODES_LIMIT} ids.` }]);
      return await Promise.all(ids.map((id) => loadNode(id, context)));
    },
  }),
}));
