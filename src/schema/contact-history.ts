import { z } from 'zod';
import { HISTORY_KINDS, HISTORY_SOURCES, type HistoryChange } from '../model/history.ts';
import type { ContactHistoryDocument } from '../store/contact-document.ts';
import { builder } from './builder.ts';
import { connectionPage } from './connection-page.ts';
import { ContactType } from './contact.ts';
import { createCursorCodec } from './cursor.ts';
import { describedEnum } from './described-enum.ts';
import { parsePageRequest } from './page-request.ts';
import { SyncRunType } from './sync-run.ts';

const HistoryKindEnum = describedEnum('HistoryKind', HISTORY_KINDS, {
  description: 'What a change touched.',
  values: {
    CREATED: 'The contact became known.',
    FIELD: 'A profile field.',
    CONSENT: "The subscriber's own choice.",
    STATUS: 'The status that follows from it.',
    LISTS: 'A membership.',
    TAGS: 'A tag.',
    WISH: 'A local wish: a change or a membership to be pushed.',
    DELETION: 'A deletion, or a request for one.',
    CONFLICT: 'A field that both sides changed.',
    REFUSAL: 'Local work that does not go to Constant Contact.',
    ERASED: 'The person was erased: what was before is gone.',
    RACE_REPAIRED: 'An opt-out that fell into a push and was set right again.',
  },
});

const HistorySourceEnum = describedEnum('HistorySource', HISTORY_SOURCES, {
  description: 'Who changed a contact.',
  values: {
    PRIMARY: 'Constant Contact, as a pull saw it.',
    LOCAL: 'A caller of this gateway.',
    ENGINE: 'The gateway itself.',
  },
});

const HistoryChangeType = builder.objectRef<HistoryChange>('HistoryChange').implement({
  description: 'One thing that changed.',
  fields: (t) => ({
    kind: t.expose('kind', { type: HistoryKindEnum, description: 'What it touched.' }),
    subject: t.exposeString('subject', { description: 'A field, a part of the consent, a list_id or a tag_id.' }),
    before: t.expose('before', { type: 'JSON', nullable: true, description: 'What it was.' }),
    after: t.expose('after', { type: 'JSON', nullable: true, description: 'What it became.' }),
  }),
});

const ContactHistoryEntryType = builder.objectRef<ContactHistoryDocument>('ContactHistoryEntry').implement({
  description: 'What changed of a contact at one moment.',
  fields: (t) => ({
    revision: t.exposeInt('revision', { description: 'Grows by one with every change of the contact.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was written here.' }),
    source: t.expose('source', { type: HistorySourceEnum, description: 'Who changed it.' }),
    changedBy: t.exposeString('changedBy', { description: 'The caller, or the part of the gateway.' }),
    run: t.field({
      type: SyncRunType,
      nullable: true,
      description: 'The run that changed it; null outside of a run, and when the run is no longer stored.',
      resolve: ({ runId }, _arguments, { loaders }) =>
        runId === null ? null : loaders.syncRun().load(runId.toHexString()),
    }),
    changes: t.field({
      type: [HistoryChangeType],
      description: 'What changed.',
      resolve: ({ changes }) => changes,
    }),
  }),
});

const historyFields = z.tuple([z.int().nonnegative()]);

/** Bound to its contact: a revision means nothing in the history of another one. */
const historyCursor = (contactId: string) =>
  createCursorCodec<z.infer<typeof historyFields>, number>({
    connection: `history:${contactId}`,
    fields: historyFields,
    toFields: (revision) => [revision],
    fromFields: ([revision]) => revision,
  });

const ContactHistoryConnectionType = builder.connectionObject(
  {
    type: ContactHistoryEntryType,
    name: 'ContactHistoryConnection',
    description: 'A page of the history of a contact.',
  },
  { name: 'ContactHistoryEdge', description: 'A change with its cursor.' },
);

builder.objectFields(ContactType, (t) => ({
  history: t.field({
    type: ContactHistoryConnectionType,
    description: 'What changed, when, by which run: newest first.',
    args: {
      first: t.arg.int({ description: 'How many changes: at most 500; 50 without it.' }),
      after: t.arg.string({ description: 'Cursor of the change before the first one wanted.' }),
    },
    resolve: async ({ stored }, page, { store }) => {
      const codec = historyCursor(stored._id.toHexString());
      const request = parsePageRequest(page, codec);
      const changes = await store.contacts.history(stored._id, request.from, request.limit + 1);
      return connectionPage({
        nodes: changes.slice(0, request.limit),
        positionOf: ({ revision }) => revision,
        codec,
        request,
        hasMore: changes.length > request.limit,
        // History is only ever added to: what a cursor names is still there.
        hasBehind: request.from !== null,
      });
    },
  }),
}));
