import type { ContactFilter, GatewayClient, SyncRunFilter } from '../client/index.ts';
import { formatTable, type Output, printable } from './output.ts';
import { summaryOf } from './sync-command.ts';

interface Reader {
  readonly client: GatewayClient;
  readonly output: Output;
}

export interface Page {
  readonly first: number;
  readonly after: string | null;
}

const time = (value: string | null | undefined) =>
  value ? new Date(value).toISOString().replace(/\.\d+Z$/, 'Z') : '-';
const count = (value: number) => value.toLocaleString('en-US');
const more = (page: { hasNextPage: boolean; endCursor: string | null }) =>
  page.hasNextPage ? `\nThere are more: --after ${page.endCursor}` : '';

/** A table; where it has no rows, a sentence that says so. */
const listing = (header: readonly string[], rows: readonly (readonly string[])[], none: string) =>
  rows.length === 0 ? none : formatTable(header, rows);

export async function showStatus({ client, output }: Reader): Promise<void> {
  const { syncStatus } = await client.syncStatus();
  const { budget, schedulePause } = syncStatus;
  const lines = [
    `Connection   ${syncStatus.connection}`,
    `Store        ${syncStatus.store.kind} ${syncStatus.store.version}, runs of others by ${syncStatus.eventDelivery}`,
    `Watermark    ${time(syncStatus.contactsWatermark)}`,
    `Next run     ${time(syncStatus.nextScheduledAt)}`,
    `Requests     ${count(budget.usedToday)} of ${count(budget.perDay)} used today, ${count(budget.perSecond)} a second, anew at ${time(budget.resetsAt)}`,
    ...(schedulePause === null
      ? []
      : [
          `Schedule     paused by ${printable(schedulePause.by)}, ${schedulePause.until ? `until ${time(schedulePause.until)}` : 'until resumed'}`,
        ]),
    ...syncStatus.active.map((run) => `Under way    ${run.kind} ${run.status} ${run.phase} ${run.percent ?? 0} %`),
    ...syncStatus.lastSucceeded.map((run) => `Last success ${time(run.finishedAt)} ${summaryOf(run)}`),
  ];
  output.answer(syncStatus, lines.join('\n'));
}

export async function showContacts({ client, output }: Reader, page: Page, filter: ContactFilter): Promise<void> {
  const { contacts } = await client.contacts({ ...page, filter });
  const rows = contacts.nodes.map((contact) => [
    printable(contact.email) || '-',
    printable([contact.firstName, contact.lastName].filter(Boolean).join(' ')) || '-',
    contact.status,
    contact.syncState,
    contact.lists.map(({ name }) => printable(name)).join(', '),
  ]);
  const table = listing(['EMAIL', 'NAME', 'STATUS', 'STATE', 'LISTS'], rows, 'There is no such contact.');
  output.answer(contacts, table + more(contacts.pageInfo));
}

export async function showRuns({ client, output }: Reader, page: Page, filter: SyncRunFilter): Promise<void> {
  const { syncRuns } = await client.syncRuns({ ...page, filter });
  const rows = syncRuns.nodes.map((run) => [time(run.queuedAt), run.trigger, run.mode, summaryOf(run)]);
  output.answer(
    syncRuns,
    listing(['QUEUED', 'BY', 'MODE', 'RUN'], rows, 'There is no such run.') + more(syncRuns.pageInfo),
  );
}

export async function showDiffs({ client, output }: Reader, page: Page): Promise<void> {
  const { contactDiffs } = await client.contactDiffs(page);
  const rows = contactDiffs.nodes.map(
    ({ contact, kind, fields, listsOnlyInPrimary, listsOnlyInSecondary, blocked }) => [
      printable(contact.email) || '-',
      kind,
      [
        ...fields.map(({ field, winner }) => `${field} (${winner})`),
        ...listsOnlyInPrimary.map(({ name }) => `-${printable(name)}`),
        ...listsOnlyInSecondary.map(({ name }) => `+${printable(name)}`),
        ...blocked.map(({ reason }) => `blocked: ${reason}`),
      ].join(', '),
    ],
  );
  output.answer(
    contactDiffs,
    listing(['EMAIL', 'KIND', 'WHAT'], rows, 'Nothing differs.') + more(contactDiffs.pageInfo),
  );
}
