// Written by `npm run codegen` from schema.graphql and src/client/operations: change those, not this.
// @ts-nocheck: the generator does not know exactOptionalPropertyTypes. What it exports is typed all the same.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import { type GraphQLClient, type RequestOptions } from 'graphql-request';
import { gql } from 'graphql-request';
type GraphQLClientRequestHeaders = RequestOptions['requestHeaders'];
/** Which run is to stop. */
export type CancelSyncInput = {
  /** Its id. */
  runId: string | number;
};

/** What is counted on both sides. */
export type ComparedStatus =
  /** Those with permission, given or implied. */
  | 'ACTIVE'
  /** Those whose confirmation is awaited. */
  | 'PENDING_CONFIRMATION'
  /** All contacts that are not deleted. */
  | 'TOTAL'
  /** Those who have left. */
  | 'UNSUBSCRIBED';

/** Which run may go on. */
export type ConfirmSyncInput = {
  /** Its id. */
  runId: string | number;
};

/** Which value of a conflict is to stay. */
export type ConflictResolution =
  /** The one of Constant Contact: the local one is let go. */
  | 'ACCEPT_PRIMARY'
  /** The one that was set here: it is pushed again. */
  | 'KEEP_LOCAL';

/** How the gateway stands to Constant Contact. */
export type ConnectionState =
  /** An account is connected. */
  | 'CONNECTED'
  /** No account was connected yet. */
  | 'NOT_CONNECTED'
  /** The connection was lost for good: the account is to be connected again. */
  | 'RECONNECT_REQUIRED'
  /** Works with the sandbox, not with a real account. */
  | 'SANDBOX';

/** Which differences. */
export type ContactDiffFilter = {
  /** Only these kinds; all that differ without it. */
  kinds?: Array<ContactDiffKind> | null | undefined;
};

/** How the two stores stand to each other on a contact. */
export type ContactDiffKind =
  /** Constant Contact has moved on; the next pull takes it over. */
  | 'CHANGED_IN_PRIMARY'
  /** Changed here; the next push sends it. */
  | 'CHANGED_IN_SECONDARY'
  /** Both changed the same field to different values. */
  | 'CONFLICT'
  /** Deleted in Constant Contact. */
  | 'DELETED_IN_PRIMARY'
  /** They say the same. */
  | 'IN_SYNC'
  /** Only Constant Contact has it. */
  | 'ONLY_IN_PRIMARY'
  /** Only the secondary store has it. */
  | 'ONLY_IN_SECONDARY';

/** Which contacts: all that is given must hold; of several values any may. An empty list matches nothing. */
export type ContactFilter = {
  /** Email addresses; case does not matter. */
  emails?: Array<string> | null | undefined;
  /** Lists that the contact is on in Constant Contact. One that does not exist has no members. */
  lists?: Array<ContactListRef> | null | undefined;
  /** Start of the email address, the first name or the last name, or of both ("ann sm", "Smith, Ann"); case does not matter. Empty: not asked for. */
  search?: string | null | undefined;
  /** Statuses. */
  status?: Array<ContactStatus> | null | undefined;
  /** Sync states. */
  syncState?: Array<SyncState> | null | undefined;
  /** Names of tags, as Constant Contact writes them. */
  tags?: Array<string> | null | undefined;
  /** Changed in the secondary store after this moment. */
  updatedAfter?: string | null | undefined;
  /** Changed in the secondary store before this moment. */
  updatedBefore?: string | null | undefined;
};

/** Which contact lists: all that is given must hold. */
export type ContactListFilter = {
  /** Also lists that Constant Contact no longer has. */
  includeGone?: boolean | null | undefined;
  /** A part of the name; case does not matter. Empty: not asked for. */
  search?: string | null | undefined;
};

/** Names one contact list, in exactly one of these ways. */
export type ContactListRef =
  {   /** Its id in this API. */
  id: string | number; listId?: never; name?: never; }
  |  { id?: never;   /** Constant Contact's list_id. */
  listId: string; name?: never; }
  |  { id?: never; listId?: never;   /** Its full name, as Constant Contact writes it. */
  name: string; };

/** In which order contacts come. */
export type ContactOrder = {
  /** Which way. */
  direction?: OrderDirection | null | undefined;
  /** What they are ordered by. */
  field: ContactOrderField;
};

/** What contacts are ordered by; among equals by id. */
export type ContactOrderField =
  /** Their email address; those without one come first. */
  | 'EMAIL'
  /** Their id: the order in which they became known. */
  | 'ID'
  /** Their last name, then their first. */
  | 'NAME'
  /** When they last changed in the secondary store. */
  | 'UPDATED_AT';

/** Names one contact, in exactly one of these ways. */
export type ContactRef =
  {   /** Constant Contact's contact_id. */
  contactId: string; email?: never; id?: never; }
  |  { contactId?: never;   /** Its email address; case does not matter. */
  email: string; id?: never; }
  |  { contactId?: never; email?: never;   /** Its id in this API. */
  id: string | number; };

/** May we write to this contact? */
export type ContactStatus =
  /** Yes: permission was given or is implied. */
  | 'ACTIVE'
  /** No: deleted in Constant Contact. */
  | 'DELETED'
  /** Unknown: no permission is recorded, or there is no email address. */
  | 'NOT_SET'
  /** Not yet: a confirmation is awaited. */
  | 'PENDING_CONFIRMATION'
  /** Not now: Constant Contact holds the address back. */
  | 'TEMP_HOLD'
  /** No: the contact has opted out. */
  | 'UNSUBSCRIBED';

/** The value of one of the account's own fields; neither value nor choices: cleared. */
export type CustomFieldInput = {
  /** Of a field with choices. */
  choiceIds?: Array<string> | null | undefined;
  /** Constant Contact's custom_field_id. */
  customFieldId: string;
  /** Of a field without choices; at most 255 characters. */
  value?: string | null | undefined;
};

/** Which contact is to be deleted. */
export type DeleteContactInput = {
  /** Must be true: a deletion cannot be taken back once pushed. */
  confirm: boolean;
  /** Which contact. */
  contact: ContactRef;
  /** Only if the contact is at this revision. */
  ifRevision?: number | null | undefined;
};

/** What became of a wish to delete a contact. */
export type DeletionOutcome =
  /** It was deleted in Constant Contact already. */
  | 'DELETED_BEFORE'
  /** It existed only here and is gone. */
  | 'REMOVED'
  /** The next push asks Constant Contact to delete it; until then `discardLocalChanges` takes that back. */
  | 'REQUESTED';

/** What of Constant Contact is compared. */
export type DiffSource =
  /** What it says now: costs API requests, and changes nothing here. */
  | 'LIVE'
  /** What the last pull saw: costs no API request. */
  | 'STORED';

/** Which pending changes are to be dropped. */
export type DiscardLocalChangesInput = {
  /** Which contact. */
  contact: ContactRef;
  /** As `field` in `FieldChange`; all without it. */
  fields?: Array<string> | null | undefined;
  /** Only if the contact is at this revision. */
  ifRevision?: number | null | undefined;
};

/** Who is to be erased. */
export type EraseContactInput = {
  /** Must be true: what is erased cannot be brought back. */
  confirm: boolean;
  /** Which contact. An email address that is not stored is barred from coming in, too. */
  contact: ContactRef;
};

/** How an instance learns of what runs do on other instances. Subscribers get the same events either way. */
export type EventDelivery =
  /** MongoDB tells at once: a replica set or a sharded cluster. */
  | 'CHANGE_STREAM'
  /** It looks twice a second, while there are subscribers: no change stream, or it cannot be opened now. */
  | 'POLL';

/** What a change touched. */
export type HistoryKind =
  /** A field that both sides changed. */
  | 'CONFLICT'
  /** The subscriber's own choice. */
  | 'CONSENT'
  /** The contact became known. */
  | 'CREATED'
  /** A deletion, or a request for one. */
  | 'DELETION'
  /** The person was erased: what was before is gone. */
  | 'ERASED'
  /** A profile field. */
  | 'FIELD'
  /** A membership. */
  | 'LISTS'
  /** An opt-out that fell into a push and was set right again. */
  | 'RACE_REPAIRED'
  /** Local work that does not go to Constant Contact. */
  | 'REFUSAL'
  /** The status that follows from it. */
  | 'STATUS'
  /** A tag. */
  | 'TAGS'
  /** A local wish: a change or a membership to be pushed. */
  | 'WISH';

/** Who changed a contact. */
export type HistorySource =
  /** The gateway itself. */
  | 'ENGINE'
  /** A caller of this gateway. */
  | 'LOCAL'
  /** Constant Contact, as a pull saw it. */
  | 'PRIMARY';

/** Which contacts, which list. */
export type ListMembershipInput = {
  /** The contacts; at most 1,000. */
  contacts: Array<ContactRef>;
  /** The list. */
  list: ContactListRef;
};

/** Which way an order runs. */
export type OrderDirection =
  /** Smallest first. */
  | 'ASC'
  /** Largest first. */
  | 'DESC';

/** What a paused run waits for. */
export type PauseReason =
  /** It would remove unusually much: goes on when somebody confirms. */
  | 'MASS_CHANGE'
  /** The account is to be connected again. */
  | 'RECONNECT'
  /** The day's requests are used up: goes on at 00:00 UTC. */
  | 'REQUEST_BUDGET'
  /** MongoDB does not answer: goes on when it does. */
  | 'STORE_UNREACHABLE';

/** How long, and why. */
export type PauseScheduleInput = {
  /** Shown in `syncStatus`: at most 500 characters. */
  reason?: string | null | undefined;
  /** When it goes on by itself; without it, when it is resumed. */
  until?: string | null | undefined;
};

/** Whether Constant Contact lets the account write to an email address. */
export type PermissionToSend =
  /** The person gave permission. */
  | 'EXPLICIT'
  /** Permission follows from a business relation. */
  | 'IMPLICIT'
  /** Nothing is recorded. */
  | 'NOT_SET'
  /** The person was asked to confirm and has not yet. */
  | 'PENDING_CONFIRMATION'
  /** Constant Contact holds the address back for now. */
  | 'TEMP_HOLD'
  /** The person opted out. */
  | 'UNSUBSCRIBED';

/** A phone number. */
export type PhoneNumberInput = {
  /** `home`, `work`, `mobile` or `other`. */
  kind: string;
  /** At most 25 characters. */
  number: string;
};

/** How a batch gets to Constant Contact. */
export type PushBatchKind =
  /** One job that puts contacts on lists. */
  | 'ADD_TO_LISTS'
  /** A request for each new contact that an import cannot carry. */
  | 'CREATE'
  /** One job that deletes contacts. */
  | 'DELETE'
  /** One job that creates and changes contacts and puts them on lists. */
  | 'IMPORT'
  /** A read and a write for each contact: changes that an import cannot carry. */
  | 'PUT'
  /** One job that takes contacts off lists. */
  | 'REMOVE_FROM_LISTS';

/** What explains the difference of two counts. */
export type ReconcileReason =
  /** The difference has changed since the last full pull or walk over the members: something changed there that is not stored yet. The next pull finds it. */
  | 'CHANGED_SINCE'
  /** The difference is the one that the last full pull left, which saw every contact: Constant Contact counts otherwise than it lists. */
  | 'COUNTED_OTHERWISE'
  /** Constant Contact has the list no more: the next pull marks it as gone. */
  | 'GONE'
  /** The last walk over the members of the list ended with exactly these counts: Constant Contact counts otherwise than it lists. */
  | 'MEMBERS_COMPARED'
  /** The list is new in Constant Contact: the next pull brings it. */
  | 'NOT_STORED'
  /** No full pull has ended yet that would say which difference is but another way of counting: run one. */
  | 'NO_BASELINE'
  /** Both count the same. */
  | 'SAME';

/** Which webhook is to be processed again. */
export type ReplayWebhookDeliveryInput = {
  /** Its id. */
  deliveryId: string | number;
};

/** How a conflict is to be decided. */
export type ResolveConflictInput = {
  /** Which contact. */
  contact: ContactRef;
  /** The field in conflict, as in `FieldConflict`. */
  field: string;
  /** Only if the contact is at this revision. */
  ifRevision?: number | null | undefined;
  /** Which value is to stay. */
  resolution: ConflictResolution;
};

/** How the schedule is to go on. */
export type ResumeScheduleInput = {
  /** Start now, once, what was due meanwhile. */
  runMissed?: boolean | null | undefined;
};

/** What is to be saved: what is left out stays as it is, null clears. */
export type SaveContactInput = {
  /** As YYYY-MM-DD. */
  anniversary?: string | null | undefined;
  /** As MM-DD. */
  birthday?: string | null | undefined;
  /** Name of the company; at most 50 characters. */
  companyName?: string | null | undefined;
  /** Which contact. An email address that nobody has: a new one. */
  contact: ContactRef;
  /** Those that change; the others stay. Null clears all. At most 25. */
  customFields?: Array<CustomFieldInput> | null | undefined;
  /** A new email address; at most 80 characters. It cannot be taken away. */
  email?: string | null | undefined;
  /** Given name; at most 50 characters. */
  firstName?: string | null | undefined;
  /** Only if the contact is at this revision; 0: only if it is new. */
  ifRevision?: number | null | undefined;
  /** Job title; at most 50 characters. */
  jobTitle?: string | null | undefined;
  /** Family name; at most 50 characters. */
  lastName?: string | null | undefined;
  /** Lists that it is to be added to. `removeContactsFromList` takes it off one. */
  lists?: Array<ContactListRef> | null | undefined;
  /** All of them; at most three. */
  phoneNumbers?: Array<PhoneNumberInput> | null | undefined;
  /** All of them; at most three. */
  streetAddresses?: Array<StreetAddressInput> | null | undefined;
};

/** What a run is to do. */
export type StartSyncInput = {
  /** PUSH and FULL_CYCLE: plan, send nothing. */
  dryRun?: boolean | null | undefined;
  /** What it does. */
  kind: SyncKind;
  /** Only these lists; all without it. */
  lists?: Array<ContactListRef> | null | undefined;
  /** How much it reads. */
  mode?: SyncMode | null | undefined;
  /** PUSH: send exactly the plan with this hash, or refuse. */
  planHash?: string | null | undefined;
};

/** One of the two stores. */
export type Store =
  /** Constant Contact. */
  | 'PRIMARY'
  /** MongoDB. */
  | 'SECONDARY';

/** Which MongoDB the secondary store is. */
export type StoreKind =
  /** A server that was downloaded and started by the gateway. */
  | 'DOWNLOADED'
  /** The embedded engine. */
  | 'EMBEDDED'
  /** A deployment of its own. */
  | 'SERVER';

/** A street address; says something at least. */
export type StreetAddressInput = {
  /** Town; at most 50 characters. */
  city?: string | null | undefined;
  /** Country; at most 50 characters. */
  country?: string | null | undefined;
  /** `home`, `work` or `other`. */
  kind: string;
  /** Postal code; at most 50 characters. */
  postalCode?: string | null | undefined;
  /** State or province; at most 50 characters. */
  state?: string | null | undefined;
  /** Street and house number; at most 255 characters. */
  street?: string | null | undefined;
};

/** What is to be subscribed to. */
export type SubscribeWebhookTopicInput = {
  /** Where notifications go: https, at most 512 characters. For this gateway: its public address with `/webhooks/constant-contact`. */
  hookUri: string;
  /** The topic. */
  topic: WebhookTopic;
};

/** What happened to a run. */
export type SyncEventType =
  /** It ended, see `status`. */
  | 'FINISHED'
  /** It waits, see `pauseReason`. */
  | 'PAUSED'
  /** It went on to its next phase. */
  | 'PHASE'
  /** It came further. */
  | 'PROGRESS'
  /** It goes on. */
  | 'RESUMED'
  /** It began to work. */
  | 'STARTED'
  /** Something needs a look; it goes on. */
  | 'WARNING';

/** What a run does. */
export type SyncKind =
  /** Pulls contacts with everything that belongs to them. */
  | 'CONTACTS'
  /** Pulls, then pushes. */
  | 'FULL_CYCLE'
  /** Pulls lists, and the members of those whose count differs. */
  | 'LISTS'
  /** Sends local changes, after a pull of its own. */
  | 'PUSH'
  /** Pulls opt-outs alone. */
  | 'UNSUBSCRIBES';

/** How much a pull reads. */
export type SyncMode =
  /** Everything; finds deletions and people who opted back in. */
  | 'FULL'
  /** What changed since the last pull. */
  | 'INCREMENTAL';

/** Which runs: all that is given must hold; of several values any may. */
export type SyncRunFilter = {
  /** Kinds. */
  kinds?: Array<SyncKind> | null | undefined;
  /** Statuses. */
  status?: Array<SyncRunStatus> | null | undefined;
};

/** Where a run stands. */
export type SyncRunStatus =
  /** Ended because somebody asked for it. */
  | 'CANCELLED'
  /** Ended by an error, see `error`. */
  | 'FAILED'
  /** Waits, see `pauseReason`. */
  | 'PAUSED'
  /** Waits for an instance to take it. */
  | 'QUEUED'
  /** Works. */
  | 'RUNNING'
  /** Ended; everything was done. */
  | 'SUCCEEDED';

/** How a contact of the secondary store stands to Constant Contact. */
export type SyncState =
  /** Changed on both sides; the value of Constant Contact counts until somebody decides. */
  | 'CONFLICT'
  /** Deleted in Constant Contact. */
  | 'DELETED_IN_PRIMARY'
  /** Both stores say the same, as far as the last pull saw. */
  | 'IN_SYNC'
  /** Not in Constant Contact yet. */
  | 'ONLY_LOCAL'
  /** Changed here; the next push sends it. */
  | 'PENDING_PUSH';

/** What started a run. */
export type SyncTrigger =
  /** The command line. */
  | 'CLI'
  /** A caller of this API. */
  | 'MUTATION'
  /** The schedule. */
  | 'SCHEDULE'
  /** A webhook. */
  | 'WEBHOOK';

/** Which subscription is to end. */
export type UnsubscribeWebhookTopicInput = {
  /** Its topic. */
  topic: WebhookTopic;
};

/** Which webhooks: all that is given must hold; of several values any may. */
export type WebhookDeliveryFilter = {
  /** Sources. */
  sources?: Array<WebhookSource> | null | undefined;
  /** Statuses. */
  status?: Array<WebhookStatus> | null | undefined;
};

/** Who sent a webhook. */
export type WebhookSource =
  /** A system of one's own: a hint that something changed. */
  | 'CHANGES'
  /** Constant Contact: what happened to the account. */
  | 'CONSTANT_CONTACT';

/** What became of a webhook. */
export type WebhookStatus =
  /** Given up after eight attempts: `replayWebhookDelivery` tries again. */
  | 'DEAD'
  /** There was nothing to do, see `note`. */
  | 'IGNORED'
  /** It waits, or is worked on. */
  | 'PENDING'
  /** It was done. */
  | 'PROCESSED';

/** What Constant Contact tells its partners of. There is no topic for contacts: they are polled. */
export type WebhookTopic =
  /** Topic 3: an account was cancelled. Scheduled runs are paused when it is the connected one. */
  | 'ACCOUNT_CANCELLED'
  /** Topic 4: an account was disabled. Scheduled runs are paused when it is the connected one. */
  | 'ACCOUNT_DISABLED'
  /** Topic 2: an account has moved to a lower tier. */
  | 'BILLING_TIER_DOWNGRADE'
  /** Topic 1: an account has moved to a higher tier. */
  | 'BILLING_TIER_UPGRADE';

export type ContactFieldsFragment = { id: string, contactId: string | null, email: string | null, firstName: string | null, lastName: string | null, jobTitle: string | null, companyName: string | null, status: ContactStatus, syncState: SyncState, createdAt: string | null, updatedAt: string | null, lists: Array<{ id: string, listId: string, name: string }> };

export type ContactsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  filter?: ContactFilter | null | undefined;
  orderBy?: ContactOrder | null | undefined;
}>;


export type ContactsQuery = { contacts: { nodes: Array<{ id: string, contactId: string | null, email: string | null, firstName: string | null, lastName: string | null, jobTitle: string | null, companyName: string | null, status: ContactStatus, syncState: SyncState, createdAt: string | null, updatedAt: string | null, lists: Array<{ id: string, listId: string, name: string }> }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } };

export type ContactCountQueryVariables = Exact<{
  filter?: ContactFilter | null | undefined;
}>;


export type ContactCountQuery = { contacts: { totalCount: number } };

export type ContactCountsFieldsFragment = { withRefusals: number, byStatus: Array<{ status: ContactStatus, count: number }>, bySyncState: Array<{ syncState: SyncState, count: number }> };

export type ContactCountsQueryVariables = Exact<{ [key: string]: never; }>;


export type ContactCountsQuery = { contactCounts: { withRefusals: number, byStatus: Array<{ status: ContactStatus, count: number }>, bySyncState: Array<{ syncState: SyncState, count: number }> } };

export type DailyContactCountsQueryVariables = Exact<{
  days?: number | null | undefined;
  lists?: number | null | undefined;
}>;


export type DailyContactCountsQuery = { dailyContactCounts: Array<{ day: string, at: string, byStatus: Array<{ status: ContactStatus, count: number }>, lists: Array<{ listId: string, name: string, memberCount: number }> }> };

export type ConsentFieldsFragment = { permissionToSend: PermissionToSend | null, confirmStatus: string | null, optInAt: string | null, optInSource: string | null, optOutAt: string | null, optOutSource: string | null, optOutReason: string | null };

export type ContactDetailFieldsFragment = { anniversary: string | null, id: string, contactId: string | null, email: string | null, firstName: string | null, lastName: string | null, jobTitle: string | null, companyName: string | null, status: ContactStatus, syncState: SyncState, createdAt: string | null, updatedAt: string | null, birthday: { month: number, day: number } | null, phoneNumbers: Array<{ number: string, kind: string }>, streetAddresses: Array<{ kind: string, street: string | null, city: string | null, state: string | null, postalCode: string | null, country: string | null }>, customFields: Array<{ customFieldId: string, value: string | null, choiceIds: Array<string>, field: { id: string, label: string, type: string } | null }>, tags: Array<{ id: string, tagId: string, name: string }>, consent: { permissionToSend: PermissionToSend | null, confirmStatus: string | null, optInAt: string | null, optInSource: string | null, optOutAt: string | null, optOutSource: string | null, optOutReason: string | null }, lists: Array<{ id: string, listId: string, name: string }> };

export type LocalWorkFieldsFragment = { pendingChanges: Array<{ field: string, base: unknown, value: unknown, changedAt: string, changedBy: string }>, conflicts: Array<{ field: string, base: unknown, primary: unknown, local: unknown, changedAt: string, changedBy: string, detectedAt: string }>, refusals: Array<{ subject: string, reason: string, message: string, refusedAt: string }> };

export type ContactQueryVariables = Exact<{
  by: ContactRef;
}>;


export type ContactQuery = { contact: { anniversary: string | null, id: string, contactId: string | null, email: string | null, firstName: string | null, lastName: string | null, jobTitle: string | null, companyName: string | null, status: ContactStatus, syncState: SyncState, createdAt: string | null, updatedAt: string | null, birthday: { month: number, day: number } | null, phoneNumbers: Array<{ number: string, kind: string }>, streetAddresses: Array<{ kind: string, street: string | null, city: string | null, state: string | null, postalCode: string | null, country: string | null }>, customFields: Array<{ customFieldId: string, value: string | null, choiceIds: Array<string>, field: { id: string, label: string, type: string } | null }>, tags: Array<{ id: string, tagId: string, name: string }>, consent: { permissionToSend: PermissionToSend | null, confirmStatus: string | null, optInAt: string | null, optInSource: string | null, optOutAt: string | null, optOutSource: string | null, optOutReason: string | null }, pendingChanges: Array<{ field: string, base: unknown, value: unknown, changedAt: string, changedBy: string }>, conflicts: Array<{ field: string, base: unknown, primary: unknown, local: unknown, changedAt: string, changedBy: string, detectedAt: string }>, refusals: Array<{ subject: string, reason: string, message: string, refusedAt: string }>, lists: Array<{ id: string, listId: string, name: string }> } | null };

export type ExportContactQueryVariables = Exact<{
  by: ContactRef;
}>;


export type ExportContactQuery = { exportContact: unknown };

export type HistoryEntryFieldsFragment = { revision: number, at: string, source: HistorySource, changedBy: string, changes: Array<{ kind: HistoryKind, subject: string, before: unknown, after: unknown }> };

export type ContactHistoryQueryVariables = Exact<{
  by: ContactRef;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ContactHistoryQuery = { contact: { id: string, history: { nodes: Array<{ revision: number, at: string, source: HistorySource, changedBy: string, run: { id: string, kind: SyncKind } | null, changes: Array<{ kind: HistoryKind, subject: string, before: unknown, after: unknown }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type LiveContactFieldsFragment = { contactId: string, email: string | null, firstName: string | null, lastName: string | null, companyName: string | null, jobTitle: string | null, updatedAt: string | null, deletedAt: string | null, consent: { permissionToSend: PermissionToSend | null, confirmStatus: string | null, optInAt: string | null, optInSource: string | null, optOutAt: string | null, optOutSource: string | null, optOutReason: string | null }, lists: Array<{ id: string, name: string }> };

export type LiveContactQueryVariables = Exact<{
  by: ContactRef;
}>;


export type LiveContactQuery = { contact: { id: string, live: { contactId: string, email: string | null, firstName: string | null, lastName: string | null, companyName: string | null, jobTitle: string | null, updatedAt: string | null, deletedAt: string | null, consent: { permissionToSend: PermissionToSend | null, confirmStatus: string | null, optInAt: string | null, optInSource: string | null, optOutAt: string | null, optOutSource: string | null, optOutReason: string | null }, lists: Array<{ id: string, name: string }> } | null } | null };

export type FullContactsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: ContactFilter | null | undefined;
  orderBy?: ContactOrder | null | undefined;
}>;


export type FullContactsQuery = { contacts: { nodes: Array<{ anniversary: string | null, id: string, contactId: string | null, email: string | null, firstName: string | null, lastName: string | null, jobTitle: string | null, companyName: string | null, status: ContactStatus, syncState: SyncState, createdAt: string | null, updatedAt: string | null, birthday: { month: number, day: number } | null, phoneNumbers: Array<{ number: string, kind: string }>, streetAddresses: Array<{ kind: string, street: string | null, city: string | null, state: string | null, postalCode: string | null, country: string | null }>, customFields: Array<{ customFieldId: string, value: string | null, choiceIds: Array<string>, field: { id: string, label: string, type: string } | null }>, tags: Array<{ id: string, tagId: string, name: string }>, consent: { permissionToSend: PermissionToSend | null, confirmStatus: string | null, optInAt: string | null, optInSource: string | null, optOutAt: string | null, optOutSource: string | null, optOutReason: string | null }, lists: Array<{ id: string, listId: string, name: string }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ContactDiffFieldsFragment = { kind: ContactDiffKind, fields: Array<{ field: string, base: unknown, primary: unknown, secondary: unknown, winner: Store, reason: string }>, listsOnlyInPrimary: Array<{ id: string, name: string }>, listsOnlyInSecondary: Array<{ id: string, name: string }>, blocked: Array<{ reason: string, message: string, list: { id: string, name: string } | null }> };

export type ContactDiffsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: ContactDiffFilter | null | undefined;
  source?: DiffSource | null | undefined;
  maxApiRequests?: number | null | undefined;
}>;


export type ContactDiffsQuery = { contactDiffs: { nodes: Array<{ kind: ContactDiffKind, contact: { id: string, contactId: string | null, email: string | null, firstName: string | null, lastName: string | null }, fields: Array<{ field: string, base: unknown, primary: unknown, secondary: unknown, winner: Store, reason: string }>, listsOnlyInPrimary: Array<{ id: string, name: string }>, listsOnlyInSecondary: Array<{ id: string, name: string }>, blocked: Array<{ reason: string, message: string, list: { id: string, name: string } | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, liveCost: { apiRequests: number, apiRequestsLeft: number, etaSeconds: number, remainingToday: number } | null } };

export type ContactDiffQueryVariables = Exact<{
  by: ContactRef;
  source?: DiffSource | null | undefined;
}>;


export type ContactDiffQuery = { contact: { id: string, diff: { kind: ContactDiffKind, fields: Array<{ field: string, base: unknown, primary: unknown, secondary: unknown, winner: Store, reason: string }>, listsOnlyInPrimary: Array<{ id: string, name: string }>, listsOnlyInSecondary: Array<{ id: string, name: string }>, blocked: Array<{ reason: string, message: string, list: { id: string, name: string } | null }> } | null } | null };

export type ListDiffQueryVariables = Exact<{
  list: ContactListRef;
  first?: number | null | undefined;
  afterPrimary?: string | null | undefined;
  afterSecondary?: string | null | undefined;
  afterBlocked?: string | null | undefined;
  source?: DiffSource | null | undefined;
  maxApiRequests?: number | null | undefined;
}>;


export type ListDiffQuery = { listDiff: { primaryCount: number, secondaryCount: number, apiRequests: number, list: { id: string, listId: string, name: string, description: string | null, favorite: boolean, membershipCount: number | null, storedMemberCount: number, goneAt: string | null }, onlyInPrimary: { nodes: Array<{ id: string, contactId: string | null, email: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } }, onlyInSecondary: { nodes: Array<{ id: string, contactId: string | null, email: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } }, blocked: { nodes: Array<{ reason: string, message: string, contact: { id: string, contactId: string | null, email: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type ContactListFieldsFragment = { id: string, listId: string, name: string, description: string | null, favorite: boolean, membershipCount: number | null, storedMemberCount: number, goneAt: string | null };

export type ContactListsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: ContactListFilter | null | undefined;
}>;


export type ContactListsQuery = { contactLists: { nodes: Array<{ id: string, listId: string, name: string, description: string | null, favorite: boolean, membershipCount: number | null, storedMemberCount: number, goneAt: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ContactListQueryVariables = Exact<{
  by: ContactListRef;
}>;


export type ContactListQuery = { contactList: { id: string, listId: string, name: string, description: string | null, favorite: boolean, membershipCount: number | null, storedMemberCount: number, goneAt: string | null } | null };

export type CustomFieldFieldsFragment = { id: string, customFieldId: string, label: string, name: string, type: string, choices: Array<{ choiceId: string, label: string }> };

export type CustomFieldsQueryVariables = Exact<{ [key: string]: never; }>;


export type CustomFieldsQuery = { customFields: Array<{ id: string, customFieldId: string, label: string, name: string, type: string, choices: Array<{ choiceId: string, label: string }> }> };

export type SaveContactMutationVariables = Exact<{
  input: SaveContactInput;
}>;


export type SaveContactMutation = { saveContact:
    | { __typename: 'ContactErased', code: string, message: string }
    | { __typename: 'ContactNotFound', code: string, message: string }
    | { __typename: 'EmailTaken', code: string, message: string, contact: { id: string, contactId: string | null, email: string | null } }
    | { __typename: 'InvalidInput', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'RevisionConflict', code: string, message: string, contact: { revision: number, id: string, contactId: string | null, email: string | null, firstName: string | null, lastName: string | null, jobTitle: string | null, companyName: string | null, status: ContactStatus, syncState: SyncState, createdAt: string | null, updatedAt: string | null, pendingChanges: Array<{ field: string, base: unknown, value: unknown }>, lists: Array<{ id: string, listId: string, name: string }> } }
    | { __typename: 'SaveContactSuccess', created: boolean, changed: boolean, contact: { revision: number, id: string, contactId: string | null, email: string | null, firstName: string | null, lastName: string | null, jobTitle: string | null, companyName: string | null, status: ContactStatus, syncState: SyncState, createdAt: string | null, updatedAt: string | null, pendingChanges: Array<{ field: string, base: unknown, value: unknown }>, lists: Array<{ id: string, listId: string, name: string }> }, refused: Array<{ subject: string, reason: string, message: string }> }
   };

export type SavedContactFieldsFragment = { revision: number, id: string, contactId: string | null, email: string | null, firstName: string | null, lastName: string | null, jobTitle: string | null, companyName: string | null, status: ContactStatus, syncState: SyncState, createdAt: string | null, updatedAt: string | null, pendingChanges: Array<{ field: string, base: unknown, value: unknown }>, lists: Array<{ id: string, listId: string, name: string }> };

export type SaveContactsMutationVariables = Exact<{
  inputs: Array<SaveContactInput> | SaveContactInput;
  dryRun?: boolean | null | undefined;
}>;


export type SaveContactsMutation = { saveContacts:
    | { __typename: 'InvalidInput', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'SaveContactsSuccess', results: Array<{ index: number, result:
          | { __typename: 'ContactErased', code: string, message: string }
          | { __typename: 'ContactNotFound', code: string, message: string }
          | { __typename: 'EmailTaken', code: string, message: string }
          | { __typename: 'InvalidInput', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
          | { __typename: 'RevisionConflict', code: string, message: string }
          | { __typename: 'SaveContactSuccess', created: boolean, changed: boolean, contact: { id: string, email: string | null, revision: number }, refused: Array<{ subject: string, reason: string, message: string }> }
         }> }
   };

export type DiscardLocalChangesMutationVariables = Exact<{
  input: DiscardLocalChangesInput;
}>;


export type DiscardLocalChangesMutation = { discardLocalChanges:
    | { __typename: 'ContactErased', code: string, message: string }
    | { __typename: 'ContactNotFound', code: string, message: string }
    | { __typename: 'DiscardLocalChangesSuccess', contact: { revision: number, id: string, contactId: string | null, email: string | null, firstName: string | null, lastName: string | null, jobTitle: string | null, companyName: string | null, status: ContactStatus, syncState: SyncState, createdAt: string | null, updatedAt: string | null, pendingChanges: Array<{ field: string, base: unknown, value: unknown }>, lists: Array<{ id: string, listId: string, name: string }> } }
    | { __typename: 'InvalidInput', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'RevisionConflict', code: string, message: string }
   };

export type ResolveConflictMutationVariables = Exact<{
  input: ResolveConflictInput;
}>;


export type ResolveConflictMutation = { resolveConflict:
    | { __typename: 'ContactErased', code: string, message: string }
    | { __typename: 'ContactNotFound', code: string, message: string }
    | { __typename: 'InvalidInput', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'ResolveConflictSuccess', contact: { revision: number, id: string, contactId: string | null, email: string | null, firstName: string | null, lastName: string | null, jobTitle: string | null, companyName: string | null, status: ContactStatus, syncState: SyncState, createdAt: string | null, updatedAt: string | null, pendingChanges: Array<{ field: string, base: unknown, value: unknown }>, lists: Array<{ id: string, listId: string, name: string }> } }
    | { __typename: 'RevisionConflict', code: string, message: string }
   };

export type DeleteContactMutationVariables = Exact<{
  input: DeleteContactInput;
}>;


export type DeleteContactMutation = { deleteContact:
    | { __typename: 'ContactErased', code: string, message: string }
    | { __typename: 'ContactNotFound', code: string, message: string }
    | { __typename: 'DeleteContactSuccess', outcome: DeletionOutcome, contact: { revision: number, id: string, contactId: string | null, email: string | null, firstName: string | null, lastName: string | null, jobTitle: string | null, companyName: string | null, status: ContactStatus, syncState: SyncState, createdAt: string | null, updatedAt: string | null, pendingChanges: Array<{ field: string, base: unknown, value: unknown }>, lists: Array<{ id: string, listId: string, name: string }> } | null }
    | { __typename: 'InvalidInput', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'RevisionConflict', code: string, message: string }
   };

export type ListMembershipFieldsFragment = { changed: number, unchanged: number, refused: Array<{ index: number, reason: string, message: string, contact: { id: string, email: string | null } | null }> };

export type AddContactsToListMutationVariables = Exact<{
  input: ListMembershipInput;
}>;


export type AddContactsToListMutation = { addContactsToList:
    | { __typename: 'ContactListNotFound', code: string, message: string }
    | { __typename: 'InvalidInput', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'ListMembershipSuccess', changed: number, unchanged: number, refused: Array<{ index: number, reason: string, message: string, contact: { id: string, email: string | null } | null }> }
   };

export type RemoveContactsFromListMutationVariables = Exact<{
  input: ListMembershipInput;
}>;


export type RemoveContactsFromListMutation = { removeContactsFromList:
    | { __typename: 'ContactListNotFound', code: string, message: string }
    | { __typename: 'InvalidInput', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'ListMembershipSuccess', changed: number, unchanged: number, refused: Array<{ index: number, reason: string, message: string, contact: { id: string, email: string | null } | null }> }
   };

export type EraseContactMutationVariables = Exact<{
  input: EraseContactInput;
}>;


export type EraseContactMutation = { eraseContact:
    | { __typename: 'ContactBusy', code: string, message: string }
    | { __typename: 'ContactNotFound', code: string, message: string }
    | { __typename: 'EraseContactSuccess', contacts: number, deletionsRequested: number }
    | { __typename: 'InvalidInput', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
   };

export type ImportContactsMutationVariables = Exact<{
  inputs: Array<SaveContactInput> | SaveContactInput;
  dryRun?: boolean | null | undefined;
}>;


export type ImportContactsMutation = { saveContacts:
    | { __typename: 'InvalidInput', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'SaveContactsSuccess', results: Array<{ index: number, result:
          | { __typename: 'ContactErased', code: string, message: string }
          | { __typename: 'ContactNotFound', code: string, message: string }
          | { __typename: 'EmailTaken', code: string, message: string }
          | { __typename: 'InvalidInput', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
          | { __typename: 'RevisionConflict', code: string, message: string }
          | { __typename: 'SaveContactSuccess', created: boolean, changed: boolean, refused: Array<{ message: string }> }
         }> }
   };

type NodeFields_Contact_Fragment = { __typename: 'Contact', id: string, contactId: string | null, email: string | null, firstName: string | null, lastName: string | null, jobTitle: string | null, companyName: string | null, status: ContactStatus, syncState: SyncState, createdAt: string | null, updatedAt: string | null, lists: Array<{ id: string, listId: string, name: string }> };

type NodeFields_ContactList_Fragment = { __typename: 'ContactList', id: string, listId: string, name: string, description: string | null, favorite: boolean, membershipCount: number | null, storedMemberCount: number, goneAt: string | null };

type NodeFields_CustomField_Fragment = { __typename: 'CustomField', id: string, customFieldId: string, label: string, name: string, type: string, choices: Array<{ choiceId: string, label: string }> };

type NodeFields_SyncRun_Fragment = { __typename: 'SyncRun', kind: SyncKind, mode: SyncMode, phase: string, queuedAt: string, startedAt: string | null, finishedAt: string | null, id: string, runStatus: SyncRunStatus };

type NodeFields_Tag_Fragment = { __typename: 'Tag', tagId: string, name: string, id: string };

export type NodeFieldsFragment =
  | NodeFields_Contact_Fragment
  | NodeFields_ContactList_Fragment
  | NodeFields_CustomField_Fragment
  | NodeFields_SyncRun_Fragment
  | NodeFields_Tag_Fragment
;

export type NodeQueryVariables = Exact<{
  id: string | number;
}>;


export type NodeQuery = { node:
    | { __typename: 'Contact', id: string, contactId: string | null, email: string | null, firstName: string | null, lastName: string | null, jobTitle: string | null, companyName: string | null, status: ContactStatus, syncState: SyncState, createdAt: string | null, updatedAt: string | null, lists: Array<{ id: string, listId: string, name: string }> }
    | { __typename: 'ContactList', id: string, listId: string, name: string, description: string | null, favorite: boolean, membershipCount: number | null, storedMemberCount: number, goneAt: string | null }
    | { __typename: 'CustomField', id: string, customFieldId: string, label: string, name: string, type: string, choices: Array<{ choiceId: string, label: string }> }
    | { __typename: 'SyncRun', kind: SyncKind, mode: SyncMode, phase: string, queuedAt: string, startedAt: string | null, finishedAt: string | null, id: string, runStatus: SyncRunStatus }
    | { __typename: 'Tag', tagId: string, name: string, id: string }
   | null };

export type NodesQueryVariables = Exact<{
  ids: Array<string | number> | string | number;
}>;


export type NodesQuery = { nodes: Array<
    | { __typename: 'Contact', id: string, contactId: string | null, email: string | null, firstName: string | null, lastName: string | null, jobTitle: string | null, companyName: string | null, status: ContactStatus, syncState: SyncState, createdAt: string | null, updatedAt: string | null, lists: Array<{ id: string, listId: string, name: string }> }
    | { __typename: 'ContactList', id: string, listId: string, name: string, description: string | null, favorite: boolean, membershipCount: number | null, storedMemberCount: number, goneAt: string | null }
    | { __typename: 'CustomField', id: string, customFieldId: string, label: string, name: string, type: string, choices: Array<{ choiceId: string, label: string }> }
    | { __typename: 'SyncRun', kind: SyncKind, mode: SyncMode, phase: string, queuedAt: string, startedAt: string | null, finishedAt: string | null, id: string, runStatus: SyncRunStatus }
    | { __typename: 'Tag', tagId: string, name: string, id: string }
   | null> };

export type SyncRunFieldsFragment = { id: string, kind: SyncKind, mode: SyncMode, trigger: SyncTrigger, triggeredBy: string, status: SyncRunStatus, pauseReason: PauseReason | null, pausedUntil: string | null, phase: string, dryRun: boolean, total: number | null, percent: number | null, etaSeconds: number | null, apiRequests: number, lastSequence: number, queuedAt: string, startedAt: string | null, finishedAt: string | null, planHash: string | null, counts: { fetched: number, created: number, updated: number, unchanged: number, deleted: number, unsubscribed: number, conflicts: number, rejected: number, pushed: number, skipped: number, failed: number, resubscribeRaces: number }, error: { code: string, message: string, retryable: boolean } | null };

type UserErrorFields_ContactBusy_Fragment = { code: string, message: string };

type UserErrorFields_ContactErased_Fragment = { code: string, message: string };

type UserErrorFields_ContactListNotFound_Fragment = { code: string, message: string };

type UserErrorFields_ContactNotFound_Fragment = { code: string, message: string };

type UserErrorFields_EmailTaken_Fragment = { code: string, message: string };

type UserErrorFields_InvalidInput_Fragment = { code: string, message: string, problems: Array<{ path: Array<string>, message: string }> };

type UserErrorFields_NotConnected_Fragment = { code: string, message: string };

type UserErrorFields_PartnerNotConfigured_Fragment = { code: string, message: string };

type UserErrorFields_RequestBudgetExhausted_Fragment = { code: string, message: string };

type UserErrorFields_RevisionConflict_Fragment = { code: string, message: string };

type UserErrorFields_SyncAlreadyRunning_Fragment = { code: string, message: string };

type UserErrorFields_SyncRunEnded_Fragment = { code: string, message: string };

type UserErrorFields_SyncRunNotFound_Fragment = { code: string, message: string };

type UserErrorFields_SyncRunNotWaiting_Fragment = { code: string, message: string };

type UserErrorFields_WebhookDeliveryNotFound_Fragment = { code: string, message: string };

type UserErrorFields_WebhookSubscriptionNotFound_Fragment = { code: string, message: string };

export type UserErrorFieldsFragment =
  | UserErrorFields_ContactBusy_Fragment
  | UserErrorFields_ContactErased_Fragment
  | UserErrorFields_ContactListNotFound_Fragment
  | UserErrorFields_ContactNotFound_Fragment
  | UserErrorFields_EmailTaken_Fragment
  | UserErrorFields_InvalidInput_Fragment
  | UserErrorFields_NotConnected_Fragment
  | UserErrorFields_PartnerNotConfigured_Fragment
  | UserErrorFields_RequestBudgetExhausted_Fragment
  | UserErrorFields_RevisionConflict_Fragment
  | UserErrorFields_SyncAlreadyRunning_Fragment
  | UserErrorFields_SyncRunEnded_Fragment
  | UserErrorFields_SyncRunNotFound_Fragment
  | UserErrorFields_SyncRunNotWaiting_Fragment
  | UserErrorFields_WebhookDeliveryNotFound_Fragment
  | UserErrorFields_WebhookSubscriptionNotFound_Fragment
;

export type BudgetFieldsFragment = { perSecond: number, perDay: number, usedToday: number, remainingToday: number, resetsAt: string };

export type SyncStatusFieldsFragment = { connection: ConnectionState, contactsWatermark: string | null, nextScheduledAt: string | null, store: { kind: StoreKind, version: string }, schedulePause: { at: string, by: string, reason: string | null, until: string | null } | null, budget: { perSecond: number, perDay: number, usedToday: number, remainingToday: number, resetsAt: string } };

export type SyncStatusQueryVariables = Exact<{ [key: string]: never; }>;


export type SyncStatusQuery = { syncStatus: { eventDelivery: EventDelivery, connection: ConnectionState, contactsWatermark: string | null, nextScheduledAt: string | null, active: Array<{ id: string, kind: SyncKind, mode: SyncMode, trigger: SyncTrigger, triggeredBy: string, status: SyncRunStatus, pauseReason: PauseReason | null, pausedUntil: string | null, phase: string, dryRun: boolean, total: number | null, percent: number | null, etaSeconds: number | null, apiRequests: number, lastSequence: number, queuedAt: string, startedAt: string | null, finishedAt: string | null, planHash: string | null, counts: { fetched: number, created: number, updated: number, unchanged: number, deleted: number, unsubscribed: number, conflicts: number, rejected: number, pushed: number, skipped: number, failed: number, resubscribeRaces: number }, error: { code: string, message: string, retryable: boolean } | null }>, lastSucceeded: Array<{ id: string, kind: SyncKind, mode: SyncMode, trigger: SyncTrigger, triggeredBy: string, status: SyncRunStatus, pauseReason: PauseReason | null, pausedUntil: string | null, phase: string, dryRun: boolean, total: number | null, percent: number | null, etaSeconds: number | null, apiRequests: number, lastSequence: number, queuedAt: string, startedAt: string | null, finishedAt: string | null, planHash: string | null, counts: { fetched: number, created: number, updated: number, unchanged: number, deleted: number, unsubscribed: number, conflicts: number, rejected: number, pushed: number, skipped: number, failed: number, resubscribeRaces: number }, error: { code: string, message: string, retryable: boolean } | null }>, store: { kind: StoreKind, version: string }, schedulePause: { at: string, by: string, reason: string | null, until: string | null } | null, budget: { perSecond: number, perDay: number, usedToday: number, remainingToday: number, resetsAt: string } } };

export type SyncRunsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: SyncRunFilter | null | undefined;
}>;


export type SyncRunsQuery = { syncRuns: { nodes: Array<{ id: string, kind: SyncKind, mode: SyncMode, trigger: SyncTrigger, triggeredBy: string, status: SyncRunStatus, pauseReason: PauseReason | null, pausedUntil: string | null, phase: string, dryRun: boolean, total: number | null, percent: number | null, etaSeconds: number | null, apiRequests: number, lastSequence: number, queuedAt: string, startedAt: string | null, finishedAt: string | null, planHash: string | null, counts: { fetched: number, created: number, updated: number, unchanged: number, deleted: number, unsubscribed: number, conflicts: number, rejected: number, pushed: number, skipped: number, failed: number, resubscribeRaces: number }, error: { code: string, message: string, retryable: boolean } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type SyncRunDetailFieldsFragment = { id: string, kind: SyncKind, mode: SyncMode, trigger: SyncTrigger, triggeredBy: string, status: SyncRunStatus, pauseReason: PauseReason | null, pausedUntil: string | null, phase: string, dryRun: boolean, total: number | null, percent: number | null, etaSeconds: number | null, apiRequests: number, lastSequence: number, queuedAt: string, startedAt: string | null, finishedAt: string | null, planHash: string | null, rejectedRows: Array<{ contactId: string | null, reason: string, at: string }>, counts: { fetched: number, created: number, updated: number, unchanged: number, deleted: number, unsubscribed: number, conflicts: number, rejected: number, pushed: number, skipped: number, failed: number, resubscribeRaces: number }, error: { code: string, message: string, retryable: boolean } | null };

export type SyncRunQueryVariables = Exact<{
  id: string | number;
}>;


export type SyncRunQuery = { syncRun: { id: string, kind: SyncKind, mode: SyncMode, trigger: SyncTrigger, triggeredBy: string, status: SyncRunStatus, pauseReason: PauseReason | null, pausedUntil: string | null, phase: string, dryRun: boolean, total: number | null, percent: number | null, etaSeconds: number | null, apiRequests: number, lastSequence: number, queuedAt: string, startedAt: string | null, finishedAt: string | null, planHash: string | null, rejectedRows: Array<{ contactId: string | null, reason: string, at: string }>, counts: { fetched: number, created: number, updated: number, unchanged: number, deleted: number, unsubscribed: number, conflicts: number, rejected: number, pushed: number, skipped: number, failed: number, resubscribeRaces: number }, error: { code: string, message: string, retryable: boolean } | null } | null };

export type StartSyncMutationVariables = Exact<{
  input: StartSyncInput;
}>;


export type StartSyncMutation = { startSync:
    | { __typename: 'InvalidInput', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'NotConnected', code: string, message: string }
    | { __typename: 'RequestBudgetExhausted', resetsAt: string | null, code: string, message: string }
    | { __typename: 'StartSyncSuccess', run: { id: string, kind: SyncKind, mode: SyncMode, trigger: SyncTrigger, triggeredBy: string, status: SyncRunStatus, pauseReason: PauseReason | null, pausedUntil: string | null, phase: string, dryRun: boolean, total: number | null, percent: number | null, etaSeconds: number | null, apiRequests: number, lastSequence: number, queuedAt: string, startedAt: string | null, finishedAt: string | null, planHash: string | null, counts: { fetched: number, created: number, updated: number, unchanged: number, deleted: number, unsubscribed: number, conflicts: number, rejected: number, pushed: number, skipped: number, failed: number, resubscribeRaces: number }, error: { code: string, message: string, retryable: boolean } | null } }
    | { __typename: 'SyncAlreadyRunning', code: string, message: string, run: { id: string, kind: SyncKind, mode: SyncMode, trigger: SyncTrigger, triggeredBy: string, status: SyncRunStatus, pauseReason: PauseReason | null, pausedUntil: string | null, phase: string, dryRun: boolean, total: number | null, percent: number | null, etaSeconds: number | null, apiRequests: number, lastSequence: number, queuedAt: string, startedAt: string | null, finishedAt: string | null, planHash: string | null, counts: { fetched: number, created: number, updated: number, unchanged: number, deleted: number, unsubscribed: number, conflicts: number, rejected: number, pushed: number, skipped: number, failed: number, resubscribeRaces: number }, error: { code: string, message: string, retryable: boolean } | null } }
   };

export type CancelSyncMutationVariables = Exact<{
  input: CancelSyncInput;
}>;


export type CancelSyncMutation = { cancelSync:
    | { __typename: 'CancelSyncSuccess', run: { id: string, kind: SyncKind, mode: SyncMode, trigger: SyncTrigger, triggeredBy: string, status: SyncRunStatus, pauseReason: PauseReason | null, pausedUntil: string | null, phase: string, dryRun: boolean, total: number | null, percent: number | null, etaSeconds: number | null, apiRequests: number, lastSequence: number, queuedAt: string, startedAt: string | null, finishedAt: string | null, planHash: string | null, counts: { fetched: number, created: number, updated: number, unchanged: number, deleted: number, unsubscribed: number, conflicts: number, rejected: number, pushed: number, skipped: number, failed: number, resubscribeRaces: number }, error: { code: string, message: string, retryable: boolean } | null } }
    | { __typename: 'InvalidInput', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'SyncRunEnded', code: string, message: string }
    | { __typename: 'SyncRunNotFound', code: string, message: string }
   };

export type ConfirmSyncMutationVariables = Exact<{
  input: ConfirmSyncInput;
}>;


export type ConfirmSyncMutation = { confirmSync:
    | { __typename: 'ConfirmSyncSuccess', run: { id: string, kind: SyncKind, mode: SyncMode, trigger: SyncTrigger, triggeredBy: string, status: SyncRunStatus, pauseReason: PauseReason | null, pausedUntil: string | null, phase: string, dryRun: boolean, total: number | null, percent: number | null, etaSeconds: number | null, apiRequests: number, lastSequence: number, queuedAt: string, startedAt: string | null, finishedAt: string | null, planHash: string | null, counts: { fetched: number, created: number, updated: number, unchanged: number, deleted: number, unsubscribed: number, conflicts: number, rejected: number, pushed: number, skipped: number, failed: number, resubscribeRaces: number }, error: { code: string, message: string, retryable: boolean } | null } }
    | { __typename: 'InvalidInput', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'SyncRunEnded', code: string, message: string }
    | { __typename: 'SyncRunNotFound', code: string, message: string }
    | { __typename: 'SyncRunNotWaiting', code: string, message: string }
   };

export type ReconciliationFieldsFragment = { inStep: boolean, onlyInSecondary: number, deleted: number, fullPullDue: string | null, apiRequests: number, statuses: Array<{ status: ComparedStatus, primaryCount: number, secondaryCount: number, reason: ReconcileReason, explanation: string }>, lists: Array<{ listId: string, name: string, primaryCount: number | null, secondaryCount: number, reason: ReconcileReason, explanation: string, list: { id: string } | null }> };

export type ReconcileQueryVariables = Exact<{ [key: string]: never; }>;


export type ReconcileQuery = { reconcile: { inStep: boolean, onlyInSecondary: number, deleted: number, fullPullDue: string | null, apiRequests: number, statuses: Array<{ status: ComparedStatus, primaryCount: number, secondaryCount: number, reason: ReconcileReason, explanation: string }>, lists: Array<{ listId: string, name: string, primaryCount: number | null, secondaryCount: number, reason: ReconcileReason, explanation: string, list: { id: string } | null }> } };

export type PushPlanFieldsFragment = { planHash: string, contactCount: number, apiRequests: number, etaSeconds: number, skippedCount: number, budget: { perSecond: number, perDay: number, usedToday: number, remainingToday: number, resetsAt: string }, batches: Array<{ kind: PushBatchKind, contactCount: number, bytes: number, requests: number, lists: Array<{ id: string, name: string }> }> };

export type PushPlanQueryVariables = Exact<{
  lists?: Array<ContactListRef> | ContactListRef | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type PushPlanQuery = { pushPlan: { planHash: string, contactCount: number, apiRequests: number, etaSeconds: number, skippedCount: number, skipped: { nodes: Array<{ subject: string, reason: string, message: string, contact: { id: string, email: string | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } }, budget: { perSecond: number, perDay: number, usedToday: number, remainingToday: number, resetsAt: string }, batches: Array<{ kind: PushBatchKind, contactCount: number, bytes: number, requests: number, lists: Array<{ id: string, name: string }> }> } };

export type PauseScheduleMutationVariables = Exact<{
  input: PauseScheduleInput;
}>;


export type PauseScheduleMutation = { pauseSchedule:
    | { __typename: 'InvalidInput', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'PauseScheduleSuccess', syncStatus: { nextScheduledAt: string | null, schedulePause: { at: string, by: string, reason: string | null, until: string | null } | null } }
   };

export type ResumeScheduleMutationVariables = Exact<{
  input: ResumeScheduleInput;
}>;


export type ResumeScheduleMutation = { resumeSchedule:
    | { __typename: 'InvalidInput', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'ResumeScheduleSuccess', syncStatus: { nextScheduledAt: string | null, schedulePause: { at: string } | null } }
   };

export type DisconnectAccountMutationVariables = Exact<{ [key: string]: never; }>;


export type DisconnectAccountMutation = { disconnectAccount:
    | { __typename: 'DisconnectAccountSuccess', syncStatus: { connection: ConnectionState } }
    | { __typename: 'InvalidInput', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'NotConnected', code: string, message: string }
   };

export type SyncEventFieldsFragment = { runId: string, sequence: number, at: string, type: SyncEventType, message: string, run: { id: string, kind: SyncKind, mode: SyncMode, trigger: SyncTrigger, triggeredBy: string, status: SyncRunStatus, pauseReason: PauseReason | null, pausedUntil: string | null, phase: string, dryRun: boolean, total: number | null, percent: number | null, etaSeconds: number | null, apiRequests: number, lastSequence: number, queuedAt: string, startedAt: string | null, finishedAt: string | null, planHash: string | null, counts: { fetched: number, created: number, updated: number, unchanged: number, deleted: number, unsubscribed: number, conflicts: number, rejected: number, pushed: number, skipped: number, failed: number, resubscribeRaces: number }, error: { code: string, message: string, retryable: boolean } | null } };

export type SyncProgressSubscriptionVariables = Exact<{
  runId: string | number;
  afterSequence?: number | null | undefined;
}>;


export type SyncProgressSubscription = { syncProgress: { runId: string, sequence: number, at: string, type: SyncEventType, message: string, run: { id: string, kind: SyncKind, mode: SyncMode, trigger: SyncTrigger, triggeredBy: string, status: SyncRunStatus, pauseReason: PauseReason | null, pausedUntil: string | null, phase: string, dryRun: boolean, total: number | null, percent: number | null, etaSeconds: number | null, apiRequests: number, lastSequence: number, queuedAt: string, startedAt: string | null, finishedAt: string | null, planHash: string | null, counts: { fetched: number, created: number, updated: number, unchanged: number, deleted: number, unsubscribed: number, conflicts: number, rejected: number, pushed: number, skipped: number, failed: number, resubscribeRaces: number }, error: { code: string, message: string, retryable: boolean } | null } } };

export type SyncRunChangedSubscriptionVariables = Exact<{
  kinds?: Array<SyncKind> | SyncKind | null | undefined;
}>;


export type SyncRunChangedSubscription = { syncRunChanged: { id: string, kind: SyncKind, mode: SyncMode, trigger: SyncTrigger, triggeredBy: string, status: SyncRunStatus, pauseReason: PauseReason | null, pausedUntil: string | null, phase: string, dryRun: boolean, total: number | null, percent: number | null, etaSeconds: number | null, apiRequests: number, lastSequence: number, queuedAt: string, startedAt: string | null, finishedAt: string | null, planHash: string | null, counts: { fetched: number, created: number, updated: number, unchanged: number, deleted: number, unsubscribed: number, conflicts: number, rejected: number, pushed: number, skipped: number, failed: number, resubscribeRaces: number }, error: { code: string, message: string, retryable: boolean } | null } };

export type WebhookDeliveryFieldsFragment = { id: string, source: WebhookSource, type: string, status: WebhookStatus, attempts: number, note: string | null, payload: unknown, receivedAt: string, settledAt: string | null, nextAttemptAt: string | null };

export type WebhookDeliveriesQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: WebhookDeliveryFilter | null | undefined;
}>;


export type WebhookDeliveriesQuery = { webhookDeliveries: { nodes: Array<{ id: string, source: WebhookSource, type: string, status: WebhookStatus, attempts: number, note: string | null, payload: unknown, receivedAt: string, settledAt: string | null, nextAttemptAt: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ReplayWebhookDeliveryMutationVariables = Exact<{
  input: ReplayWebhookDeliveryInput;
}>;


export type ReplayWebhookDeliveryMutation = { replayWebhookDelivery:
    | { __typename: 'InvalidInput', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'ReplayWebhookDeliverySuccess', delivery: { id: string, source: WebhookSource, type: string, status: WebhookStatus, attempts: number, note: string | null, payload: unknown, receivedAt: string, settledAt: string | null, nextAttemptAt: string | null } }
    | { __typename: 'WebhookDeliveryNotFound', code: string, message: string }
   };

export type WebhookSubscriptionFieldsFragment = { topicId: number, topic: WebhookTopic | null, hookUri: string };

export type WebhookSubscriptionsQueryVariables = Exact<{ [key: string]: never; }>;


export type WebhookSubscriptionsQuery = { webhookSubscriptions: Array<{ topicId: number, topic: WebhookTopic | null, hookUri: string }> };

export type SubscribeWebhookTopicMutationVariables = Exact<{
  input: SubscribeWebhookTopicInput;
}>;


export type SubscribeWebhookTopicMutation = { subscribeWebhookTopic:
    | { __typename: 'InvalidInput', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'PartnerNotConfigured', code: string, message: string }
    | { __typename: 'RequestBudgetExhausted', code: string, message: string }
    | { __typename: 'SubscribeWebhookTopicSuccess', subscription: { topicId: number, topic: WebhookTopic | null, hookUri: string } }
   };

export type UnsubscribeWebhookTopicMutationVariables = Exact<{
  input: UnsubscribeWebhookTopicInput;
}>;


export type UnsubscribeWebhookTopicMutation = { unsubscribeWebhookTopic:
    | { __typename: 'InvalidInput', code: string, message: string, problems: Array<{ path: Array<string>, message: string }> }
    | { __typename: 'PartnerNotConfigured', code: string, message: string }
    | { __typename: 'RequestBudgetExhausted', code: string, message: string }
    | { __typename: 'UnsubscribeWebhookTopicSuccess', topic: WebhookTopic }
    | { __typename: 'WebhookSubscriptionNotFound', code: string, message: string }
   };

export type WebhookReceivedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type WebhookReceivedSubscription = { webhookReceived: { id: string, source: WebhookSource, type: string, status: WebhookStatus, attempts: number, note: string | null, payload: unknown, receivedAt: string, settledAt: string | null, nextAttemptAt: string | null } };

export const ContactCountsFieldsFragmentDoc = /*#__PURE__*/ gql`
    fragment ContactCountsFields on ContactCounts {
  byStatus {
    status
    count
  }
  bySyncState {
    syncState
    count
  }
  withRefusals
}
    `;
export const ContactFieldsFragmentDoc = /*#__PURE__*/ gql`
    fragment ContactFields on Contact {
  id
  contactId
  email
  firstName
  lastName
  jobTitle
  companyName
  status
  syncState
  createdAt
  updatedAt
  lists {
    id
    listId
    name
  }
}
    `;
export const ConsentFieldsFragmentDoc = /*#__PURE__*/ gql`
    fragment ConsentFields on Consent {
  permissionToSend
  confirmStatus
  optInAt
  optInSource
  optOutAt
  optOutSource
  optOutReason
}
    `;
export const ContactDetailFieldsFragmentDoc = /*#__PURE__*/ gql`
    fragment ContactDetailFields on Contact {
  ...ContactFields
  birthday {
    month
    day
  }
  anniversary
  phoneNumbers {
    number
    kind
  }
  streetAddresses {
    kind
    street
    city
    state
    postalCode
    country
  }
  customFields {
    customFieldId
    value
    choiceIds
    field {
      id
      label
      type
    }
  }
  tags {
    id
    tagId
    name
  }
  consent {
    ...ConsentFields
  }
}
    ${ContactFieldsFragmentDoc}
${ConsentFieldsFragmentDoc}`;
export const LocalWorkFieldsFragmentDoc = /*#__PURE__*/ gql`
    fragment LocalWorkFields on Contact {
  pendingChanges {
    field
    base
    value
    changedAt
    changedBy
  }
  conflicts {
    field
    base
    primary
    local
    changedAt
    changedBy
    detectedAt
  }
  refusals {
    subject
    reason
    message
    refusedAt
  }
}
    `;
export const HistoryEntryFieldsFragmentDoc = /*#__PURE__*/ gql`
    fragment HistoryEntryFields on ContactHistoryEntry {
  revision
  at
  source
  changedBy
  changes {
    kind
    subject
    before
    after
  }
}
    `;
export const LiveContactFieldsFragmentDoc = /*#__PURE__*/ gql`
    fragment LiveContactFields on LiveContact {
  contactId
  email
  firstName
  lastName
  companyName
  jobTitle
  consent {
    ...ConsentFields
  }
  lists {
    id
    name
  }
  updatedAt
  deletedAt
}
    ${ConsentFieldsFragmentDoc}`;
export const ContactDiffFieldsFragmentDoc = /*#__PURE__*/ gql`
    fragment ContactDiffFields on ContactDiff {
  kind
  fields {
    field
    base
    primary
    secondary
    winner
    reason
  }
  listsOnlyInPrimary {
    id
    name
  }
  listsOnlyInSecondary {
    id
    name
  }
  blocked {
    list {
      id
      name
    }
    reason
    message
  }
}
    `;
export const SavedContactFieldsFragmentDoc = /*#__PURE__*/ gql`
    fragment SavedContactFields on Contact {
  ...ContactFields
  revision
  pendingChanges {
    field
    base
    value
  }
}
    ${ContactFieldsFragmentDoc}`;
export const ListMembershipFieldsFragmentDoc = /*#__PURE__*/ gql`
    fragment ListMembershipFields on ListMembershipSuccess {
  changed
  unchanged
  refused {
    index
    contact {
      id
      email
    }
    reason
    message
  }
}
    `;
export const ContactListFieldsFragmentDoc = /*#__PURE__*/ gql`
    fragment ContactListFields on ContactList {
  id
  listId
  name
  description
  favorite
  membershipCount
  storedMemberCount
  goneAt
}
    `;
export const CustomFieldFieldsFragmentDoc = /*#__PURE__*/ gql`
    fragment CustomFieldFields on CustomField {
  id
  customFieldId
  label
  name
  type
  choices {
    choiceId
    label
  }
}
    `;
export const NodeFieldsFragmentDoc = /*#__PURE__*/ gql`
    fragment NodeFields on Node {
  __typename
  id
  ... on Contact {
    ...ContactFields
  }
  ... on ContactList {
    ...ContactListFields
  }
  ... on CustomField {
    ...CustomFieldFields
  }
  ... on SyncRun {
    kind
    mode
    runStatus: status
    phase
    queuedAt
    startedAt
    finishedAt
  }
  ... on Tag {
    tagId
    name
  }
}
    ${ContactFieldsFragmentDoc}
${ContactListFieldsFragmentDoc}
${CustomFieldFieldsFragmentDoc}`;
export const UserErrorFieldsFragmentDoc = /*#__PURE__*/ gql`
    fragment UserErrorFields on UserError {
  code
  message
  ... on InvalidInput {
    problems {
      path
      message
    }
  }
}
    `;
export const BudgetFieldsFragmentDoc = /*#__PURE__*/ gql`
    fragment BudgetFields on RequestBudget {
  perSecond
  perDay
  usedToday
  remainingToday
  resetsAt
}
    `;
export const SyncStatusFieldsFragmentDoc = /*#__PURE__*/ gql`
    fragment SyncStatusFields on SyncStatus {
  connection
  store {
    kind
    version
  }
  contactsWatermark
  nextScheduledAt
  schedulePause {
    at
    by
    reason
    until
  }
  budget {
    ...BudgetFields
  }
}
    ${BudgetFieldsFragmentDoc}`;
export const SyncRunFieldsFragmentDoc = /*#__PURE__*/ gql`
    fragment SyncRunFields on SyncRun {
  id
  kind
  mode
  trigger
  triggeredBy
  status
  pauseReason
  pausedUntil
  phase
  dryRun
  counts {
    fetched
    created
    updated
    unchanged
    deleted
    unsubscribed
    conflicts
    rejected
    pushed
    skipped
    failed
    resubscribeRaces
  }
  total
  percent
  etaSeconds
  apiRequests
  lastSequence
  queuedAt
  startedAt
  finishedAt
  planHash
  error {
    code
    message
    retryable
  }
}
    `;
export const SyncRunDetailFieldsFragmentDoc = /*#__PURE__*/ gql`
    fragment SyncRunDetailFields on SyncRun {
  ...SyncRunFields
  rejectedRows {
    contactId
    reason
    at
  }
}
    ${SyncRunFieldsFragmentDoc}`;
export const ReconciliationFieldsFragmentDoc = /*#__PURE__*/ gql`
    fragment ReconciliationFields on Reconciliation {
  inStep
  statuses {
    status
    primaryCount
    secondaryCount
    reason
    explanation
  }
  lists {
    list {
      id
    }
    listId
    name
    primaryCount
    secondaryCount
    reason
    explanation
  }
  onlyInSecondary
  deleted
  fullPullDue
  apiRequests
}
    `;
export const PushPlanFieldsFragmentDoc = /*#__PURE__*/ gql`
    fragment PushPlanFields on PushPlan {
  planHash
  contactCount
  apiRequests
  etaSeconds
  budget {
    ...BudgetFields
  }
  batches {
    kind
    lists {
      id
      name
    }
    contactCount
    bytes
    requests
  }
  skippedCount
}
    ${BudgetFieldsFragmentDoc}`;
export const SyncEventFieldsFragmentDoc = /*#__PURE__*/ gql`
    fragment SyncEventFields on SyncEvent {
  runId
  sequence
  at
  type
  message
  run {
    ...SyncRunFields
  }
}
    ${SyncRunFieldsFragmentDoc}`;
export const WebhookDeliveryFieldsFragmentDoc = /*#__PURE__*/ gql`
    fragment WebhookDeliveryFields on WebhookDelivery {
  id
  source
  type
  status
  attempts
  note
  payload
  receivedAt
  settledAt
  nextAttemptAt
}
    `;
export const WebhookSubscriptionFieldsFragmentDoc = /*#__PURE__*/ gql`
    fragment WebhookSubscriptionFields on WebhookSubscription {
  topicId
  topic
  hookUri
}
    `;
export const ContactsDocument = /*#__PURE__*/ gql`
    query contacts($first: Int, $after: String, $last: Int, $before: String, $filter: ContactFilter, $orderBy: ContactOrder) {
  contacts(
    first: $first
    after: $after
    last: $last
    before: $before
    filter: $filter
    orderBy: $orderBy
  ) {
    nodes {
      ...ContactFields
    }
    pageInfo {
      hasNextPage
      hasPreviousPage
      startCursor
      endCursor
    }
  }
}
    ${ContactFieldsFragmentDoc}`;
export const ContactCountDocument = /*#__PURE__*/ gql`
    query contactCount($filter: ContactFilter) {
  contacts(first: 0, filter: $filter) {
    totalCount
  }
}
    `;
export const ContactCountsDocument = /*#__PURE__*/ gql`
    query contactCounts {
  contactCounts {
    ...ContactCountsFields
  }
}
    ${ContactCountsFieldsFragmentDoc}`;
export const DailyContactCountsDocument = /*#__PURE__*/ gql`
    query dailyContactCounts($days: Int = 30, $lists: Int = 10) {
  dailyContactCounts(days: $days) {
    day
    at
    byStatus {
      status
      count
    }
    lists(first: $lists) {
      listId
      name
      memberCount
    }
  }
}
    `;
export const ContactDocument = /*#__PURE__*/ gql`
    query contact($by: ContactRef!) {
  contact(by: $by) {
    ...ContactDetailFields
    ...LocalWorkFields
  }
}
    ${ContactDetailFieldsFragmentDoc}
${LocalWorkFieldsFragmentDoc}`;
export const ExportContactDocument = /*#__PURE__*/ gql`
    query exportContact($by: ContactRef!) {
  exportContact(by: $by)
}
    `;
export const ContactHistoryDocument = /*#__PURE__*/ gql`
    query contactHistory($by: ContactRef!, $first: Int, $after: String) {
  contact(by: $by) {
    id
    history(first: $first, after: $after) {
      nodes {
        ...HistoryEntryFields
        run {
          id
          kind
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    ${HistoryEntryFieldsFragmentDoc}`;
export const LiveContactDocument = /*#__PURE__*/ gql`
    query liveContact($by: ContactRef!) {
  contact(by: $by) {
    id
    live {
      ...LiveContactFields
    }
  }
}
    ${LiveContactFieldsFragmentDoc}`;
export const FullContactsDocument = /*#__PURE__*/ gql`
    query fullContacts($first: Int, $after: String, $filter: ContactFilter, $orderBy: ContactOrder) {
  contacts(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    nodes {
      ...ContactDetailFields
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    ${ContactDetailFieldsFragmentDoc}`;
export const ContactDiffsDocument = /*#__PURE__*/ gql`
    query contactDiffs($first: Int, $after: String, $filter: ContactDiffFilter, $source: DiffSource, $maxApiRequests: Int) {
  contactDiffs(
    first: $first
    after: $after
    filter: $filter
    source: $source
    maxApiRequests: $maxApiRequests
  ) {
    nodes {
      contact {
        id
        contactId
        email
        firstName
        lastName
      }
      ...ContactDiffFields
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    liveCost {
      apiRequests
      apiRequestsLeft
      etaSeconds
      remainingToday
    }
  }
}
    ${ContactDiffFieldsFragmentDoc}`;
export const ContactDiffDocument = /*#__PURE__*/ gql`
    query contactDiff($by: ContactRef!, $source: DiffSource) {
  contact(by: $by) {
    id
    diff(source: $source) {
      ...ContactDiffFields
    }
  }
}
    ${ContactDiffFieldsFragmentDoc}`;
export const ListDiffDocument = /*#__PURE__*/ gql`
    query listDiff($list: ContactListRef!, $first: Int, $afterPrimary: String, $afterSecondary: String, $afterBlocked: String, $source: DiffSource, $maxApiRequests: Int) {
  listDiff(list: $list, source: $source, maxApiRequests: $maxApiRequests) {
    list {
      ...ContactListFields
    }
    primaryCount
    secondaryCount
    apiRequests
    onlyInPrimary(first: $first, after: $afterPrimary) {
      nodes {
        id
        contactId
        email
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
    onlyInSecondary(first: $first, after: $afterSecondary) {
      nodes {
        id
        contactId
        email
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
    blocked(first: $first, after: $afterBlocked) {
      nodes {
        contact {
          id
          contactId
          email
        }
        reason
        message
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    ${ContactListFieldsFragmentDoc}`;
export const ContactListsDocument = /*#__PURE__*/ gql`
    query contactLists($first: Int, $after: String, $filter: ContactListFilter) {
  contactLists(first: $first, after: $after, filter: $filter) {
    nodes {
      ...ContactListFields
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    ${ContactListFieldsFragmentDoc}`;
export const ContactListDocument = /*#__PURE__*/ gql`
    query contactList($by: ContactListRef!) {
  contactList(by: $by) {
    ...ContactListFields
  }
}
    ${ContactListFieldsFragmentDoc}`;
export const CustomFieldsDocument = /*#__PURE__*/ gql`
    query customFields {
  customFields {
    ...CustomFieldFields
  }
}
    ${CustomFieldFieldsFragmentDoc}`;
export const SaveContactDocument = /*#__PURE__*/ gql`
    mutation saveContact($input: SaveContactInput!) {
  saveContact(input: $input) {
    __typename
    ... on SaveContactSuccess {
      created
      changed
      contact {
        ...SavedContactFields
      }
      refused {
        subject
        reason
        message
      }
    }
    ... on RevisionConflict {
      contact {
        ...SavedContactFields
      }
    }
    ... on EmailTaken {
      contact {
        id
        contactId
        email
      }
    }
    ...UserErrorFields
  }
}
    ${SavedContactFieldsFragmentDoc}
${UserErrorFieldsFragmentDoc}`;
export const SaveContactsDocument = /*#__PURE__*/ gql`
    mutation saveContacts($inputs: [SaveContactInput!]!, $dryRun: Boolean) {
  saveContacts(inputs: $inputs, dryRun: $dryRun) {
    __typename
    ... on SaveContactsSuccess {
      results {
        index
        result {
          __typename
          ... on SaveContactSuccess {
            created
            changed
            contact {
              id
              email
              revision
            }
            refused {
              subject
              reason
              message
            }
          }
          ...UserErrorFields
        }
      }
    }
    ...UserErrorFields
  }
}
    ${UserErrorFieldsFragmentDoc}`;
export const DiscardLocalChangesDocument = /*#__PURE__*/ gql`
    mutation discardLocalChanges($input: DiscardLocalChangesInput!) {
  discardLocalChanges(input: $input) {
    __typename
    ... on DiscardLocalChangesSuccess {
      contact {
        ...SavedContactFields
      }
    }
    ...UserErrorFields
  }
}
    ${SavedContactFieldsFragmentDoc}
${UserErrorFieldsFragmentDoc}`;
export const ResolveConflictDocument = /*#__PURE__*/ gql`
    mutation resolveConflict($input: ResolveConflictInput!) {
  resolveConflict(input: $input) {
    __typename
    ... on ResolveConflictSuccess {
      contact {
        ...SavedContactFields
      }
    }
    ...UserErrorFields
  }
}
    ${SavedContactFieldsFragmentDoc}
${UserErrorFieldsFragmentDoc}`;
export const DeleteContactDocument = /*#__PURE__*/ gql`
    mutation deleteContact($input: DeleteContactInput!) {
  deleteContact(input: $input) {
    __typename
    ... on DeleteContactSuccess {
      outcome
      contact {
        ...SavedContactFields
      }
    }
    ...UserErrorFields
  }
}
    ${SavedContactFieldsFragmentDoc}
${UserErrorFieldsFragmentDoc}`;
export const AddContactsToListDocument = /*#__PURE__*/ gql`
    mutation addContactsToList($input: ListMembershipInput!) {
  addContactsToList(input: $input) {
    __typename
    ...ListMembershipFields
    ...UserErrorFields
  }
}
    ${ListMembershipFieldsFragmentDoc}
${UserErrorFieldsFragmentDoc}`;
export const RemoveContactsFromListDocument = /*#__PURE__*/ gql`
    mutation removeContactsFromList($input: ListMembershipInput!) {
  removeContactsFromList(input: $input) {
    __typename
    ...ListMembershipFields
    ...UserErrorFields
  }
}
    ${ListMembershipFieldsFragmentDoc}
${UserErrorFieldsFragmentDoc}`;
export const EraseContactDocument = /*#__PURE__*/ gql`
    mutation eraseContact($input: EraseContactInput!) {
  eraseContact(input: $input) {
    __typename
    ... on EraseContactSuccess {
      contacts
      deletionsRequested
    }
    ...UserErrorFields
  }
}
    ${UserErrorFieldsFragmentDoc}`;
export const ImportContactsDocument = /*#__PURE__*/ gql`
    mutation importContacts($inputs: [SaveContactInput!]!, $dryRun: Boolean) {
  saveContacts(inputs: $inputs, dryRun: $dryRun) {
    __typename
    ... on SaveContactsSuccess {
      results {
        index
        result {
          __typename
          ... on SaveContactSuccess {
            created
            changed
            refused {
              message
            }
          }
          ...UserErrorFields
        }
      }
    }
    ...UserErrorFields
  }
}
    ${UserErrorFieldsFragmentDoc}`;
export const NodeDocument = /*#__PURE__*/ gql`
    query node($id: ID!) {
  node(id: $id) {
    ...NodeFields
  }
}
    ${NodeFieldsFragmentDoc}`;
export const NodesDocument = /*#__PURE__*/ gql`
    query nodes($ids: [ID!]!) {
  nodes(ids: $ids) {
    ...NodeFields
  }
}
    ${NodeFieldsFragmentDoc}`;
export const SyncStatusDocument = /*#__PURE__*/ gql`
    query syncStatus {
  syncStatus {
    ...SyncStatusFields
    eventDelivery
    active {
      ...SyncRunFields
    }
    lastSucceeded {
      ...SyncRunFields
    }
  }
}
    ${SyncStatusFieldsFragmentDoc}
${SyncRunFieldsFragmentDoc}`;
export const SyncRunsDocument = /*#__PURE__*/ gql`
    query syncRuns($first: Int, $after: String, $filter: SyncRunFilter) {
  syncRuns(first: $first, after: $after, filter: $filter) {
    nodes {
      ...SyncRunFields
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    ${SyncRunFieldsFragmentDoc}`;
export const SyncRunDocument = /*#__PURE__*/ gql`
    query syncRun($id: ID!) {
  syncRun(id: $id) {
    ...SyncRunDetailFields
  }
}
    ${SyncRunDetailFieldsFragmentDoc}`;
export const StartSyncDocument = /*#__PURE__*/ gql`
    mutation startSync($input: StartSyncInput!) {
  startSync(input: $input) {
    __typename
    ... on StartSyncSuccess {
      run {
        ...SyncRunFields
      }
    }
    ... on SyncAlreadyRunning {
      run {
        ...SyncRunFields
      }
    }
    ... on RequestBudgetExhausted {
      resetsAt
    }
    ...UserErrorFields
  }
}
    ${SyncRunFieldsFragmentDoc}
${UserErrorFieldsFragmentDoc}`;
export const CancelSyncDocument = /*#__PURE__*/ gql`
    mutation cancelSync($input: CancelSyncInput!) {
  cancelSync(input: $input) {
    __typename
    ... on CancelSyncSuccess {
      run {
        ...SyncRunFields
      }
    }
    ...UserErrorFields
  }
}
    ${SyncRunFieldsFragmentDoc}
${UserErrorFieldsFragmentDoc}`;
export const ConfirmSyncDocument = /*#__PURE__*/ gql`
    mutation confirmSync($input: ConfirmSyncInput!) {
  confirmSync(input: $input) {
    __typename
    ... on ConfirmSyncSuccess {
      run {
        ...SyncRunFields
      }
    }
    ...UserErrorFields
  }
}
    ${SyncRunFieldsFragmentDoc}
${UserErrorFieldsFragmentDoc}`;
export const ReconcileDocument = /*#__PURE__*/ gql`
    query reconcile {
  reconcile {
    ...ReconciliationFields
  }
}
    ${ReconciliationFieldsFragmentDoc}`;
export const PushPlanDocument = /*#__PURE__*/ gql`
    query pushPlan($lists: [ContactListRef!], $first: Int, $after: String) {
  pushPlan(lists: $lists) {
    ...PushPlanFields
    skipped(first: $first, after: $after) {
      nodes {
        contact {
          id
          email
        }
        subject
        reason
        message
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    ${PushPlanFieldsFragmentDoc}`;
export const PauseScheduleDocument = /*#__PURE__*/ gql`
    mutation pauseSchedule($input: PauseScheduleInput!) {
  pauseSchedule(input: $input) {
    __typename
    ... on PauseScheduleSuccess {
      syncStatus {
        nextScheduledAt
        schedulePause {
          at
          by
          reason
          until
        }
      }
    }
    ...UserErrorFields
  }
}
    ${UserErrorFieldsFragmentDoc}`;
export const ResumeScheduleDocument = /*#__PURE__*/ gql`
    mutation resumeSchedule($input: ResumeScheduleInput!) {
  resumeSchedule(input: $input) {
    __typename
    ... on ResumeScheduleSuccess {
      syncStatus {
        nextScheduledAt
        schedulePause {
          at
        }
      }
    }
    ...UserErrorFields
  }
}
    ${UserErrorFieldsFragmentDoc}`;
export const DisconnectAccountDocument = /*#__PURE__*/ gql`
    mutation disconnectAccount {
  disconnectAccount {
    __typename
    ... on DisconnectAccountSuccess {
      syncStatus {
        connection
      }
    }
    ...UserErrorFields
  }
}
    ${UserErrorFieldsFragmentDoc}`;
export const SyncProgressDocument = /*#__PURE__*/ gql`
    subscription syncProgress($runId: ID!, $afterSequence: Int) {
  syncProgress(runId: $runId, afterSequence: $afterSequence) {
    ...SyncEventFields
  }
}
    ${SyncEventFieldsFragmentDoc}`;
export const SyncRunChangedDocument = /*#__PURE__*/ gql`
    subscription syncRunChanged($kinds: [SyncKind!]) {
  syncRunChanged(kinds: $kinds) {
    ...SyncRunFields
  }
}
    ${SyncRunFieldsFragmentDoc}`;
export const WebhookDeliveriesDocument = /*#__PURE__*/ gql`
    query webhookDeliveries($first: Int, $after: String, $filter: WebhookDeliveryFilter) {
  webhookDeliveries(first: $first, after: $after, filter: $filter) {
    nodes {
      ...WebhookDeliveryFields
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    ${WebhookDeliveryFieldsFragmentDoc}`;
export const ReplayWebhookDeliveryDocument = /*#__PURE__*/ gql`
    mutation replayWebhookDelivery($input: ReplayWebhookDeliveryInput!) {
  replayWebhookDelivery(input: $input) {
    __typename
    ... on ReplayWebhookDeliverySuccess {
      delivery {
        ...WebhookDeliveryFields
      }
    }
    ...UserErrorFields
  }
}
    ${WebhookDeliveryFieldsFragmentDoc}
${UserErrorFieldsFragmentDoc}`;
export const WebhookSubscriptionsDocument = /*#__PURE__*/ gql`
    query webhookSubscriptions {
  webhookSubscriptions {
    ...WebhookSubscriptionFields
  }
}
    ${WebhookSubscriptionFieldsFragmentDoc}`;
export const SubscribeWebhookTopicDocument = /*#__PURE__*/ gql`
    mutation subscribeWebhookTopic($input: SubscribeWebhookTopicInput!) {
  subscribeWebhookTopic(input: $input) {
    __typename
    ... on SubscribeWebhookTopicSuccess {
      subscription {
        ...WebhookSubscriptionFields
      }
    }
    ...UserErrorFields
  }
}
    ${WebhookSubscriptionFieldsFragmentDoc}
${UserErrorFieldsFragmentDoc}`;
export const UnsubscribeWebhookTopicDocument = /*#__PURE__*/ gql`
    mutation unsubscribeWebhookTopic($input: UnsubscribeWebhookTopicInput!) {
  unsubscribeWebhookTopic(input: $input) {
    __typename
    ... on UnsubscribeWebhookTopicSuccess {
      topic
    }
    ...UserErrorFields
  }
}
    ${UserErrorFieldsFragmentDoc}`;
export const WebhookReceivedDocument = /*#__PURE__*/ gql`
    subscription webhookReceived {
  webhookReceived {
    ...WebhookDeliveryFields
  }
}
    ${WebhookDeliveryFieldsFragmentDoc}`;

export type SdkFunctionWrapper = <T>(action: (requestHeaders?:Record<string, string>) => Promise<T>, operationName: string, operationType?: string, variables?: any) => Promise<T>;


const defaultWrapper: SdkFunctionWrapper = (action, _operationName, _operationType, _variables) => action();

export function getSdk(client: GraphQLClient, withWrapper: SdkFunctionWrapper = defaultWrapper) {
  return {
    contacts(variables?: ContactsQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<ContactsQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<ContactsQuery>({ document: ContactsDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'contacts', 'query', variables);
    },
    contactCount(variables?: ContactCountQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<ContactCountQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<ContactCountQuery>({ document: ContactCountDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'contactCount', 'query', variables);
    },
    contactCounts(variables?: ContactCountsQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<ContactCountsQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<ContactCountsQuery>({ document: ContactCountsDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'contactCounts', 'query', variables);
    },
    dailyContactCounts(variables?: DailyContactCountsQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<DailyContactCountsQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<DailyContactCountsQuery>({ document: DailyContactCountsDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'dailyContactCounts', 'query', variables);
    },
    contact(variables: ContactQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<ContactQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<ContactQuery>({ document: ContactDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'contact', 'query', variables);
    },
    exportContact(variables: ExportContactQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<ExportContactQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<ExportContactQuery>({ document: ExportContactDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'exportContact', 'query', variables);
    },
    contactHistory(variables: ContactHistoryQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<ContactHistoryQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<ContactHistoryQuery>({ document: ContactHistoryDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'contactHistory', 'query', variables);
    },
    liveContact(variables: LiveContactQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<LiveContactQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<LiveContactQuery>({ document: LiveContactDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'liveContact', 'query', variables);
    },
    fullContacts(variables?: FullContactsQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<FullContactsQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<FullContactsQuery>({ document: FullContactsDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'fullContacts', 'query', variables);
    },
    contactDiffs(variables?: ContactDiffsQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<ContactDiffsQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<ContactDiffsQuery>({ document: ContactDiffsDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'contactDiffs', 'query', variables);
    },
    contactDiff(variables: ContactDiffQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<ContactDiffQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<ContactDiffQuery>({ document: ContactDiffDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'contactDiff', 'query', variables);
    },
    listDiff(variables: ListDiffQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<ListDiffQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<ListDiffQuery>({ document: ListDiffDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'listDiff', 'query', variables);
    },
    contactLists(variables?: ContactListsQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<ContactListsQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<ContactListsQuery>({ document: ContactListsDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'contactLists', 'query', variables);
    },
    contactList(variables: ContactListQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<ContactListQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<ContactListQuery>({ document: ContactListDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'contactList', 'query', variables);
    },
    customFields(variables?: CustomFieldsQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<CustomFieldsQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<CustomFieldsQuery>({ document: CustomFieldsDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'customFields', 'query', variables);
    },
    saveContact(variables: SaveContactMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<SaveContactMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<SaveContactMutation>({ document: SaveContactDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'saveContact', 'mutation', variables);
    },
    saveContacts(variables: SaveContactsMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<SaveContactsMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<SaveContactsMutation>({ document: SaveContactsDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'saveContacts', 'mutation', variables);
    },
    discardLocalChanges(variables: DiscardLocalChangesMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<DiscardLocalChangesMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<DiscardLocalChangesMutation>({ document: DiscardLocalChangesDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'discardLocalChanges', 'mutation', variables);
    },
    resolveConflict(variables: ResolveConflictMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<ResolveConflictMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<ResolveConflictMutation>({ document: ResolveConflictDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'resolveConflict', 'mutation', variables);
    },
    deleteContact(variables: DeleteContactMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<DeleteContactMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<DeleteContactMutation>({ document: DeleteContactDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'deleteContact', 'mutation', variables);
    },
    addContactsToList(variables: AddContactsToListMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<AddContactsToListMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<AddContactsToListMutation>({ document: AddContactsToListDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'addContactsToList', 'mutation', variables);
    },
    removeContactsFromList(variables: RemoveContactsFromListMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<RemoveContactsFromListMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<RemoveContactsFromListMutation>({ document: RemoveContactsFromListDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'removeContactsFromList', 'mutation', variables);
    },
    eraseContact(variables: EraseContactMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<EraseContactMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<EraseContactMutation>({ document: EraseContactDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'eraseContact', 'mutation', variables);
    },
    importContacts(variables: ImportContactsMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<ImportContactsMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<ImportContactsMutation>({ document: ImportContactsDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'importContacts', 'mutation', variables);
    },
    node(variables: NodeQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<NodeQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<NodeQuery>({ document: NodeDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'node', 'query', variables);
    },
    nodes(variables: NodesQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<NodesQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<NodesQuery>({ document: NodesDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'nodes', 'query', variables);
    },
    syncStatus(variables?: SyncStatusQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<SyncStatusQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<SyncStatusQuery>({ document: SyncStatusDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'syncStatus', 'query', variables);
    },
    syncRuns(variables?: SyncRunsQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<SyncRunsQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<SyncRunsQuery>({ document: SyncRunsDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'syncRuns', 'query', variables);
    },
    syncRun(variables: SyncRunQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<SyncRunQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<SyncRunQuery>({ document: SyncRunDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'syncRun', 'query', variables);
    },
    startSync(variables: StartSyncMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<StartSyncMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<StartSyncMutation>({ document: StartSyncDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'startSync', 'mutation', variables);
    },
    cancelSync(variables: CancelSyncMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<CancelSyncMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<CancelSyncMutation>({ document: CancelSyncDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'cancelSync', 'mutation', variables);
    },
    confirmSync(variables: ConfirmSyncMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<ConfirmSyncMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<ConfirmSyncMutation>({ document: ConfirmSyncDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'confirmSync', 'mutation', variables);
    },
    reconcile(variables?: ReconcileQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<ReconcileQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<ReconcileQuery>({ document: ReconcileDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'reconcile', 'query', variables);
    },
    pushPlan(variables?: PushPlanQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<PushPlanQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<PushPlanQuery>({ document: PushPlanDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'pushPlan', 'query', variables);
    },
    pauseSchedule(variables: PauseScheduleMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<PauseScheduleMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<PauseScheduleMutation>({ document: PauseScheduleDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'pauseSchedule', 'mutation', variables);
    },
    resumeSchedule(variables: ResumeScheduleMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<ResumeScheduleMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<ResumeScheduleMutation>({ document: ResumeScheduleDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'resumeSchedule', 'mutation', variables);
    },
    disconnectAccount(variables?: DisconnectAccountMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<DisconnectAccountMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<DisconnectAccountMutation>({ document: DisconnectAccountDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'disconnectAccount', 'mutation', variables);
    },
    syncProgress(variables: SyncProgressSubscriptionVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<SyncProgressSubscription> {
      return withWrapper((wrappedRequestHeaders) => client.request<SyncProgressSubscription>({ document: SyncProgressDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'syncProgress', 'subscription', variables);
    },
    syncRunChanged(variables?: SyncRunChangedSubscriptionVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<SyncRunChangedSubscription> {
      return withWrapper((wrappedRequestHeaders) => client.request<SyncRunChangedSubscription>({ document: SyncRunChangedDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'syncRunChanged', 'subscription', variables);
    },
    webhookDeliveries(variables?: WebhookDeliveriesQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<WebhookDeliveriesQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<WebhookDeliveriesQuery>({ document: WebhookDeliveriesDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'webhookDeliveries', 'query', variables);
    },
    replayWebhookDelivery(variables: ReplayWebhookDeliveryMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<ReplayWebhookDeliveryMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<ReplayWebhookDeliveryMutation>({ document: ReplayWebhookDeliveryDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'replayWebhookDelivery', 'mutation', variables);
    },
    webhookSubscriptions(variables?: WebhookSubscriptionsQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<WebhookSubscriptionsQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<WebhookSubscriptionsQuery>({ document: WebhookSubscriptionsDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'webhookSubscriptions', 'query', variables);
    },
    subscribeWebhookTopic(variables: SubscribeWebhookTopicMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<SubscribeWebhookTopicMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<SubscribeWebhookTopicMutation>({ document: SubscribeWebhookTopicDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'subscribeWebhookTopic', 'mutation', variables);
    },
    unsubscribeWebhookTopic(variables: UnsubscribeWebhookTopicMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<UnsubscribeWebhookTopicMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<UnsubscribeWebhookTopicMutation>({ document: UnsubscribeWebhookTopicDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'unsubscribeWebhookTopic', 'mutation', variables);
    },
    webhookReceived(variables?: WebhookReceivedSubscriptionVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<WebhookReceivedSubscription> {
      return withWrapper((wrappedRequestHeaders) => client.request<WebhookReceivedSubscription>({ document: WebhookReceivedDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'webhookReceived', 'subscription', variables);
    }
  };
}
export type Sdk = ReturnType<typeof getSdk>;