import { CONTACT_DIFF_KINDS, type ContactDiff, diffContact, type FieldDiff } from '../sync/decide/compare.ts';
import { builder } from './builder.ts';
import { ContactType } from './contact.ts';
import { ContactListType } from './contact-list.ts';
import type { ContactNode } from './contact-node.ts';
import type { GraphQLContext } from './context.ts';
import { describedEnum } from './described-enum.ts';
import { whenKnown } from './directory.ts';
import { readLive } from './live-contact.ts';

export const DIFF_SOURCES = ['STORED', 'LIVE'] as const;
export type DiffSource = (typeof DIFF_SOURCES)[number];

export const DiffSourceEnum = describedEnum('DiffSource', DIFF_SOURCES, {
  description: 'What of Constant Contact is compared.',
  values: {
    STORED: 'What the last pull saw: costs no API request.',
    LIVE: 'What it says now: costs API requests, and changes nothing here.',
  },
});

const StoreEnum = describedEnum('Store', ['PRIMARY', 'SECONDARY'], {
  description: 'One of the two stores.',
  values: { PRIMARY: 'Constant Contact.', SECONDARY: 'MongoDB.' },
});

export const ContactDiffKindEnum = describedEnum('ContactDiffKind', CONTACT_DIFF_KINDS, {
  description: 'How the two stores stand to each other on a contact.',
  values: {
    IN_SYNC: 'They say the same.',
    ONLY_IN_PRIMARY: 'Only Constant Contact has it.',
    ONLY_IN_SECONDARY: 'Only the secondary store has it.',
    CHANGED_IN_PRIMARY: 'Constant Contact has moved on; the next pull takes it over.',
    CHANGED_IN_SECONDARY: 'Changed here; the next push sends it.',
    CONFLICT: 'Both changed the same field to different values.',
    DELETED_IN_PRIMARY: 'Deleted in Constant Contact.',
  },
});

const FieldDiffType = builder.objectRef<FieldDiff>('FieldDiff').implement({
  description: 'One field on which the two stores differ.',
  fields: (t) => ({
    field: t.exposeString('field', { description: 'As in `FieldChange`, or a part of the consent, or `tags`.' }),
    base: t.expose('base', { type: 'JSON', nullable: true, description: 'What both had when they last agreed.' }),
    primary: t.expose('primary', { type: 'JSON', nullable: true, description: 'What Constant Contact has.' }),
    secondary: t.expose('secondary', { type: 'JSON', nullable: true, description: 'What the secondary store has.' }),
    winner: t.expose('winner', { type: StoreEnum, description: 'Whose value a sync would keep.' }),
    reason: t.exposeString('reason', { description: "Why, in an operator's words." }),
  }),
});

const BlockedWishType = builder.objectRef<ContactDiff['blocked'][number]>('BlockedWish').implement({
  description: 'A wish to put a contact on a list that is not sent.',
  fields: (t) => ({
    list: t.field({
      type: ContactListType,
      nullable: true,
      description: 'The list; null while it is not stored.',
      resolve: ({ listId }, _arguments, { directory }) =>
        whenKnown(directory.lists(), (lists) => lists.get(listId) ?? null),
    }),
    reason: t.exposeString('reason', { description: 'For programs: stable, in capitals.' }),
    message: t.exposeString('message', { description: 'For people.' }),
  }),
});

export interface ContactDiffNode {
  readonly contact: ContactNode;
  readonly diff: ContactDiff;
}

export const ContactDiffType = builder.objectRef<ContactDiffNode>('ContactDiff').implement({
  description: 'How the two stores differ on a contact, and what a sync would do about it.',
  fields: (t) => ({
    contact: t.expose('contact', { type: ContactType, description: 'The contact.' }),
    kind: t.field({ type: ContactDiffKindEnum, description: 'In one word.', resolve: ({ diff }) => diff.kind }),
    fields: t.field({
      type: [FieldDiffType],
      description: 'Each field on which they differ.',
      resolve: ({ diff }) => diff.fields,
    }),
    listsOnlyInPrimary: t.field({
      type: [ContactListType],
      description: 'Lists that the contact is on only in Constant Contact.',
      resolve: ({ diff }, _arguments, { directory }) =>
        whenKnown(directory.lists(), (lists) => diff.listsOnlyInPrimary.flatMap((listId) => lists.get(listId) ?? [])),
    }),
    listsOnlyInSecondary: t.field({
      type: [ContactListType],
      description: 'Lists that the contact is on only in the secondary store.',
      resolve: ({ diff }, _arguments, { directory }) =>
        whenKnown(directory.lists(), (lists) => diff.listsOnlyInSecondary.flatMap((listId) => lists.get(listId) ?? [])),
    }),
    blocked: t.field({
      type: [BlockedWishType],
      description: 'Wishes to put the contact on a list that are not sent, and why.',
      resolve: ({ diff }) => diff.blocked,
    }),
  }),
});

/** By what is stored. */
export function storedDiff(contact: ContactNode, { policy }: GraphQLContext): ContactDiffNode {
  return { contact, diff: diffContact({ stored: { ...contact.stored, notes: [] }, policy }) };
}

/** By what Constant Contact says now. */
async function liveDiff(contact: ContactNode, context: GraphQLContext): Promise<ContactDiffNode> {
  const { stored } = contact;
  // What Constant Contact never had cannot be read there.
  const theirs = stored.contactId === null ? null : await readLive(stored.contactId, context);
  return { contact, diff: diffContact({ stored: { ...stored, notes: [] }, theirs, policy: context.policy }) };
}

builder.objectFields(ContactType, (t) => ({
  diff: t.field({
    type: ContactDiffType,
    nullable: true,
    description: 'How the two stores differ on this contact.',
    args: {
      source: t.arg({
        type: DiffSourceEnum,
        defaultValue: 'STORED',
        description: 'What of Constant Contact is compared. LIVE costs one request for each contact.',
      }),
    },
    resolve: (contact, { source }, context) =>
      source === 'LIVE' ? liveDiff(contact, context) : storedDiff(contact, context),
  }),
}));
