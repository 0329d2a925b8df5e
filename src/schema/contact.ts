import { CONTACT_STATUSES } from '../model/consent.ts';
import type { FieldConflict, Refusal } from '../model/stored-contact.ts';
import { SYNC_STATES } from '../model/stored-contact.ts';
import { unifiedLists } from '../sync/decide/compare.ts';
import { builder } from './builder.ts';
import { ConsentType, NO_CONSENT } from './consent.ts';
import { ContactListType } from './contact-list.ts';
import type { ContactNode } from './contact-node.ts';
import { describedEnum } from './described-enum.ts';
import { whenKnown } from './directory.ts';
import { nodeId } from './node-id.ts';
import { type PendingChange, pendingChangesOf } from './pending-changes.ts';
import { profileFields } from './profile.ts';
import { TagType } from './tag.ts';

export const ContactStatusEnum = describedEnum('ContactStatus', CONTACT_STATUSES, {
  description: 'May we write to this contact?',
  values: {
    ACTIVE: 'Yes: permission was given or is implied.',
    UNSUBSCRIBED: 'No: the contact has opted out.',
    PENDING_CONFIRMATION: 'Not yet: a confirmation is awaited.',
    TEMP_HOLD: 'Not now: Constant Contact holds the address back.',
    NOT_SET: 'Unknown: no permission is recorded, or there is no email address.',
    DELETED: 'No: deleted in Constant Contact.',
  },
});

export const SyncStateEnum = describedEnum('SyncState', SYNC_STATES, {
  description: 'How a contact of the secondary store stands to Constant Contact.',
  values: {
    IN_SYNC: 'Both stores say the same, as far as the last pull saw.',
    PENDING_PUSH: 'Changed here; the next push sends it.',
    CONFLICT: 'Changed on both sides; the value of Constant Contact counts until somebody decides.',
    ONLY_LOCAL: 'Not in Constant Contact yet.',
    DELETED_IN_PRIMARY: 'Deleted in Constant Contact.',
  },
});

const FieldChangeType = builder.objectRef<PendingChange>('FieldChange').implement({
  description: 'A local change that Constant Contact has not taken yet.',
  fields: (t) => ({
    field: t.exposeString('field', {
      description:
        'A field of the contact such as `firstName`, `customField:<id>`, `list:<list_id>` for a membership, or `contact` for a deletion.',
    }),
    base: t.expose('base', { type: 'JSON', nullable: true, description: 'What Constant Contact had when last seen.' }),
    value: t.expose('value', {
      type: 'JSON',
      nullable: true,
      description: 'What it is to become; null clears. For a membership true or false.',
    }),
    changedAt: t.expose('changedAt', { type: 'DateTime', description: 'When it was changed here.' }),
    changedBy: t.exposeString('changedBy', { description: 'Who changed it.' }),
  }),
});

const FieldConflictType = builder.objectRef<FieldConflict>('FieldConflict').implement({
  description: 'A field that both sides changed to different values.',
  fields: (t) => ({
    field: t.exposeString('field', { description: 'As in `FieldChange`.' }),
    base: t.expose('base', { type: 'JSON', nullable: true, description: 'What both had before.' }),
    primary: t.expose('primary', {
      type: 'JSON',
      nullable: true,
      description: 'What Constant Contact has: it counts.',
    }),
    local: t.expose('local', { type: 'JSON', nullable: true, description: 'What was set here; kept to be restored.' }),
    changedAt: t.expose('changedAt', { type: 'DateTime', description: 'When the local value was set.' }),
    changedBy: t.exposeString('changedBy', { description: 'Who set the local value.' }),
    detectedAt: t.expose('detectedAt', { type: 'DateTime', description: 'When the conflict was found.' }),
  }),
});

export const RefusalType = builder.objectRef<Refusal>('Refusal').implement({
  description: 'Why a part of the local work on a contact does not go to Constant Contact.',
  fields: (t) => ({
    subject: t.exposeString('subject', { description: 'As `field` in `FieldChange`.' }),
    reason: t.exposeString('reason', { description: 'For programs: stable, in capitals.' }),
    message: t.exposeString('message', { description: 'For people.' }),
    refusedAt: t.expose('refusedAt', { type: 'DateTime', description: 'When it was refused.' }),
  }),
});

export const ContactType = builder.objectRef<ContactNode>('Contact');
ContactType.implement({
  description: 'A person known to either store: what Constant Contact says, overlaid with what was changed here.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.id({
      description: 'Opaque, and unique among all types.',
      resolve: ({ stored }) => nodeId('Contact', stored._id),
    }),
    contactId: t.string({
      nullable: true,
      description: "Constant Contact's contact_id; null while the contact exists only in the secondary store.",
      resolve: ({ stored }) => stored.contactId,
    }),
    ...profileFields(t),
    tags: t.field({
      type: [TagType],
      description: 'Tags in Constant Contact.',
      resolve: async ({ stored }, _arguments, { loaders }) => {
        const tags = await Promise.all(stored.tags.map((tagId) => loaders.tag().load(tagId)));
        return tags.filter((tag) => tag !== null);
      },
    }),
    lists: t.field({
      type: [ContactListType],
      description: 'Lists that the contact is on in Constant Contact, with the local wishes that wait for a push.',
      resolve: ({ stored }, _arguments, { directory }) =>
        whenKnown(directory.lists(), (lists) => {
          const found = [];
          for (const listId of unifiedLists(stored)) {
            const list = lists.get(listId);
            if (list !== undefined) found.push(list);
          }
          return found;
        }),
    }),
    status: t.field({
      type: ContactStatusEnum,
      description: 'May we write to this contact?',
      resolve: ({ stored }) => stored.status,
    }),
    consent: t.field({
      type: ConsentType,
      description: "The subscriber's own choice; it flows from Constant Contact to here, never back.",
      resolve: ({ stored }) => stored.consent ?? NO_CONSENT,
    }),
    syncState: t.field({
      type: SyncStateEnum,
      description: 'How the contact stands to Constant Contact.',
      resolve: ({ stored }) => stored.syncState,
    }),
    pendingChanges: t.field({
      type: [FieldChangeType],
      description: 'Local changes that the next push sends.',
      resolve: ({ stored }) => pendingChangesOf(stored),
    }),
    conflicts: t.field({
      type: [FieldConflictType],
      description: 'Fields that both sides changed to different values.',
      resolve: ({ stored }) => stored.conflicts,
    }),
    refusals: t.field({
      type: [RefusalType],
      description: 'Local work that does not go to Constant Contact, and why.',
      resolve: ({ stored }) => stored.refusals,
    }),
    revision: t.int({
      description:
        'Grows by one with every change of the contact here; `ifRevision` of a mutation refuses a stale one.',
      resolve: ({ stored }) => stored.revision,
    }),
    createdAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the contact was created: in Constant Contact, or here while it exists only here.',
      resolve: ({ stored }) => stored.primaryCreatedAt ?? (stored.localOnly ? stored.firstSeenAt : null),
    }),
    updatedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When anything of the contact last changed in the secondary store.',
      resolve: ({ stored }) => stored.updatedAt,
    }),
  }),
});
