import type { TagDocument } from '../store/tags.ts';
import { builder } from './builder.ts';
import { nodeId } from './node-id.ts';

export const TagType = builder.objectRef<TagDocument>('Tag');
TagType.implement({
  description: 'A tag of the account.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.id({ description: 'Opaque, and unique among all types.', resolve: (tag) => nodeId('Tag', tag._id) }),
    tagId: t.exposeString('tagId', { description: "Constant Contact's tag_id." }),
    name: t.exposeString('name', { description: 'What people see.' }),
    tagSource: t.exposeString('tagSource', { nullable: true, description: 'Where the tag came from.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', nullable: true, description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', nullable: true, description: 'When it last changed.' }),
  }),
});
