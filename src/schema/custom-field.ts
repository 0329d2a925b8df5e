import type { CustomFieldValue } from '../model/profile.ts';
import type { CustomFieldDocument } from '../store/custom-fields.ts';
import { builder } from './builder.ts';
import { whenKnown } from './directory.ts';
import { nodeId } from './node-id.ts';

const CustomFieldChoiceType = builder.objectRef<CustomFieldDocument['choices'][number]>('CustomFieldChoice').implement({
  description: 'One of the values that a select field offers.',
  fields: (t) => ({
    choiceId: t.exposeString('choiceId', { description: "Constant Contact's choice_id." }),
    label: t.exposeString('label', { description: 'What people see.' }),
  }),
});

export const CustomFieldType = builder.objectRef<CustomFieldDocument>('CustomField');
CustomFieldType.implement({
  description: 'A field that the account added to its contacts.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.id({
      description: 'Opaque, and unique among all types.',
      resolve: (field) => nodeId('CustomField', field._id),
    }),
    customFieldId: t.exposeString('customFieldId', { description: "Constant Contact's custom_field_id." }),
    label: t.exposeString('label', { description: 'What people see.' }),
    name: t.exposeString('name', { description: 'What imports call it.' }),
    type: t.exposeString('type', { description: 'For example `string`, `date`, `number` or `single_select`.' }),
    choices: t.field({
      type: [CustomFieldChoiceType],
      description: 'What a select field offers; empty for any other.',
      resolve: (field) => field.choices,
    }),
  }),
});

builder.queryFields((t) => ({
  customFields: t.field({
    type: [CustomFieldType],
    description: "The account's own fields; at most 100.",
    resolve: (_root, _arguments, { store }) => store.customFields.all(),
  }),
}));

export const CustomFieldValueType = builder.objectRef<CustomFieldValue>('CustomFieldValue').implement({
  description: "A contact's value of a custom field.",
  fields: (t) => ({
    customFieldId: t.exposeString('customFieldId', { description: "Constant Contact's custom_field_id." }),
    field: t.field({
      type: CustomFieldType,
      nullable: true,
      description: 'The field; null while it is not stored (yet).',
      resolve: ({ customFieldId }, _arguments, { directory }) =>
        whenKnown(directory.customFields(), (fields) => fields.get(customFieldId) ?? null),
    }),
    value: t.exposeString('value', { nullable: true, description: 'The value; null for select fields.' }),
    choiceIds: t.stringList({
      description: 'The chosen values of a select field.',
      resolve: ({ choiceIds }) => choiceIds,
    }),
  }),
});
