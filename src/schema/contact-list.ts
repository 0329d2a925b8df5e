import type { ListDocument } from '../store/lists.ts';
import { builder } from './builder.ts';
import { nodeId } from './node-id.ts';

export const ContactListType = builder.objectRef<ListDocument>('ContactList');
ContactListType.implement({
  description: 'A contact list of the account.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.id({
      description: 'Opaque, and unique among all types.',
      resolve: (list) => nodeId('ContactList', list._id),
    }),
    listId: t.exposeString('listId', { description: "Constant Contact's list_id." }),
    name: t.exposeString('name', { description: 'What people see.' }),
    description: t.exposeString('description', { nullable: true, description: 'What the account says of the list.' }),
    favorite: t.exposeBoolean('favorite', { description: 'Whether the account marked it.' }),
    membershipCount: t.exposeInt('membershipCount', {
      nullable: true,
      description: 'Members in Constant Contact, by its own count when last pulled.',
    }),
    storedMemberCount: t.int({
      description: 'Contacts of the secondary store that are on the list.',
      resolve: ({ listId }, _arguments, { loaders }) => loaders.memberCount().load(listId),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', nullable: true, description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', nullable: true, description: 'When it last changed.' }),
    goneAt: t.expose('goneAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When Constant Contact no longer had it; null while it has.',
    }),
  }),
});
