import { useQuery } from 'urql';
import { Link } from 'wouter';
import { Loading, Notice } from '../../design/notice.tsx';
import { counted } from '../../format/numbers.ts';
import { ContactCountsDocument, DeadWebhooksDocument, type OverviewQuery } from '../../gateway/generated.ts';
import { isForbidden } from '../../gateway/problem.ts';
import type { Run } from '../../gateway/run.ts';
import { runPath } from '../runs/runs-table.tsx';

interface Item {
  readonly key: string;
  readonly tone: 'bad' | 'warn';
  readonly text: string;
  readonly href: string;
  readonly action: string;
}

/** What of the runs known here asks for a look: those that wait for somebody, and what the recent ones left behind. */
function runItems(active: readonly Run[], runs: readonly Run[]): Item[] {
  const items: Item[] = [];
  for (const run of active) {
    if (run.pauseReason !== 'MASS_CHANGE') continue;
    items.push({
      key: `brake-${run.id}`,
      tone: 'bad',
      text: 'A run would remove unusually many contacts and waits for a decision.',
      href: runPath(run.id),
      action: 'Decide',
    });
  }
  const [latest] = runs.filter(({ finishedAt }) => finishedAt !== null);
  if (latest?.status === 'FAILED') {
    items.push({
      key: 'failed',
      tone: 'bad',
      text: `The last run failed: ${latest.error?.message ?? 'no reason was recorded'}`,
      href: runPath(latest.id),
      action: 'Look at it',
    });
  }
  for (const [count, text] of [
    ['rejected', 'could not be read and were left out of'],
    ['resubscribeRaces', 'fell into a push and were set right again in'],
  ] as const) {
    const run = runs.find(({ counts }) => counts[count] > 0);
    if (run === undefined) continue;
    const subject = count === 'rejected' ? counted(run.counts[count], 'row') : counted(run.counts[count], 'opt-out');
    items.push({
      key: count,
      tone: 'warn',
      text: `${subject} ${text} a run.`,
      href: runPath(run.id),
      action: 'See which',
    });
  }
  return items;
}

/** Everything that waits for a person, worst first; a calm line where nothing does. */
export function Attention({ status, runs }: { status: OverviewQuery['syncStatus']; runs: readonly Run[] }) {
  const [{ data: contacts, error: contactsError }] = useQuery({ query: ContactCountsDocument });
  const [{ data: webhooks, error: webhooksError }] = useQuery({ query: DeadWebhooksDocument });

  const items: Item[] = [];
  if (status.connection === 'RECONNECT_REQUIRED' || status.connection === 'NOT_CONNECTED') {
    const isLost = status.connection === 'RECONNECT_REQUIRED';
    items.push({
      key: 'connection',
      tone: 'bad',
      text: isLost
        ? 'The connection to Constant Contact was lost for good.'
        : 'No Constant Contact account is connected.',
      href: '/oauth/connect',
      action: isLost ? 'Connect again' : 'Connect',
    });
  }
  items.push(...runItems(status.active, runs));
  const conflicts = contacts?.contactCounts.bySyncState.find(({ syncState }) => syncState === 'CONFLICT')?.count ?? 0;
  if (conflicts > 0) {
    items.push({
      key: 'conflicts',
      tone: 'warn',
      text: `${counted(conflicts, 'contact')} changed on both sides to different values.`,
      href: '/contacts?sync=CONFLICT',
      action: 'Resolve',
    });
  }
  const refused = contacts?.contactCounts.withRefusals ?? 0;
  if (refused > 0) {
    items.push({
      key: 'refusals',
      tone: 'warn',
      text: `Local work on ${counted(refused, 'contact')} does not go to Constant Contact.`,
      href: '/differences?tab=plan',
      action: 'See why',
    });
  }
  const dead = webhooks?.webhookDeliveries.nodes.length ?? 0;
  if (dead > 0) {
    const more = webhooks?.webhookDeliveries.pageInfo.hasNextPage === true ? ' or more' : '';
    items.push({
      key: 'webhooks',
      tone: 'warn',
      text: `${counted(dead, 'webhook')}${more} could not be processed and ${dead === 1 ? 'was' : 'were'} given up.`,
      href: '/webhooks?status=DEAD',
      action: 'Replay',
    });
  }

  const looks = [
    { data: contacts, error: contactsError },
    { data: webhooks, error: webhooksError },
  ];
  const unseen = looks.filter(({ data }) => data === undefined);
  if (items.length === 0) {
    if (unseen.length === 0) return <Notice tone="good">Nothing needs attention.</Notice>;
    if (unseen.some(({ error }) => error === undefined)) return <Loading lines={1} />;
    return unseen.every(({ error }) => isForbidden(error)) ? (
      <Notice tone="good">Nothing of what your key lets you see needs attention.</Notice>
    ) : (
      <Notice tone="warn">Whether something needs attention could not be looked up. Load the page anew.</Notice>
    );
  }
  return (
    <section aria-label="Needs attention">
      <ul className="attention">
        {items.map(({ key, tone, text, href, action }) => (
          <li key={key} className={`notice ${tone}`}>
            <span>{text}</span>
            {href.startsWith('/oauth/') ? <a href={href}>{action}</a> : <Link href={href}>{action}</Link>}
          </li>
        ))}
      </ul>
    </section>
  );
}
